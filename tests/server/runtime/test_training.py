"""What a training function may return: the runner itself, in a process of its own."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from codex_jupyter.server.runner import host

# Answers each script that it is told of; one process, so that pandas loads once.
ASK = """
import json, sys
sys.path.insert(0, sys.argv[1])
from host import load_beside
load_beside()
from codex_runner.faults import Fault
from codex_runner.script import Script
from codex_runner.training import train
for line in sys.stdin:
    told = json.loads(line)
    if told["without"]:
        sys.modules[told["without"]] = None
    try:
        script = Script(told["folder"], told["script"], "train_model", 1 << 30)
        answer = json.loads(train(script, json.dumps(told["given"]).encode())[0])
    except Fault as fault:
        answer = {"fault": fault.message}
    sys.modules.pop(told["without"], None)
    print(json.dumps(answer), flush=True)
"""
RETURNS = """
import pandas as pd


def own(x):
    return x


class Own:
    def save_model(self, path):
        with open(path, "w") as file:
            file.write("own")


def estimator(kind):
    from sklearn import linear_model
    return getattr(linear_model, kind)()


def train_model(df, base_path):
    x = df[["age", "income"]]
    good = {"X_train": x, "y_train": df["late"], "model_output": df["late"],
            "pipeline": {"weights": 1}, "metrics": {}}
    return %s
"""
DATA = "age,income,late\n" + "".join(f"{20 + i},{i % 7},{i % 2}\n" for i in range(20))


@pytest.fixture(scope="module")
def asked():
    """The process that answers."""
    command = [sys.executable, "-c", ASK, str(Path(host.__file__).parent)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.stdin.close()


@pytest.fixture
def train(asked, tmp_path):
    """Train with a function that returns this; the runner's answer."""

    def train(returned, data=DATA, without="", type_="Classification"):
        folder = tmp_path / "data"
        folder.mkdir(exist_ok=True)
        (tmp_path / "output").mkdir(exist_ok=True)
        (folder / "data.csv").write_text(data)
        (folder / "app.py").write_text(RETURNS % returned)
        told = {
            "folder": str(folder),
            "script": str(folder / "app.py"),
            "without": without,
            "given": {
                "data": str(folder / "data.csv"),
                "output": str(tmp_path / "output"),
                "execution": "7",
                "type": type_,
            },
        }
        asked.stdin.write(json.dumps(told) + "\n")
        asked.stdin.flush()
        return json.loads(asked.stdout.readline())

    return train


