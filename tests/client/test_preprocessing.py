"""Scripts through the client, on a real platform."""

from __future__ import annotations

import asyncio
import sys

import pandas as pd
import pytest

from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.client.preprocessing import (
    MLOpsPreprocessingClient,
    NamedPreprocessExecution,
)
from codex_jupyter.config import Secret, Settings
from codex_jupyter.errors import (
    ExecutionError,
    GroupError,
    InputError,
    ModelError,
    PredictionError,
    PreprocessingError,
)

pytestmark = pytest.mark.platform

PROCESS = b"""
import json
def process(data, base_path):
    row = json.loads(data)
    return {"x": row["x"] + 1}
"""
BUILD = b"""
def build_df(df, data_path, extra_path=None):
    if (df["x"] < 0).any():
        raise ValueError("x is below zero")
    df["y"] = df["x"] * 10
    return df
"""
JOIN = b"""
import os
def build_df(dfs, extra_path=None):
    with open(extra_path + "/suffix.txt") as file:
        end = file.read()
    joined = dfs["left"].merge(dfs["right"], on="id")
    joined["end"] = end + os.environ["MARK"]
    return joined
"""
PANDAS = ("requirements.txt", b"pandas\n")
EMPTY = ("requirements.txt", b"")
ROWS = pd.DataFrame({"id": [1, 2], "x": [10, 20]})


@pytest.fixture(scope="module")
def settings(platform):
    admin = platform.admin
    token = platform.group()["Authorization"].removeprefix("Bearer ")
    return Settings(
        platform.api,
        admin["user"],
        Secret(admin["password"]),
        group_token=Secret(token),
    )


@pytest.fixture(scope="module")
def client(settings):
    with MLOpsPreprocessingClient(settings=settings) as made:
        yield made


def create(client, source, **more):
    sync = more.get("operation", "Sync") == "Sync"
    given = {
        "preprocessing_name": "by client",
        "preprocessing_reference": "process" if sync else "build_df",
        "source_file": ("script.py", source),
        "requirements_file": EMPTY if sync else PANDAS,
        "group": "demo",
        "schema": {"x": 1} if sync else ROWS,
    }
    return client.create(**(given | more))


@pytest.fixture(scope="module")
def sync(client):
    return create(client, PROCESS)


@pytest.fixture(scope="module")
def build(client):
    return create(client, BUILD, operation="Async", preprocessing_name="build it")


@pytest.fixture(scope="module")
def join(client):
    return create(
        client,
        JOIN,
        operation="Async",
        preprocessing_name="join it",
        schema={"left": ROWS, "right": ROWS.rename(columns={"x": "z"})},
        env={"MARK": "!"},
        extra_files=[("suffix.txt", b"the end")],
    )


def test_a_row_a_frame_and_a_twin(sync):
    assert sync.status == "Deployed"
    assert sync.run({"x": 4}) == {"x": 5}
    assert sync('{"x": 1}') == {"x": 2}
    assert sync.run(ROWS)["x"].tolist() == [11, 21]
    assert asyncio.run(sync.arun({"x": 4})) == {"x": 5}
    with pytest.raises(PredictionError, match="KeyError"):
        sync.run({"z": 1})
    with pytest.raises(InputError):
        sync.run({})


def test_a_table_comes_back_as_a_frame_and_a_dataset(build, tmp_path):
    execution = build.run(ROWS, wait_complete=True)
    assert execution.status == "Succeeded"
    frame = execution.result()
    assert frame["y"].tolist() == [100, 200]
    saved = execution.download(path=tmp_path)
    assert saved.name == "preprocessed_data.parquet"
    assert pd.read_parquet(saved).equals(frame)
    assert execution.output_dataset() in [d.dataset_hash for d in build.get_datasets()]
    path = tmp_path / "rows.csv"
    ROWS.to_csv(path, index=False)
    for data in (str(path), path, ("rows.csv", path.read_bytes())):
        assert build.run(data).result()["y"].tolist() == [100, 200]
    found = build.get_preprocessing_execution(execution.exec_id)
    assert found.status == "Succeeded"
    assert build.list_executions()[0]["ExecutionState"]


def test_a_failure_has_its_reason(build):
    with pytest.raises(ExecutionError, match="x is below zero"):
        build.run(ROWS - 100, wait_complete=True)
    with pytest.raises(InputError, match="no rows"):
        build.run(ROWS.head(0))


