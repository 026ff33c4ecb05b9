"""Runs that become models."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.platform

BATCH = b"""
import os

import cloudpickle
import pandas as pd

def score(data_path, base_path):
    with open(base_path + "/model.pkl", "rb") as file:
        model = cloudpickle.load(file)
    frame = pd.read_csv(data_path + "/" + os.environ["inputFileName"])
    frame["pred"] = model.predict(frame)
    frame.to_csv(data_path + "/output.csv", index=False)
    return data_path + "/output.csv"
"""


def described(platform, model):
    return platform.get(f"/model/describe/demo/{model}").json()["Description"]


def host(platform, answer, op="sync"):
    assert answer.status_code == 201, answer.text
    model = answer.json()["ModelHash"]
    assert platform.get(f"/model/{op}/host/demo/{model}").status_code == 202
    assert platform.wait(model)["Status"] == "Deployed"
    return model


def test_a_run_becomes_a_model_that_answers(platform, trainer, churn, churned):
    answer = trainer.promote(churn, churned)
    assert answer.json()["Message"] == f"Model 'churn v3' promoted from {churn}"
    model = host(platform, answer)
    told = platform.run(model, {"age": 31, "income": 2000}).json()
    assert 0 < told["proba"] < 1
    # The files that the run kept beside its model lie in the model's folder.
    assert told["note"] == "made by the run"
    row = described(platform, model)
    assert row["Origin"] == "Training"
    assert (row["TrainingHash"], row["TrainingExecution"]) == (churn, churned)
    assert row["RunName"] == "First test"
    assert row["ExperimentName"] == "churn of the tests"
    assert row["Requirements"].startswith("pandas\nscikit-learn")
    assert json.loads(row["Schema"]) == {"age": 30, "income": 2000}
    names = [file["Name"] for file in row["Files"]]
    assert sorted(names) == sorted(set(names))
    found = platform.get("/model/search", params={"name": "churn v3"}).json()
    assert found["Results"][0]["TrainingExecution"] == churned


def test_an_asynchronous_model_reads_what_its_schema_is(
    platform, trainer, churn, churned
):
    answer = trainer.promote(
        churn,
        churned,
        name="churn batch",
        operation="Async",
        files={
            "source": ("app.py", BATCH),
            "schema": ("schema.csv", b"age,income\n30,2000\n"),
        },
    )
    model = host(platform, answer, "async")
    assert described(platform, model)["Input"] == "csv"
    number = platform.execute(model, b"age,income\n30,2000\n31,0\n")
    platform.wait_run(number)
    written = platform.result_of(number)["output.csv"].decode().splitlines()
    assert written[0] == "age,income,pred"
    assert len(written) == 3


def test_what_is_sent_takes_the_runs_place(platform, trainer, churn, churned):
    answer = trainer.promote(
        churn,
        churned,
        files={
            "requirements": ("requirements.txt", b"cloudpickle\n"),
            "extra": ("notes.txt", b"sent"),
        },
    )
    row = described(platform, answer.json()["ModelHash"])
    assert row["Requirements"] == "cloudpickle\n"
    notes = [file for file in row["Files"] if file["Name"] == "notes.txt"]
    assert [(file["Role"], file["Size"]) for file in notes] == [("extra", 4)]


def test_what_cannot_be_promoted_is_refused(trainer, churn, churned):
    for wanted, more in {
        "Missing files: schema.": {"files": {"schema": None}},
        "Missing files: source.": {"files": {"source": None}},
        "The schema is not JSON": {"files": {"schema": ("schema..json", b"")}},
        "Missing in the form: model_reference.": {"model_reference": None},
        "The operation is Sync or Async, not 'Now'.": {"operation": "Now"},
        "Two files are called 'model.pkl'.": {"files": {"extra": ("model.pkl", b"x")}},
    }.items():
        answer = trainer.promote(churn, churned, **more)
        assert answer.status_code == 400
        assert answer.json()["Error"]["Message"].startswith(wanted)


def test_only_a_run_that_has_succeeded_is_promoted(trainer, churn):
    number = trainer.upload(churn).json()["ExecutionId"]
    answer = trainer.promote(churn, number)
    assert answer.status_code == 409
    assert answer.json()["Error"]["Message"] == (
        f"The run {number} is Requested; only one that has succeeded can be promoted."
    )
