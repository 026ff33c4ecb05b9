"""What the playground has below its form: sweeps, comparison, history, code."""

from __future__ import annotations

import threading

import pytest
from play_kit import OTHER, button, choose, field, opened, richer, value
from playwright.sync_api import expect
from widget_kit import ROW, credit, playable

pytestmark = pytest.mark.browser


def test_a_sweep_is_a_chart_and_a_table(show, theme, shot, violations):
    panel, _ = opened()
    tab = show(panel, theme)
    tab.get_by_label("Field to vary").select_option("income")
    expect(field(tab, "To")).to_have_value("10000")
    field(tab, "Steps").fill("11")
    button(tab, "Sweep").click()
    expect(tab.get_by_text("11 calls done.")).to_be_visible()
    chart = tab.get_by_role("img", name="probability over income")
    expect(chart).to_be_visible()
    label = chart.get_attribute("aria-label")
    assert "from 0.205 at 0 to 1 at 10000" in label
    table = tab.get_by_role("region", name="Sweep as a table")
    expect(table.get_by_role("row")).to_have_count(12)
    expect(table.get_by_role("row", name="1000 0.305")).to_be_visible()
    shot(f"play-sweep-{theme}")
    assert violations() == []
    tab.get_by_label("Output to show").select_option("label")
    expect(tab.get_by_text("This output is not a number")).to_be_visible()
    expect(table.locator(".cx-differs")).to_have_count(1)
    shot(f"play-sweep-words-{theme}")


def test_values_that_the_model_fails_on_are_named(show, theme, shot, violations):
    panel, _ = opened(score=lambda row: credit(row if row["age"] < 70 else {}))
    tab = show(panel, theme)
    field(tab, "Steps").fill("11")
    button(tab, "Sweep").click()
    expect(tab.locator(".cx-fault")).to_contain_text("4 of 11 calls failed, at 70, 80")
    expect(tab.get_by_role("img", name="probability over age")).to_be_visible()
    shot(f"play-sweep-failures-{theme}")
    assert violations() == []


def test_a_sweep_can_be_stopped_and_shows_what_it_has(show, theme, shot):
    held = threading.Event()
    turns = iter(range(1, 101))  # a step of the interpreter: no two calls get one turn

    def slow(row):
        if next(turns) > 20:
            held.wait(90)
        return credit(row)

    panel, _ = opened(score=slow)
    tab = show(panel, theme)
    field(tab, "Steps").fill("100")
    button(tab, "Sweep").click()
    table = tab.get_by_role("region", name="Sweep as a table")
    expect(table.get_by_role("row")).to_have_count(21)
    expect(tab.get_by_role("progressbar")).to_be_visible()
    shot(f"play-sweep-running-{theme}")
    button(tab, "Stop").click()
    expect(tab.get_by_text("Stopped after 20 calls.")).to_be_visible()
    held.set()
    expect(button(tab, "Sweep")).to_be_visible()


@pytest.mark.parametrize(
    ("low", "high", "steps", "told"),
    [
        ("5", "5", "9", "From has to be smaller than To."),
        ("", "5", "9", "From and To need a number."),
        ("1", "5", "1", "Steps go from 2 to 200."),
        ("1", "5", "999", "Steps go from 2 to 200."),
    ],
)
def test_a_sweep_that_makes_no_sense_is_not_started(show, low, high, steps, told):
    panel, _ = opened()
    tab = show(panel)
    for name, text in (("From", low), ("To", high), ("Steps", steps)):
        field(tab, name).fill(text)
    button(tab, "Sweep").click()
    expect(tab.get_by_text(told)).to_be_visible()


def test_two_versions_are_compared_in_the_answer_and_in_the_sweep(
    show, theme, shot, violations
):
    panel, _ = opened([playable(model_hash=OTHER, score=richer)])
    tab = show(panel, theme)
    tab.get_by_label("Compare with").select_option(OTHER)
    button(tab, "Predict").click()
    row = tab.get_by_role("row", name="probability")
    expect(row).to_contain_text("0.577555")
    expect(row).to_contain_text("+0.05251")
    expect(tab.get_by_role("row", name="label")).to_contain_text("same")
    button(tab, "Sweep").click()
    expect(tab.get_by_text("50 calls done.")).to_be_visible()
    expect(tab.locator(".cx-legend-item")).to_have_count(2)
    shot(f"play-compare-{theme}")
    assert violations() == []


def test_history_loads_back_and_runs_again(show, theme, shot, violations):
    panel, _ = opened()
    tab = show(panel, theme)
    for age in ("20", "30"):
        field(tab, "age").fill(age)
        button(tab, "Predict").click()
        expect(tab.get_by_role("status").filter(has_text="Answer")).not_to_be_empty()
        expect(value(tab, "probability")).to_have_text(
            str(credit(ROW | {"age": int(age)})["probability"])
        )
    choose(tab, "History")
    rows = tab.get_by_role("region", name="Calls").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(2)).to_contain_text("age 20")
    shot(f"play-history-{theme}")
    assert violations() == []
    button(tab, "Load call 1").click()
    expect(field(tab, "age")).to_have_value("20")
    expect(value(tab, "probability")).to_have_text("0.42005")
    expect(rows).to_have_count(3)
    button(tab, "Run again call 2").click()
    expect(rows).to_have_count(4)
    expect(field(tab, "age")).to_have_value("30")


def test_code_follows_the_form_and_is_copied(show, theme, shot, violations):
    panel, _ = opened()
    tab = show(panel, theme)
    choose(tab, "Code")
    code = tab.get_by_role("region", name="Code")
    expect(code).to_contain_text('%codex predict credit-score {"age": 41')
    field(tab, "age").fill("52")
    expect(code).to_contain_text('"age": 52')
    for name, word in (
        ("curl", "curl -sS -X POST"),
        ("JavaScript", "fetch("),
        ("Python", "httpx.post"),
    ):
        choose(tab, name)
        expect(code).to_contain_text(word)
    shot(f"play-code-{theme}")
    assert violations() == []
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button(tab, "Copy").click()
    expect(tab.get_by_text("Copied.")).to_be_visible()
    assert "httpx.post" in tab.evaluate("navigator.clipboard.readText()")
