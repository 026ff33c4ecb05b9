"""Monitoring: a period of many records, counted; seconds and memory of both sides."""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import psutil
from timing import platform

from codex_jupyter.client import local
from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.client.monitoring_execution import MonitoringRun
from codex_jupyter.client.training import MLOpsTrainingClient
from codex_jupyter.config import DataDir, read_json

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("records", nargs="?", type=int, default=1_000_000)
parser.add_argument(
    "--kill",
    action="store_true",
    help="kill the platform when half is counted, start it again, and go on",
)
options = parser.parse_args()
RECORDS = options.records
DAY = datetime(2026, 3, 30, tzinfo=UTC)
PERIOD = f"{DAY:%Y-%m-%d}"
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
        self.before = self.own = self._platform.memory_info().rss / 2**20
        self.children, self.together, self.most = 0.0, 0.0, 0

    def run(self) -> None:
        """Look five times a second, as long as the platform runs."""
        while True:
            try:
                self.own = max(self.own, self._platform.memory_info().rss / 2**20)
                sizes = []
                for one in self._platform.children(recursive=True):
                    with suppress(psutil.Error):
                        sizes.append(one.memory_info().rss / 2**20)
            except psutil.Error:
                return
            self.children = max(self.children, *sizes, 0.0)
            self.together = max(self.together, sum(sizes))
            self.most = max(self.most, len(sizes))
            time.sleep(0.2)

    def show(self) -> None:
        """Print them."""
        print(f"platform {self.before:.0f} MiB before, {self.own:.0f} MiB at most")
        print(
            f"beside it at most {self.most} processes, the model's own included: "
            f"{self.children:.0f} MiB the largest, {self.together:.0f} MiB together"
        )


def watch(root: Path) -> Peak:
    """Begin to look at the platform that runs there."""
    peak = Peak(json.loads(DataDir(root).running.read_text())["pid"])
    peak.start()
    return peak


def kill_at_half(root: Path, run: MonitoringRun) -> MonitoringRun:
    """Kill the platform when half is counted; the run on the one that is started."""
    data, tally = DataDir(root), root / "monitoring" / run.exec_id / "tally.json"
    while (read_json(tally).get("records") or 0) < RECORDS / 2:
        time.sleep(0.2)
    pid = json.loads(data.running.read_text())["pid"]
    os.kill(pid, signal.SIGKILL)
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie":
        time.sleep(0.05)
    print(f"killed after {read_json(tally)['records']} records were counted")
    settings = local.start(data).settings
    again = MLOpsModelClient(
        url=settings.address,
        login=settings.user,
        password=settings.password.reveal(),
    )
    # Asked for the same period, the platform gives the run that goes on.
    (same,) = again.get_model(model.model_hash, "bench").run_monitoring(first=PERIOD)
    assert same.exec_id == run.exec_id
    return same


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
    peak = watch(root)
    begun = time.perf_counter()
    (run,) = model.run_monitoring(first=PERIOD)
    if options.kill:
        run = kill_at_half(root, run)
        peak.show()
        peak = watch(root)
    result = run.result()
    seconds = time.perf_counter() - begun
    assert (result["Records"], result["Rows"]) == (RECORDS, RECORDS), result["Records"]
    print(
        f"{RECORDS} records in {seconds:.1f} s, {1e6 * seconds / RECORDS:.0f} us each"
    )
    peak.show()
