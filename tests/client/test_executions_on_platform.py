"""Asynchronous models through the client, on the embedded platform."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pandas as pd
import pytest

from codex_jupyter.client import local
from codex_jupyter.client.datasets import MLOpsDatasetClient
from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.config import DataDir
from codex_jupyter.errors import (
    DatasetNotFoundError,
    ExecutionError,
    InputError,
    ModelError,
)

pytestmark = pytest.mark.platform

SCRIPT = b"""
import csv, os, time

def score(data_path, model_path):
    with open(os.path.join(data_path, os.environ["inputFileName"]), newline="") as file:
        rows = list(csv.DictReader(file))
    time.sleep(max(float(row.get("wait") or 0) for row in rows))
    out = os.path.join(data_path, "out.csv")
    with open(out, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["x", "double"])
        writer.writerows([row["x"], 2 * int(row["x"])] for row in rows)
    return out
"""
FRAME = pd.DataFrame({"x": range(20)})


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = DataDir(tmp_path_factory.mktemp("platform"))
    yield local.start(folder)
    local.stop(folder)


@pytest.fixture(scope="module")
def token(running):
    with MLOpsModelClient(settings=running.settings) as client:
        client.create_group("demo", "for the tests")
        return client.refresh_group_token("demo", force=True)


def create(client, name, **more):
    return client.create_model(
        **{
            "model_name": name,
            "model_reference": "score",
            "source_file": ("app.py", SCRIPT),
            "model_file": ("model.pkl", b"2"),
            "requirements_file": ("requirements.txt", b""),
            "schema": ("schema.csv", b"x\n1\n"),
            "group": "demo",
            "operation": "Async",
        }
        | more
    )


@pytest.fixture
def client(running, token):
    with MLOpsModelClient(settings=running.settings, group_token=None) as made:
        made._keys.prefer("demo", token)
        yield made


@pytest.fixture
def model(client):
    if not client.rows(name="shared"):
        return create(client, "shared")
    return client.find_model("shared", group="demo")


def test_a_frame_comes_back_as_a_frame(model):
    assert (model.operation, model.input_type) == ("Async", "csv")
    execution = model.predict(FRAME)
    found = execution.result()
    assert list(found["double"]) == [2 * x for x in range(20)]
    info = execution.execution_info()
    assert info["ExecutionState"] == "Succeeded"
    assert info["InputFile"]["Rows"] == 20
    assert model.health() == "OK"


def test_an_execution_is_found_again_by_its_number(client, model):
    execution = model.predict(FRAME, wait_complete=True)
    again = client.get_model_execution(model.model_hash, execution.exec_id, "demo")
    assert again.status == "Succeeded"
    assert again.name == "shared"
    pd.testing.assert_frame_equal(again.result(), execution.result())
    rows = model.list_executions(state="Succeeded")
    assert str(rows[0]["ExecutionId"]) == execution.exec_id
    with pytest.raises(ExecutionError, match="no execution '999999'"):
        client.get_model_execution(
            model_hash=model.model_hash, exec_id=999999, group="demo"
        )


def test_a_failure_is_the_models_own_traceback(model):
    execution = model.predict(pd.DataFrame({"y": [1]}))
    with pytest.raises(ExecutionError) as caught:
        execution.wait_ready(timeout=60)
    assert "score() raised KeyError: 'x'" in caught.value.message
    assert 'row["x"]' in caught.value.detail
    with pytest.raises(ExecutionError, match="has no result"):
        execution.download_result()


def test_one_that_runs_is_cancelled(model):
    execution = model.predict(pd.DataFrame({"x": [1], "wait": [600]}))
    for event in execution.watch(timeout=60):
        if event.data.get("Status") == "Running":
            break
    assert execution.cancel() == "Failed"
    assert execution.message == "The execution was cancelled."
    with pytest.raises(ExecutionError, match="cancelled"):
        execution.wait_ready()
    with pytest.raises(ExecutionError, match="over already"):
        execution.cancel()
    again = execution.run_again()
    assert again.exec_id != execution.exec_id
    with pytest.raises(ExecutionError, match="is not over yet"):
        again.run_again()
    again.cancel()


def test_progress_is_told_while_it_runs(model):
    model.predict(FRAME, wait_complete=True)
    execution = model.predict(pd.DataFrame({"x": range(20), "wait": [2.5] * 20}))
    names = [event.name for event in execution.watch(timeout=60)]
    assert "progress" in names
    assert names[-1] == "end"
    assert execution.progress["Rows"] == 20


def test_what_one_model_wrote_the_next_one_reads(running, client, model, tmp_path):
    first = model.predict(FRAME, wait_complete=True)
    second = model.predict(first)
    assert list(second.result()["double"]) == [2 * x for x in range(20)]
    with MLOpsDatasetClient(settings=running.settings) as datasets:
        (dataset,) = datasets.list_datasets(
            origin="Model", origin_id=first.exec_id, group="demo"
        )
        assert dataset.name == "out.csv"
        assert dataset.get_status() == {"Status": "Succeeded", "Log": ""}
        saved = dataset.download(tmp_path)
        assert list(pd.read_csv(saved)["double"]) == [2 * x for x in range(20)]
        third = model.predict(dataset)
        assert len(third.result()) == 20
        assert dataset.delete() == "Dataset removed"
        with pytest.raises(DatasetNotFoundError):
            dataset.get_status()
    with pytest.raises(ModelError, match="no such dataset"):
        model.predict(dataset)


def test_parquet_and_json_are_sent_and_read(client, tmp_path):
    script = b"""
