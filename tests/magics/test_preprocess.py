"""Scripts by magic, on a real platform: a cell, a row, a table, before a model."""

from __future__ import annotations

import pandas as pd
import pytest

from codex_jupyter import errors
from codex_jupyter.client import local
from codex_jupyter.config import DataDir

pytestmark = pytest.mark.platform

SETUP = """
import json
import pandas as pd
row = {"x": 4}
X = pd.DataFrame({"id": [1, 2], "x": [10, 20]})
tables = {"left": X, "right": X.rename(columns={"x": "z"})}
model = {"factor": 2}
step = 1
"""
PROCESS = """
def process(data, base_path):
    row = json.loads(data)
    return {"x": row["x"] + step}
"""
BUILD = """
def build_df(df, data_path, extra_path=None):
    df["y"] = df["x"] * 10
    return df
"""
JOIN = """
def build_df(dfs, extra_path=None):
    return dfs["left"].merge(dfs["right"], on="id")
"""
SCORE = """
def score(data, base_path):
    return {"double": json.loads(data)["x"] * 2}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
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


def test_a_cell_becomes_a_script_that_runs_alone_and_before_a_model(ready):
    made = ready.run(f"%%codex preprocess clean --schema row --group demo\n{PROCESS}")
    assert made.success, made.text
    assert made.result.status == "Deployed"
    assert "Added to the script from the notebook" in made.text
    assert ready.run("%codex preprocess clean row").result == {"x": 5}
    frame = ready.run("%codex preprocess clean X").result
    assert frame["x"].tolist() == [11, 21]
    line = "%%codex deploy twice --model model --schema row --group demo\n"
    assert ready.run(line + SCORE).success
    answer = ready.run("%codex predict twice row --preprocessing clean")
    assert answer.result == {"double": 10}
    listed = ready.run("%codex preprocess")
    assert "clean" in str(listed.result)
    assert "clean" in ready.run("%codex status clean").text
    assert ready.run("%codex logs clean").success
    refused = ready.run("%codex disable clean")
    assert isinstance(refused.error, errors.InputError)
    assert "stops it from answering: clean" in str(refused.error)
    assert ready.run("%codex disable clean --yes").success
    assert ready.run("%codex restart clean --yes").result.status == "Deployed"
    unknown = ready.run("%codex predict twice row --preprocessing clen")
    assert isinstance(unknown.error, errors.PreprocessingError)
    assert "%codex preprocess lists" in unknown.error.hint


def test_tables_are_made_of_tables(ready):
    made = ready.run(
        "%%codex preprocess build --operation async --schema X --group demo "
        f"--requirements pandas\n{BUILD}"
    )
    assert made.success, made.text
    done = ready.run("%codex preprocess build X --wait")
    assert isinstance(done.result, pd.DataFrame), done.text
    assert done.result["y"].tolist() == [100, 200]
    started = ready.run("%codex preprocess build X")
    assert "%codex attach build" in started.text
    number = started.result.exec_id
    again = ready.run(f"%codex attach build {number} --wait")
    assert again.result["y"].tolist() == [100, 200]
    rows = ready.run("%codex executions build")
    assert "Succeeded" in str(rows.result)
    joined = ready.run(
        "%%codex preprocess join --operation async --schema tables --group demo "
        f"--requirements pandas\n{JOIN}"
    )
    assert joined.success, joined.text
    both = ready.run("%codex preprocess join {tables} --wait")
    assert list(both.result.columns) == ["id", "x", "z"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("%%codex preprocess a --schema row\ndef other(): pass", "does not define"),
        (f"%%codex preprocess a\n{PROCESS}", "needs a name and a sample"),
        ("%codex preprocess a row --schema row", "is for a cell"),
        ("%codex preprocess a", "to run on?"),
        ("%codex preprocess nothing row", "There is no script 'nothing'"),
        ("%codex status nothing", "There is no model 'nothing'"),
    ],
)
def test_what_cannot_be_done_says_what_to_type(ready, cell, said):
    failed = ready.run(cell)
    assert isinstance(failed.error, errors.CodexError)
    assert said in str(failed.error)


def test_a_script_that_fails_to_deploy_says_why(ready):
    failed = ready.run(
        "%%codex preprocess bad --schema row --group demo\n"
        "def process(data, base_path): return {'a': {1, 2}}"
    )
    assert isinstance(failed.error, errors.PreprocessingError)
    assert "set" in str(failed.error)
    assert "explain" not in failed.error.hint
