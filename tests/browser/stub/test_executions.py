"""The list of executions in a browser: filters, pages, keyboard, one opened."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from list_kit import Listing, row
from playwright.sync_api import expect
from widget_kit import log, state

from codex_jupyter.errors import UnreachableError
from codex_jupyter.widgets.executions import PAGE, ExecutionsPanel, Query

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
MIXED = [
    row(6, state="Requested", TimeElapsed=None, OutputFile=None),
    row(5, "monitoring", Label="2026-W14", InputFile=None),
    row(4, "training", RunName="deeper trees", OutputFile={"Name": "model.pkl"}),
    row(3, "script", "Running", TimeElapsed=None),
    row(2, state="Failed", Message="score() raised KeyError: 'income'\nTraceback"),
    row(1),
]


def opened(*rows, **more):
    hands = Listing(*rows)
    count, first = hands.page(Query(), PAGE)
    return ExecutionsPanel(hands, count, first, **more), hands


def numbers(tab):
    return [int(one) for one in tab.locator(".cx-number").all_inner_texts()]


def test_every_kind_is_listed_the_newest_first(show, theme, shot, violations):
    panel, _ = opened(*MIXED)
    tab = show(panel, theme)
    expect(tab.get_by_role("heading", name="Executions")).to_be_visible()
    assert numbers(tab) == [6, 5, 4, 3, 2, 1]
    expect(tab.get_by_text("deeper trees")).to_be_visible()
    expect(tab.get_by_text("score() raised KeyError")).to_be_visible()
    expect(tab.get_by_text("1 to 6 of 6")).to_be_visible()
    shot(f"executions-{theme}")
    assert violations() == []


def test_kind_state_age_and_text_narrow_them(show, theme, shot):
    panel, hands = opened(*MIXED)
    tab = show(panel, theme)
    tab.get_by_label("Kind").select_option("training")
    expect(tab.locator(".cx-number")).to_have_text(["4"])
    tab.get_by_label("Kind").select_option("")
    tab.get_by_label("State").select_option("Failed")
    expect(tab.locator(".cx-number")).to_have_text(["2"])
    tab.get_by_label("State").select_option("")
    tab.get_by_label("Find by name or number").fill("script")
    expect(tab.locator(".cx-number")).to_have_text(["3"])
    tab.get_by_label("Find by name or number").fill("nothing")
    expect(tab.get_by_text("No execution matches.")).to_be_visible()
    shot(f"executions-none-{theme}")
    tab.get_by_label("Find by name or number").fill("")
    expect(tab.locator(".cx-number")).to_have_count(6)
    tab.get_by_label("Age", exact=True).select_option("1")
    expect(tab.get_by_text("No execution matches.")).to_be_visible()
    assert hands.asked[-1].since is not None


def test_ten_thousand_are_read_a_page_at_a_time_with_the_keyboard(show, shot):
    panel, hands = opened(*[row(number) for number in range(1, 10_001)])
    tab = show(panel)
    expect(tab.get_by_text("1 to 50 of 10,000")).to_be_visible()
    tab.get_by_label("Find by name or number").focus()
    press, focused = tab.keyboard.press, tab.locator(".cx-number:focus")
    press("ArrowDown")
    expect(focused).to_have_text("10000")
    press("End")
    expect(focused).to_have_text("9951")
    press("PageDown")
    expect(tab.get_by_text("51 to 100 of 10,000")).to_be_visible()
    expect(focused).to_have_text("9950")
    press("PageUp")
    expect(focused).to_have_text("10000")
    press("PageUp")
    expect(focused).to_have_text("10000")
    assert max(query.skip for query in hands.asked) == 50
    assert tab.locator("*").count() < 1500
    shot("executions-many")


def test_one_opens_in_place_and_can_be_cancelled(show, theme, shot, violations):
    panel, hands = opened(*MIXED)
    tab = show(panel, theme)
    expect(tab.locator(".cx-number")).to_have_count(len(MIXED))
    tab.get_by_label("Find by name or number").focus()
    for _ in range(4):  # to 6, 5, 4, 3
        tab.keyboard.press("ArrowDown")
    expect(tab.locator(".cx-number:focus")).to_have_text("3")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="script-of-3")).to_be_visible()
    expect(tab.get_by_role("table", name="Executions")).to_have_count(0)
    [run] = hands.opened
    run.feed(state("Running"), log(1, "read 10 rows"))
    expect(tab.get_by_text("read 10 rows")).to_be_visible()
    shot(f"executions-open-{theme}")
    assert violations() == []
    tab.get_by_role("button", name="Cancel").click()
    tab.get_by_role("button", name="Yes, cancel it").click()
    expect(tab.get_by_text("It was cancelled.")).to_be_visible()
    hands.rows[3] = row(3, "script", "Failed", Message="It was cancelled.")
    tab.get_by_role("button", name="All executions").focus()
    tab.keyboard.press("Escape")
    expect(tab.locator(".cx-number:focus")).to_have_text("3")
    expect(tab.get_by_role("row").nth(4)).to_contain_text("Failed")


def test_a_platform_that_has_run_nothing_says_what_makes_the_first(show, both):
    tab = show(opened()[0])
    expect(tab.get_by_text("There is no execution yet: %codex predict")).to_be_visible()
    both("executions-empty")
    tab.get_by_label("State").select_option("Failed")
    expect(tab.get_by_text("No execution matches.")).to_be_visible()


def test_a_failed_one_can_be_run_again(show, theme, shot, violations):
    panel, hands = opened(*MIXED)
    tab = show(panel, theme)
    tab.get_by_role("button", name="Open execution 2").click()
    expect(tab.get_by_text("asynchronous model · execution 2")).to_be_visible()
    [run] = hands.opened
    run.feed(log(1, "of the first"), state("Failed", "KeyError: 'income'"), None)
    expect(tab.locator(".cx-reason")).to_have_text("KeyError: 'income'")
    shot(f"executions-failed-{theme}")
    assert violations() == []
    tab.get_by_role("button", name="Run again").click()
    expect(tab.get_by_text("asynchronous model · execution 6")).to_be_visible()
    expect(tab.get_by_text("of the first")).to_have_count(0)
    run.next.feed(state("Running"), log(1, "of the second"), None)
    expect(tab.get_by_text("of the second")).to_be_visible()
    expect(tab.get_by_role("alert").filter(has_text="KeyError")).to_have_count(0)
    tab.get_by_role("button", name="All executions").click()
    tab.get_by_role("button", name="Open execution 3").click()
    expect(tab.get_by_role("heading", name="script-of-3")).to_be_visible()
    hands.opened[1].feed(state("Failed", "no"), None)
    expect(tab.get_by_text("%codex preprocess script-of-3 FILE")).to_be_visible()
    shot(f"executions-repeat-{theme}")
    assert violations() == []


def test_a_page_that_was_reloaded_has_rows_and_filters(show, shot):
    now = datetime.now(UTC).isoformat()
    rows = [row(4), row(3, "script", RequestedAt=now), row(2, RequestedAt=now)]
    panel, _ = opened(*rows, row(1, "script"))
    tab = show(panel)
    find, age = tab.get_by_label("Find by name"), tab.get_by_label("Age", exact=True)
    find.fill("script")
    expect(tab.locator(".cx-number")).to_have_text(["3", "1"])
    age.select_option("24")
    expect(tab.locator(".cx-number")).to_have_text(["3"])
    tab.reload()
    tab.wait_for_function("'show' in window")
    tab.evaluate("window.show()")
    expect(tab.locator(".cx-number")).to_have_text(["3"])
    expect(find).to_have_value("script")
    expect(age).to_have_value("24")
    shot("executions-reloaded")
    age.select_option("")
    expect(tab.locator(".cx-number")).to_have_text(["3", "1"])


def test_those_of_one_model_leave_out_what_is_the_same(show, shot):
    panel, _ = opened(row(1), row(2), of="churn batch")
    tab = show(panel)
    expect(tab.get_by_role("heading", name="Executions of churn batch")).to_be_visible()
    expect(tab.get_by_role("columnheader", name="Kind")).to_have_count(0)
    expect(tab.get_by_label("Kind")).to_be_hidden()
    shot("executions-of-one")


def test_a_platform_that_is_away_is_told_above_the_old_rows(
    show, theme, shot, violations
):
    panel, hands = opened(*MIXED)
    tab = show(panel, theme)
    hands.error = UnreachableError("Nothing answers at http://127.0.0.1:4321.")
    tab.get_by_role("button", name="Refresh").click()
    expect(tab.get_by_role("alert").first).to_contain_text("Nothing answers at")
    expect(tab.locator(".cx-number")).to_have_count(6)
    shot(f"executions-away-{theme}")
    assert violations() == []


def test_a_kernel_that_is_gone_is_told(show, stub):
    panel, _ = opened(*MIXED)
    tab = show(panel)
    tab.evaluate("window.dead = true")
    tab.get_by_role("button", name="Refresh").click()
    expect(tab.get_by_role("status").first).to_contain_text("The kernel was restarted")


def test_what_comes_from_the_platform_is_text(show, shot):
    panel, _ = opened(
        row(1, HOSTILE, HOSTILE, Name=HOSTILE, Group=HOSTILE, Message=HOSTILE),
        row(2, Name="x" * 3000, InputFile={"Name": HOSTILE * 9}),
    )
    tab = show(panel)
    expect(tab.locator(".cx-number")).to_have_count(2)
    expect(tab.locator("img")).to_have_count(0)
    tab.set_viewport_size({"width": 420, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 420
    shot("executions-narrow")
