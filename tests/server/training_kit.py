"""Small trainings, and what sends them to a platform."""

from __future__ import annotations

import io
import sys
import time
import zipfile

import httpx

# One environment for all tests that train, built once a session.
REQUIREMENTS = b"pandas\nscikit-learn\ncloudpickle>=2.0.0\n"
PYTHON = f"Python3{sys.version_info.minor}"
DATA = b"age,income,late\n" + b"".join(
    b"%d,%d,%d\n" % (20 + i, 1000 * (i % 7), i % 2) for i in range(40)
)
TRAIN = """
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def train_model(df, base_path):
    X, y = df[["age", "income"]], df[["late"]]
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    pipeline.fit(X, y["late"])
    with open(base_path + "/notes.txt", "w") as file:
        file.write("made by the run")
    print("fitted on", len(df), "rows")
    output = pd.DataFrame({"pred": pipeline.predict(X)}, index=X.index)
    output["proba"] = pipeline.predict_proba(X)[:, 1]
    return {
        "X_train": X,
        "y_train": y,
        "model_output": output,
        "pipeline": pipeline,
        "metrics": {"auc": 0.75},
        "extra": ["notes.txt", base_path + "/helper.txt"],
    }
"""
SCORE = """
import json
import os

import cloudpickle
import pandas as pd


def score(data, base_path):
    with open(base_path + "/model.pkl", "rb") as file:
        model = cloudpickle.load(file)
    frame = pd.DataFrame([json.loads(data)])
    with open(base_path + "/notes.txt") as file:
        note = file.read()
    return {"proba": float(model.predict_proba(frame)[0, 1]), "note": note}
"""


class Trainer:
    """Sends trainings to one platform, as the documented clients do."""

    def __init__(self, platform, group="demo"):
        self.platform = platform
        self.group = group
        platform.group(group)

    def post(self, path, data=None, files=None):
        return httpx.post(
            f"{self.platform.api}{path}",
            data=data,
            files=files,
            headers=self.platform.user(),
            timeout=60,
        )

    def register(self, name="churn", model_type="Classification"):
        form = {"experiment_name": name, "model_type": model_type}
        return self.post(f"/training/register/{self.group}", form)

    def experiment(self, name="churn", model_type="Classification"):
        answer = self.register(name, model_type)
        assert answer.status_code == 201, answer.text
        return answer.json()["TrainingHash"]

    def upload(self, experiment, source=TRAIN, files=(), **fields):
        form = {
            "run_name": "First test",
            "training_type": "Custom",
            "training_reference": "train_model",
            "python_version": PYTHON,
        } | fields
        parts = {
            "train_data": ("data.csv", DATA),
            "source": ("app.py", source.encode() if source else b""),
            "requirements": ("requirements.txt", REQUIREMENTS),
        } | dict(files)
        sent = [
            (role, one)
            for role, given in parts.items()
            for one in (given if isinstance(given, list) else [given])
            if one is not None
        ]
        return self.post(
            f"/training/upload/{self.group}/{experiment}",
            {k: v for k, v in form.items() if v is not None},
            sent,
        )

    def start(self, experiment, *args, **more):
        """Upload and execute; the run's number."""
        answer = self.upload(experiment, *args, **more)
        assert answer.status_code == 201, answer.text
        number = answer.json()["ExecutionId"]
        path = f"/training/execute/{self.group}/{experiment}/{number}"
        assert self.platform.get(path).status_code == 200
        return number

    def run(self, experiment, *args, expect="Succeeded", **more):
        """Upload, execute and wait; the run's number."""
        number = self.start(experiment, *args, **more)
        self.wait(number, expect)
        return number

    def status(self, number):
        return self.platform.get(f"/training/status/{self.group}/{number}").json()

    def wait(self, number, expect="Succeeded", seconds=300):
        until = time.monotonic() + seconds
        while True:
            status = self.status(number)
            if status["Status"] not in ("Requested", "Running"):
                assert status["Status"] == expect, status
                return status
            assert time.monotonic() < until, f"still {status}"
            time.sleep(0.05)

    def describe(self, experiment, number):
        path = f"/training/describe/{self.group}/{experiment}/{number}"
        return self.platform.get(path).json()["Description"]

    def log(self, experiment, number):
        path = f"/training/logs/{self.group}/{experiment}"
        rows = self.platform.get(path, params={"execution": number}).json()
        return rows["Results"]

    def result(self, number):
        answer = self.platform.get(f"/training/result/{self.group}/{number}")
        assert answer.status_code == 200, answer.text
        with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
            return {name: packed.read(name) for name in packed.namelist()}

    def promote(self, experiment, number, files=(), **fields):
        form = {
            "name": "churn v3",
            "operation": "Sync",
            "schema": "/home/ana/schema.json",
            "model_reference": "score",
            "input_type": "json",
        } | fields
        parts = {
            "source": ("app.py", SCORE.encode()),
            "schema": ("schema..json", b'{"age": 30, "income": 2000}'),
        } | dict(files)
        return self.post(
            f"/training/promote/{self.group}/{experiment}/{number}",
            {k: v for k, v in form.items() if v is not None},
            {k: v for k, v in parts.items() if v is not None},
        )

    def failure(self, experiment, source, **more):
        """The reason of a run that fails."""
        number = self.start(experiment, source, **more)
        return self.wait(number, "Failed")["Message"]
