"""What tests do to a platform that monitors: real functions, records of weeks."""

from __future__ import annotations

import io
import json
import random
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pandas as pd

from codex_jupyter.protocol.events import EventDecoder
from codex_jupyter.server.clock import now
from codex_jupyter.server.store import Store

SCORE = """
import json


def score(data, base_path):
    row = json.loads(data)
    return {"proba": 0.1 + 0.01 * (row["age"] or 0), "pred": int(row["income"] > 50)}
"""
MONITOR = """
import json

import pandas as pd


def parse(input_data, output_data):
    row = json.loads(input_data)
    features = pd.DataFrame([{"age": row["age"], "income": row["income"]}])
    return features, pd.DataFrame([json.loads(output_data)])


def get_shap(data, model_path):
    with open(model_path + "/model.pkl") as file:
        weight = float(file.read())
    return pd.DataFrame(
        {"age": (data["age"] - 40) * weight, "income": data["income"] - 50.0}
    )
"""
SAMPLE = {"age": 30, "income": 60}
MONDAY = datetime(2026, 3, 30)  # noqa: DTZ001 - UTC, as the platform has it
"""The first day of 2026-W14."""


def person(source, *, age=40.0, income=50.0):
    """One applicant's row."""
    return {"age": round(source.gauss(age, 10)), "income": source.gauss(income, 15)}


def answer(row):
    """What the model answers to a row of an applicant, or of none."""
    return {
        "proba": 0.1 + 0.01 * (row.get("age") or 0),
        "pred": int(row.get("income", 0) > 50),
    }


