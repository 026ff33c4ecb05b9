"""The playground in a browser: form, answer, the keyboard, hostile text."""

from __future__ import annotations

import json
import threading

import pytest
from play_kit import OTHER, button, choose, field, opened, raw, richer, value
from playwright.sync_api import expect
from widget_kit import HASH, ROW, credit, playable

from codex_jupyter.errors import UnreachableError
from codex_jupyter.widgets.playground import Playground

pytestmark = pytest.mark.browser


def test_the_form_has_a_control_for_each_field_of_the_sample(
    show, theme, shot, violations
):
    panel, _ = opened()
    tab = show(panel, theme)
    expect(field(tab, "age")).to_have_value("41")
    expect(field(tab, "income")).to_have_attribute("type", "number")
    expect(field(tab, "employed")).to_be_checked()
    expect(field(tab, "since")).to_have_attribute("type", "date")
    expect(field(tab, "city")).to_have_value("Natal")
    expect(field(tab, "limits")).to_have_value('{"soft": 100, "hard": [1, 2]}')
    expect(field(tab, "referrer")).to_have_value("null")
    shot(f"play-first-{theme}")
    assert violations() == []


def test_predict_shows_values_json_and_latency(show, theme, shot, violations):
    panel, _ = opened()
    tab = show(panel, theme)
    button(tab, "Predict").click()
    expect(value(tab, "probability")).to_have_text("0.52505")
    expect(tab.locator(".cx-time")).to_contain_text("ms")
    shot(f"play-answer-{theme}")
    assert violations() == []
    choose(tab, "JSON", 1)
    shown = tab.get_by_role("region", name="JSON of credit-score").inner_text()
    assert json.loads(shown) == credit(ROW)
    shot(f"play-answer-json-{theme}")


def test_what_was_not_touched_is_sent_as_it_was(show):
    seen = []
    sample = {"id": 12345678901234567890, "rate": 1.0, "at": "2026-01-02T10:30:00"}
    panel, _ = opened(sample=sample, score=lambda row: seen.append(row) or 1)
    tab = show(panel)
    button(tab, "Predict").click()
    expect(value(tab, "answer")).to_have_text("1")
    assert repr(seen) == repr([sample])


def test_each_control_sends_what_was_entered(show):
    seen = []
    panel, _ = opened(score=lambda row: seen.append(row) or "ok")
    tab = show(panel)
    field(tab, "age").fill("55")
    field(tab, "income").fill("")
    field(tab, "employed").uncheck()
    field(tab, "city").fill('"São" <b>')
    field(tab, "since").fill("2024-12-31")
    field(tab, "seen_at").fill("2025-05-06T07:08")
    field(tab, "limits").fill('{"soft": 7}')
    field(tab, "referrer").fill("[1, null]")
    button(tab, "Predict").click()
    expect(value(tab, "answer")).to_have_text("ok")
    assert seen == [
        ROW
        | {
            "age": 55,
            "income": None,
            "employed": False,
            "city": '"São" <b>',
            "since": "2024-12-31",
            "seen_at": "2025-05-06T07:08:00",
            "limits": {"soft": 7},
            "referrer": [1, None],
        }
    ]


def test_a_slider_moves_its_number(show):
    panel, _ = opened()
    tab = show(panel)
    tab.locator(".cx-slider").first.evaluate(
        "s => { s.value = 70; s.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    expect(field(tab, "age")).to_have_value("70")


def test_choices_of_the_document_are_a_list(show):
    panel_model = playable()
    operation = next(iter(panel_model.document["paths"].values()))["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    known = body["properties"]["Input"]["properties"]
    known["city"]["enum"] = ["Natal", "Recife"]
    seen = []
    panel_model.score = lambda row: seen.append(row["city"]) or 1
    tab = show(Playground(panel_model))
    field(tab, "city").select_option("Recife")
    button(tab, "Predict").click()
    expect(value(tab, "answer")).to_be_visible()
    assert seen == ["Recife"]


def test_form_and_json_hold_the_same_values(show, theme, shot, violations):
    panel, _ = opened()
    tab = show(panel, theme)
    field(tab, "age").fill("66")
    choose(tab, "JSON")
    assert json.loads(raw(tab).input_value()) == ROW | {"age": 66}
    raw(tab).fill('{"age": 7, "city": "Rio",\n "new" 1}')
    expect(tab.get_by_text('Line 2: a colon is missing after "new"')).to_be_visible()
    shot(f"play-json-wrong-{theme}")
    assert violations() == []
    choose(tab, "Form")
    expect(raw(tab)).to_be_focused()
    raw(tab).fill('{"age": 7, "city": "Rio", "new": 1.50}')
    choose(tab, "Form")
    expect(field(tab, "age")).to_have_value("7")
    expect(field(tab, "new")).to_have_value("1.50")
    expect(tab.get_by_text("Not sent: income, ratio")).to_be_visible()
    button(tab, "Put back").click()
    expect(field(tab, "income")).to_have_value("3200.5")
    choose(tab, "JSON")
    assert '"new": 1.50' in raw(tab).input_value()
    button(tab, "Reset").click()
    assert json.loads(raw(tab).input_value()) == ROW


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "there is nothing yet"),
        ("{", "a name in double quotes"),
        ('{"a": }', "a value is missing"),
        ('{"a": 01}', "01 is not a JSON value"),
        ('{"a": NaN}', "NaN is not a JSON value"),
        ('{"a": 1} x', "something follows after the end"),
        ('{"a": "x}', "not closed by a double quote"),
        ('{"a": 1, "a": 2}', '"a" is there twice'),
        ("[1, 2", "a comma or ] is missing"),
        ('{"a": "\\q"}', "needs a backslash"),
        ("[" * 300, "nested too deeply"),
    ],
)
def test_a_mistake_in_the_json_is_told_while_typing(show, text, told):
    panel, _ = opened()
    tab = show(panel)
    choose(tab, "JSON")
    raw(tab).fill(text)
    expect(tab.get_by_text(told)).to_be_visible()
    button(tab, "Predict").click()
    expect(raw(tab)).to_be_focused()


