"""Scripts by magic, on a real platform: a cell, a row, a table, before a model."""

from __future__ import annotations

from pathlib import Path

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
    mixed = ready.run(f"%codex diff twice --from {made.result.hash[:9]}")
    assert isinstance(mixed.error, errors.InputError), mixed.text
    assert "is a script and twice M" in mixed.error.message
    answer = ready.run("%codex predict twice row --preprocessing clean")
    assert answer.result == {"double": 10}
    listed = ready.run("%codex preprocess")
    assert "clean" in str(listed.result)
    assert "clean" in ready.run("%codex status clean").text
    near = ready.run("%codex status clen")
    assert near.error.hint == "Did you mean the script 'clean'?"
    no_model = ready.run("%codex predict clean row")
    assert "clean is a script: %codex preprocess clean DATA" in no_model.error.hint
    none = ready.run("%codex executions clean")
    assert "clean has no executions: it answers each call" in none.text
    assert ready.run("%codex logs clean").success
    ready.complete_soon("%codex predict m {} --preprocessing ", "clean")
    assert ready.complete("%codex disable cl") == ["clean"]
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
    ready.complete_soon("%codex attach build ", str(number))
    again = ready.run(f"%codex attach build {number} --wait")
    assert again.result["y"].tolist() == [100, 200]
    rows = ready.run("%codex executions build")
    assert "Succeeded" in str(rows.result)
    joined = ready.run(
        "%%codex preprocess join --operation async --schema tables --group demo "
        f"--requirements pandas\n{JOIN}"
    )
    assert joined.success, joined.text
    wrong = ready.run("%codex preprocess build X.drop(columns='x') --wait")
    assert isinstance(wrong.error, errors.ExecutionError), wrong.text
    told = ready.run("%codex explain")
    assert "build failed in a call" in told.text
    assert "The script looks for x, which the schema has" in told.text
    both = ready.run("%codex preprocess join {tables} --wait")
    assert list(both.result.columns) == ["id", "x", "z"]


def test_an_unchanged_cell_does_nothing_and_a_changed_one_retires_the_older(ready):
    line = "%%codex preprocess same --schema row --group demo"
    first = ready.run(f"{line}\n{PROCESS}")
    assert first.success, first.text
    short = first.result.hash[:12]
    again = ready.run(f"{line}\n{PROCESS}")
    assert again.result.hash == first.result.hash
    assert f"Nothing changed; same version {short} answers since 20" in again.text
    assert "→ --force deploys it again" in again.text
    only = ready.run("%codex diff same")
    assert f"same {short} is its first version" in only.text, only.text
    one = ready.run(f"%codex diff same --to {short} --from {short}")
    assert "%codex preprocess lists the versions" in one.text

    Path("note.txt").write_text("one")
    more = f"{line} --reference tidy --extra note.txt"
    cell = PROCESS.replace("process", "tidy").replace('"x":', '"<b>y</b>": 1, "x":')
    changed = ready.run(f"{more}\n{cell}")
    assert changed.success, changed.text
    for told in (
        f"What changes in same since {short}",
        "entry point: process → tidy",
        "+def tidy(data, base_path):",
        '+    return {"<b>y</b>": 1, "x": row["x"] + step}',
        "note.txt: note.txt is added",
        f"The earlier version {short} is disabled",
    ):
        assert told in changed.text, changed.text
    assert not [html for html in changed.html if "<b>y" in html]
    assert ready.run("%codex preprocess same row").result == {"<b>y</b>": 1, "x": 5}
    listed = ready.run("found = %codex preprocess\nfound.value").result
    states = {row["hash"]: row["state"] for row in listed if row["script"] == "same"}
    newer = changed.result.hash[:12]
    assert states == {short: "Disabled", newer: "Deployed"}
    diff = ready.run("found = %codex diff same\nfound").result
    assert diff.text.startswith(f"{short} → same {newer}")
    assert '+    return {"<b>y</b>": 1, "x": row["x"] + step}' in diff.text
    assert "<b>y" not in diff.html
    back = ready.run(f"%codex diff same --from {newer} --to {short}").result
    assert [row["what"] for row in back.value] == ["entry point", "code", "note.txt"]
    ready.complete_soon("%codex diff same --from ", short)