@dataclass
class Kit:
    """What tests of monitoring do to a platform."""

    SCORE = SCORE
    MONITOR = MONITOR
    MONDAY = MONDAY
    python = f"Python3{sys.version_info.minor}"

    platform: object

    def files(self, requirements=b"pandas"):
        """The files of a model in an environment with pandas."""
        return {
            "requirements": ("requirements.txt", requirements),
            "schema": ("schema.json", json.dumps(SAMPLE).encode()),
        }

    def deploy(self, source=SCORE, **more):
        """Deploy a model that can be monitored; its hash."""
        return self.platform.deploy(
            source, files=self.files(), python_version=self.python, **more
        )

    def listen(self, execution, group="demo"):
        """The events of a run, to its end."""
        decoder = EventDecoder()
        path = f"{self.platform.api}/monitoring/run/events/{group}/{execution}"
        headers = self.platform.user()
        with httpx.stream("GET", path, headers=headers, timeout=60) as answer:
            return [
                event for text in answer.iter_text() for event in decoder.feed(text)
            ]

    def training(self, rows=600, *, outputs=True, group="demo"):
        """A training execution that was sent with its tables; its number."""
        self.platform.group(group)
        source = random.Random(1)
        frame = pd.DataFrame([person(source) for _ in range(rows)])
        frame["month"] = pd.Timestamp("2026-01-15")
        made = pd.DataFrame(
            {
                "proba": 0.1 + 0.01 * frame["age"],
                "pred": (frame["income"] > 50).astype(int),
            }
        )
        tables = {"features": frame, "target": made[["pred"]]}
        if outputs:
            tables["output"] = made
        post = self.platform.post
        form = {"experiment_name": "credit", "model_type": "Classification"}
        answer = post(f"/training/register/{group}", data=form)
        experiment = answer.json()["TrainingHash"]
        answer = post(
            f"/training/upload/{group}/{experiment}",
            data={
                "run_name": "elsewhere",
                "training_type": "External",
                "python_version": self.python,
            },
            files={role: (f"{role}.parquet", _raw(t)) for role, t in tables.items()},
        )
        assert answer.status_code == 201, answer.text
        number = answer.json()["ExecutionId"]
        self.platform.get(f"/training/execute/{group}/{experiment}/{number}")
        until = time.monotonic() + 60
        while True:
            status = self.platform.get(f"/training/status/{group}/{number}").json()
            if status["Status"] not in ("Requested", "Running"):
                assert status["Status"] == "Succeeded", status
                return number
            assert time.monotonic() < until, status
            time.sleep(0.05)

    def config(self, training, **changes):
        """A configuration as the documentation writes it."""
        given = {
            "Period": "Week",
            "TrainData": {
                "MLOpsTrainingExecution": str(training),
                "TrainDateRef": "2026-01-01",
            },
            "InputCols": ["age", "income"],
            "OutputCols": ["proba", "pred"],
        }
        return {k: v for k, v in (given | changes).items() if v is not None}

    def register(self, model, config, source=MONITOR, group="demo", **form):
        """Register; the raw answer."""
        raw = config if isinstance(config, bytes) else json.dumps(config).encode()
        files = {"configuration": ("configuration.json", raw)}
        if source is not None:
            files["source"] = ("preprocess.py", source.encode())
        if "requirements" in form:
            files["requirements"] = ("requirements.txt", form.pop("requirements"))
        data = {"preprocess_reference": "parse", "shap_reference": "get_shap"} | form
        return httpx.post(
            f"{self.platform.api}/monitoring/register/{group}/{model}",
            data=data,
            files=files,
            headers=self.platform.user(),
            timeout=90,
        )

    def validate(self, model, period="Week", expect="Validated", group="demo"):
        """Host and wait; the last status."""
        path = f"{group}/{model}/{period}"
        hosted = self.platform.get(f"/monitoring/host/{path}")
        assert hosted.status_code == 200, hosted.text
        until = time.monotonic() + 120
        while True:
            status = self.platform.get(f"/monitoring/status/{path}").json()
            if status["Status"] in ("Validated", "Invalidated"):
                assert status["Status"] == expect, status
                return status
            assert time.monotonic() < until, status
            time.sleep(0.05)

    def monitored(self, model, training, source=MONITOR, **changes):
        """Register and validate; the monitoring's hash."""
        answer = self.register(model, self.config(training, **changes), source)
        assert answer.status_code == 201, answer.text
        self.validate(model, changes.get("Period", "Week"))
        return answer.json()["MonitoringHash"]

    def records(self, model, day, rows, answers=None):
        """Put records where the platform keeps those that it answered."""
        folder = self.platform.data_dir / "records" / f"model={model}"
        folder /= f"date={day:%Y-%m-%d}"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{len(list(folder.iterdir())):03}-1.jsonl").open("w") as out:
            for place, row in enumerate(rows):
                at = (day + timedelta(seconds=place % 86_000)).replace(tzinfo=UTC)
                line = {
                    "at": at.isoformat(timespec="microseconds"),
                    "request_id": f"{place:016x}",
                    "seconds": 0.01,
                    "input": json.dumps(row),
                    "output": json.dumps(answers[place] if answers else answer(row)),
                }
                out.write(json.dumps(line) + "\n")

    def backdate(self, monitoring, days):
        """Let it be registered so many days before; the platform must not run."""
        store = Store(f"sqlite:///{self.platform.data_dir / 'platform.db'}")
        store.monitorings.change(monitoring, registered_at=now() - timedelta(days=days))
        store.close()

    def people(self, count, seed=2, **center):
        """Rows of applicants."""
        source = random.Random(seed)
        return [person(source, **center) for _ in range(count)]

    def run(self, subject, group="demo", **query):
        """Start runs; their ids."""
        answer = httpx.post(
            f"{self.platform.api}/monitoring/run/{group}/{subject}",
            params=query,
            headers=self.platform.user(),
            timeout=60,
        )
        assert answer.status_code == 202, answer.text
        return [one["ExecutionId"] for one in answer.json()["Executions"]]

    def wait_run(self, execution, expect="Succeeded", group="demo"):
        """Poll until a run is over; its last status."""
        until = time.monotonic() + 120
        while True:
            path = f"/monitoring/run/status/{group}/{execution}"
            status = self.platform.get(path).json()
            if status["Status"] not in ("Requested", "Running"):
                assert status["Status"] == expect, status
                return status
            assert time.monotonic() < until, status
            time.sleep(0.05)

    def ran(self, subject, **query):
        """Run, wait, and give the results by label."""
        for execution in self.run(subject, **query):
            self.wait_run(execution)
        return self.results(subject)

    def results(self, subject, group="demo", **query):
        """The results of all periods, by label."""
        path = f"/monitoring/results/{group}/{subject}"
        answer = self.platform.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["Periods"]


def _raw(table):
    raw = io.BytesIO()
    table.to_parquet(raw)
    return raw.getvalue()
