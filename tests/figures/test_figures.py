"""Figures from results: what they show, how small they are, that text stays text."""

from __future__ import annotations

import html
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from codex_jupyter import figures
from codex_jupyter.drift import DriftResult, compare, shap_drift
from codex_jupyter.errors import DriftError

RNG = np.random.default_rng(0)


def frames(columns=30, rows=4000):
    before = pd.DataFrame(
        RNG.normal(size=(rows, columns)), columns=[f"c{i}" for i in range(columns)]
    )
    before["city"] = RNG.choice(list("abcdef"), rows)
    now = before.copy()
    now["c0"] += 1
    now.loc[::3, "c1"] = np.nan
    now["when"] = pd.date_range("2026-01-01", periods=rows, freq="h")
    return before, now


BEFORE, NOW = frames()
RESULT = compare(BEFORE, NOW, period="month", date_col="when")
SHAP = shap_drift(
    BEFORE[["c0", "c1", "c2"]],
    {
        label: BEFORE[["c2", "c1", "c0"]].set_axis(["c0", "c1", "c2"], axis=1)
        for label in RESULT.periods
    },
    drift=RESULT,
)


def drawn():
    yield "heatmap", figures.figure(RESULT)
    yield "distribution", figures.figure(RESULT, "distribution", column="c0")
    yield "averages", figures.figure(RESULT, "averages", shap=SHAP)
    yield "shap_averages", figures.figure(SHAP, "shap_averages")
    yield "shap_rank", figures.figure(SHAP, "shap_rank")
    yield "shap_share", figures.figure(SHAP, "shap_share")
    yield "impact", figures.figure(RESULT, "impact", shap=SHAP)


@pytest.mark.parametrize(("name", "made"), list(drawn()))
def test_a_figure_is_valid_json_and_small(name, made):
    text = made.to_json()
    assert json.loads(text)["data"], name
    # 31 columns and 6 months; raw rows would be megabytes.
    assert len(text) < 40_000


def test_a_heat_map_has_a_cell_for_every_column_and_period():
    made = figures.heatmap(RESULT)
    cells = made.data[0]
    assert list(cells.x) == list(RESULT.periods)
    assert set(cells.y) == set(RESULT.columns)
    top = cells.y[-1]
    assert top == RESULT.frame["psi"].idxmax()
    place = RESULT.periods.index("2026-03")
    shown = cells.customdata[list(cells.y).index("c0")][place]
    assert shown == pytest.approx(RESULT.history.loc["2026-03", "c0"], rel=1e-4)


def test_levels_are_told_by_mark_as_well_as_colour():
    cells = figures.heatmap(RESULT).data[0]
    first = list(cells.y).index("c0")
    assert all(text.startswith("■") for text in cells.text[first])
    quiet = list(cells.y).index("city")
    assert not any(text.startswith("■") for text in cells.text[quiet])
    symbols = [one.marker.symbol for one in figures.impact(RESULT, SHAP).data]
    assert len(set(symbols)) == len(symbols) > 1


def test_a_heat_map_is_sorted_as_asked():
    names = list(figures.heatmap(RESULT, sort="name").data[0].y)
    assert names == sorted(names, reverse=True)
    given = list(figures.heatmap(RESULT, sort="given").data[0].y)
    assert given[::-1] == list(RESULT.columns)
    with pytest.raises(ValueError, match="not one of psi, name, given"):
        figures.heatmap(RESULT, sort="size")


def test_a_distribution_shows_the_receipt():
    made = figures.distribution(RESULT, "c1")
    receipt = RESULT.bins("c1")
    # Entities, since plotly reads labels as a kind of HTML.
    assert list(made.data[0].x) == [html.escape(label) for label in receipt["bin"]]
    assert made.data[1].y == pytest.approx(receipt["share_current"], rel=1e-4)
    assert sum(made.data[2].y) == pytest.approx(RESULT["c1"].psi, rel=1e-3)
    assert "(missing)" in made.data[0].x
    with pytest.raises(DriftError, match="was not compared"):
        figures.distribution(RESULT, "nope")


def test_averages_show_thresholds_and_the_noise_floor():
    made = figures.averages(RESULT, SHAP)
    names = [one.name for one in made.data]
    assert names == [
        "PSI average",
        "PSI average by SHAP share",
        "noise floor (average)",
        "nDCG of SHAP ranks",
    ]
    expected = [RESULT.at(label).psi_average for label in RESULT.periods]
    assert made.data[0].y == pytest.approx(expected, rel=1e-4)
    assert {shape.y0 for shape in made.layout.shapes} == {0.1, 0.25}


