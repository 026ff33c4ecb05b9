"""The drift dashboard in a real browser: seen, read, and moved by keys alone."""

from __future__ import annotations

import re

import pytest
from drift_kit import HOSTILE, dashboard, drifting
from playwright.sync_api import expect

from codex_jupyter.drift import DriftResult, compare
from codex_jupyter.widgets.drift import DriftView

pytestmark = pytest.mark.browser

VIEWS = {
    "three": {"columns": 3},
    "thirty": {"columns": 30, "weeks": 12, "shap": True},
    "one-period": {"columns": 5, "weeks": 1, "shap": True},
    "gap": {"columns": 9, "weeks": 8, "shap": True, "gap": 4},
    "no-period": {"columns": 8, "weeks": 0},
}


@pytest.mark.parametrize("name", VIEWS)
def test_every_part_is_drawn_and_accessible(name, show, theme, shot, violations):
    tab = show(dashboard(drifting(**VIEWS[name])), theme)
    expect(tab.locator(".cx-headline")).to_contain_text("drifted significantly")
    expect(tab.locator(".cx-told")).to_contain_text("of age became missing.")
    shot(f"drift-{name}-column-{theme}")
    assert violations() == []
    for part in ("Over time", "SHAP", "Impact"):
        tab.get_by_role("tab", name=part).click()
        shot(f"drift-{name}-{part.lower().replace(' ', '-')}-{theme}")
    assert violations() == []


OVERLAPS = """charts => charts.flatMap(chart => {
  const texts = [...chart.querySelectorAll("text:not(.cx-threshold-name)")];
  const boxes = texts.map(text => [text.textContent, text.getBoundingClientRect()]);
  return boxes.flatMap(([one, a], at) => boxes.slice(at + 1)
    .filter(([, b]) => a.left < b.right && b.left < a.right &&
      a.top + 3 < b.bottom && b.top + 3 < a.bottom)
    .map(([two]) => `${one} / ${two}`));
})"""


@pytest.mark.parametrize(("columns", "weeks"), [(6, 3), (3, 13), (30, 20)])
def test_no_word_of_a_chart_covers_another(columns, weeks, show):
    tab = show(dashboard(drifting(columns, weeks, shap=True)))
    for part in ("Over time", "SHAP", "Impact"):
        tab.get_by_role("tab", name=part, exact=True).click()
        charts = tab.locator(".cx-tab-panel:visible .cx-chart")
        expect(charts.first).to_be_visible()
        assert charts.evaluate_all(OVERLAPS) == []


def test_columns_and_periods_are_walked_with_keys(show):
    tab = show(dashboard(drifting(30, 6)))
    columns = tab.get_by_role("listbox")
    expect(columns.get_by_role("option", selected=True)).to_have_text("age")
    columns.focus()
    columns.press("End")
    last = columns.get_by_role("option", selected=True)
    expect(last).to_have_attribute("aria-posinset", "30")
    columns.press("Home")
    columns.press("ArrowDown")
    expect(columns.get_by_role("option", selected=True)).to_have_text("city")
    expect(tab.get_by_role("region", name="city: PSI")).to_be_visible()
    columns.press("ArrowLeft")
    expect(tab.get_by_label("Period", exact=True)).to_have_value("4")
    expect(tab.locator(".cx-headline")).to_contain_text("2026-W06 against training")
    # The same column, while the order follows the period.
    expect(columns.get_by_role("option", selected=True)).to_have_text("city")
    columns.press("t")
    table = tab.get_by_role("region", name="PSI against training, table")
    expect(table.get_by_role("row")).to_have_count(31)


def test_a_column_with_thresholds_of_its_own_says_which(show, shot):
    view = drifting(3, 4)
    judged = view.result.judged({"income": {"moderate": 2, "significant": 9}})
    tab = show(dashboard(DriftView(judged)))
    tab.get_by_role("option", name="income").click()
    title = "income: PSI"
    expect(tab.get_by_role("heading", name=title)).to_contain_text(
        "stable (thresholds 2 and 9)"
    )
    tab.get_by_role("option", name="age").click()
    expect(tab.get_by_role("heading", name="age: PSI")).not_to_contain_text("(")
    shot("drift-own-thresholds")


def test_columns_are_found_and_ordered(show):
    tab = show(dashboard(drifting(30, 6, shap=True)))
    options = tab.get_by_role("listbox").get_by_role("option")
    tab.get_by_label("Sort by").select_option("name")
    expect(options.nth(0)).to_have_text("age")
    expect(options.nth(3)).to_have_text("x3")
    tab.get_by_label("Sort by").select_option("given")
    expect(options.nth(0)).to_have_text("income")
    tab.get_by_label("Sort by").select_option("impact")
    expect(options.nth(0)).to_have_text("age")
    tab.get_by_label("Find a column").fill("X1")
    expect(options).to_have_count(10)
    tab.get_by_label("Find a column").fill("nothing")
    expect(tab.get_by_text("No column matches.")).to_be_visible()


def test_the_slider_moves_the_bars_without_asking_the_kernel(show, stub):
    tab = show(dashboard(drifting(5, 8)))
    slider = tab.get_by_label("Period", exact=True)
    expect(slider).to_have_value("7")
    bar = tab.locator(".cx-chart .cx-after").first
    before = bar.get_attribute("style")
    said = []
    stub.received = said.append
    slider.fill("1")
    expect(tab.locator(".cx-headline")).to_contain_text("2026-W03")
    assert bar.get_attribute("style") != before
    # Its greeting may be on the way still.
    assert [one for one in said if one["content"]["kind"] != "hello"] == []