def test_a_field_that_is_wrong_is_told_and_focused_instead_of_sent(show):
    seen = []
    panel, _ = opened(score=lambda row: seen.append(row) or 1)
    tab = show(panel)
    field(tab, "limits").fill("{oops")
    expect(field(tab, "limits")).to_have_attribute("aria-invalid", "true")
    expect(tab.get_by_text("Look at limits.")).to_be_visible()
    button(tab, "Predict").click()
    expect(field(tab, "limits")).to_be_focused()
    choose(tab, "JSON")
    expect(field(tab, "limits")).to_be_focused()
    assert seen == []


def test_an_error_of_the_model_is_one_block(show, theme, shot, violations):
    panel, _ = opened()
    tab = show(panel, theme)
    choose(tab, "JSON")
    raw(tab).fill('{"age": 41}')
    button(tab, "Predict").click()
    block = tab.locator(".cx-fault")
    expect(block).to_have_count(1)
    expect(block).to_contain_text("KeyError: 'income'")
    expect(block.get_by_role("region", name="Details")).to_contain_text("score.py")
    shot(f"play-error-{theme}")
    assert violations() == []
    button(tab, "Reset").click()
    expect(tab.get_by_text("The input has changed since this answer.")).to_be_visible()
    button(tab, "Predict").click()
    expect(block).to_have_count(0)
    expect(tab.get_by_text("The input has changed")).to_have_count(0)


def test_a_platform_that_is_away_is_told_with_the_next_step(show):
    def away(row):
        raise UnreachableError("Nothing answers there.", hint="Type %codex local")

    panel, _ = opened(score=away)
    tab = show(panel)
    button(tab, "Predict").click()
    expect(tab.locator(".cx-fault")).to_contain_text("Nothing answers there.")
    expect(tab.locator(".cx-fault")).to_contain_text("Type %codex local")


def test_a_call_that_takes_long_can_be_cancelled(show, theme, shot, violations):
    held = threading.Event()
    panel, model = opened(score=lambda row: held.wait(90) and {"late": 1})
    tab = show(panel, theme)
    button(tab, "Predict").click()
    expect(button(tab, "Cancel")).to_be_visible()
    shot(f"play-running-{theme}")
    assert violations() == []
    place = button(tab, "Cancel").bounding_box()
    # It comes after two seconds, and takes no button from under a pointer.
    expect(tab.get_by_text("Still waiting for the platform.")).to_be_visible()
    assert button(tab, "Cancel").bounding_box() == place
    shot(f"play-waiting-{theme}")
    button(tab, "Cancel").click()
    expect(tab.get_by_text("The call was cancelled.")).to_be_visible()
    model.score = lambda row: {"prompt": 1}
    button(tab, "Predict").click()
    expect(value(tab, "prompt")).to_be_visible()
    held.set()
    expect(tab.get_by_role("row", name="late")).to_have_count(0)


def test_predict_on_change_asks_by_itself_and_the_newest_values_win(show):
    panel, _ = opened()
    tab = show(panel)
    tab.get_by_label("Predict on change").check()
    expect(value(tab, "probability")).to_have_text("0.52505")
    field(tab, "age").fill("20")
    field(tab, "age").press("Tab")
    expect(value(tab, "probability")).to_have_text("0.42005")


def test_everything_is_done_with_the_keyboard(show):
    panel, _ = opened()
    tab = show(panel)
    field(tab, "age").focus()
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("Enter")
    expect(value(tab, "probability")).to_have_text("0.53005")
    field(tab, "limits").focus()
    tab.keyboard.press("Control+Enter")
    expect(tab.get_by_role("status").filter(has_text="Answer 2")).to_be_attached()
    tab.get_by_role("tab", name="What if").focus()
    tab.keyboard.press("ArrowRight")
    expect(tab.get_by_role("tab", name="History")).to_be_focused()
    expect(tab.get_by_role("region", name="Calls")).to_be_visible()
    tab.keyboard.press("End")
    expect(tab.get_by_role("region", name="Code")).to_be_visible()
    tab.keyboard.press("Home")
    field(tab, "Steps").focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("25 calls done.")).to_be_visible()


