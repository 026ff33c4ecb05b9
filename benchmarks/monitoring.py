"""Monitoring: a period of many records, counted; seconds and memory of both sides."""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import psutil
from timing import platform

from codex_jupyter.client.training import MLOpsTrainingClient
from codex_jupyter.config import DataDir

RECORDS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
DAY = datetime(2026, 3, 30, tzinfo=UTC)
COLUMNS = [f"x{n}" for n in range(10)]
SCORE = b"""
def score(data, base_path):
    return {"proba": 0.5}
"""
MONITOR = b"""
import json

import pandas as pd


def parse(input_data, output_data):
    features = pd.DataFrame([json.loads(input_data)])
    return features, pd.DataFrame([json.loads(output_data)])


def get_shap(data, model_path):
    return data * 0.5
"""


def row(source: random.Random) -> dict[str, float]:
    """One record's input."""
    return {name: source.gauss(0, 1) for name in COLUMNS}


def fill(root: Path, model: str) -> None:
    """Put the records where the platform keeps those that it answered."""
    source = random.Random(1)  # noqa: S311
    place = root / "records" / f"model={model}" / f"date={DAY:%Y-%m-%d}"
    place.mkdir(parents=True)
    with (place / "0-1.jsonl").open("w") as out:
        for n in range(RECORDS):
            line = {
                "at": (DAY + timedelta(milliseconds=80 * n)).isoformat(
                    timespec="microseconds"
                ),
                "request_id": f"{n:x}",
                "seconds": 0.01,
                "input": json.dumps(row(source)),
                "output": json.dumps({"proba": source.random()}),
            }
            out.write(json.dumps(line) + "\n")


class Peak(threading.Thread):
    """The largest resident sizes of the platform and of what it started, in MiB."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._platform = psutil.Process(pid)
        self.before = self._platform.memory_info().rss / 2**20
        self.own = self.before
        self.children = 0.0

    def run(self) -> None:
        """Look five times a second, as long as the platform runs."""
        while True:
            try:
                self.own = max(self.own, self._platform.memory_info().rss / 2**20)
                for one in self._platform.children(recursive=True):
                    size = one.memory_info().rss / 2**20
                    self.children = max(self.children, size)
            except psutil.Error:
                if not self._platform.is_running():
                    return
            time.sleep(0.2)


with platform() as (client, root):
    model = client.create_model(
        model_name="watched",
        model_reference="score",
        source_file=("score.py", SCORE),
        model_file=("model.pkl", b""),
        requirements_file=("requirements.txt", b"pandas"),
        schema=row(random.Random(2)),  # noqa: S311
        group="bench",
    )
    source = random.Random(3)  # noqa: S311
    frame = pd.DataFrame([row(source) for _ in range(5000)])
    made = pd.DataFrame({"proba": [source.random() for _ in range(5000)]})
    with MLOpsTrainingClient(settings=client._connection.settings) as trainings:
        experiment = trainings.create_training_experiment(
            experiment_name="watched", model_type="Classification", group="bench"
        )
        training = experiment.run_training(
            run_name="elsewhere",
            training_type="External",
            X_train=frame,
            y_train=made,
            model_outputs=made,
            wait_complete=True,
        )
    model.register_monitoring(
        preprocess_reference="parse",
        shap_reference="get_shap",
        preprocess_file=("monitor.py", MONITOR),
        configuration_file={
            "Period": "Day",
            "TrainData": {
                "MLOpsTrainingExecution": str(training.exec_id),
                "TrainDateRef": "2026-01-01",
            },
            "InputCols": COLUMNS,
            "OutputCols": ["proba"],
        },
        wait_complete=True,
    )
    fill(root, model.model_hash)
    peak = Peak(json.loads(DataDir(root).running.read_text())["pid"])
    peak.start()
    begun = time.perf_counter()
    (run,) = model.run_monitoring(first=f"{DAY:%Y-%m-%d}")
    result = run.result()
    seconds = time.perf_counter() - begun
    assert result["Rows"] == RECORDS, result["Rows"]
    each = 1e6 * seconds / RECORDS
    print(f"{RECORDS} records in {seconds:.1f} s, {each:.0f} us each")
    print(f"platform {peak.before:.0f} MiB before, {peak.own:.0f} MiB at most")
    print(f"largest process beside it: {peak.children:.0f} MiB")