WRONG = {
    "a list": ("[1]", "a list. Return a dict with: 'X_train', a pandas DataFrame"),
    "nothing": ("None", "a NoneType. Return a dict with: 'X_train'"),
    "an empty dict": ("{}", "a dict without 'X_train', 'y_train', 'model_output'"),
    "too little": (
        "{'X_train': x, 'model': 1}",
        "a dict without 'y_train', 'model_output', 'pipeline', 'metrics'; it has 'X_tr",
    ),
    "an array of features": (
        "good | {'X_train': x.to_numpy()}",
        "a ndarray as 'X_train'; wanted is a pandas DataFrame",
    ),
    "no rows": ("good | {'X_train': x.head(0)}", "no rows as 'X_train'."),
    "a text as the target": (
        "good | {'y_train': 'late'}",
        "a str as 'y_train'; wanted is a DataFrame, Series or array",
    ),
    "a list of metrics": (
        "good | {'metrics': [1]}",
        "a list as 'metrics'; wanted is a dict of names and numbers.",
    ),
    "a text as a metric": (
        "good | {'metrics': {'auc': '0.9'}}",
        "a str as the metric 'auc'; a number is wanted.",
    ),
    "a file from outside": (
        "good | {'extra': ['../../../../etc/hosts']}",
        "'../../../../etc/hosts' in 'extra', which lies outside of base_path.",
    ),
    "a file that is not there": (
        "good | {'extras': ['tree.png']}",
        "'tree.png' in 'extras', and there is no such file in base_path.",
    ),
    "a number as a file": (
        "good | {'extra': [3]}",
        "a int in 'extra'; the name of a file in base_path is wanted.",
    ),
    "a model that cannot be kept": (
        "good | {'pipeline': (one for one in [1])}",
        "a 'pipeline' that cannot be kept: cloudpickle cannot save it: TypeError",
    ),
    "columns of one name": (
        "good | {'X_train': pd.concat([x, x], axis=1)}",
        "as 'X_train' a table with two columns called 'age'.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_return_is_told_by_key_with_what_came_and_what_is_wanted(train, case):
    returned, wanted = WRONG[case]
    told = train(returned)["fault"]
    assert told.startswith(f"train_model() returned {wanted}"), told


def test_what_the_script_defines_is_kept_only_with_cloudpickle(train, tmp_path):
    assert train("good | {'pipeline': own}")["saved_by"] == "cloudpickle"
    loaded = pickle.loads((tmp_path / "output" / "model.pkl").read_bytes())
    assert loaded(3) == 3
    told = train("good | {'pipeline': own}", without="cloudpickle")["fault"]
    assert told == (
        "train_model() returned a 'pipeline' that needs cloudpickle, which is not in "
        "the environment: pickle can only save what packages define. Add this line to "
        "the requirements: cloudpickle>=2.0.0"
    )
    assert train("good", without="cloudpickle")["saved_by"] == "pickle"
    assert pickle.loads((tmp_path / "output" / "model.pkl").read_bytes()) == {
        "weights": 1
    }


def test_a_model_with_a_way_of_its_own_to_be_saved_is_saved_so(train, tmp_path):
    assert train("good | {'pipeline': Own()}")["saved_by"] == "save_model"
    assert (tmp_path / "output" / "model.pkl").read_text() == "own"


def test_pandas_is_asked_for_where_it_is_missing(train):
    told = train("good", without="pandas")["fault"]
    # The script itself imports it.
    assert told.startswith("Importing app.py")
    assert "pandas" in told


def test_a_regression_gets_its_own_metrics(train):
    fitted = "estimator('LinearRegression').fit(x, df['late'])"
    told = train(f"good | {{'pipeline': {fitted}}}")
    assert set(told["metrics"]) == {
        *("training_r2_score", "training_mse", "training_mae", "training_rmse"),
        "training_score",
    }
    metrics = told["metrics"]
    assert metrics["training_rmse"] ** 2 == pytest.approx(metrics["training_mse"])
    assert told["warnings"] == []


def test_three_classes_and_a_date_beside_the_features_are_no_trouble(train):
    y = "(df['age'] % 3)"
    fitted = f"estimator('LogisticRegression').fit(x, {y})"
    told = train(
        f"good | {{'pipeline': {fitted}, 'y_train': {y}, "
        "'X_train': x.assign(month='2026-01')}"
    )
    assert told["warnings"] == []
    assert 0 < told["metrics"]["training_roc_auc"] <= 1
    assert told["metrics"]["training_log_loss"] > 0


def test_metrics_that_cannot_be_computed_are_left_out_and_said(train):
    told = train("good | {'pipeline': estimator('LogisticRegression')}")
    assert told["metrics"] == {}
    (text,) = told["warnings"]
    assert text.startswith("The automatic training metrics were left out: NotFitted")


def test_an_own_metric_of_that_name_counts(train):
    fitted = "estimator('LogisticRegression').fit(x, df['late'])"
    told = train(f"good | {{'pipeline': {fitted}, 'metrics': {{'training_score': 9}}}}")
    # The user's own come first.
    assert next(iter(told["metrics"].items())) == ("training_score", 9)


def test_an_unsupervised_model_has_no_target(train):
    returned = "{k: v for k, v in good.items() if k != 'y_train'}"
    told = train(returned, type_="Unsupervised")
    assert told["tables"] == ["x_train", "model_output"]
    assert "target_proportion" not in told["parameters"]
    assert "without 'y_train'" in train(returned)["fault"]
