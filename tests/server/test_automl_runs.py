"""AutoML runs on a real platform, from the configuration to a model that answers."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytestmark = pytest.mark.platform

CONFIGURATION = {
    "train_data": {"file_type": "csv", "file_name": "data.csv"},
    "model_flow": "classification",
    "target": "late",
    "iterations": 2,
    "stages": {"models": ["dt", "logreg"], "cleaner": ["none"]},
}


def rows():
    chance = np.random.default_rng(7)
    age = chance.integers(18, 80, 300)
    late = (age + chance.normal(0, 8, 300) > 45).astype(int)
    lines = [f"{a},{i % 9},{y}" for i, (a, y) in enumerate(zip(age, late, strict=True))]
    return "\n".join(["age,month,late", *lines]).encode()


def parts(configuration=CONFIGURATION):
    raw = configuration
    if not isinstance(raw, bytes):
        raw = json.dumps(configuration).encode()
    return {
        "train_data": ("data.csv", rows()),
        "source": None,
        "requirements": None,
        "conf_dict": ("conf.json", raw),
    }


FIELDS = {"training_type": "AutoML", "training_reference": None, "python_version": None}


@pytest.fixture(scope="module")
def searched(trainer):
    """The experiment and the number of a search that has succeeded."""
    experiment = trainer.experiment("searched")
    return experiment, trainer.run(experiment, files=parts(), **FIELDS)


def test_a_search_keeps_its_leaderboard_and_its_tables(trainer, searched):
    told = trainer.describe(*searched)
    assert told["TrainingType"] == "AutoML"
    board = told["Leaderboard"]
    assert len(board["pipelines"]) == 2
    assert board["target"] == "late"
    assert told["RunData"]["paramsAndMetrics"]["metrics"]
    roles = {file["Role"] for file in told["Files"]}
    assert roles >= {"x_train", "y_train", "model_output", "model"}
    names = set(trainer.result(searched[1]))
    assert names >= {"model.pkl", "leaderboard.json", "automl_classifier.py"}


def test_a_search_is_promoted_by_name_and_operation_alone(platform, trainer, searched):
    plain = {"source": None, "schema": None}
    more = {"model_reference": None, "input_type": None, "schema": None}
    answer = trainer.promote(*searched, name="best", files=plain, **more)
    assert answer.status_code == 201, answer.text
    model = answer.json()["ModelHash"]
    platform.get(f"/model/sync/host/demo/{model}")
    assert platform.wait(model)["Status"] == "Deployed"
    answer = platform.run(model, {"age": 70, "month": 3})
    assert answer.status_code == 200, answer.text
    answer = trainer.promote(
        *searched, name="best batch", operation="Async", files=plain, **more
    )
    model = answer.json()["ModelHash"]
    platform.get(f"/model/async/host/demo/{model}")
    assert platform.wait(model)["Status"] == "Deployed"
    number = platform.execute(model, b"age,month\n20,1\n70,2\n")
    platform.wait_run(number)
    assert len(platform.result_of(number)) == 1


def test_a_configuration_that_cannot_be_used_is_refused(trainer):
    experiment = trainer.experiment("refused")
    for wanted, raw in {
        "The AutoML configuration (conf_dict) is empty.": b"",
        "The AutoML configuration lacks": b'{"target": "late"}',
        "The AutoML configuration": b"[1]",
    }.items():
        answer = trainer.upload(experiment, files=parts(raw), **FIELDS)
        assert answer.status_code == 400
        assert answer.json()["Error"]["Message"].startswith(wanted), answer.text
    answer = trainer.upload(experiment, files=parts() | {"conf_dict": None}, **FIELDS)
    assert answer.json()["Error"]["Message"] == "Missing files: conf_dict."