def test_of_several_tables_the_one_that_changed_is_named(ready):
    line = (
        "%%codex preprocess both --operation async --schema tables --group demo "
        f"--requirements pandas\n{JOIN}"
    )
    first = ready.run(line)
    assert first.success, first.text
    assert first.result.file_content("left").startswith(b"id,x")
    again = ready.run(line)
    assert "Nothing changed; both version" in again.text, again.text
    ready.run('tables["right"] = tables["right"].assign(z=[7, 8])')
    Path(".env").write_text("KEY=of-the-script\n")
    changed = ready.run(line.replace(" --group", " --env .env --group"))
    assert changed.success, changed.text
    assert "table right: " in changed.text
    assert "table left" not in changed.text
    assert "environment: variables are added" in changed.text
    assert "of-the-script" not in changed.text
    with pytest.raises(errors.PreprocessingError):
        changed.result.file_content(".env")


@pytest.mark.parametrize(
    ("line", "cell", "error", "said"),
    [
        ("--schema row", "def process(data, base_path): return 1 / 0", "Zero", "1 / 0"),
        (
            "--schema row",
            "def process(data, base_path): return {'a': {1, 2}}",
            "InputError",
            "the answer['a'] is a set",
        ),
        (
            "--schema X --operation async",
            "def build_df(df, data_path): return df['no']",
            "KeyError",
            "build_df failed on the schema, in this kernel",
        ),
        (
            "--schema X --operation async",
            "def build_df(df): return 3",
            "InputError",
            "returned a int, not a table",
        ),
        (
            "--schema X --operation async",
            "def build_df(data_path): return data_path + '/none.csv'",
            "InputError",
            "there is no such file",
        ),
        (
            "--schema tables --operation async",
            "def build_df(df): return df",
            "InputError",
            "takes one table as df, and there are 2",
        ),
        (
            "--schema tables --operation async",
            "def build_df(left, wrong): return left",
            "TypeError",
            "wrong",
        ),
    ],
)
def test_a_function_that_fails_here_is_not_uploaded(ready, line, cell, error, said):
    failed = ready.run(f"%%codex preprocess fails {line} --group demo\n{cell}")
    assert type(failed.error).__name__.startswith(error), failed.text
    assert said in failed.text
    listed = ready.run("found = %codex preprocess\nfound").result
    assert "fails" not in str(listed)


def test_a_frame_a_folder_and_single_tables_are_passed_by_name(ready):
    # The trial here and the platform call the same function; both must agree.
    cell = """
def build_df(right, left, extra_path, data_path, more=None):
    import os
    assert os.path.isdir(extra_path) and os.path.isdir(data_path) and more is None
    return left.merge(right, on="id")
"""
    line = "--schema tables --operation async --requirements pandas --group demo"
    made = ready.run(f"%%codex preprocess named {line}\n{cell}")
    assert made.success, made.text


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("%%codex preprocess a --schema row\ndef other(): pass", "does not define"),
        (f"%%codex preprocess a\n{PROCESS}", "needs a name and a sample"),
        ("%codex preprocess a row --schema row", "is for a cell"),
        ("%codex preprocess a row --no-check", "--no-check is for a cell"),
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
        "%%codex preprocess bad --schema row --group demo --no-check\n"
        "def process(data, base_path): return {'a': {1, 2}}"
    )
    assert isinstance(failed.error, errors.PreprocessingError)
    assert "set" in str(failed.error)
    assert "%codex explain bad says what to do" in failed.error.hint
    for line in ("%codex explain", "%codex explain bad"):
        told = ready.run(line)
        assert "bad failed while it was deployed" in told.text
        assert "process() puts a set into its answer" in told.text
    # One that answers, and fails on what it is given.
    made = ready.run(f"%%codex preprocess asked --schema row --group demo\n{PROCESS}")
    assert made.success, made.text
    failed = ready.run('%codex preprocess asked {"y": 1}')
    assert isinstance(failed.error, errors.PredictionError), failed.text
    told = ready.run("%codex explain")
    assert "asked failed in a call" in told.text
    assert told.result.value["line"] == '%codex preprocess asked {"x": 4}'
    assert ready.run(told.result.value["line"]).result == {"x": 5}
