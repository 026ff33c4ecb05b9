"""On random data the engine equals the definition, written out with plain numpy."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from codex_jupyter.drift import DriftReference, DriftResult, compare, noise_floor, psi
from codex_jupyter.drift.chi2 import chi2_quantile

SEEDS = range(12)


def plain_psi(reference, current, bins=10):
    """The definition for floats with more than 20 values, by np.histogram."""
    a, b = reference[~np.isnan(reference)], current[~np.isnan(current)]
    finite = a[np.isfinite(a)]
    edges = np.unique(np.quantile(finite, np.linspace(0, 1, bins + 1)))[1:-1]
    sides = []
    for values, all_rows in ((a, reference), (b, current)):
        found = np.bincount(
            np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1
        )
        counts = np.append(found, len(all_rows) - len(values))
        sides.append(np.where(counts == 0, 1e-4, counts / len(all_rows)))
    p, q = sides
    return float(((q - p) * np.log(q / p)).sum())


def floats(seed, dtype=float):
    """Random columns with ties, missing and infinite values."""
    rng = np.random.default_rng(seed)
    sides = []
    for shift in (0.0, rng.normal()):
        rows = int(rng.integers(50, 3000))
        values = rng.normal(shift, 1, rows)
        if seed % 2:
            values = np.round(values, 2)
        values[rng.random(rows) < 0.1 * (seed % 3)] = np.nan
        values[rng.random(rows) < 0.01 * (seed % 4)] = np.inf
        values[rng.random(rows) < 0.01 * (seed % 5)] = -np.inf
        sides.append(values.astype(dtype))
    return sides


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_psi_of_floats_equals_the_definition(seed, dtype):
    reference, current = floats(seed, dtype)
    expected = plain_psi(reference.astype(float), current.astype(float))
    assert psi(reference, current) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "dtype", ["int8", "uint8", "int16", "int32", "int64", "uint64"]
)
def test_psi_of_integers_equals_that_of_the_same_floats(dtype):
    rng = np.random.default_rng(3)
    reference = rng.integers(0, 100, 900).astype(dtype)
    current = rng.integers(10, 120, 700).astype(dtype)
    expected = plain_psi(reference.astype(float), current.astype(float))
    assert psi(reference, current) == pytest.approx(expected, rel=1e-12)
    assert psi(reference.astype(float), current) == psi(reference, current)


@pytest.mark.parametrize("seed", SEEDS)
def test_contributions_add_up_and_counts_add_up_to_the_rows(seed):
    reference, current = floats(seed)
    result = compare({"x": reference}, {"x": current})
    receipt = result.bins("x")
    assert receipt["contribution"].sum() == pytest.approx(result["x"].psi)
    assert receipt["n_reference"].sum() == len(reference)
    assert receipt["n_current"].sum() == len(current)
    assert (receipt["contribution"] >= 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sample_has_no_drift_against_itself(seed):
    reference, _ = floats(seed)
    assert psi(reference, reference) == 0
    assert psi(reference, np.random.default_rng(seed).permutation(reference)) == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_stored_reference_and_a_stored_result_give_the_same_frame(seed):
    reference, current = floats(seed)
    rng = np.random.default_rng(seed)
    left = pd.DataFrame({"x": reference, "c": rng.choice(list("abc"), len(reference))})
    right = pd.DataFrame({"x": current, "c": rng.choice(list("abd"), len(current))})
    direct = compare(left, right)
    frozen = DriftReference.fit(left)
    text = json.dumps(frozen.to_dict(), allow_nan=False)
    again = compare(None, right, reference_counts=json.loads(text))
    pd.testing.assert_frame_equal(direct.frame, again.frame)
    assert again.reference_hash == frozen.hash
    text = json.dumps(direct.to_dict(), allow_nan=False)
    pd.testing.assert_frame_equal(
        DriftResult.from_dict(json.loads(text)).frame, direct.frame
    )


def test_the_periods_counts_add_up_to_those_of_all_rows():
    rng = np.random.default_rng(0)
    dates = pd.Series(
        pd.Timestamp("2026-01-01")
        + pd.to_timedelta(rng.integers(0, 90 * 24, 4000), unit="h")
    )
    dates[::50] = pd.NaT
    now = pd.DataFrame({"x": rng.normal(size=4000), "c": rng.choice(list("abz"), 4000)})
    before = pd.DataFrame({"x": rng.normal(size=900), "c": rng.choice(list("ab"), 900)})
    result = compare(before, now.assign(day=dates), period="week", date_col="day")
    assert result.undated == 80
    for column in ("x", "c"):
        one = result[column]
        undated = compare(before, now[dates.isna()])[column].current
        assert (one.periods.sum(axis=0) + undated == one.current).all()
    week = dates.dt.isocalendar()
    label = result.periods[3]
    inside = (
        week["year"].astype("Int64").astype(str)
        + "-W"
        + week["week"].astype("Int64").astype(str).str.zfill(2)
    ) == label
    alone = compare(before, now[inside.fillna(value=False)])
    pd.testing.assert_frame_equal(result.at(label).frame, alone.frame)
    assert result.history.loc[label, "x"] == pytest.approx(alone["x"].psi)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.95, 0.999])
@pytest.mark.parametrize("freedom", [1, 2, 3, 9, 49, 500, 100_000])
def test_the_chi_squared_quantile_is_scipys(share, freedom):
    expected = stats.chi2.ppf(share, freedom)
    assert chi2_quantile(share, freedom) == pytest.approx(expected, rel=1e-11)


def test_the_noise_floor_is_passed_by_one_draw_in_twenty():
    rng = np.random.default_rng(5)
    floor = noise_floor(10, 5000, 400)
    above = sum(
        psi(rng.normal(size=5000), rng.normal(size=400)) > floor for _ in range(400)
    )
    assert 5 <= above <= 45  # 20 expected; 5 standard deviations of 4.4 beside it
