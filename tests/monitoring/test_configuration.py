"""Configurations in both spellings, and what cannot be used."""

from __future__ import annotations

import json
import re

import pytest

from codex_jupyter.server.monitoring.configuration import (
    columns_problem,
    read_configuration,
)

GOOD = {
    "Period": "Week",
    "TrainData": {"MLOpsTrainingExecution": "11", "TrainDateRef": "2022-09-01"},
    "InputCols": ["age"],
    "OutputCols": ["proba"],
}


def read(**changes):
    given = {k: v for k, v in (GOOD | changes).items() if v is not None}
    return read_configuration(json.dumps(given).encode())


def test_the_documented_configuration_is_read():
    config, odd = read()
    assert config == {
        "Period": "Week",
        "TrainData": {
            "MLOpsTrainingExecution": 11,
            "TrainDateRef": "2022-09-01",
            "TrainDateCol": None,
        },
        "InputCols": ["age"],
        "OutputCols": ["proba"],
        "Thresholds": {},
        "Webhook": None,
    }
    assert odd == []


def test_the_other_spelling_and_the_older_name_mean_the_same():
    given = {
        "period": "week",
        "train_data": {
            "NeomarilTrainingExecution": 11,
            "train_date_ref": "2022-09-01",
        },
        "input_cols": ["age"],
        "output_cols": ["proba"],
    }
    assert read_configuration(json.dumps(given).encode()) == read()
    bom = b"\xef\xbb\xbf" + json.dumps(GOOD).encode()
    assert read_configuration(bom) == read()


@pytest.mark.parametrize("period", ["day", "WEEK", "Month", "quarter", "yEAR"])
def test_a_period_is_read_in_any_case(period):
    assert read(Period=period)[0]["Period"] == period.capitalize()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Period": None}, "lacks Period"),
        ({"Period": "Weeks"}, "Did you mean Week?"),
        ({"Period": 7}, "Use one of Day, Week"),
        ({"TrainData": None}, "lacks TrainData"),
        ({"TrainData": "11"}, "lacks TrainData"),
        ({"TrainData": {"MLOpsTrainingExecution": "11"}}, "TrainDateRef"),
        ({"TrainData": {"TrainDateRef": "01/09/2022"}}, "a day such as 2026-03-01"),
        (
            {"TrainData": GOOD["TrainData"] | {"MLOpsTrainingExecution": "../1"}},
            "not '../1'",
        ),
        ({"TrainData": {"TrainDateReff": "x"}}, "'TrainData.TrainDateRef'"),
        ({"TrainData": {"mlflow_model_name": "x"}}, "older platform"),
        ({"InputCols": None}, "lacks InputCols"),
        ({"InputCols": []}, "lacks InputCols"),
        ({"InputCols": [1]}, "holds '1'"),
        ({"InputCols": ["a", "a"]}, "names 'a' twice"),
        ({"InputCol": ["a"], "InputCols": None}, "Did you mean 'InputCols'?"),
        ({"OutputCols": {}}, "lacks OutputCols"),
        ({"Thresholds": 0.1}, "an object of columns"),
        ({"Webhook": "file:///etc/passwd"}, "hears of alerts"),
        ({"Webhook": "https://"}, "hears of alerts"),
        ({"Webhook": "http://a b"}, "hears of alerts"),
        ({"Webhook": "http://a:99999999/"}, "hears of alerts"),
        ({"period": "Day"}, "Period twice"),
    ],
)
def test_what_cannot_be_used_is_named(changes, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        read(**changes)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"{}", "an empty JSON object"),
        (b"[1]", "no JSON object"),
        (b"null", "no JSON object"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_configuration_is_refused(raw, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        read_configuration(raw)


def test_a_key_that_nothing_is_known_of_is_told_and_left_out():
    config, odd = read(Owner="ana")
    assert odd == ["Owner"]
    assert "Owner" not in config


def test_a_bare_number_is_the_significant_threshold():
    config, _ = read(Thresholds={"age": 0.4, "*": {"moderate": 0.2}})
    assert config["Thresholds"] == {
        "age": {"significant": 0.4},
        "*": {"moderate": 0.2},
    }


def test_a_column_cannot_be_input_and_output():
    assert columns_problem(["a"], ["b"]) is None
    assert "'a' is in InputCols and in OutputCols" in columns_problem(["a"], ["a"])
