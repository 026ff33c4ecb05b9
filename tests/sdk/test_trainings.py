"""Trainings, promotion and monitoring through the vendor's SDK."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "server"))

import training_kit as kit

pytestmark = pytest.mark.platform

MONITOR = """
import json

import pandas as pd


def parse(input_data, output_data):
    return (
        pd.DataFrame([json.loads(input_data)]),
        pd.DataFrame([{"proba": json.loads(output_data)["proba"]}]),
    )


def get_shap(data, model_path):
    return data * 0.5
"""

PIPELINE = """
group: {group}
python_version: "{python}"

training:
  training_type: Custom
  model_type: Classification
  experiment_name: by a pipeline
  directory: files
  source: train.py
  train_function: train_model
  packages: requirements.txt
  data: data.csv
  extra: [helper.txt]

deploy:
  name: piped
  operation: Sync
  directory: files
  source: score.py
  score_function: score
  schema: schema.json
  input_type: json

monitoring:
  name: piped
  directory: files
  preprocess: preprocess.py
  preprocess_function: parse
  shap_function: get_shap
  config: configuration.json
  packages: requirements.txt
"""


def test_a_training_is_run_promoted_asked_and_monitored(sdk):
    group = sdk.GROUP
    sdk.write("data.csv", kit.DATA)
    sdk.write("train.py", kit.TRAIN)
    sdk.write("score.py", kit.SCORE)
    sdk.write("requirements.txt", kit.REQUIREMENTS)
    sdk.write("helper.txt", "of the user")
    sdk.write("schema.json", json.dumps({"age": 30, "income": 1000}))
    sdk.write("monitor.py", MONITOR)
    configuration = {
        "Period": "Week",
        "TrainData": {"TrainDateRef": "2026-01-01"},
        "InputCols": ["age", "income"],
        "OutputCols": ["proba"],
    }
    sdk.write("configuration.json", json.dumps(configuration))
    told = sdk.run("trainings.py", name=f"train {sdk.version}").told
    assert told["training"] == told["again"]
    assert told["status"] == "Succeeded"
    kept = told["data"]["paramsAndMetrics"]
    assert kept["metrics"]["auc"] == 0.75
    assert 0 <= kept["metrics"]["training_accuracy_score"] <= 1
    assert kept["parameters"]["shape"] == "(40, 2)"
    assert told["files"] == ["helper.txt", "model.pkl", "notes.txt"]
    assert told["found"] == "first"
    assert [str(one) for one in told["all"]] == [str(told["run"])]
    if sdk.is_old:
        assert told["direct"] == told["all"]
    row = sdk.platform.get(f"/model/describe/{group}/{told['model']}").json()
    description = row["Description"]
    assert description["TrainingHash"] == told["training"]
    assert str(description["TrainingExecution"]) == str(told["run"])
    assert description["Origin"] != "External"
    if sdk.is_old:
        assert 0 <= told["answer"]["proba"] <= 1
    assert validated(sdk, told["model"]) == "Validated"


@pytest.mark.parametrize("version", ["2.2.7", "2.2.11"])
def test_a_pipeline_is_run_from_its_file(make_sdk, version):
    sdk = make_sdk(version)
    group = f"sdk_pipeline_{version.replace('.', '_')}"
    configuration = {
        "Period": "Week",
        "TrainData": {"TrainDateRef": "2026-01-01"},
        "InputCols": ["age", "income"],
        "OutputCols": ["proba"],
    }
    sdk.write("files/data.csv", kit.DATA)
    sdk.write("files/train.py", kit.TRAIN)
    sdk.write("files/score.py", kit.SCORE)
    sdk.write("files/requirements.txt", kit.REQUIREMENTS)
    sdk.write("files/helper.txt", "of the user")
    sdk.write("files/schema.json", json.dumps({"age": 30, "income": 1000}))
    sdk.write("files/preprocess.py", MONITOR)
    sdk.write("files/configuration.json", json.dumps(configuration))
    sdk.write("pipeline.yml", PIPELINE.format(group=group, python=sdk.model_python))
    told = sdk.run("pipeline.py").told
    assert told["status"] == "Succeeded"
    # The SDK writes the number into the file.
    assert told["configuration"]["MLOpsTrainingExecution"] == told["run"]
    # The group was not there; the SDK made it.
    row = sdk.platform.get(f"/model/describe/{group}/{told['model']}").json()
    assert row["Description"]["Name"] == "piped"
    assert row["Description"]["TrainingHash"] == told["training"]
    assert validated(sdk, told["model"], group) == "Validated"


def validated(sdk, model, group=None):
    """The state of the model's monitoring, once it is final."""
    until = time.monotonic() + 120
    group = group or sdk.GROUP
    while True:
        answer = sdk.platform.get(f"/monitoring/status/{group}/{model}/Week")
        # Newer versions of the SDK, and ours, return before the validation is over.
        if answer.json()["Status"] not in ("Unvalidated", "Validating"):
            return answer.json()["Status"]
        assert time.monotonic() < until, answer.text
        time.sleep(0.1)


def test_runs_that_were_trained_elsewhere_are_kept(sdk):
    sdk.write("requirements.txt", "")
    sdk.write("notes.txt", "by hand")
    told = sdk.run("external.py", name=f"external {sdk.version}").told
    assert told["status"] == "Succeeded"
    assert sorted(told["all"]) == [
        ["by context", "Succeeded"],
        ["by files", "Succeeded"],
    ]
    assert {"model.pkl", "notes.txt", "people.parquet", "curve.png"} <= set(
        told["files"]
    )
    where = f"/training/describe/{sdk.GROUP}/{told['training']}"
    runs = sdk.platform.get(where).json()["Description"]["Executions"]
    logged = max(runs, key=lambda one: one["Id"])["Id"]
    data = sdk.platform.get(f"{where}/{logged}").json()["Description"]["RunData"]
    assert data["paramsAndMetrics"]["metrics"] == {"auc": 0.75}