import os, shutil
def score(data_path, model_path):
    name = os.environ["inputFileName"]
    return shutil.copyfile(data_path + "/" + name, data_path + "/copy-" + name)
"""
    FRAME.to_parquet(tmp_path / "schema.parquet")
    for kind, schema in (
        ("parquet", tmp_path / "schema.parquet"),
        ("json", ("schema.json", b'[{"x": 1}]')),
    ):
        model = create(
            client, f"copy {kind}", source_file=("a.py", script), schema=schema
        )
        assert model.input_type == kind
        pd.testing.assert_frame_equal(model.predict(FRAME).result(), FRAME)
    with pytest.raises(InputError, match="json"):
        model.predict(tmp_path / "schema.parquet").result()


def test_the_awaitable_side_does_the_same(running, token, model, tmp_path):
    async def session():
        async with await MLOpsModelClient.aopen(settings=running.settings) as client:
            client._keys.prefer("demo", token)
            found = await client.afind_model("shared")
            executions = await asyncio.gather(
                *[found.apredict(FRAME.head(n)) for n in (1, 2, 3)]
            )
            frames = await asyncio.gather(*[one.aresult() for one in executions])
            seen = [event.name async for event in executions[0].awatch(timeout=60)]
            saved = await executions[0].adownload_result(path=tmp_path)
            return [len(frame) for frame in frames], seen, saved

    sizes, seen, saved = asyncio.run(session())
    assert sizes == [1, 2, 3]
    assert seen[-1] == "end"
    assert saved.is_file()


@pytest.mark.parametrize("language", ["curl", "python", "javascript"])
def test_the_snippets_send_a_file_and_save_the_result(model, token, tmp_path, language):
    text = model.generate_predict_code(language)
    assert token.reveal() not in text
    program = {"curl": "/bin/sh", "python": sys.executable, "javascript": "node"}
    (tmp_path / "snippet.js").write_text(text, "utf-8")
    FRAME.to_csv(tmp_path / "rows.csv", index=False)
    done = subprocess.run(
        [program[language], "snippet.js"],
        cwd=tmp_path,
        env=os.environ | {"MLOPS_GROUP_TOKEN": token.reveal()},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "result.zip" in done.stdout
    found = pd.read_csv(tmp_path / "result.zip")
    assert list(found["double"]) == [2 * x for x in range(20)]


def test_the_viewer_may_start_an_execution_and_ask_for_its_result(model):
    document = model.openapi()
    (path,) = [p for p, methods in document["paths"].items() if "post" in methods]
    boundary = "some-boundary"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="input"; '
        f'filename="rows.csv"\r\n\r\nx\n7\n\r\n--{boundary}--\r\n'
    ).encode()
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    answer = model.relay("POST", model.base_url + path, headers, body)
    assert answer.status == 202, answer.body
    number = str(json.loads(answer.body)["ExecutionId"])
    (status,) = [p for p in document["paths"] if "/status/" in p]
    url = model.base_url + status.replace("{execution}", number)
    answer = model.relay("GET", url, {})
    assert answer.status == 200
    assert number.encode() in answer.body


@contextmanager
def interrupted_when(ready):
    """Interrupt this thread once the condition holds."""

    def interrupt():
        while not ready():
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    watching = threading.Thread(target=interrupt)
    watching.start()
    try:
        yield
    finally:
        watching.join()


def test_an_interrupted_wait_leaves_the_execution_and_says_how_to_return(client):
    model = create(client, "long")
    execution = model.predict(data=FRAME.assign(wait=3.0))
    # Only the wait itself learns of this state.
    running = interrupted_when(lambda: execution.status == "Running")
    with pytest.raises(KeyboardInterrupt) as told, running:
        execution.wait_ready()
    number = execution.exec_id
    assert f"No longer waiting: execution {number} of 'long' goes on." in str(
        told.value
    )
    assert f"model.get_model_execution('{number}') finds it again" in str(told.value)
    assert f"%codex attach long {number} --wait" in str(told.value)
    again = model.get_model_execution(number)
    assert again.status == "Running"
    assert len(again.result()) == len(FRAME)


def test_an_interrupted_deployment_goes_on_and_is_found_again(client, tmp_path):
    hold = f"while not os.path.exists('{tmp_path}/go'):\n    time.sleep(0.05)\n"
    script = SCRIPT + hold.encode()

    def building():
        with MLOpsModelClient(settings=client._connection.settings) as other:
            rows = other.rows(name="held")
            logs = rows and other.get_logs(model_id=rows[0]["ModelHash"])
        return bool(logs) and "environment" in str(logs)

    with pytest.raises(KeyboardInterrupt) as told, interrupted_when(building):
        create(client, "held", source_file=("app.py", script))
    line = str(told.value)
    assert "the deployment of 'held' goes on" in line
    (tmp_path / "go").touch()
    call = line[line.index("client.get_model(") : line.index(" waits for it")]
    assert eval(call, {"client": client}).status == "Deployed"
