"""The configuration of AutoML: what is filled in, and what is refused how."""

from __future__ import annotations

import json

import pytest

from codex_jupyter.server.automl import check_configuration

LEAST = {
    "train_data": {"file_type": "csv", "file_name": "train.csv"},
    "model_flow": "classification",
    "target": "default",
}


def checked(**changes):
    given = {key: value for key, value in (LEAST | changes).items() if value != ...}
    return check_configuration(json.dumps(given).encode())


def test_what_is_not_given_has_the_documented_default():
    assert checked() == {
        **LEAST,
        "cat_cols": [],
        "iterations": 1,
        "metric": "auc",
        "split_type": "random",
        "val_size": 0.2,
        "holdout_size": 0.1,
        "stages": {
            "models": ["logreg", "catboost", "xgboost", "lightgbm", "rf", "dt"],
            "missing": ["mean", "median", "tail", "random", "none"],
            "cleaner": ["iqr", "rare", "none"],
            "encoding": ["rankcount", "catboost", "count", "dt"],
            "preprocess": ["norm", "robust", "minmax", "binarizer", "none"],
            "unbalance": ["smote", "random_under", "none"],
        },
        "seed": 42,
    }


def test_a_normalised_configuration_is_its_own_normal_form():
    for changes in (
        {},
        {"split_type": "stratified", "stratify_col": "região"},
        {"split_type": "oot", "date_col": "day", "split_date": "2024-06-30"},
    ):
        once = checked(**changes)
        assert check_configuration(json.dumps(once).encode()) == once


def test_stratified_takes_the_target_where_no_column_is_named():
    assert checked(split_type="stratified")["stratify_col"] == "default"


def test_out_of_time_holds_a_fifth_out_unless_a_date_is_given():
    oot = {"split_type": "oot", "date_col": "day"}
    assert checked(**oot)["oot_split_size"] == 0.2
    made = checked(**oot, split_date="2024-06-30", holdout_size=0.1)
    assert made["split_date"] == "2024-06-30"
    assert not {"oot_split_size", "holdout_size", "stratify_col"} & set(made)


def test_the_documentations_other_spelling_of_logreg_is_taken():
    assert checked(stages={"models": ["logeg", "dt"]})["stages"]["models"] == [
        "logreg",
        "dt",
    ]


def test_null_is_as_good_as_left_out():
    assert checked(stratify_col=None, stages={"models": None}) == checked()


def test_a_mark_at_the_beginning_and_utf_16_are_read():
    text = json.dumps(LEAST | {"target": "inadimplência"}, ensure_ascii=False)
    for encoding in ("utf-8-sig", "utf-16"):
        made = check_configuration(text.encode(encoding))
        assert made["target"] == "inadimplência"


@pytest.mark.parametrize("sep", [";", "\t", "||"])
def test_a_separator_is_kept_as_it_is(sep):
    made = checked(train_data=LEAST["train_data"] | {"sep": sep})
    assert made["train_data"]["sep"] == sep


def test_a_separator_means_nothing_to_parquet():
    given = {"file_type": "parquet", "file_name": "t.parquet", "sep": ";"}
    assert "sep" not in checked(train_data=given)["train_data"]


