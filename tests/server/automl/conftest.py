"""Trainings in the real environment, several cases to a process."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer

from codex_jupyter.server import automl, runner
from codex_jupyter.server.environments import Environments, find_interpreters

# What the platform's process of a training does: read the table, call, keep.
PROGRAM = """
import contextlib, importlib.util, io, json, os, sys, warnings
runner, *folders = sys.argv[1:]
sys.path[0] = folders[0]
spec = importlib.util.spec_from_file_location(
    "codex_runner", runner + "/__init__.py", submodule_search_locations=[runner]
)
package = sys.modules["codex_runner"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
from codex_runner.tables import read_table
import automl_train, cloudpickle
for folder in folders:
    name = os.environ["inputFileName"] = open(folder + "/name.txt").read()
    lines, done = io.StringIO(), {}
    with contextlib.redirect_stdout(lines), contextlib.redirect_stderr(lines):
        try:
            made = automl_train.train_model(read_table(folder + "/" + name), folder)
        except Exception as error:
            done["error"] = type(error).__name__ + ": " + str(error)
        else:
            with open(folder + "/model.pkl", "wb") as file:
                cloudpickle.dump(made["pipeline"], file)
            for key in ("X_train", "y_train", "model_output"):
                made[key].to_pickle(folder + "/" + key)
                done[key] = json.loads(made[key].to_json(orient="split"))
            done["metrics"], done["extra"] = made["metrics"], made["extra"]
            done["parameters"] = sorted(made["pipeline"].get_params())
    done["lines"] = lines.getvalue().splitlines()
    print(json.dumps(done), flush=True)
"""


@dataclass
class Run:
    """One training: what it was given, printed and returned."""

    folder: Path
    answer: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.answer[name]
        except KeyError:
            told = self.answer.get("error", sorted(self.answer))
            raise AttributeError(f"{name}: {told}") from None

    @property
    def leaderboard(self) -> dict[str, Any]:
        return json.loads((self.folder / automl.LEADERBOARD).read_text("utf-8"))


def environment_of(minor: int, root: Path) -> Path:
    """The Python of AutoML's environment."""
    environments = Environments(root)
    found = {one.minor: one for one in find_interpreters()}
    asked = automl.requirements(minor)
    resolution = environments.resolve(found[minor], asked, lambda *row: None)
    made = environments.ensure(found[minor], resolution, lambda *row: None)
    environments.close()
    return made.python


@pytest.fixture(scope="session")
def python(tmp_path_factory):
    """The Python that runs get on this machine."""
    minor = automl.choose_python({one.minor for one in find_interpreters()})
    return environment_of(minor, tmp_path_factory.mktemp("automl"))


@pytest.fixture(scope="session")
def train(tmp_path_factory):
    """Run cases, one after the other, in one process: name -> (frame, changes)."""

    def run(python: Path, cases: dict[str, Any], files=()) -> dict[str, Run]:
        runs = {
            name: Run(laid_out(tmp_path_factory.mktemp("run"), frame, changes))
            for name, (frame, changes) in cases.items()
        }
        for run in runs.values():
            for name, text in files:
                (run.folder / name).write_text(text)
        folders = [str(run.folder) for run in runs.values()]
        beside = str(Path(runner.__file__).parent)
        done = subprocess.run(
            [python, "-c", PROGRAM, beside, *folders],
            capture_output=True,
            text=True,
            cwd=folders[0],
            env={"HOME": folders[0], "OMP_NUM_THREADS": "2", "LANG": "C.UTF-8"},
        )
        answers = done.stdout.splitlines()
        assert len(answers) == len(cases), done.stderr[-3000:] + done.stdout[-1000:]
        assert done.stderr == ""
        for run, line in zip(runs.values(), answers, strict=True):
            run.answer = json.loads(line)
        return runs

    return run


def laid_out(folder: Path, data: Any, changes: dict[str, Any]) -> Path:
    """A run's folder. A text is a csv file as it is; a frame is written as one."""
    kind = changes.pop("file_type", "csv")
    sep = {"sep": changes.pop("sep")} if "sep" in changes else {}
    given = {
        "train_data": {"file_type": kind, "file_name": f"train.{kind}"} | sep,
        "model_flow": "classification",
        "target": "y",
        "stages": {"models": ["dt"]},
        **changes,
    }
    configuration = automl.check_configuration(json.dumps(given).encode())
    for name, text in automl.trainer(configuration).files.items():
        (folder / name).write_text(text, "utf-8")
    (folder / "name.txt").write_text(f"train.{kind}")
    target = folder / f"train.{kind}"
    if isinstance(data, str):
        target.write_text(data, "utf-8")
    elif kind == "csv":
        data.to_csv(target, index=False)
    else:
        data.to_parquet(target, index=False)
    return folder


@pytest.fixture(scope="session")
def cancer():
    """Breast cancer, with all that real tables have: gaps, texts, dates, an id."""
    data = load_breast_cancer(as_frame=True)
    frame, random = data.frame.iloc[:, :6].copy(), np.random.RandomState(0)
    count = len(frame)
    is_large = frame["mean area"] > 600
    frame["região"] = np.where(is_large, "Norte", random.choice(["Sul", "Süd"], count))
    frame["seen on"] = pd.date_range("2023-01-01", periods=count).strftime("%Y-%m-%d")
    frame["smoker"] = random.rand(count) < 0.4
    frame["visits"] = random.randint(0, 9, count)
    frame["id"] = [f"P-{number:05}" for number in range(count)]
    frame["site"], frame["empty"] = "A", np.nan
    frame.loc[random.rand(count) < 0.1, "mean radius"] = np.nan
    frame.loc[random.rand(count) < 0.1, "região"] = None
    frame.loc[5, "mean area"] = np.inf
    frame["y"] = np.where(data.target == 1, "benign", "malignant")
    frame.loc[[3, 9], "y"] = None
    return frame
