"""What cannot be monitored: refused when it is registered, or invalidated."""

from __future__ import annotations

import httpx
import pytest

pytestmark = pytest.mark.platform


def error(answer):
    assert answer.status_code == 400, answer.text
    return answer.json()["Error"]["Message"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"InputCols": ["age", "incone"]}, ["InputCols", "'incone'", "'income'"]),
        ({"InputCols": ["<script>"]}, ["'<script>'", "It has: age, income"]),
        ({"OutputCols": ["probability"]}, ["OutputCols", "'probability'"]),
        ({"OutputCols": ["age"]}, ["'age' is in InputCols and in OutputCols"]),
        ({"Thresholds": {"agee": 0.2}}, ["'agee'"]),
        ({"Thresholds": {"age": -1}}, ["`age`", "not a positive number"]),
        ({"Thresholds": {"age": "high"}}, ["`age`"]),
        (
            {
                "TrainData": {
                    "MLOpsTrainingExecution": "999999",
                    "TrainDateRef": "2026-01-01",
                }
            },
            ["no training execution 999999"],
        ),
        (
            {"TrainData": {"TrainDateRef": "2026-01-01"}},
            ["not promoted", "MLOpsTrainingExecution"],
        ),
    ],
)
def test_a_configuration_that_does_not_fit_is_refused(
    kit, credit, training, changes, words
):
    message = error(kit.register(credit, kit.config(training, **changes)))
    for word in words:
        assert word in message


def test_the_date_column_must_be_in_the_training_data(kit, credit, training):
    train = {"MLOpsTrainingExecution": training, "TrainDateCol": "moth"}
    message = error(kit.register(credit, kit.config(training, TrainData=train)))
    assert "Did you mean 'month'?" in message
    train["TrainDateCol"] = "month"
    answer = kit.register(credit, kit.config(training, TrainData=train, Period="Year"))
    assert answer.status_code == 201


def test_an_empty_configuration_is_refused_with_a_way_out(kit, credit):
    message = error(kit.register(credit, b""))
    assert message.startswith("The configuration is empty.")
    assert "give the file's path" in message
    answer = httpx.post(
        f"{kit.platform.api}/monitoring/register/demo/{credit}",
        data={"preprocess_reference": "parse", "shap_reference": "get_shap"},
        headers=kit.platform.user(),
    )
    assert error(answer) == "Missing files: configuration."


def test_a_training_without_outputs_is_refused(kit, credit):
    number = kit.training(rows=20, outputs=False)
    message = error(kit.register(credit, kit.config(number)))
    assert f"The training execution {number} kept no model_output" in message


def test_names_that_are_no_functions_are_refused(kit, credit, training):
    answer = kit.register(credit, kit.config(training), preprocess_reference="a b")
    assert error(answer) == "'a b' is not the name of a function."
    answer = kit.register(credit, kit.config(training), source="\0")
    assert "neither a Python script nor a notebook" in error(answer)


def test_what_was_never_registered_is_not_found(kit, credit, training):
    for path in (
        f"/monitoring/host/demo/{credit}/Quarter",
        f"/monitoring/status/demo/{credit}/Quarter",
        f"/monitoring/status/demo/{'M' * 64}/Week",
    ):
        assert kit.platform.get(path).status_code == 404
    answer = kit.platform.get(f"/monitoring/status/demo/{credit}/Fortnight")
    assert "not known" in error(answer)


def test_a_model_that_is_not_monitored_is_told_with_the_way_to_it(kit, double):
    def told(path, **query):
        answer = kit.platform.get(path, params=query)
        assert answer.status_code == 404
        return answer.json()["Error"]["Message"]

    path = f"/monitoring/results/demo/{double}"
    way = f"Register it: POST /monitoring/register/demo/{double}"
    assert told(path) == f"The model 'double' is not monitored. {way}"
    assert told(path, period="Week").startswith(
        "The model 'double' is not monitored by Week."
    )
    assert "GET /monitoring/list" in told(f"/monitoring/results/demo/{'M' * 64}")


def test_a_monitoring_runs_only_once_it_is_validated(kit, credit, training):
    answer = kit.register(credit, kit.config(training, Period="Month"))
    monitoring = answer.json()["MonitoringHash"]
    answer = kit.platform.post(f"/monitoring/run/demo/{monitoring}")
    assert answer.status_code == 409
    assert "is Unvalidated" in answer.json()["Error"]["Message"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "return features, ",
            "return features  # ",
            ["parse() returned one DataFrame.", "Return two DataFrames", "(line "],
        ),
        (
            "return features, ",
            "return {}['<b>'], ",
            ["KeyError: '<b>'", "(line 10 of preprocess.py)", '{"age": 30'],
        ),
        ('"age": row["age"]', '"age": "old"', ["`age`", "numbers"]),
        (
            '"income": data["income"] - 50.0',
            '"incomes": data["income"]',
            [
                *("get_shap() returned other columns", "'income'", "It has 'incomes'"),
                'File "preprocess.py", line ',
            ],
        ),
        ("def get_shap", "def get_shapp", ["does not define 'get_shap'", "get_shapp"]),
        ("import pandas", "import pandaz", ["module 'pandaz'"]),
    ],
)
def test_functions_that_do_not_fit_invalidate_it_and_name_the_place(
    kit, fresh, training, old, new, words
):
    assert old in kit.MONITOR
    source = kit.MONITOR.replace(old, new)
    answer = kit.register(fresh, kit.config(training), source)
    assert answer.status_code == 201, answer.text
    status = kit.validate(fresh, expect="Invalidated")
    for word in words:
        assert word in status["Message"]
