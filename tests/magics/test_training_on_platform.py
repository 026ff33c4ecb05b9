"""Trainings by magic, on a real platform: a cell, its runs, a model of one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from codex_jupyter import errors
from codex_jupyter.client import local
from codex_jupyter.client.training import MLOpsTrainingExecution
from codex_jupyter.config import DataDir

pytestmark = pytest.mark.platform

SETUP = """
import json
import pandas as pd
df = pd.DataFrame({"age": range(20, 40), "late": [0, 1] * 10})
factor = 2
"""
TRAIN = """
def train_model(df, base_path):
    print("seen", len(df))
    return {"X_train": df[["age"]], "y_train": df[["late"]],
            "model_output": df[["late"]], "pipeline": {"factor": factor},
            "metrics": {"auc": 0.625}}
"""
SCORE = """
def score(data, base_path):
    import pickle
    with open(base_path + "/model.pkl", "rb") as file:
        return {"age": json.loads(data)["age"] * pickle.load(file)["factor"]}
"""
LINE = "%%codex train churn --data df --group demo"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The data home of a platform that all tests here share."""
    folder = tmp_path_factory.mktemp("home")
    local.start(DataDir(folder / "platform"))
    yield folder
    local.stop(DataDir(folder / "platform"))


@pytest.fixture
def ready(notebook, home, monkeypatch):
    monkeypatch.setenv("CODEX_JUPYTER_HOME", str(home))
    done = notebook.run(SETUP)
    assert done.success, done.text
    return notebook


def rows(notebook, line):
    """The rows of a table."""
    return notebook.run(f"found = %codex {line}\nfound.value").result


@pytest.fixture
def trained(ready):
    """A notebook whose platform has a run that has succeeded."""
    if "Classification" not in ready.run("%codex runs").text:
        done = ready.run(f"{LINE} --run first\n{TRAIN}")
        assert done.success, done.text
        assert isinstance(done.result, MLOpsTrainingExecution)
        assert done.result.metrics == {"auc": 0.625}
        assert "The group demo is made now" in done.text
        assert "cloudpickle==" in done.text
        assert "the values of factor" in done.text
        assert "Succeeded" in done.text
        # The cell ran in the kernel too.
        assert ready.run("train_model(df, '.')['metrics']").result == {"auc": 0.625}
    return ready


def test_nothing_is_there_at_first(ready, own_home):
    assert "There is no training experiment yet." in ready.run("%codex runs").text


@pytest.fixture
def own_home(tmp_path, monkeypatch):
    """An empty platform."""
    monkeypatch.setenv("CODEX_JUPYTER_HOME", str(tmp_path / "home"))
    local.start(DataDir(tmp_path / "home" / "platform"))
    yield
    local.stop(DataDir(tmp_path / "home" / "platform"))


def test_runs_are_listed_with_their_metrics(trained):
    done = trained.run("%codex runs churn")
    row = rows(trained, "runs churn")[-1]
    assert (row["run"], row["type"], row["state"]) == ("first", "Custom", "Succeeded")
    assert row["auc"] == "0.625"
    assert "auc" in done.text
    every = rows(trained, "runs")
    assert every[0]["experiment"] == "churn"
    assert every[0]["type"] == "Classification"
    near = trained.run("%codex status chrun")
    assert near.error.hint == "Did you mean the experiment 'churn'?"
    none = trained.run("%codex runs churn --state requested")
    assert "There is no Requested run of churn." in none.text


def test_a_run_is_attached_to_and_its_log_shown(trained):
    number = rows(trained, "runs churn")[-1]["id"]
    found = trained.run(f"run = %codex attach churn {number}\nrun").result
    assert (found.exec_id, found.run_name) == (str(number), "first")
    waited = trained.run(f"%codex attach churn {number} --wait").result
    assert waited.metrics == {"auc": 0.625}
    assert "seen 20" in trained.run(f"%codex logs churn --run {number}").text
    assert "no error" in trained.run(f"%codex logs churn --run {number} --errors").text


def test_a_run_becomes_a_model_that_answers(trained):
    number = rows(trained, "runs churn")[-1]["id"]
    done = trained.run(
        f"%%codex promote churn --run {number} --name churn-v1 "
        '--schema {"age": 3}\n' + SCORE
    )
    assert done.success, done.text
    assert "import json" in done.text
    assert trained.run('%codex predict churn-v1 {"age": 21}').result == {"age": 42}
    assert trained.run("%codex dossier churn-v1").success
    page = Path("churn-v1.html").read_text("utf-8")
    assert "auc" in page
    assert "0.625" in page


def test_a_run_that_never_ends_is_left_and_cancelled(ready):
    done = ready.run(
        "run = %codex train churn --data df --group demo --detach "
        "--source forever.py --requirements cloudpickle\nrun"
    )
    assert isinstance(done.error, errors.InputError)
    source = "def train_model(base_path):\n    while True: pass\n"
    Path("forever.py").write_text(source)
    done = ready.run(
        "run = %codex train churn --data df --group demo --detach "
        "--source forever.py --requirements cloudpickle\nrun"
    )
    assert done.success, done.text
    number = done.result.exec_id
    assert f"%codex attach churn {number} --wait" in done.text
    assert "it was cancelled" in ready.run(f"%codex cancel churn {number}").text
    row = rows(ready, "runs churn")[0]
    assert (row["state"], row["message"]) == ("Failed", "The execution was cancelled.")
    again = ready.run(f"%codex cancel churn {number}")
    assert "is over already" in again.text