@pytest.mark.parametrize("raw", [b"", b" \r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_told_as_such(raw):
    with pytest.raises(ValueError, match="is empty"):
        check_configuration(raw)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"{'target': 1}", "not JSON: line 1, column 2"),
        (b"[1]", "is a list. Send a JSON object"),
        (b"null", "is null. Send a JSON object"),
        (b'{"a": NaN}', "holds NaN, which JSON does not have"),
        (b'{"metric": "auc", "metric": "ks"}', "has the key 'metric' twice"),
        (b"[" * 100_000, "nested too deeply"),
        (b"\x80\x00\xff", "not JSON"),
    ],
)
def test_what_is_no_object_is_refused(raw, told):
    with pytest.raises(ValueError, match=told):
        check_configuration(raw)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"target": ...}, "lacks target. It needs train_data, model_flow and target"),
        ({"target": ..., "model_flow": None}, "lacks model_flow and target"),
        ({"targte": "x"}, "no key 'targte'. Did you mean 'target'?"),
        ({"<script>": 1}, "no key '<script>'. It can have train_data, "),
        ({"target": 3}, "target is 3. Write the name of a column as a text."),
        ({"target": " "}, "target is ' '."),
        ({"model_flow": "regression"}, "AutoML does 'classification' only"),
        ({"model_flow": "Classification"}, "Did you mean 'classification'?"),
        ({"train_data": "train.csv"}, "train_data is 'train.csv'. Write an object"),
        ({"train_data": {"file_type": "csv"}}, "needs file_type and file_name"),
        (
            {"train_data": {"file_type": "xlsx", "file_name": "a"}},
            "train_data.file_type is 'xlsx'. Allowed are csv and parquet.",
        ),
        (
            {"train_data": {"file_type": "csv", "file_name": "a", "sep": ""}},
            "train_data.sep is ''. Write the text between two values",
        ),
        (
            {"train_data": {"file_type": "csv", "file_name": "a", "separator": ";"}},
            "train_data has no key 'separator'. It can have file_type, file_name and ",
        ),
        (
            {"metric": "AUC"},
            "metric is 'AUC'. Allowed are auc, precision, recall, f1, gini and ks. Did",
        ),
        ({"metric": "rmse"}, "Allowed are auc, precision, recall, f1, gini and ks."),
        ({"iterations": 0}, "iterations is 0. Write a whole number from 1 to 1,000."),
        ({"iterations": 10**30}, "iterations is 1000"),
        ({"iterations": "20"}, "iterations is '20'. Write a whole number"),
        ({"iterations": True}, "iterations is true."),
        ({"iterations": 2.5}, "iterations is 2.5."),
        ({"seed": -1}, "seed is -1. Write a whole number from 0"),
        ({"val_size": 0}, "val_size is 0. Write a number between 0 and 1"),
        ({"val_size": 20}, "val_size is 20."),
        ({"val_size": "0.2"}, "val_size is '0.2'."),
        ({"val_size": 1e400}, "holds Infinity, which JSON does not have"),
        ({"val_size": 0.7, "holdout_size": 0.3}, "their sum must be below 1"),
        ({"split_type": "stratify"}, "Did you mean 'stratified'?"),
        ({"split_type": "oot"}, "split_type is 'oot', which needs date_col"),
        (
            {
                "split_type": "oot",
                "date_col": "day",
                "split_date": "2024-01-31",
                "oot_split_size": 0.2,
            },
            "Both oot_split_size and split_date are given",
        ),
        (
            {"split_type": "oot", "date_col": "day", "split_date": "31/01/2024"},
            "split_date is '31/01/2024'. Write a day as YYYY-MM-DD",
        ),
        (
            {"split_type": "oot", "date_col": "day", "split_date": "2024-02-30"},
            "split_date is '2024-02-30'",
        ),
        ({"split_type": "oot", "date_col": "default"}, "date_col and target are both"),
        ({"cat_cols": "city"}, "cat_cols is 'city'. Write a list of columns."),
        ({"cat_cols": ["city", "city"]}, "cat_cols names 'city' twice"),
        ({"cat_cols": ["default"]}, "names 'default', which is the target"),
        ({"cat_cols": [1]}, "An entry of cat_cols is 1."),
        ({"stages": ["rf"]}, "stages is a list. Write an object of lists"),
        ({"stages": {"model": ["rf"]}}, "no key 'model'. Did you mean 'models'?"),
        ({"stages": {"models": "rf"}}, 'Write a list such as ["rf"]'),
        ({"stages": {"models": []}}, "stages.models is an empty list."),
        ({"stages": {"models": ["svm"]}}, "holds 'svm'. Allowed are logreg, "),
        ({"stages": {"models": ["lightgmb"]}}, "Did you mean 'lightgbm'?"),
        ({"stages": {"models": ["rf", "rf"]}}, "holds 'rf' twice"),
        ({"stages": {"models": ["logreg", "logeg"]}}, "holds 'logeg' twice"),
        ({"stages": {"models": [["rf"]]}}, "holds a list. Allowed are"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(changes, told):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - compared below
        checked(**changes)
    assert told in str(caught.value)
    assert len(str(caught.value)) < 400
