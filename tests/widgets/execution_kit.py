"""An execution that does what a test tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from widget_kit import FakeModel

from codex_jupyter.protocol.events import Event

TABLE = pd.DataFrame(
    {
        "id": range(1, 51),
        "name": [f"customer {i}" for i in range(50)],
        "score": [i / 7 for i in range(50)],
    }
)


@dataclass
class FakeExecution(FakeModel):
    """The public face of an execution; its stream is fed as a model's is."""

    name: str = "churn-batch"
    status: str = "Requested"
    exec_id: str = "5"
    exec_type: str = "AsyncModel"
    message: str = ""
    info: dict = field(default_factory=dict)
    value: object = None
    unreadable: Exception | None = None

    def get_status(self):
        self.refresh()
        return {"Status": self.status}

    def execution_info(self):
        return self.info

    def cancel(self):
        self._act("cancel", "Failed")
        self.message = "It was cancelled."
        return self.status

    def result(self):
        if self.unreadable:
            raise self.unreadable
        return TABLE if self.value is None else self.value

    def download_result(self, *, path, filename):
        return Path(path) / filename


class FakeBatch(FakeExecution):
    """One of an asynchronous model: its input can be run again."""

    def run_again(self):
        self.next = FakeBatch(name=self.name, exec_id=str(int(self.exec_id) + 4))
        return self.next


def progress(fraction, rows=50_000, written=None, elapsed=12.0, estimate=40.0):
    data = {
        "Fraction": fraction,
        "Rows": rows,
        "RowsWritten": written,
        "Elapsed": elapsed,
        "Estimate": estimate,
    }
    return Event("progress", data)


INFO = {
    "InputFile": {"Name": "big.csv", "Size": 10_000_000, "Rows": 50_000},
    "OutputFile": {"Name": "output.csv", "Size": 2_500_000},
    "TimeElapsed": 41_200,
    "DatasetHash": "D" + "0" * 63,
}
TRAINED = INFO | {
    "RunName": "first",
    "TrainingType": "Custom",
    "Files": [{"Name": "train.py"}, {"Name": "big.csv"}],
    "RunData": {
        "paramsAndMetrics": {
            "metrics": {"auc": 0.9926, "f1_score": 0.97618, "training_score": 1.0},
            "parameters": {"shape": "(569, 30)"},
        }
    },
}
MONITORED = {"Label": "2026-W15", "Task": "run", "TimeElapsed": 900}
COUNTED = {
    "Label": "2026-W15",
    "Verdict": "significant",
    "Records": 302,
    "Rows": 300,
    "Bad": 2,
    "Averages": {"Psi": 0.12345, "Shap": None},
    "Columns": {
        "age": {"Level": "stable"},
        "income": {"Level": "significant"},
        "<b>x</b>": {"Level": "moderate"},
    },
}
