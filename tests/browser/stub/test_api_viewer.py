"""The API viewer in a browser: its document, and requests by way of the kernel."""

from __future__ import annotations

import json
import re
import threading
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect
from widget_kit import HASH, Answer, FakeModel

from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.client.snippets import snippet
from codex_jupyter.errors import UnreachableError
from codex_jupyter.protocol.openapi import model_document, platform_document
from codex_jupyter.render.words import speak
from codex_jupyter.widgets.api_viewer import ApiViewer

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.browser

SAMPLE = {"age": 41, "income": 3200.5, "city": "Natal"}


def viewer(answer=None, **fields):
    document = model_document(
        name=fields.get("name", "credit-score"),
        group="demo",
        model=HASH,
        sample=SAMPLE,
        answer={"score": 0.82},
        server="/api",
    )
    model = FakeModel(document=document, answer=answer, **fields)
    return ApiViewer(model), model


def say(value, status=200):
    body = json.dumps(value).encode()
    headers = [("content-type", "application/json"), ("x-request-id", "42")]
    return Answer(status, "OK" if status == 200 else "Refused", headers, body)


def drawn(tab):
    """Wait for Swagger UI, which takes its time on a busy machine."""
    told = tab.get_by_text("Predict with credit-score")
    expect(told).to_be_visible(timeout=60_000)


def open_run(tab):
    tab.get_by_role("button", name="Predict with").first.click()
    expect(tab.get_by_role("button", name="Execute")).to_be_visible()


def test_the_document_is_drawn_and_says_where_requests_run(
    show, theme, shot, violations
):
    panel, _ = viewer()
    tab = show(panel, theme)
    expect(
        tab.get_by_text(
            "Requests run in the kernel against http://127.0.0.1:4321 "
            "as group demo; its token is set."
        )
    ).to_be_visible()
    drawn(tab)
    expect(tab.get_by_role("button", name="Authorize")).to_have_count(0)
    shot(f"api-closed-{theme}")
    open_run(tab)
    shot(f"api-open-{theme}")
    assert violations() == []


def test_code_for_other_programs_stands_beside_it(show, theme, shot, violations):
    panel, model = viewer()
    model.generate_predict_code = lambda language: snippet(
        language, "http://127.0.0.1:4321/api/model/sync/run/demo/M1", SAMPLE
    )
    tab = show(panel, theme)
    drawn(tab)
    tab.get_by_text("Call it from another program").click()
    code = tab.get_by_role("region", name="Code")
    expect(code).to_contain_text("curl -sS -X POST http://127.0.0.1:4321/api/model")
    expect(code).to_contain_text('"Authorization: Bearer $MLOPS_GROUP_TOKEN"')
    tab.get_by_label("Language").select_option("JavaScript")
    expect(code).to_contain_text("JSON.stringify(input)")
    tab.get_by_label("Language").select_option("Python")
    expect(code).to_contain_text("httpx.post(")
    tab.get_by_role("button", name="Copy", exact=True).first.click()
    expect(tab.get_by_text(re.compile("Copied|Selected"))).to_be_visible()
    shot(f"api-code-{theme}")
    assert violations() == []


def test_execute_is_sent_by_the_kernel_and_shows_the_answer(
    show, theme, shot, violations
):
    panel, model = viewer(lambda method, url, headers, body: say({"score": 0.82}))
    tab = show(panel, theme)
    open_run(tab)
    tab.get_by_role("button", name="Execute").click()
    response = tab.locator(".live-responses-table .response")
    expect(response).to_contain_text("0.82")
    expect(response).to_contain_text("x-request-id: 42")
    [(method, url, headers, body)] = model.asked
    assert (method, json.loads(body)) == ("POST", {"Input": SAMPLE})
    assert url == f"http://127.0.0.1:4321/api/model/sync/run/demo/{HASH}"
    assert headers["content-type"] == "application/json"
    assert "Authorization" not in headers
    curl = tab.locator(".curl-command")
    expect(curl).to_contain_text("Authorization: Bearer YOUR_GROUP_TOKEN")
    shot(f"api-answer-{theme}")
    assert violations() == []


