"""``--check``: cells tried in real environments of other Pythons, no platform near."""

from __future__ import annotations

import importlib.util
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from codex_jupyter import errors

pytestmark = pytest.mark.platform

SETUP = """
import json, pickle, sys
import pandas as pd
row = {"x": 4}
X = pd.DataFrame({"id": [1, 2], "x": [10, 20]})
tables = {"left": X, "right": X.rename(columns={"x": "z"})}
model = {"factor": 2}
step = 1
"""
SCORE = """
def score(data, base_path):
    with open(base_path + "/model.pkl", "rb") as file:
        factor = pickle.load(file)["factor"]
    print("<b>scored</b>")
    return {"python": sys.version.split()[0], "y": json.loads(data)["x"] * factor}
"""
BATCH = """
def score(data_path, model_path):
    import csv, os
    with open(data_path + "/" + os.environ["inputFileName"], newline="") as file:
        rows = list(csv.DictReader(file))
    with open(data_path + "/out.csv", "w") as file:
        file.write("id,key\\n")
        file.writelines(f"{row['id']},{os.environ['KEY']}\\n" for row in rows)
    return data_path + "/out.csv"
"""
PROCESS = """
def process(data, base_path):
    return {"x": json.loads(data)["x"] + step}
"""
JOIN = """
def build_df(dfs, extra_path=None):
    return dfs["left"].merge(dfs["right"], on="id")
"""
TRAIN = """
def train_model(df, base_path):
    import sys
    output = df[["x"]].rename(columns={"x": "pred"})
    return {"X_train": df[["x"]], "y_train": df[["id"]], "model_output": output,
            "pipeline": {"rows": len(df)}, "metrics": {"rows": len(df)}}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def ready(notebook, home, monkeypatch):
    # No platform runs here, and none is started by a check.
    monkeypatch.setenv("CODEX_JUPYTER_HOME", str(home))
    done = notebook.run(SETUP)
    assert done.success, done.text
    return notebook


def versions(outcome):
    rows = outcome.result.value["versions"]
    return {row["name"]: (row["target"], row["differs"]) for row in rows}


def test_a_cell_that_passes_there_tells_its_answer_and_what_differs(ready, home):
    line = "%%codex deploy twice --model model --schema row --check --python 3.9"
    cell = f"{line} --requirements packaging==24.2\n{SCORE}"
    done = ready.run(cell)
    assert done.success, done.text
    assert "twice runs in Python 3.9" in done.text
    assert '"y": 8' in done.text
    assert '"python": "3.9' in done.text
    assert "  | <b>scored</b>" in done.text
    assert "install done" in done.text
    found = versions(done)
    assert found["Python"][1]
    assert found["packaging"][0] == "24.2"
    assert not any("<b>scored" in html for html in done.html)
    # What was built is kept, and found by the next.
    again = ready.run(cell)
    assert "The environment exists already." in again.text
    assert not (home / "platform" / "platform.db").exists()
    assert not list(Path(os.environ.get("TMPDIR", "/tmp")).glob("codex-check-*"))


@pytest.mark.parametrize(
    ("more", "body", "cause", "line"),
    [
        (
            "--python 3.9 --requirements packaging==24.2",
            "import tomllib\n    return {}",
            "tomllib belongs to Python 3.",
            "%%codex deploy there … --python 3.",
        ),
        (
            "--requirements packaging==24.2",
            "import yaml\n    return {'y': yaml.safe_load('1')}",
            "imports the module yaml, and no requirement brings it",
            '--requirements "packaging==24.2, PyYAML==',
        ),
        (
            "--requirements numpy==1.26.4 --python 3.11",
            "import numpy\n    return {'y': len(numpy.unstack(numpy.eye(2)))}",
            "The script uses unstack of numpy, which numpy 1.26.4 does not have",
            '%%codex deploy there … --requirements "numpy==2',
        ),
        (
            "--requirements numpy==1.26.4 --python 3.11",
            "from numpy import unstack\n    return {}",
            "The script uses unstack of numpy, which numpy 1.26.4 does not have",
            "numpy  ",
        ),
        (
            "--requirements packaging==24.2",
            "return {'y': sys.path[-1].endswith('provided') and int('<b>')}",
            None,
            "invalid literal for int() with base 10: '<b>'",
        ),
        (
            "--requirements packaging==99.1",
            "return {}",
            "There is no version packaging==99.1",
            '--requirements "packaging==',
        ),
    ],
)
def test_what_works_here_and_fails_there_is_explained(ready, more, body, cause, line):
    done = ready.run(
        f"%%codex deploy there --model model --schema row --check {more}\n"
        f"def score(data, base_path):\n    {body}"
    )
    assert isinstance(done.error, errors.CheckError), done.text
    assert "Nothing was uploaded" in done.error.hint
    assert "✗ there fails in Python 3." in done.text
    assert line in done.text
    again = ready.run("%codex explain")
    assert "%%codex deploy --check of there failed" in again.text
    if cause is None:
        assert not any("<b>'" in html for html in done.html)
        assert "No rule fits this failure" in again.text
    else:
        assert f"Cause: {'The script ' if cause[0] == 'i' else ''}" in done.text
        assert cause in done.text
        assert cause in again.text


def test_each_form_of_a_cell_is_tried_as_it_would_run(ready):
    Path(".env").write_text("KEY=of-the-model\n")
    cells = {
        "wrote out.csv": "deploy batch --operation async --model model --schema X "
        f"--env .env\n{BATCH}",
        "process() answered the sample": f"preprocess clean --schema row\n{PROCESS}",
        "made a table of 2 rows and 3 columns": "preprocess join --operation async "
        f"--schema tables --requirements pandas==2.2.3\n{JOIN}",
        "train_model() made a model": "train churn --data X --requirements "
        f"pandas==2.2.3\n{TRAIN}",
    }
    for said, text in cells.items():
        first, _, cell = text.partition("\n")
        done = ready.run(f"%%codex {first} --check --python 3.11\n{cell}")
        assert done.success, done.text
        assert said in done.text, done.text
        assert "The same cell without --check" in done.text
        if "a table" in said:
            rows = done.result.value["versions"]
            added = [row["name"] for row in rows if not row["kernel"]]
            assert done.text.count("+ only there") == len(added)
        if "out.csv" in said:
            assert "1,of-the-model" in done.result.value["told"]
        if "train" in said:
            assert '"rows": 2' in done.result.value["told"]


PANDAS = "--requirements pandas==2.2.3"
ASYNC = "preprocess made --operation async --schema"


@pytest.mark.parametrize(
    ("line", "cell", "cause", "fix"),
    [
        (
            f"{ASYNC} tables --requirements packaging==24.2",
            "def build_df(df): return df",
            "the parameter df, which is one table, and there are 2: left, right",
            "def build_df(dfs, extra_path=None):",
        ),
        (
            f"{ASYNC} X --requirements packaging==24.2",
            "def build_df(df): return df",
            "no requirement brings pandas",
            '%%codex preprocess made … --requirements "packaging==24.2, pandas==',
        ),
        (
            f"{ASYNC} X {PANDAS}",
            "def build_df(df): return 3",
            "build_df() returned a value of type int, and its result is a table",
            "return df",
        ),
        (
            f"{ASYNC} X --requirements packaging==24.2",
            "def build_df(data_path): return data_path + '/none.csv'",
            "returned the path 'none.csv', and wrote no such file",
            'return data_path + "/output.csv"',
        ),
        (
            f"{ASYNC} tables {PANDAS}",
            "def build_df(left, wrong): return left",
            "has the parameter wrong, and no table is called so",
            "def build_df(dfs, extra_path=None):",
        ),
        (
            f"{ASYNC} X {PANDAS}",
            "def build_df(df): return df.rename(columns={'x': 'id'})",
            "has two columns called 'id'",
            "~df.columns.duplicated()",
        ),
        (
            f"{ASYNC} X {PANDAS}",
            "def build_df(df): return df[['no']]",
            "build_df() looks for no",
            "build_df(df)",
        ),
        (
            "preprocess clean --schema row --requirements packaging==24.2",
            "def process(data, base_path): return open(base_path + '/zip.csv').read()",
            "The script's folder has no file zip.csv",
            "%%codex preprocess clean … --extra zip.csv",
        ),
        (
            "preprocess clean --schema row --requirements packaging==24.2",
            "import yaml\ndef process(data, base_path): return {}",
            "imports the module yaml, and no requirement brings it",
            '%%codex preprocess clean … --requirements "packaging==24.2, PyYAML',
        ),
        (
            "deploy wide --model model --schema row --requirements packaging==24.2",
            "def score(data, base_path, more): return {}",
            "score() has the parameter more too",
            "def score(data, base_path):",
        ),
        (
            f"train churn --data X {PANDAS}",
            "def train_model(df, base_path): return {'pipeline': 1}",
            "The dict that train_model() returned lacks",
            'return {"X_train": X',
        ),
        (
            f"train churn --data X {PANDAS}",
            "def train_model(df, base_path): return df['age']",
            "train_model() looks for age, which the train data does not have",
            "df.columns.tolist()",
        ),
        (
            f"train churn --data x.parquet {PANDAS}",
            "def train_model(df, base_path): return {}",
            "The table is a Parquet file",
            '%%codex train churn … --requirements "pandas==2.2.3, pyarrow==',
        ),
        (
            "train churn --data X --requirements packaging==24.2",
            "def train_model(df, base_path): return {}",
            "no requirement brings pandas",
            "%%codex train churn … --requirements",
        ),
    ],
)
def test_scripts_and_trainings_are_explained_in_their_own_words(
    ready, line, cell, cause, fix
):
    ready.run("X.to_parquet('x.parquet')")
    # Not tried here first: it is what fails there that is explained.
    done = ready.run(f"%%codex {line} --check --no-run --python 3.11\n{cell}")
    assert isinstance(done.error, errors.CheckError), done.text
    cause_line, fix_line = done.text.partition("Cause: ")[2].split("\nFix:")
    assert cause in cause_line, done.text
    assert fix in fix_line, done.text
    assert "the model" not in cause_line


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("deploy a --model model --schema row --check --no-check", "one of them"),
        (
            "deploy a --model model --schema row --check --python 3.7",
            "no Python 3.7 to check in, only 3.8",
        ),
        ("train a --data X --automl {} --type automl --check", "AutoML runs have none"),
        (f"train a --data D{'0' * 63} --check", "needs the data itself"),
        ("preprocess a --check", "needs a name and a sample"),
    ],
)
def test_what_cannot_be_checked_says_why(ready, line, said):
    cell = "def score(data, base_path): return {}\ndef train_model(df): return {}"
    done = ready.run(f"%%codex {line}\n{cell}")
    assert isinstance(done.error, errors.CodexError), done.text
    assert said in done.text
    assert "Traceback" not in done.text


def test_where_the_local_extra_is_missing_the_line_to_type_is_told(ready, monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *more: None if name == "uv" else find_spec(name, *more),
    )
    done = ready.run(f"%%codex deploy a --model model --schema row --check\n{SCORE}")
    assert isinstance(done.error, errors.LocalPlatformError), done.text
    assert "builds the environment on this machine, which needs packages" in done.text
    assert "→ Install them: pip install 'codex_jupyter[local]'" in done.text


def test_an_interrupt_stops_the_check_and_what_it_started(ready):
    ready.names["mark"] = mark = str(Path.cwd() / "began")
    cell = (
        "%%codex deploy slow --model model --schema row --check --no-run "
        "--requirements packaging==24.2\n"
        "import os, time\n"
        "def score(data, base_path):\n"
        "    with open(mark, 'w') as file:\n"
        "        file.write(str(os.getpid()))\n"
        "    time.sleep(600)\n"
    )

    def interrupt():
        while not Path(mark).exists() or not Path(mark).read_text():
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    waiting = threading.Thread(target=interrupt)
    waiting.start()
    done = ready.run(cell)
    waiting.join()
    assert isinstance(done.error, KeyboardInterrupt), done.text
    assert "The check was stopped; nothing was uploaded." in done.text
    with pytest.raises(ProcessLookupError):
        os.kill(int(Path(mark).read_text()), 0)
