"""The deploy form in a browser: filling it in, what is wrong, trying, deploying."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from deploy_kit import BROKEN, CELLS, Platform, fails, opened, succeeds
from playwright.sync_api import expect

from codex_jupyter.errors import UnreachableError

pytestmark = pytest.mark.browser

AWAY = UnreachableError("Nothing answers.", hint="Start it.")
HOSTILE = '<img src=x onerror="window.bad = 1">'


def button(tab, name):
    return tab.get_by_role("button", name=name, exact=True)


def field(tab, name):
    return tab.get_by_label(name, exact=True)


def choose(tab, part, place):
    group = tab.get_by_role("radiogroup", name=f"{part}: where from")
    group.get_by_role("radio", name=place).check()


def fill(tab, name="credit-score", group="demo"):
    field(tab, "Name").fill(name)
    field(tab, "Group").fill(group)
    field(tab, "Group").press("Escape")
    expect(button(tab, "Deploy")).to_be_enabled()


def line(tab):
    return tab.get_by_role("region", name="The line that does the same")


def test_the_form_begins_with_what_there_is_one_of(show, theme, shot, violations):
    panel, _, _ = opened()
    tab = show(panel, theme)
    expect(field(tab, "Function to call")).to_have_value("score")
    expect(field(tab, "Variable with the model")).to_have_value("card")
    row = tab.get_by_role("row").filter(has_text="income")
    expect(row).to_contain_text("number")
    expect(row).to_contain_text("3200.5")
    expect(tab.get_by_text("Give the model a name.")).to_be_visible()
    expect(button(tab, "Deploy")).to_be_disabled()
    shot(f"deploy-begin-{theme}")
    assert violations() == []


def test_an_empty_notebook_is_told_what_to_do(show, theme, shot, violations):
    panel, _, _ = opened("x = 1")
    tab = show(panel, theme)
    expect(tab.get_by_text("No function is there yet.")).to_be_visible()
    expect(tab.get_by_text("Choose the function to call.")).to_be_visible()
    shot(f"deploy-empty-{theme}")
    assert violations() == []


def test_filled_in_it_can_be_deployed_and_shows_its_line(show, theme, shot, violations):
    row = {
        "Name": "credit-score",
        "Group": "demo",
        "Status": "Deployed",
        "ModelHash": "M" + "ab12" * 15,
        "UploadedAt": "2026-01-02T10:00:00+00:00",
    }
    panel, _, _ = opened(platform=Platform(rows_=[row, row | {"Status": "Disabled"}]))
    tab = show(panel, theme)
    fill(tab)
    expect(line(tab)).to_contain_text(
        "%%codex deploy credit-score --model card --schema row --group demo"
    )
    expect(line(tab)).to_contain_text("def score(data: str, base_path: str):")
    expect(tab.get_by_text("Updates credit-score: this is version 3.")).to_be_visible()
    shot(f"deploy-filled-{theme}")
    assert violations() == []
    field(tab, "Group").fill("novo_grupo")
    expect(tab.get_by_text("A new group: it is made")).to_be_visible()


def test_what_is_wrong_is_told_at_its_field(show, theme, shot, violations):
    panel, _, _ = opened()
    tab = show(panel, theme)
    fill(tab)
    field(tab, "Name").fill("credit/score")
    field(tab, "Group").fill("two words")
    field(tab, "Requirements").fill("pandas==2.2.3\n-r other.txt")
    field(tab, ".env file path").fill("missing.env")
    choose(tab, "Sample", "Typed")
    typed = tab.get_by_role("textbox", name="Sample row")
    typed.fill("rwo")
    typed.blur()
    for name, word in {
        "Name": "A model's name is made of letters",
        "Group": "A group's name is made of letters",
        "Requirements": "names another file. Write its lines here instead.",
        ".env file path": "The file missing.env is not there",
    }.items():
        one = field(tab, name)
        expect(one).to_have_attribute("aria-invalid", "true")
        told = one.evaluate(
            """(e) => (e.getAttribute("aria-describedby") ?? "").split(" ")
                .map((id) => e.getRootNode().getElementById(id)?.textContent).join()"""
        )
        assert word in told, name
    expect(tab.get_by_text("There is no variable named rwo")).to_be_visible()
    expect(tab.get_by_text("5 fields need a look.")).to_be_visible()
    expect(button(tab, "Deploy")).to_be_disabled()
    shot(f"deploy-invalid-{theme}")
    assert violations() == []


def test_an_expression_is_evaluated_when_its_field_is_left_and_not_before(show):
    panel, shell, _ = opened(*CELLS, "stock = [{'x': 1}, {'x': 2}]")
    tab = show(panel)
    choose(tab, "Sample", "Typed")
    typed = tab.get_by_role("textbox", name="Sample row")
    typed.press_sequentially("stock.pop()")
    expect(tab.get_by_text("read when you leave the field")).to_be_visible()
    assert len(shell.user_ns["stock"]) == 2
    typed.blur()
    expect(tab.get_by_role("row").filter(has_text="x")).to_contain_text("2")


def test_trying_shows_the_answer_and_what_was_printed(show, theme, shot, violations):
    panel, _, platform = opened()
    tab = show(panel, theme)
    fill(tab)
    button(tab, "Try on the sample").click()
    trial = tab.get_by_role("region", name="Trial")
    expect(trial).to_contain_text('"label": "good"')
    expect(trial).to_contain_text("share 0.52505")
    expect(trial).to_be_focused()
    assert platform.sent == []
    shot(f"deploy-tried-{theme}")
    assert violations() == []


def test_a_broken_function_is_not_uploaded_and_mending_it_is_enough(
    show, theme, shot, violations
):
    panel, shell, platform = opened(*CELLS, BROKEN)
    tab = show(panel, theme)
    fill(tab)
    button(tab, "Deploy").click()
    trial = tab.get_by_role("region", name="Trial")
    expect(trial).to_contain_text("KeyError: 'not there'")
    expect(trial).to_contain_text('json.loads(data)["not there"]')
    expect(trial).to_contain_text("Nothing was uploaded")
    assert platform.sent == []
    shot(f"deploy-broken-{theme}")
    assert violations() == []
    shell.run_cell(CELLS[1], store_history=True)
    expect(line(tab)).to_contain_text("probability")
    succeeds(platform)
    button(tab, "Deploy").click()
    expect(tab.get_by_text("Deployed in 2.5 s.")).to_be_visible()


def test_a_deployment_is_seen_in_place_and_a_failure_keeps_the_form(
    show, theme, shot, violations
):
    panel, _, platform = opened()
    tab = show(panel, theme)
    fill(tab)
    platform.hold = threading.Event()
    button(tab, "Deploy").click()
    expect(tab.get_by_text("Uploading 4 files.")).to_be_visible()
    expect(button(tab, "Back to the form")).to_be_focused()
    shot(f"deploy-uploading-files-{theme}")
    tab.emulate_media(reduced_motion="reduce")
    turning = tab.get_by_role("status").locator(".cx-icon-busy").first
    assert turning.evaluate("(e) => getComputedStyle(e).animationName") == "none"
    platform.hold.set()
    fails(platform, "KeyError: 'age'")
    expect(tab.get_by_role("alert").filter(has_text="KeyError")).to_be_visible()
    expect(tab.get_by_text("%codex explain credit-score says why")).to_be_visible()
    shot(f"deploy-failed-{theme}")
    assert violations() == []
    button(tab, "Mend and deploy again").click()
    expect(field(tab, "Name")).to_have_value("credit-score")
    expect(tab.get_by_text("The deployment before:")).to_be_visible()
    shot(f"deploy-mending-{theme}")
    succeeds(platform)
    button(tab, "Deploy").click()
    expect(tab.get_by_text("Deployed in 2.5 s.")).to_be_visible()
    expect(tab.get_by_text("KeyError")).to_have_count(0)
    expect(button(tab, "Deploy a new version")).to_be_visible()
    shot(f"deploy-done-{theme}")
    assert violations() == []
    assert len(platform.sent) == 2


def test_a_file_is_uploaded_in_parts_and_can_be_cancelled(
    show, shot, violations, monkeypatch
):
    panel, _, _ = opened()
    tab = show(panel)
    gate = threading.Event()
    put = panel._uploads.put

    def slow(tag, name, size, at, part):
        if at:
            gate.wait(120)
        return put(tag, name, size, at, part)

    monkeypatch.setattr(panel._uploads, "put", slow)
    choose(tab, "Model", "File")
    content = b"m" * (4 * 1024 * 1024 + 500_000)
    chooser = tab.get_by_label("Upload the model file", exact=True)
    given = {"name": "../größe.pkl", "mimeType": "", "buffer": content}
    chooser.set_input_files(given)
    expect(tab.get_by_text("4.0 MiB of 4.5 MiB")).to_be_visible()
    for theme in ("light", "dark"):
        tab.emulate_media(color_scheme=theme)
        shot(f"deploy-upload-{theme}")
        assert violations() == []
    # The banner that comes above it has come: nothing moves any more.
    expect(tab.get_by_text("The kernel does not answer.")).to_be_visible()
    button(tab, "Cancel upload").click()
    expect(tab.get_by_text("Cancelled.")).to_be_visible()
    gate.set()
    chooser.set_input_files(given)
    done = tab.get_by_text("4.5 MiB, kept while this panel is.")
    expect(done).to_be_visible()
    path = field(tab, "File with the model path").input_value()
    assert path.endswith("/größe.pkl")
    assert Path(path).read_bytes() == content
    expect(line(tab)).to_contain_text(path)


def test_a_pasted_cell_fills_the_form_and_what_is_none_says_so(
    show, theme, shot, violations
):
    panel, _, _ = opened()
    tab = show(panel, theme)
    tab.get_by_text("Fill the form from a line").click()
    area = field(tab, "A line or a cell to fill in from")
    area.fill("%codex models")
    button(tab, "Fill the form").click()
    expect(tab.get_by_text("This is no %codex deploy line.")).to_be_visible()
    cell = "import json\n\ndef answer(data, base_path):\n    return json.loads(data)"
    area.fill(
        "%%codex deploy 'my model' --model card --schema {'age': 1, \"income\": 2} "
        '--group demo --requirements "a==1, b>=2,<3" --operation async --input json '
        f"--python 3.9 --no-check\n{cell}"
    )
    button(tab, "Fill the form").click()
    expect(field(tab, "Name")).to_have_value("my model")
    expect(field(tab, "Requirements")).to_have_value("a==1\nb>=2,<3")
    expect(field(tab, "Python")).to_have_value("3.9")
    expect(tab.get_by_role("radio", name="Async")).to_be_checked()
    expect(tab.get_by_label("Try it before the upload")).not_to_be_checked()
    code = tab.get_by_role("textbox", name="Cell that defines it")
    expect(code).to_have_value(cell)
    expect(field(tab, "Its function")).to_have_value("answer")
    expect(line(tab)).to_have_text(
        "%%codex deploy 'my model' --reference answer --model card "
        "--schema {'age': 1, \"income\": 2} "
        "--group demo --operation async --input json --python 3.9 "
        f"--requirements 'a==1, b>=2,<3' --no-run\n{cell}"
    )
    shot(f"deploy-pasted-{theme}")
    code.fill(cell.replace("def ", "df "))
    expect(tab.get_by_text("The cell is not valid Python")).to_be_visible()
    code.fill(cell.replace("answer", "renamed"))
    expect(tab.get_by_text("It defines renamed.")).to_be_visible()
    shot(f"deploy-pasted-invalid-{theme}")
    # One's mind can be changed without losing what was given.
    choose(tab, "Function", "File")
    expect(field(tab, "Its function")).to_be_visible()
    choose(tab, "Function", "Notebook")
    choose(tab, "Function", "Cell")
    expect(code).to_have_value(cell.replace("answer", "renamed"))
    field(tab, "Its function").fill("renamed")
    expect(line(tab)).to_contain_text("--reference renamed")
    assert violations() == []


def test_a_platform_that_is_away_is_told_with_the_next_step(
    show, theme, shot, violations
):
    platform = Platform(error=AWAY)
    panel, _, _ = opened(platform=platform)
    tab = show(panel, theme)
    expect(tab.get_by_text("Nothing answers. Start it.")).to_be_visible()
    expect(button(tab, "Deploy")).to_be_disabled()
    shot(f"deploy-away-{theme}")
    assert violations() == []
    platform.error = None
    button(tab, "Look again").click()
    expect(tab.get_by_text("Nothing answers. Start it.")).to_be_hidden()
    fill(tab)


def test_a_platform_that_hangs_is_told_at_the_button_and_is_sent_nothing(
    show, tab, both, violations
):
    panel, _, platform = opened()
    tab.clock.install()
    show(panel)
    fill(tab)
    held, answer = threading.Event(), platform._answer
    platform._answer = lambda value: held.wait(90) and answer(value)
    button(tab, "Deploy").click()
    tab.clock.run_for(3000)
    waiting = tab.get_by_text("Still waiting for the platform at http://127.0.0.1")
    expect(waiting).to_be_visible()
    expect(tab.get_by_text("Asking the platform…")).to_be_visible()
    both("deploy-hangs")
    assert violations() == []
    button(tab, "Cancel").click()
    expect(waiting).to_be_hidden()
    expect(button(tab, "Deploy")).to_be_enabled()
    assert platform.sent == []
    held.set()
    succeeds(platform)
    button(tab, "Deploy").click()
    expect(tab.get_by_text("Deployed in")).to_be_visible()
    assert len(platform.sent) == 1
    # And where the status has taken the form's place, it is told there.
    again = threading.Event()
    platform.model.refresh = lambda: again.wait(90) and "Deployed"
    button(tab, "Refresh").click()
    tab.clock.run_for(3000)
    expect(waiting).to_be_visible()
    again.set()
    expect(waiting).to_be_hidden()


def test_why_the_platform_lets_nothing_happen_is_told_in_one_place(
    show, tab, both, violations
):
    panel, _, platform = opened()
    tab.clock.install()
    show(panel)
    fill(tab)
    answer, left = platform._answer, iter(range(3))

    def goes(value):
        # It is there when it is asked what it has, and away right after that.
        platform.error = None if next(left, None) is not None else AWAY
        return answer(value)

    platform._answer = goes
    button(tab, "Deploy").click()
    told = tab.get_by_text(AWAY.message).filter(visible=True)
    expect(tab.get_by_text("Not connected")).to_be_visible()
    expect(told).to_have_count(1)
    expect(told).to_contain_text(AWAY.hint)
    expect(button(tab, "Deploy")).to_be_disabled()
    both("deploy-lost")
    assert violations() == []
    platform.error, platform._answer = None, answer
    tab.wait_for_timeout(200)  # the browser notices that it is seen
    tab.clock.run_for(16_000)
    expect(told).to_have_count(0)
    expect(tab.get_by_text("Not connected")).to_be_hidden()
    expect(button(tab, "Deploy")).to_be_enabled()
    assert platform.sent == []


def test_paths_are_completed_with_the_keyboard(show, tmp_path, monkeypatch, shot):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "code" / "deep").mkdir(parents=True)
    (tmp_path / "code" / "score.py").write_text("def score(data, base_path): ...")
    (tmp_path / "code" / "<b>.py").write_text("")
    panel, _, _ = opened()
    tab = show(panel)
    choose(tab, "Function", "File")
    path = field(tab, "File that defines it path")
    path.fill("co")
    option = tab.get_by_role("option", name="code/", exact=True)
    expect(option).to_be_visible()
    path.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    path.press("Enter")
    expect(tab.get_by_role("option", name="code/<b>.py")).to_be_visible()
    shot("deploy-paths")
    path.press("ArrowUp")
    path.press("Enter")
    expect(path).to_have_value("code/score.py")
    expect(line(tab)).to_contain_text("--source code/score.py")
    # What is in a file cannot be called here.
    expect(button(tab, "Try on the sample")).to_be_disabled()
    expect(tab.get_by_label("Try it before the upload")).to_be_hidden()
    path.fill("code/<b>.py")
    expect(tab.get_by_text("<b>.py does not define score.")).to_be_visible()


def test_everything_is_done_with_the_keyboard(show):
    panel, _, platform = opened()
    succeeds(platform)
    tab = show(panel)
    expect(tab.get_by_role("region", name="The sample row")).to_be_visible()
    field(tab, "Function to call").focus()
    press = tab.keyboard.press
    # The model's place and variable, the sample's, its table.
    for _ in range(6):
        press("Tab")
    expect(field(tab, "Name")).to_be_focused()
    tab.keyboard.type("credit-score")
    press("Tab")
    # What the platform offers has come.
    expect(field(tab, "Python").locator("option[value='3.9']")).to_be_attached()
    tab.keyboard.type("dem")
    expect(tab.get_by_role("option", name="demo")).to_be_visible()
    press("ArrowDown")
    press("Enter")
    expect(button(tab, "Deploy")).to_be_enabled()
    press("Control+Enter")
    expect(tab.get_by_text("Deployed in 2.5 s.")).to_be_visible()
    press("Enter")
    expect(field(tab, "Name")).to_be_visible()


def test_a_page_that_was_reloaded_has_what_was_typed(show):
    panel, _, _ = opened()
    tab = show(panel)
    fill(tab)
    tab.reload()
    tab.wait_for_function("'show' in window")
    tab.evaluate("window.show()")
    expect(field(tab, "Name")).to_have_value("credit-score")
    expect(button(tab, "Deploy")).to_be_enabled()


def test_a_kernel_that_is_gone_is_told(show):
    panel, _, _ = opened()
    tab = show(panel)
    fill(tab)
    tab.evaluate("window.dead = true")
    field(tab, "Name").fill("another")
    expect(tab.get_by_text("The kernel was restarted or shut down")).to_be_visible()


def test_hostile_words_stay_text_and_a_narrow_cell_shows_it_all(show, shot):
    sample = {HOSTILE: HOSTILE, "../../x": "\u202eabc", "x" * 300: "y" * 3000}
    cell = f"import json\nwild = json.loads({json.dumps(sample)!r})"
    platform = Platform(groups=["demo", HOSTILE], error=None)
    panel, _, _ = opened(CELLS[1], cell, platform=platform)
    tab = show(panel)
    tab.set_viewport_size({"width": 420, "height": 900})
    field(tab, "Name").fill(HOSTILE)
    expect(field(tab, "Python").locator("option[value='3.9']")).to_be_attached()
    field(tab, "Group").fill("<img")
    expect(tab.get_by_role("option", name=HOSTILE)).to_be_visible()
    field(tab, "Group").press("Escape")
    expect(tab.get_by_role("row").filter(has_text="../../x")).to_be_visible()
    expect(tab.get_by_text("The model's name has 36 characters")).to_be_visible()
    expect(line(tab)).to_contain_text(HOSTILE)
    assert tab.evaluate("window.bad") is None
    assert tab.evaluate("document.documentElement.scrollWidth") <= 420
    shot("deploy-narrow")
