"""Tables of every kind: each is learnt from, or refused in a sentence."""

from __future__ import annotations

import datetime
import decimal

import numpy as np
import pandas as pd
import pytest

pytestmark = pytest.mark.platform

RANDOM = np.random.RandomState(1)
ROWS = 200
FAST = {"models": ["logreg", "dt"]}


def table(count=ROWS, **columns):
    """A number that tells the classes apart, and what else is wanted."""
    x = RANDOM.normal(size=count)
    y = (x + RANDOM.normal(size=count) / 2 > 0).astype(int)
    return pd.DataFrame({"x": x, "y": y} | columns)


def drawn(values):
    return RANDOM.choice(np.array(values, dtype=object), ROWS)


def rare(share=0.06, count=400):
    x = RANDOM.normal(size=count)
    y = np.zeros(count, int)
    y[np.argsort(x)[-int(share * count) :]] = 1
    return pd.DataFrame({"x": x, "z": RANDOM.normal(size=count), "y": y})


def months():
    days = pd.date_range("2023-01-01", periods=ROWS, freq="D")
    return table(day=days.strftime("%Y-%m-%d"), ref=days.strftime("%Y%m").astype(int))


ODD = {
    "tags": [["a"]] * ROWS,
    "price": [decimal.Decimal("1.50"), None] * (ROWS // 2),
    "born": [datetime.date(1980, 1, 1), datetime.date(1990, 2, 3)] * (ROWS // 2),
    "at": pd.date_range("2024-01-01", periods=ROWS, freq="h", tz="America/Sao_Paulo"),
    "wait": pd.to_timedelta(np.arange(ROWS), unit="s"),
    "code": pd.array([1, None] * (ROWS // 2), dtype="Int64"),
    "kind": pd.Categorical(drawn(["a", "b"])),
}
HARSH = {'Não é "só" [x] {y}': drawn([0, 1.5]), "<b>": drawn(["u", "v"]), "漢字": 1.0}

WORKS = {
    "parquet": (table(**ODD), {"file_type": "parquet", "stages": FAST}),
    "names": (table(**HARSH), {"stages": {"models": ["lightgbm", "xgboost"]}}),
    "flags": (table().assign(y=lambda t: t["y"] == 1, f=[True, None] * 100), {}),
    "floats": (table().assign(y=lambda t: t["y"].where(t.index > 4)), {}),
    "words": (table().assign(y=lambda t: t["y"].map({0: "não", 1: "sim"})), {}),
    "tiny": (
        table(12),
        {"split_type": "stratified", "val_size": 0.3, "holdout_size": 0.3},
    ),
    "only texts": (table(c=drawn(list("abcdef"))).drop(columns="x"), {"stages": {}}),
    "coded": (table(zip=drawn([101, 202, 303])), {"cat_cols": ["zip"]}),
    "smote": (rare(), {"stages": {"unbalance": ["smote"]}}),
    "under": (rare(), {"stages": {"unbalance": ["random_under"]}}),
    "by date": (months(), {"split_type": "oot", "date_col": "day"}),
    "by day": (
        months(),
        {"split_type": "oot", "date_col": "day", "split_date": "2023-06-01"},
    ),
    "by month": (months(), {"split_type": "oot", "date_col": "ref"}),
    "by column": (
        table(c=drawn(list("ab"))),
        {"split_type": "stratified", "stratify_col": "c", "metric": "ks"},
    ),
    "gaps": (
        table().assign(x=lambda t: t["x"].where(t.index % 3 > 0)),
        {"stages": {"missing": ["none"], "models": ["logreg", "dt"]}, "iterations": 9},
    ),
    "few": (table(), {"iterations": 50, "stages": FAST | {"preprocess": ["norm"]}}),
    "mixed": (
        table(
            late=["2024-01-01"] * 190 + ["never"] * 10,
            far=["2024-01-01", "9999-12-31"] * 100,
            odd=[1, "b"] * 100,
        ),
        {},
    ),
    "separated": ("x||y\n" + "1||0\n2||1\n" * 40, {"sep": "||"}),
}
REFUSED = {
    "no target": (
        table().rename(columns={"y": "why"}),
        {"target": "wy"},
        "no column 'wy', which the configuration names as target. Did you mean 'why'?",
    ),
    "no category": (
        table(),
        {"cat_cols": ["city"]},
        "no column 'city', which the configuration names as cat_cols. It has: x, y.",
    ),
    "one class": (table().assign(y="sim"), {}, "is 'sim' in every row; two classes"),
    "no class": (table().assign(y=None), {}, "'y' is missing in every row"),
    "many classes": (
        table().assign(y=lambda t: t["x"]),
        {},
        "has 200 different values",
    ),
    "three": (table().assign(y=drawn(list("abc"))), {}, "3 different values (a, b, c"),
    "no rows": (table().head(0), {}, "'y' is missing in every row"),
    "few rows": (table().head(7).assign(y=[0, 1] * 3 + [0]), {}, "Only 7 rows"),
    "constant": (table().assign(x=5), {}, "'x' (the same in every row)"),
    "ids": (
        table().assign(x=[f"id{i}" for i in range(ROWS)]),
        {},
        "can be learnt from: 'x' (140 different texts in 140 rows, like an id)",
    ),
    "one positive": (
        table().assign(y=[1] + [0] * (ROWS - 1)),
        {},
        "of class '1'. Use ",
    ),
    "no dates": (
        months().assign(day="ontem"),
        {"split_type": "oot", "date_col": "day"},
        "holds 'ontem', which is no date. Write dates as YYYY-MM-DD.",
    ),
    "one date": (
        months().assign(day="2023-01-01"),
        {"split_type": "oot", "date_col": "day"},
        "go from 2023-01-01 to 2023-01-01, so a cut at 2023-01-01 leaves one",
    ),
    "late": (
        months(),
        {"split_type": "oot", "date_col": "day", "split_date": "2030-01-01"},
        "a cut at 2030-01-01 leaves one side empty",
    ),
    "impossible": (
        table().assign(x=lambda t: t["x"].where(t.index % 3 > 0)),
        {"stages": {"models": ["logreg"], "missing": ["none"]}},
        "No combination of the chosen stages can work",
    ),
}


@pytest.fixture(scope="module")
def runs(python, train):
    refused = {name: case[:2] for name, case in REFUSED.items()}
    return train(python, WORKS | refused)


@pytest.mark.parametrize("name", WORKS)
def test_a_model_comes_of_it(runs, name):
    assert "error" not in runs[name].answer
    assert runs[name].leaderboard["pipelines"][0]["score"] > 0
    proba = [row[0] for row in runs[name].model_output["data"]]
    assert all(0 <= one <= 1 for one in proba)


@pytest.mark.parametrize("name", REFUSED)
def test_a_sentence_says_what_is_wrong(runs, name):
    error = runs[name].answer.get("error", "")
    assert error.startswith("DataError: ")
    assert REFUSED[name][2] in error
    # The platform shows the first line and 300 characters of it.
    assert len(error) < 300
    assert "\n" not in error


def test_columns_of_parquet_are_read_by_their_types(runs):
    board = runs["parquet"].leaderboard
    assert board["features"] == {
        "x": "number",
        "price": "number",
        "born": "date",
        "at": "date",
        "wait": "number",
        "code": "number",
        "kind": "text",
    }
    assert list(board["left_out"]) == ["tags"]
    assert "type" in board["left_out"]["tags"]


def test_a_column_of_several_forms_is_of_the_kind_that_takes_all(runs):
    assert runs["mixed"].leaderboard["features"] == {
        "x": "number",
        "late": "text",
        "far": "date",
        "odd": "text",
    }


def test_a_number_can_be_a_category(runs):
    assert runs["coded"].leaderboard["features"]["zip"] == "text"
    assert "encoding" in runs["coded"].leaderboard["pipelines"][0]["stages"]


def test_labels_keep_their_form(runs):
    def labels(name):
        return {row[1] for row in runs[name].model_output["data"]}

    assert labels("flags") == {True, False}
    assert labels("floats") == {0, 1}
    assert labels("words") == {"não", "sim"}
    assert runs["words"].leaderboard["positive"] == "sim"


def test_what_is_out_of_time_is_later_than_the_rest(runs):
    for name, column, first in (
        ("by date", "day", "2023-06-10"),
        ("by day", "day", "2023-06-01"),
        ("by month", "ref", 202306),
    ):
        raw = runs[name].X_train
        dates = [row[raw["columns"].index(column)] for row in raw["data"]]
        assert max(dates) < first
        assert column not in runs[name].leaderboard["features"]
        assert runs[name].model_output["columns"] == ["proba", "pred", column]


def test_missing_numbers_go_to_models_that_take_them(runs):
    rows = runs["gaps"].leaderboard["pipelines"]
    assert {row["stages"]["models"] for row in rows} == {"dt"}
    assert all(row["state"] == "Succeeded" for row in rows)


def test_more_iterations_than_pipelines_end_with_the_last_pipeline(runs):
    rows = runs["few"].leaderboard["pipelines"]
    # Two models; without categories, gaps or a rare class only iqr or none is left.
    assert len(rows) == 2 * 2
    assert any("only 4 different pipelines" in line for line in runs["few"].lines)


def test_a_rare_class_is_weighed_only_where_it_is_rare(runs):
    for name in ("smote", "under"):
        assert "unbalance" in runs[name].leaderboard["pipelines"][0]["stages"]
    assert "unbalance" not in runs["words"].leaderboard["pipelines"][0]["stages"]