def test_tables_by_name_in_each_form(join):
    right = ROWS.rename(columns={"x": "z"})
    execution = join.run({"left": ROWS, "right": right})
    assert isinstance(execution, NamedPreprocessExecution)
    frame = execution.result()
    assert list(frame.columns) == ["id", "x", "z", "end"]
    assert frame["end"].tolist() == ["the end!"] * 2
    assert execution.output_dataset().startswith("D")
    sent = next(d for d in join.get_datasets() if d.name == "left")
    again = join.run([("left", sent), ("right", right)], wait_complete=True)
    assert again.status == "Succeeded"
    info = again.execution_info()
    assert [one["DatasetName"] for one in info["Inputs"]] == ["left", "right"]
    with pytest.raises(InputError, match="by their names") as said:
        join.run(ROWS)
    assert '"left"' in said.value.hint
    with pytest.raises(InputError, match="no dataset 'middle'"):
        join.run({"middle": ROWS, "right": right})


def test_a_model_is_asked_after_a_script(platform, settings, sync, build, double):
    batch = platform.deploy_batch(
        source=platform.BATCH.replace('row["x"]', 'row["y"]'),
        schema=("rows.csv", b"id,x,y\n1,2,3\n"),
    )
    with MLOpsModelClient(settings=settings) as models:
        model = models.get_model(double, group="demo")
        assert model.predict({"x": 1}, preprocessing=sync) == {"double": 4}
        by_hash = model.predict({"x": 1}, preprocessing=sync.preprocessing_id)
        assert by_hash == {"double": 4}
        with pytest.raises(ModelError, match="preprocessing script 'by client' failed"):
            model.predict({"z": 1}, preprocessing=sync)
        scored = models.get_model(batch, group="demo")
        for script in (build, build.preprocessing_id):
            answer = scored.predict(ROWS, preprocessing=script).result()
            assert answer["double"].tolist() == [200, 400]
        with pytest.raises(InputError, match="prepares rows"):
            scored.predict(ROWS, preprocessing=sync)


def test_what_one_makes_is_what_the_next_takes(build):
    first = build.run(ROWS, wait_complete=True)
    # Its environment reads csv only, and says so.
    with pytest.raises(ExecutionError, match="pyarrow"):
        build.run(first, wait_complete=True)


def test_scripts_are_found_and_managed(client, sync):
    rows = client.search_preprocessing(name="by cli", only_deployed=True)
    assert sync.preprocessing_id in [row["Hash"] for row in rows]
    newer = client.search_named(group="demo")
    assert sync.preprocessing_id in [row["ScriptHash"] for row in newer]
    found = client.get_preprocessing(sync.preprocessing_id, group="demo")
    assert found.name == "by client"
    assert found.schema == {"x": 1}
    assert client.find_preprocessing("by client").operation == "Sync"
    assert client.get_logs(sync.preprocessing_id)["Results"]
    assert sync.get_logs(routine="Host")["Results"]
    with pytest.raises(PreprocessingError, match="There is no script 'nothing'"):
        client.find_preprocessing("nothing")
    with pytest.raises(PreprocessingError, match="There is no such script"):
        client.get_preprocessing("S" + "0" * 63, group="demo")
    other = create(client, PROCESS, preprocessing_name="goes")
    assert other.disable().endswith("is now disabled.")
    assert other.restart() == "Deployed"
    other.delete()
    assert other.status == "Deleted"


def test_what_cannot_be_created_is_said_before_anything_is_sent(client):
    with pytest.raises(InputError, match="schema is missing"):
        create(client, PROCESS, schema=None)
    with pytest.raises(InputError, match="Sync or Async"):
        create(client, PROCESS, operation="Often", schema=ROWS)
    with pytest.raises(InputError, match="script's name"):
        create(client, PROCESS, preprocessing_name="<b>")
    with pytest.raises(GroupError, match="no group"):
        create(client, PROCESS, group="nowhere")


def test_a_script_that_fails_to_deploy_says_why(client):
    broken = b"def build_df(df, data_path): return {'a': 1}"
    with pytest.raises(PreprocessingError, match="returned a dict"):
        create(client, broken, operation="Async", preprocessing_name="broken")
    named = {"schema": [("rows", ROWS)], "preprocessing_name": "broken too"}
    with pytest.raises(PreprocessingError, match="returned a dict"):
        create(client, broken, operation="Async", **named)


def test_a_running_execution_is_cancelled(client):
    sleep = b"    __import__('time').sleep(len(df) ** 9)\n    df["
    source = BUILD.replace(b"    df[", sleep)
    sample = ("one.csv", b"x\n1\n")
    slow = create(
        client, source, operation="Async", schema=sample, preprocessing_name="slow"
    )
    execution = slow.run(ROWS)
    assert execution.cancel() == "Failed"
    assert execution.message == "The execution was cancelled."


def test_the_version_of_python_is_the_running_one(sync):
    info = sync.preprocessing_info()
    assert info["PythonVersion"] == f"Python3{sys.version_info.minor}"