def test_a_period_without_records_is_a_gap(show, shot):
    tab = show(dashboard(drifting(5, 7, shap=True, gap=3)))
    gap = "2026-W05"
    expect(tab.get_by_label("Period", exact=True)).to_have_value("6")
    tab.get_by_label("Period", exact=True).fill("3")
    expect(tab.locator(".cx-headline")).to_contain_text(f"{gap}: there are no records")
    expect(tab.locator(".cx-badge")).to_have_text("no records")
    expect(tab.locator(".cx-shown")).to_have_text(f"{gap}, no records")
    expect(tab.get_by_text(f"There are no records in {gap}.")).to_be_visible()
    choices = tab.get_by_label("Compare with").get_by_role("option")
    assert gap not in choices.all_inner_texts()
    tab.get_by_role("listbox").press("t")
    row = tab.get_by_role("region", name="PSI against training, table")
    expect(row.get_by_text("no records")).to_have_count(5)
    for name, figures in (("Over time", 2), ("SHAP", 2)):
        tab.get_by_role("tab", name=name).click()
        assert tab.locator(".cx-gap:visible").count() == figures
        shot(f"drift-a-gap-{name.lower().replace(' ', '-')}")
        tab.locator(".cx-tab-panel:visible").get_by_role(
            "button", name="Table"
        ).first.click()
        expect(tab.get_by_role("row", name=f"{gap} no records")).to_be_visible()
    # The week after the gap is compared with the week before it.
    tab.get_by_label("Compare with").select_option("previous")
    tab.get_by_label("Period", exact=True).fill("4")
    expect(tab.locator(".cx-headline")).to_contain_text("2026-W06 against 2026-W04")


def test_contrast_and_rest_are_respected(show, tab, shot, violations):
    show(dashboard(drifting(12, 6, shap=True)))
    tab.emulate_media(forced_colors="active", reduced_motion="reduce")
    bar = tab.locator(".cx-chart .cx-after").first
    duration = bar.evaluate("element => getComputedStyle(element).transitionDuration")
    assert duration == "0s"
    shot("drift-forced-colours")
    assert violations() == []


def test_too_few_rows_are_told(show, shot):
    tab = show(dashboard(drifting(3, 4, rows=57)))
    expect(tab.get_by_text("2026-W05 has 57 rows: below 200 rows")).to_be_visible()
    shot("drift-few-rows")


def test_hostile_names_are_text(show, theme, shot, violations):
    names = [HOSTILE, "a" * 300, "שלום `code`"]
    view = drifting(3, 3, names=names, shap=True)
    view = DriftView(view.result, view.shap, (f"`{HOSTILE}` is above 0.25.",))
    tab = show(dashboard(view, title=HOSTILE), theme)
    expect(tab.get_by_role("heading", name=HOSTILE)).to_be_visible()
    expect(tab.get_by_label("Alerts").locator("code")).to_have_text(HOSTILE)
    assert tab.locator("img").count() == 0
    shot(f"drift-hostile-{theme}")
    assert violations() == []


@pytest.mark.parametrize("kind", ["no-columns", "no-rows"])
def test_nothing_to_compare_is_said(kind, show, both, violations):
    result = drifting(2, 0).result
    if kind == "no-columns":
        result = DriftResult({})
    else:
        frame = result.frame.reset_index()
        result = compare(frame, frame[:0])
    tab = show(dashboard(DriftView(result)))
    expect(tab.locator(".cx-badge")).to_have_text("nothing to compare")
    both(f"drift-{kind}")
    assert violations() == []


def test_a_refresh_brings_the_newer_view_and_keeps_the_column(show):
    newer = drifting(3, 7)
    tab = show(dashboard(drifting(3, 6), refresh=lambda: newer))
    tab.get_by_role("option", name="income").click()
    tab.get_by_role("button", name="Refresh").click()
    expect(tab.get_by_label("Period", exact=True)).to_have_attribute("max", "7")
    expect(tab.locator(".cx-heat-name[aria-selected=true]")).to_have_text("income")
    # A moment: an age would have to grow while it is looked at.
    expect(tab.get_by_text(re.compile(r"^updated \d+:\d\d"))).to_be_visible()


def test_a_thousand_columns_and_a_year_of_weeks(show, theme, shot):
    tab = show(dashboard(wide()), theme)
    columns = tab.get_by_role("listbox")
    options = columns.get_by_role("option")
    expect(options.first).to_be_visible()
    assert options.count() < 30
    columns.focus()
    columns.press("End")
    last = columns.get_by_role("option", selected=True)
    expect(last).to_have_attribute("aria-posinset", "1000")
    shot(f"drift-wide-{theme}")


def wide(columns=1000, weeks=52):
    """Many columns from few counts: the page's work, not the engine's."""
    import numpy as np

    small = drifting(3, 1).result.to_dict()
    rng = np.random.default_rng(0)
    one = small["columns"]["income"]
    size = len(one["reference"])
    made = {}
    for place in range(columns):
        table = rng.poisson(40 + rng.integers(0, 40, size), size=(weeks, size))
        table[:, -2:] = 0
        made[f"column {place}"] = one | {
            "current": table.sum(axis=0).tolist(),
            "periods": table.tolist(),
        }
    periods = [f"2026-W{week + 1:02}" for week in range(weeks)]
    return DriftView(
        DriftResult.from_dict(small | {"columns": made, "periods": periods})
    )
