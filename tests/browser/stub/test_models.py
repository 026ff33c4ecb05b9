"""The models table in a browser: sorting, filters, details, the keyboard, thousands."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from codex_jupyter.errors import UnreachableError
from codex_jupyter.widgets.models import ModelsTable

pytestmark = pytest.mark.browser

STATES = ("Deployed", "Building", "Failed", "Disabled", "Recovering", "Deleted")


def row(number, name=None, state="Deployed", **more):
    return {
        "ModelHash": f"M{number:063x}",
        "Name": name or f"model-{number}",
        "Status": state,
        "Operation": "Sync",
        "Group": "demo",
        "PythonVersion": "Python311",
        "UploadedAt": f"2026-01-02T{number % 24:02}:00:00+00:00",
        "Version": 1,
        "Calls": 0,
        "LastCallAt": None,
        "Drift": None,
    } | more


def verdict(level, label="2026-W14"):
    return {"Label": label, "Verdict": level}


ROWS = [
    row(1, "credit-score", Version=9, Calls=1234, LastCallAt="2026-01-04T10:00:00Z"),
    row(2, "churn", "Failed", Group="crm", Drift=verdict("significant")),
    row(3, "credit-score", "Disabled", Version=10, PythonVersion="Python39", Calls=56)
    | {"LastCallAt": "2026-01-03T10:00:00Z", "Drift": verdict("stable")},
    row(4, "nightly scores", Operation="Async", Group="crm", PythonVersion="Python313")
    | {"Calls": None, "Version": None, "Drift": verdict("moderate")},
]


def opened(rows=ROWS):
    rows = list(rows)
    return ModelsTable(rows, lambda: rows), rows


def names(tab):
    return [b.inner_text() for b in tab.locator(".cx-name").all()]


def test_the_rows_are_shown_the_newest_first(show, theme, shot, violations):
    levels = ("noise", "empty")
    more = [
        row(5 + n, f"m{n}", s, Drift=verdict(levels[n % 2]))
        for n, s in enumerate(STATES)
    ]
    panel, _ = opened(ROWS + more)
    tab = show(panel, theme)
    expect(tab.get_by_role("row")).to_have_count(11)
    assert names(tab)[:2] == ["m5", "m4"]
    expect(tab.get_by_text("1 to 10 of 10")).to_be_visible()
    shot(f"models-{theme}")
    assert violations() == []


def test_every_column_sorts_both_ways(show):
    panel, _ = opened()
    tab = show(panel)
    name = tab.get_by_role("button", name="Name")
    name.click()
    expect(tab.get_by_role("columnheader", name="Name")).to_have_attribute(
        "aria-sort", "ascending"
    )
    assert names(tab) == ["churn", "credit-score", "credit-score", "nightly scores"]
    name.click()
    assert names(tab)[0] == "nightly scores"
    tab.get_by_role("button", name="Python").click()
    assert column(tab, "python") == ["3.9", "3.11", "3.11", "3.13"]
    tab.get_by_role("button", name="Version").click()
    assert column(tab, "version") == ["", "v1", "v9", "v10"]
    tab.get_by_role("button", name="Calls").click()
    tab.get_by_role("button", name="Calls").click()
    assert column(tab, "calls") == ["1,234", "56", "0", ""]
    tab.get_by_role("button", name="Last call").click()
    assert names(tab)[:2] == ["credit-score", "credit-score"]
    tab.get_by_role("button", name="Drift").click()
    assert column(tab, "drift") == ["significant", "moderate", "stable", ""]
    for column_name in ("State", "Operation", "Group", "Age"):
        tab.get_by_role("button", name=column_name, exact=True).click()
        expect(tab.get_by_role("columnheader", name=column_name)).to_have_attribute(
            "aria-sort", "ascending"
        )
        expect(tab.get_by_role("button", name=column_name, exact=True)).to_be_focused()


def column(tab, key):
    return [cell.inner_text() for cell in tab.locator(f"td.cx-of-{key}").all()]


def test_text_group_and_state_narrow_the_rows(show, theme, shot):
    panel, _ = opened()
    tab = show(panel, theme)
    tab.get_by_label("Group").select_option("crm")
    assert set(names(tab)) == {"churn", "nightly scores"}
    tab.get_by_label("State").select_option("Failed")
    assert names(tab) == ["churn"]
    expect(tab.get_by_text("1 to 1 of 1 (4 in all)")).to_be_visible()
    tab.get_by_label("State").select_option("")
    tab.get_by_label("Drift").select_option("moderate")
    assert names(tab) == ["nightly scores"]
    tab.get_by_label("Drift").select_option("significant")
    tab.get_by_label("Find by name or hash").fill("nothing")
    expect(tab.get_by_text("No model matches.")).to_be_visible()
    shot(f"models-none-{theme}")
    tab.get_by_label("Find by name or hash").fill(row(2)["ModelHash"])
    assert names(tab) == ["churn"]


def test_an_empty_platform_says_what_to_type(show, both, violations):
    panel, _ = opened([])
    tab = show(panel)
    expect(tab.get_by_text("There is no model yet: %codex deploy")).to_be_visible()
    both("models-empty")
    assert violations() == []


def test_details_have_the_hash_and_the_lines_to_type_next(
    show, theme, shot, violations
):
    panel, _ = opened()
    tab = show(panel, theme)
    tab.get_by_role("button", name="churn").click()
    expect(tab.get_by_text(row(2)["ModelHash"])).to_be_visible()
    expect(tab.get_by_text("%codex logs churn --errors")).to_be_visible()
    expect(tab.get_by_text("2026-W14: significant")).to_be_visible()
    shot(f"models-details-{theme}")
    assert violations() == []
    tab.get_by_role("button", name="nightly scores").click()
    expect(tab.get_by_text('%codex predict "nightly scores" data.csv')).to_be_visible()
    expect(tab.get_by_text('%codex drift "nightly scores"')).to_be_visible()
    expect(tab.get_by_text("--errors")).to_have_count(0)
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.get_by_role("button", name="Copy the hash").click()
    expect(tab.get_by_text("Copied.")).to_be_visible()
    assert tab.evaluate("navigator.clipboard.readText()") == row(4)["ModelHash"]


def test_of_two_models_with_one_name_the_hash_is_typed(show):
    panel, _ = opened()
    tab = show(panel)
    tab.get_by_role("button", name="credit-score").first.click()
    short = row(3)["ModelHash"][:12]
    expect(tab.get_by_text(f"%codex restart {short} --yes")).to_be_visible()


def test_everything_is_done_with_the_keyboard(show):
    panel, _ = opened([row(n) for n in range(23)] + [row(100 + n) for n in range(100)])
    tab = show(panel)
    tab.get_by_role("button", name="Name").click()
    tab.get_by_label("Find by name or hash").focus()
    press = tab.keyboard.press
    press("ArrowDown")
    focused = tab.locator(".cx-name:focus")
    expect(focused).to_have_text("model-0")
    press("ArrowDown")
    expect(focused).to_have_text("model-1")
    press("Enter")
    expect(tab.get_by_text("%codex play model-1", exact=True)).to_be_visible()
    expect(focused).to_have_text("model-1")
    expect(focused).to_have_attribute("aria-expanded", "true")
    press("Escape")
    expect(tab.get_by_text("%codex play model-1", exact=True)).to_have_count(0)
    press("End")
    expect(focused).to_have_text("model-199")
    expect(tab.get_by_text("101 to 123 of 123")).to_be_visible()
    press("PageUp")
    expect(focused).to_have_text("model-127")
    press("Home")
    expect(focused).to_have_text("model-0")
    press("ArrowUp")
    expect(focused).to_have_text("model-0")


def test_a_refresh_shows_what_changed_and_keeps_the_place(show):
    panel, rows = opened()
    tab = show(panel)
    tab.get_by_role("button", name="churn").click()
    rows[1] = row(2, "churn", "Deployed", Group="crm")
    rows.append(row(9, "new-one"))
    del rows[0]
    tab.get_by_role("button", name="Refresh").click()
    expect(tab.get_by_role("button", name="new-one")).to_be_visible()
    expect(tab.get_by_text("%codex play churn", exact=True)).to_be_visible()
    expect(tab.get_by_role("row")).to_have_count(6)


def test_a_platform_that_is_away_is_told_above_the_old_rows(
    show, theme, shot, violations
):
    def away():
        raise UnreachableError("Nothing answers at http://127.0.0.1:4321.")

    tab = show(ModelsTable(ROWS, away), theme)
    tab.get_by_role("button", name="Refresh").click()
    expect(tab.get_by_role("alert")).to_contain_text("Nothing answers at")
    expect(tab.get_by_role("row")).to_have_count(5)
    shot(f"models-away-{theme}")
    assert violations() == []


def test_thousands_of_models_stay_light(show, shot):
    panel, _ = opened([row(n, state=STATES[n % 6]) for n in range(5000)])
    tab = show(panel)
    expect(tab.get_by_text("1 to 50 of 5,000")).to_be_visible()
    assert tab.locator("*").count() < 1500
    tab.get_by_label("Find by name or hash").fill("model-4999")
    expect(tab.get_by_text("1 to 1 of 1 (5,000 in all)")).to_be_visible()
    tab.get_by_label("Find by name or hash").fill("")
    tab.get_by_role("button", name="Next page").click()
    expect(tab.get_by_text("51 to 100 of 5,000")).to_be_visible()
    shot("models-thousands")


HOSTILE = '<img src=x onerror="window.bad = 1">'


def test_hostile_names_stay_text_and_a_narrow_cell_shows_it_all(show, shot):
    panel, _ = opened([row(1, HOSTILE, Group="<b>g</b>" * 40), row(2, "x" * 3000)])
    tab = show(panel)
    tab.get_by_role("button", name=HOSTILE).click()
    expect(tab.get_by_text(f'%codex play "{HOSTILE}"')).to_be_visible()
    assert tab.evaluate("window.bad") is None
    tab.set_viewport_size({"width": 420, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 420
    shot("models-narrow")
