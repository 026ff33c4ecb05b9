"""The second generation of training routes, part by part."""

from __future__ import annotations

import io
import json

import httpx
import pandas as pd
import pytest
from training_kit import DATA, PYTHON, REQUIREMENTS, SCORE, TRAIN

pytestmark = pytest.mark.platform

FRAME = pd.DataFrame({"age": [1, 2], "late": [0, 1]})


class V2:
    """Sends what the clients of that generation send."""

    def __init__(self, platform):
        self.platform = platform
        platform.group("demo")

    def send(self, method, path, **more):
        return httpx.request(
            method,
            f"{self.platform.api}/v2/training{path}",
            headers=self.platform.user(),
            timeout=60,
            **more,
        )

    def experiment(self, name="second"):
        given = {"Name": name, "Type": "Classification"}
        answer = self.send("POST", "/demo", json=given)
        assert answer.status_code == 201
        body = answer.json()
        assert body["Message"] == f"Training '{body['TrainingHash']}' created"
        return body["TrainingHash"]

    def run(self, experiment, type_):
        given = {"RunName": "first", "Description": "of it", "TrainingType": type_}
        answer = self.send("POST", f"/{experiment}/execution", json=given)
        assert answer.status_code == 201, answer.text
        number = answer.json()["ExecutionId"]
        assert answer.json()["Message"] == f"Training Execution '{number}' created"
        return number

    def part(self, number, path, role, content, name="file", **fields):
        files = {role: (name, content)} if content is not None else None
        return self.send(
            "PATCH", f"/execution/{number}/{path}", data=fields, files=files
        )

    def status(self, number):
        return self.send("GET", f"/execution/{number}/status").json()


@pytest.fixture(scope="module")
def v2(platform):
    return V2(platform)


def message(answer):
    return answer.json()["Error"]["Message"]


def custom(v2, number, source=TRAIN):
    """Send the parts of a Custom run; what each was answered."""
    return [
        v2.part(number, "input/file", "input", DATA, "data.csv", dataset_name="input"),
        v2.part(number, "requirements-file", "requirements", REQUIREMENTS),
        v2.part(
            number,
            "script-file",
            "script",
            source.encode(),
            "train.py",
            training_reference="train_model",
            python_version=PYTHON,
        ),
        v2.part(
            number, "extra-file", "extra", b"1", "helper.txt", file_name="helper.txt"
        ),
    ]


def test_a_custom_run_gets_its_files_is_started_copied_and_promoted(
    v2, platform, trainer
):
    experiment = v2.experiment()
    number = v2.run(experiment, "Custom")
    answer = v2.send("PATCH", f"/execution/{number}")
    assert message(answer) == "Missing files: input, source, requirements."
    answers = custom(v2, number)
    assert [one.status_code for one in answers] == [201] * 4
    assert answers[0].json()["Message"] == "Input for execution was created from file!"
    dataset = answers[0].json()["DatasetHash"]
    assert answers[1].json()["Message"] == (
        f"Requirements file inserted for execution '{number}'"
    )
    answer = v2.send("PATCH", f"/execution/{number}")
    assert answer.status_code == 202
    assert answer.json()["Message"] == (
        f"Training execution started. Use its execution id {number} to check the "
        "status."
    )
    trainer.wait(number)
    assert v2.status(number)["Status"] == "Succeeded"
    assert v2.part(number, "env/file", "env", b"A=1").status_code == 409

    copy = v2.send("POST", f"/execution/{number}/copy")
    assert copy.status_code == 201
    again = copy.json()["ExecutionId"]
    told = trainer.describe(experiment, again)
    assert (told["ExecutionState"], told["RunData"]) == ("Requested", {})
    assert told["InputFile"]["DatasetHash"] == dataset
    roles = {file["Role"] for file in told["Files"]}
    assert roles == {"source", "requirements", "extra"}
    # The copy's parts can be sent anew.
    raises = "def train_model(df, base_path):\n    raise ValueError('copied')\n"
    assert custom(v2, again, raises)[2].status_code == 201
    assert v2.send("PATCH", f"/execution/{again}").status_code == 202
    assert "copied" in trainer.wait(again, "Failed")["Message"]

    answer = v2.send(
        "PATCH",
        f"/execution/{number}/promote",
        data={
            "operation": "Sync",
            "input_type": "json",
            "name": "of the second",
            "model_reference": "score",
        },
        files={
            "source": ("score.py", SCORE.encode()),
            "schema": ("schema.json", b'{"age": 30, "income": 1}'),
        },
    )
    assert answer.status_code == 201, answer.text
    model = answer.json()["ModelHash"]
    assert (
        platform.get(f"/model/describe/demo/{model}").json()["Description"][
            "TrainingExecution"
        ]
        == number
    )