def test_ranks_start_with_training():
    made = figures.shap_rank(SHAP, top=2)
    assert len(made.data) == 2
    assert made.data[0].x[0] == "training"
    assert all(isinstance(rank, int) for rank in made.data[0].y)


def test_names_and_values_from_the_data_are_text_and_never_markup():
    bad = "<b>x</b>"
    result = compare({bad: ["<i>a</i>", "b"]}, {bad: ["<i>a</i>", "<i>a</i>"]})
    shap = shap_drift({bad: [1.0, 2.0]}, {"<u>w</u>": pd.DataFrame({bad: [1.0]})})
    made = [
        figures.heatmap(result),
        figures.distribution(result, bad),
        figures.impact(result, shap),
        figures.shap_rank(shap),
    ]
    for one in made:
        text = json.dumps(json.loads(one.to_json()))
        assert "<b>" not in text
        assert "<i>" not in text


def test_figures_of_nothing_do_not_fail():
    empty = compare(pd.DataFrame({"x": []}), pd.DataFrame({"x": [1.0]}))
    assert figures.heatmap(empty).data
    assert figures.distribution(empty, "x").data
    none = compare(pd.DataFrame(), pd.DataFrame())
    assert figures.heatmap(none).data
    assert figures.averages(none).layout.title.text


def test_a_stored_result_draws_the_same_figure():
    again = DriftResult.from_dict(RESULT.to_dict())
    assert figures.heatmap(again).to_json() == figures.heatmap(RESULT).to_json()


def test_a_result_draws_its_own_figures():
    assert RESULT.figure().to_json() == figures.heatmap(RESULT).to_json()
    assert RESULT.figure("distribution", column="c1").data
    assert RESULT.figure("impact", shap=SHAP).data
    assert SHAP.figure("shap_share", top=2).data
    for bad, options, said in (
        ("pie", {}, "there are averages, distribution, heatmap"),
        ("<b>", {}, "is not a figure"),
        ("shap_rank", {}, "is drawn of a ShapDrift"),
        ("heatmap", {"colour": "red"}, "colour"),
        ("distribution", {"column": "nope"}, "was not compared"),
    ):
        with pytest.raises(DriftError, match=said):
            RESULT.figure(bad, **options)


def test_the_engine_draws_nothing_itself():
    code = (
        "import sys, codex_jupyter.drift as d; r = d.compare({'x': [1]}, {'x': [2]})\n"
        "assert 'plotly' not in sys.modules; r.figure()\n"
        "assert 'plotly' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def with_a_gap():
    """January and March."""
    now = NOW[NOW["when"].dt.month.isin([1, 3])]
    result = compare(BEFORE, now, period="month", date_col="when")
    live = dict.fromkeys(("2026-01", "2026-03"), BEFORE[["c0", "c1", "c2"]])
    return result, shap_drift(BEFORE[["c0", "c1", "c2"]], live, drift=result)


def test_periods_without_records_are_gaps():
    result, shap = with_a_gap()
    heat = figures.heatmap(result)
    cells, none = heat.data
    place = list(cells.x).index("2026-02")
    assert {row[place] for row in cells.z} == {None}
    assert none.name == "no records"
    assert set(none.x) == {"2026-02"}
    assert len(none.y) == len(result.columns)
    assert list(heat.layout.xaxis.categoryarray) == list(result.periods)
    for made in (
        *figures.averages(result, shap).data,
        *figures.shap_averages(shap).data,
        *figures.shap_rank(shap).data,
        *figures.shap_share(shap).data,
    ):
        points = dict(zip(made.x, made.y, strict=True))
        assert points["2026-02"] is None, made.name
        assert points["2026-03"] is not None


def test_averages_have_the_thresholds_that_all_columns_share():
    made = figures.averages(RESULT.judged({"*": {"moderate": 0.3}}))
    assert {shape.y0 for shape in made.layout.shapes} == {0.3}
    made = figures.averages(RESULT.judged({"c0": {"moderate": 0.3}}))
    assert {shape.y0 for shape in made.layout.shapes} == {0.1, 0.25}


def test_an_unknown_figure_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="averages, distribution, heatmap, impact"):
        figures.figure(RESULT, "pie")


def test_shares_of_each_period_are_those_of_the_result():
    made = figures.shap_share(SHAP)
    lines = {line.name: line.y for line in made.data}
    place = SHAP.features.index("c0")
    assert lines["c0"] == pytest.approx(SHAP.share[:, place], rel=1e-4)
    averages = figures.shap_averages(SHAP)
    assert averages.data[0].y == pytest.approx(SHAP.averages["ndcg"], rel=1e-4)