HOSTILE = '<img src=x onerror="window.bad = 1">'


def test_hostile_names_values_and_answers_stay_text(show, shot):
    sample = {HOSTILE: 1, "x" * 3000: HOSTILE, "مرحبا \u202e evil": "🤖", "": None}
    panel, _ = opened(
        sample=sample,
        name=HOSTILE,
        group="<b>g</b>",
        score=lambda row: {HOSTILE: HOSTILE, "y" * 3000: "z" * 9000},
    )
    tab = show(panel)
    expect(tab.get_by_role("heading", level=2)).to_have_text(HOSTILE)
    button(tab, "Predict").click()
    expect(value(tab, HOSTILE)).to_have_text(HOSTILE)
    button(tab, "Sweep").click()
    expect(tab.get_by_text("3 calls done.")).to_be_visible()
    choose(tab, "History")
    choose(tab, "Code")
    assert tab.evaluate("window.bad") is None
    assert tab.evaluate("document.documentElement.scrollWidth") <= 1000
    shot("play-hostile")


@pytest.mark.parametrize("sample", [[1, 2, {"a": 3}], "a text", 7])
def test_a_sample_that_is_no_object_is_edited_as_json(show, sample):
    seen = []
    panel, _ = opened(sample=sample, score=lambda row: seen.append(row) or [1, 2])
    tab = show(panel)
    expect(raw(tab)).to_be_visible()
    choose(tab, "Form")
    expect(tab.get_by_text("Only an object such as")).to_be_visible()
    button(tab, "Predict").click()
    expect(value(tab, "[1]")).to_have_text("2")
    expect(tab.get_by_text("A sweep needs a numeric field")).to_be_visible()
    assert seen == [sample]


def test_many_fields_are_found_by_name(show, theme, shot):
    sample = {f"mean feature {n}": round(17.99 / (n + 1), 4) for n in range(60)}
    panel, _ = opened(sample=sample, score=lambda row: {"malignant": 0.5})
    tab = show(panel, theme)
    tab.get_by_label("Find a field").fill("feature 59")
    expect(field(tab, "mean feature 59")).to_be_visible()
    expect(field(tab, "mean feature 1")).to_be_hidden()
    tab.get_by_label("Find a field").fill("nothing")
    expect(tab.get_by_text("No field matches.")).to_be_visible()
    tab.get_by_label("Find a field").fill("")
    shot(f"play-many-{theme}")


def test_a_page_that_was_reloaded_has_the_last_call_and_the_history(show):
    panel, _ = opened()
    tab = show(panel)
    field(tab, "age").fill("20")
    button(tab, "Predict").click()
    expect(value(tab, "probability")).to_have_text("0.42005")
    tab.reload()
    tab.wait_for_function("'show' in window")
    tab.evaluate("window.show()")
    expect(value(tab, "probability")).to_have_text("0.42005")
    expect(field(tab, "age")).to_have_value("20")


def test_a_missing_token_is_said_before_anything_is_asked(show):
    panel, _ = opened(has_token=False)
    tab = show(panel)
    expect(tab.get_by_text("the group's token is not set")).to_be_visible()


def test_a_restarted_kernel_is_named(show, stub):
    panel, _ = opened()
    tab = show(panel)
    expect(button(tab, "Predict")).to_be_visible()
    stub.alive = False
    tab.evaluate("window.dead = true")
    button(tab, "Predict").click()
    expect(tab.get_by_text("The kernel was restarted or shut down")).to_be_visible()
    expect(tab.locator(".cx-fault")).to_contain_text("Run the cell again.")


def test_a_narrow_cell_and_forced_colours_show_it_all(show, shot):
    panel, _ = opened([playable(model_hash=OTHER, score=richer)])
    tab = show(panel)
    tab.set_viewport_size({"width": 420, "height": 900})
    button(tab, "Predict").click()
    button(tab, "Sweep").click()
    expect(tab.get_by_text("25 calls done.")).to_be_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 420
    shot("play-narrow")
    tab.set_viewport_size({"width": 1000, "height": 900})
    tab.emulate_media(forced_colors="active")
    shot("play-forced-colours")


def test_only_what_the_kernel_must_know_is_sent_and_no_token(show):
    panel, _ = opened()
    sent = []
    tab = show(panel)
    tab.on("request", lambda r: sent.append(r.post_data or ""))
    button(tab, "Predict").click()
    expect(value(tab, "probability")).to_be_visible()
    [request] = [json.loads(s)["content"] for s in sent if '"predict"' in s]
    assert sorted(request) == ["id", "input", "kind", "models", "script"]
    assert request["models"] == [HASH]