def test_an_external_run_takes_files_and_datasets(v2, platform, trainer):
    experiment = v2.experiment()
    number = v2.run(experiment, "External")
    assert v2.send("PATCH", f"/execution/{number}").status_code == 400
    buffer = io.BytesIO()
    FRAME.to_parquet(buffer)
    sent = buffer.getvalue()
    answer = v2.part(
        number, "features/file", "features", sent, "f.parquet", dataset_name="features"
    )
    assert answer.json()["Message"] == "Features for execution was created from file!"
    other = v2.run(experiment, "Custom")
    dataset = v2.part(other, "input/file", "input", DATA, "d.csv").json()["DatasetHash"]
    answer = v2.part(number, "target/file", "target", None, dataset_hash=dataset)
    assert answer.json()["DatasetHash"] == dataset
    answer = v2.part(
        number, "metrics/file", "metrics", b'{"auc": NaN, "f1": 1, "r2": 1e999}'
    )
    assert answer.json()["Message"] == (
        f"Metrics for execution {number} was created from file!"
    )
    assert v2.part(number, "parameters/file", "parameters", b"[1]").status_code == 400
    assert v2.part(number, "model/file", "model", b"m", "m.pkl").status_code == 201
    answer = v2.send(
        "PATCH",
        f"/execution/{number}/python-version",
        json={"PythonVersion": "Python39"},
    )
    assert answer.json()["Message"] == (
        f"Python version patched for training with hash '{experiment}' and id "
        f"'{number}'"
    )
    assert v2.send("PATCH", f"/execution/{number}").status_code == 202
    trainer.wait(number)
    told = trainer.describe(experiment, number)
    assert told["PythonVersion"] == "Python39"
    metrics = told["RunData"]["paramsAndMetrics"]["metrics"]
    assert metrics == {"auc": None, "f1": 1, "r2": None}
    assert {f["Role"] for f in told["Files"]} >= {"x_train", "y_train", "model"}
    copy = v2.send("POST", f"/execution/{number}/copy")
    assert copy.status_code == 200


def test_a_search_gets_its_scripts_with_its_configuration(v2, trainer):
    experiment = v2.experiment()
    number = v2.run(experiment, "AutoML")
    configuration = {
        "train_data": {"file_type": "csv", "file_name": "data.csv"},
        "model_flow": "classification",
        "target": "late",
    }
    for content in (b"", b'{"target": "late"}'):
        answer = v2.part(number, "conf-dict/file", "conf_dict", content, "conf.json")
        assert answer.status_code == 400
    raw = json.dumps(configuration).encode()
    answer = v2.part(number, "conf-dict/file", "conf_dict", raw, "conf.json")
    assert answer.status_code == 201, answer.text
    told = trainer.describe(experiment, number)
    assert told["TrainingReference"] == "train_model"
    roles = {file["Role"] for file in told["Files"]}
    assert roles == {"conf_dict", "source", "supplied", "requirements"}


def test_experiments_are_a_bare_list(v2):
    experiment = v2.experiment("listed")
    v2.run(experiment, "Custom")
    rows = v2.send("GET", "").json()
    row = next(r for r in rows if r["TrainingHash"] == experiment)
    assert (row["ExperimentName"], row["ExperimentsQuantity"]) == ("listed", 1)
    assert v2.send("GET", f"/{experiment}").json() == row


def test_what_is_not_there_or_cannot_be_used_is_refused(v2):
    experiment = v2.experiment()
    assert v2.send("GET", f"/T{'0' * 63}").status_code == 404
    for number in ("0", "x", "9" * 30):
        assert v2.send("GET", f"/execution/{number}/status").status_code == 404
        assert v2.part(number, "env/file", "env", b"A=1").status_code == 404
    for body in (b"", b"[]", b"{", b'{"RunName": 3}'):
        answer = v2.send("POST", f"/{experiment}/execution", content=body)
        assert answer.status_code == 400
    number = v2.run(experiment, "Custom")
    for role, path in {"script": "script-file", "input": "input/file"}.items():
        answer = v2.part(number, path, role, None, x="y")
        assert message(answer) == f"Missing files: {role}."
    answer = v2.part(number, "input/file", "input", None, dataset_hash="a/b.csv")
    assert message(answer) == "'a/b.csv' is no dataset's hash."