def test_an_error_of_the_platform_is_shown_as_it_is(show):
    refused = {"Error": {"Type": "Input", "Message": "The field age is missing."}}
    panel, _ = viewer(lambda *_: say(refused, 422))
    tab = show(panel)
    open_run(tab)
    tab.get_by_role("button", name="Execute").click()
    response = tab.locator(".live-responses-table .response")
    expect(response).to_contain_text("422")
    expect(response).to_contain_text("The field age is missing.")


def test_a_refused_token_is_told_with_what_to_type(show, theme, shot, violations):
    refused = {"Error": {"Type": "Authentication", "Message": "No such token."}}
    answers = iter([say(refused, 401), say({"score": 0.82})])
    panel, _ = viewer(lambda *_: next(answers))
    tab = show(panel, theme)
    open_run(tab)
    tab.get_by_role("button", name="Execute").click()
    told = tab.get_by_role("alert")
    expect(told).to_contain_text("The platform refused the token (401).")
    expect(told).to_contain_text('client.refresh_group_token("demo", force=True)')
    expect(tab.locator(".live-responses-table .response")).to_contain_text("401")
    shot(f"api-refused-{theme}")
    assert violations() == []
    tab.get_by_role("button", name="Execute").click()
    expect(tab.locator(".live-responses-table .response")).to_contain_text("0.82")
    expect(told).to_be_hidden()


def test_a_platform_that_is_away_is_told_in_the_answer(show, both):
    gone = UnreachableError(
        "Nothing answers at http://127.0.0.1:4321/_a_.", hint="Type: %codex local"
    )
    panel, _ = viewer(lambda *_: gone)
    tab = show(panel)
    open_run(tab)
    tab.get_by_role("button", name="Execute").click()
    # No name of an error before it, and what is told is no markup.
    expect(tab.locator(".live-responses-table .renderedMarkdown")).to_have_text(
        re.compile(
            r"^Nothing answers at http://127.0.0.1:4321/_a_\. Type: %codex local"
        )
    )
    both("api-unreachable")


# Swagger UI's texts and names, without what the document says.
OWN_TEXTS = """() => {
    const theirs = 'style, pre, option, textarea, .renderedMarkdown, .opblock-summary,'
        + '.parameter__name, .json-schema-2020-12__title, .json-schema-2020-12-keyword';
    const found = [];
    const walk = (root) => {
        for (const node of root.childNodes)
            if (node.nodeType === 3) found.push(node.data);
            else if (node.nodeType === 1 && !node.matches(theirs)) {
                found.push(node.title ?? '', node.ariaLabel ?? '');
                walk(node);
            }
    };
    const host = document.querySelector('#out div > div').shadowRoot;
    walk(host.querySelector('.swagger-ui .operation-tag-content'));
    return found;
}"""
TABLE = ROOT / "js" / "src" / "panels" / "api_viewer" / "pt-BR.json"


def documented_in_swaggers_words():
    """A document whose every word is one of Swagger UI's."""
    document = model_document(
        name="Execute",
        group="demo",
        model=HASH,
        sample={"Cancel": 1, "Name": "Parameters"},
        answer={"Responses": 1},
        server="/api",
    )
    [run] = [one["post"] for one in document["paths"].values() if "post" in one]
    run["description"] = "Cancel\n\n#### Responses\n\n<i>Default value</i> : Clear"
    run["parameters"] = [
        {"name": "Details", "in": "query", "description": "Cancel", "required": True}
        | {"schema": {"type": "integer", "default": 7}}
    ]
    run["responses"]["200"]["description"] = "##### Response body\n\nNo links"
    return document