def test_a_failure_is_told_with_its_reason(ready):
    done = ready.run(
        "%%codex train churn --data df --group demo --requirements cloudpickle\n"
        "def train_model(base_path):\n    raise ValueError('rain')\n"
    )
    assert isinstance(done.error, errors.ExecutionError)
    assert "ValueError: rain" in done.text
    assert "%codex logs churn --run" in done.text


EXPLAINED = {
    "return [1]": ("train_model() returned a list", 'return {"X_train": X'),
    "del good['pipeline']": ("returned lacks 'pipeline'", 'return {"X_train": X'),
    "good['X_train'] = df.to_numpy()": ("a ndarray as 'X_train'", "pd.DataFrame(X"),
    "good['metrics'] = {'auc': '1'}": ("The metric 'auc' is a str", '"auc": float('),
    "good['extra'] = ['/etc/hosts']": ("'/etc/hosts' is not in", '"extra": ["chart'),
    "good['pipeline'] = train_model": ("only cloudpickle can keep", "cloudpickle=="),
    "df['no']": ("train_model() looks for no, which the train data", "df.columns"),
    "import yaml": ("imports the module yaml", "%%codex train churn … --requirements"),
}


@pytest.mark.parametrize("line", EXPLAINED)
def test_a_wrong_return_is_explained(ready, line):
    cause, fix = EXPLAINED[line]
    done = ready.run(
        "%%codex train churn --data df --group demo --requirements pandas,pyarrow\n"
        "def train_model(df, base_path):\n"
        "    good = {'X_train': df, 'y_train': df, 'model_output': df,\n"
        "            'pipeline': 1, 'metrics': {}}\n"
        f"    {line}\n"
        "    return good\n"
    )
    assert isinstance(done.error, errors.ExecutionError), done.text
    told = ready.run("%codex explain")
    assert cause in told.text, told.text
    assert fix in told.text, told.text
    # Another notebook knows the experiment's name only.
    assert ready.run("%unload_ext codex_jupyter\n%load_ext codex_jupyter").success
    assert ready.run("%codex explain churn").result.value == told.result.value


def test_a_model_that_was_trained_here_is_taken_over(ready):
    ready.run(
        "scores = {'auc': 0.9}\nX = df[['age']]\ny = df['late']\nmodel = {'a': 1}"
    )
    done = ready.run(
        "%codex train churn --features X --target y --predictions y --model model "
        "--metrics scores --parameters {'depth': 3} --group demo"
    )
    assert done.success, done.text
    assert (done.result.training_type, done.result.metrics) == (
        "External",
        {"auc": 0.9},
    )
    assert done.result.parameters == {"depth": "3"}


WRONG = {
    "%codex train churn --group demo": "Nothing to train was named.",
    "%codex train churn --automl {} --data df --group demo": "--automl is empty",
    "%codex train churn --automl [1] --data df --group demo": "--automl is a list",
    "%codex train churn --source none.py --data df --group demo": "none.py is not",
    "%%codex train churn --group demo\ndef train_model(df, base_path): ...": (
        "The training has no data."
    ),
    "%%codex train churn --data df --group demo\ndef fit(df): ...": (
        "The cell does not define train_model"
    ),
    "%%codex train no --data df --group demo\ndef train_model(df, base_path): ...": (
        "3 to 32 characters"
    ),
    "%codex runs churns": "There is no training experiment 'churns'.",
    "%codex status churn": "churn is a training experiment: %codex runs churn shows",
    "%codex promote churns --name x": "There is no training experiment 'churns'.",
    "%codex attach churn x": "An execution is known by its number, not by x.",
    "%codex cancel nobody 3": "There is no model 'nobody'.",
}


@pytest.mark.parametrize("line", WRONG)
def test_what_is_wrong_is_said_in_a_block(trained, line):
    done = trained.run(line)
    assert WRONG[line] in done.text, done.text
    assert isinstance(done.error, errors.CodexError)
    assert "Traceback" not in done.text


def test_a_promotion_says_what_it_misses(trained):
    number = rows(trained, "runs churn")[-1]["id"]
    done = trained.run(f"%codex promote churn --run {number} --name x")
    assert "The promotion needs a sample row." in done.text
    done = trained.run(f"%codex promote churn --run {number} --name x --schema df")
    assert "The promotion needs the function that scores." in done.text
    assert "%%codex promote churn" in done.text


def test_names_and_numbers_complete(trained):
    number = str(rows(trained, "runs churn")[-1]["id"])
    trained.complete_soon("%codex promote ", "churn")
    trained.complete_soon("%codex promote churn --run ", number)
    assert "churn" in trained.complete("%codex attach ")
    assert number in trained.complete("%codex attach churn ")
    line = "%codex monitor m --training "
    assert trained.complete(line) == ["churn:"]
    assert f"churn:{number}" in trained.complete(f"{line}churn:")


def test_help_is_there_for_each(ready):
    for name in ("train", "runs", "promote", "cancel"):
        assert f"%codex {name}" in ready.run(f"%codex {name} --help").text