def test_swagger_ui_speaks_portuguese_and_leaves_the_document_alone(show, both):
    _, model = viewer(lambda *_: say({"Cancel": "Execute"}))
    model.document = documented_in_swaggers_words()
    speak("pt-BR")
    try:
        tab = show(ApiViewer(model))
    finally:
        speak(None)
    run = tab.locator(".opblock", has_text="Predict with Execute")
    run.locator(".opblock-summary-control").click(timeout=60_000)
    expect(run.get_by_role("heading", name="Corpo da requisição")).to_be_visible()
    required = "e => getComputedStyle(e, '::after').content"
    name = run.locator("td .parameter__name")
    assert name.evaluate(required) == '"obrigatório"'
    run.locator("td input").fill("x")
    run.get_by_role("button", name="Executar").click()
    refused = run.locator(".validation-errors")
    expect(refused).to_contain_text("Corrija isto e tente de novo.")
    expect(refused).to_contain_text("Details: escreva um número inteiro.")
    run.locator("td input").fill("")
    run.get_by_role("button", name="Executar").click()
    expect(refused).to_contain_text("Details: falta o valor.")
    run.locator("td input").fill("8")
    run.get_by_role("button", name="Executar").click()
    told = run.locator(".live-responses-table .response")
    expect(told).to_contain_text('"Cancel": "Execute"')
    expect(told.get_by_role("heading")).to_have_text(
        ["Corpo da resposta", "Cabeçalhos da resposta", "Duração da requisição"]
    )
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    english = {text for text, told in table.items() if text != told}
    assert english & set(tab.evaluate(OWN_TEXTS)) == set()
    described = run.locator(".opblock-description")
    expect(described.get_by_role("heading")).to_have_text("Responses")
    expect(described).to_contain_text("Default value : Clear")
    expect(name).to_contain_text("Details")
    expect(run.locator("td > .renderedMarkdown").first).to_have_text("Cancel")
    answers = run.locator(".response-col_description__inner").first
    expect(answers.get_by_role("heading")).to_have_text("Response body")
    both("api-pt")


def test_a_request_can_be_cancelled_and_the_next_one_runs(show, both):
    held = threading.Event()
    answers = iter([lambda: held.wait(90) and say("late"), lambda: say("prompt")])
    panel, model = viewer(lambda *_: next(answers)())
    tab = show(panel)
    open_run(tab)
    execute = tab.get_by_role("button", name="Execute")
    execute.click()
    cancel = tab.get_by_role("button", name="Cancel request")
    expect(cancel).to_be_visible()
    expect(tab.get_by_text("Running POST")).to_be_visible()
    both("api-running")
    cancel.click()
    expect(cancel).to_be_hidden()
    told = tab.locator(".live-responses-table .renderedMarkdown")
    expect(told).to_have_text("The request was cancelled.")
    execute.click()
    expect(tab.locator(".live-responses-table .response")).to_contain_text("prompt")
    held.set()
    expect(tab.locator(".live-responses-table .response")).not_to_contain_text("late")
    assert len(model.asked) == 2


def test_a_binary_answer_arrives_whole(show):
    content = bytes(range(256)) * 400
    headers = [
        ("content-type", "application/octet-stream"),
        ("content-disposition", "attachment; filename=made.bin"),
    ]
    panel, _ = viewer(lambda *_: Answer(200, "OK", headers, content))
    tab = show(panel)
    open_run(tab)
    tab.get_by_role("button", name="Execute").click()
    with tab.expect_download() as download:
        tab.get_by_role("link", name="Download file").click()
    assert download.value.path().read_bytes() == content


def test_an_answer_without_a_body_is_no_error(show):
    panel, _ = viewer(lambda *_: Answer(204, "No Content", [], b""))
    tab = show(panel)
    open_run(tab)
    tab.get_by_role("button", name="Execute").click()
    expect(tab.locator(".live-responses-table .response")).to_contain_text("204")


def test_a_request_that_is_too_large_for_the_notebook_is_not_sent(show):
    panel, model = viewer()
    tab = show(panel)
    open_run(tab)
    tab.locator("textarea.body-param__text").evaluate(
        """area => {
            const set = Object.getOwnPropertyDescriptor(
                HTMLTextAreaElement.prototype, "value").set;
            set.call(area, JSON.stringify({Input: "x".repeat(9 * 1048576)}));
            area.dispatchEvent(new Event("input", {bubbles: true}));
        }"""
    )
    # Nine megabytes in one line keep a browser busy for a while.
    tab.get_by_role("button", name="Execute").click(timeout=120_000)
    expect(tab.locator(".live-responses-table")).to_contain_text(
        "8 MiB can go", timeout=120_000
    )
    assert model.asked == []


def test_a_missing_token_is_said(show):
    panel, _ = viewer(has_token=False)
    tab = show(panel)
    expect(
        tab.get_by_text("its token is not set, so calls are refused")
    ).to_be_visible()


def test_a_file_goes_to_a_real_platform_and_its_result_comes_back(
    show, shot, platform, batch, tmp_path
):
    admin = platform.admin
    client = MLOpsModelClient(
        url=platform.api, login=admin["user"], password=admin["password"]
    )
    model = client.get_model(batch, group="demo")
    model.set_token(platform.group()["Authorization"].removeprefix("Bearer "))
    table = tmp_path / "linhas <b>.csv"
    table.write_bytes(b"id,x\n1,10\n2,20\n")
    tab = show(ApiViewer(model))
    start = tab.locator(".opblock", has_text="Score a file with")
    start.locator(".opblock-summary").click(timeout=60_000)
    start.locator("input[type=file]").set_input_files(table)
    start.get_by_role("button", name="Execute").click()
    told = start.locator(".live-responses-table .microlight").first
    expect(told).to_contain_text("ExecutionId")
    shot("api-file-sent")
    number = json.loads(told.inner_text())["ExecutionId"]
    client.get_model_execution(batch, number, group="demo").wait_ready()
    result = tab.locator(".opblock", has_text="The file that the function wrote")
    result.locator(".opblock-summary").click()
    result.get_by_placeholder("execution").fill(str(number))
    result.get_by_role("button", name="Execute").click()
    with tab.expect_download() as saved:
        result.get_by_role("link", name="Download").click()
    with zipfile.ZipFile(saved.value.path()) as packed:
        assert packed.read("output.csv") == b"id,double\r\n1,20\r\n2,40\r\n"

    model.set_token("0" * 32)
    tab = show(ApiViewer(model))
    start.locator(".opblock-summary").click(timeout=60_000)
    start.locator("input[type=file]").set_input_files(table)
    start.get_by_role("button", name="Execute").click()
    expect(tab.get_by_role("alert")).to_contain_text("client.refresh_group_token")


def test_a_platforms_own_api_is_drawn_without_a_group(show, theme, shot):
    panel, model = viewer()
    model.document, model.group = platform_document("1", "/api"), ""
    whole = ApiViewer(model)
    tab = show(whole, theme)
    # A hundred operations: a busy machine takes its time.
    tab.set_default_timeout(60_000)
    tab.locator("#operations-tag-model").click()
    tab.locator('[data-path="/model/search"]').wait_for()
    expect(
        tab.get_by_text("in the kernel against http://127.0.0.1:4321.", exact=False)
    ).to_be_visible()
    shot(f"api-platform-{theme}")
    card = whole.card()
    assert "more" in card.text
    assert len(card.html) < 30_000
    panel.close()


def test_hostile_names_stay_text(show):
    name = "<img src=x onerror=window.bad=1>"
    panel, _ = viewer(name=name)
    tab = show(panel)
    expect(tab.locator(".cx-title")).to_have_text(name)
    expect(tab.get_by_text(f"Predict with {name}")).to_be_visible()
    assert tab.evaluate("window.bad") is None


def test_a_reloaded_page_gets_the_viewer_back(show):
    panel, _ = viewer()
    tab = show(panel)
    drawn(tab)
    tab.reload()
    tab.wait_for_function("'show' in window")
    tab.evaluate("window.show()")
    drawn(tab)


def test_the_keyboard_is_enough_to_execute(show):
    panel, model = viewer(lambda *_: say({"score": 0.82}))
    tab = show(panel)
    tab.get_by_role("button", name="Predict with").first.press("Enter")
    tab.get_by_role("button", name="Execute").press("Enter")
    expect(tab.locator(".live-responses-table .response")).to_contain_text("0.82")
    assert len(model.asked) == 1


def test_the_platforms_own_page_draws_a_document(tab, stub):
    from codex_jupyter.widgets.assets import STATIC

    document = viewer()[1].document
    page = (
        "<!doctype html><html lang=en><title>d</title><link rel=icon href='data:,'>"
        "<main id=docs data-openapi=openapi.json></main>"
        "<script type=module src=/docs.js></script>"
    )
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'"
    )

    def serve(route):
        name = route.request.url.removeprefix(stub.address + "/")
        kind = {"docs": "text/html", "openapi.json": "application/json"}.get(name)
        made = {"docs": page, "openapi.json": json.dumps(document)}.get(name)
        route.fulfill(
            body=made or (STATIC / name).read_text(encoding="utf-8"),
            content_type=kind or "text/javascript",
            headers={"Content-Security-Policy": policy},
        )

    tab.route(f"{stub.address}/**", serve)
    tab.goto(f"{stub.address}/docs")
    drawn(tab)
