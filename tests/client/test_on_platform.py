"""The client against the embedded platform: the same calls, nothing stood in for."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pandas as pd
import pytest

from codex_jupyter.client import local
from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.config import DataDir
from codex_jupyter.errors import (
    AuthenticationError,
    GroupError,
    InputError,
    ModelError,
    PredictionError,
)

pytestmark = pytest.mark.platform

SCRIPT = b"""
import json
import os

def score(data, base_path):
    row = json.loads(data)
    if row["age"] is None:
        raise ValueError("no age was given")
    with open(base_path + "/model.pkl") as file:
        factor = int(file.read())
    print("scored", row["name"])
    return {
        "double": row["age"] * factor, "name": row["name"], "key": os.environ["KEY"]
    }
"""
SAMPLE = {"age": 41, "name": 'Zoë\'s "café"'}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = DataDir(tmp_path_factory.mktemp("platform"))
    yield local.start(folder)
    local.stop(folder)


@pytest.fixture
def client(running):
    with MLOpsModelClient(settings=running.settings) as made:
        try:
            made.create_group("demo", "for the tests")
        except GroupError:
            made.refresh_group_token("demo", force=True)
        yield made


def files(name, **more):
    return {
        "model_name": name,
        "model_reference": "score",
        "source_file": ("app.py", SCRIPT),
        "model_file": ("model.pkl", b"2"),
        "requirements_file": ("requirements.txt", b""),
        "schema": SAMPLE,
        "group": "demo",
        "env": {"KEY": 'it\'s a \\ "value"'},
    } | more


@pytest.fixture
def deployed(client):
    found = [r for r in client.rows(name="shared") if r["Status"] == "Deployed"]
    if found:
        return client.find_model("shared", group="demo")
    return client.create_model(**files("shared"))


def test_a_model_is_deployed_asked_and_managed(client):
    model = client.create_model(**files("whole life"))
    assert model.status == "Deployed"
    answer = model.predict(SAMPLE)
    assert answer == {
        "double": 82,
        "name": SAMPLE["name"],
        "key": 'it\'s a \\ "value"',
    }
    assert model.health() == "OK"
    assert model.model_info()["ModelReference"] == "score"
    assert any("scored" in row["OutputData"] for row in model.get_logs()["Results"])
    assert client.get_logs(model.model_hash)["Results"]
    assert client.find_model("whole life").model_hash == model.model_hash
    model.disable()
    assert model.status == "Disabled"
    with pytest.raises(ModelError) as caught:
        model.predict(SAMPLE)
    assert f"%codex restart {model.model_hash[:12]} --yes" in caught.value.hint
    assert model.restart_model() == "Deployed"
    assert model.predict(SAMPLE)["double"] == 82
    model.delete()
    assert model.status == "Deleted"
    with pytest.raises(ModelError):
        client.find_model("whole life")


def test_many_rows_are_predicted(deployed):
    frame = pd.DataFrame({"age": range(40), "name": "x"}, index=range(100, 140))
    found = deployed.predict(frame)
    assert list(found.index) == list(frame.index)
    assert list(found["double"]) == [2 * age for age in range(40)]


def test_an_error_of_the_model_s_code_is_told(deployed):
    with pytest.raises(PredictionError, match="no age was given"):
        deployed.predict({"age": float("nan"), "name": "x"})


def test_a_failed_deployment_tells_why(client):
    wrong = files("wrong", source_file=("app.py", b"def other(data, path): pass\n"))
    with pytest.raises(ModelError, match="score"):
        client.create_model(**wrong)


def test_the_events_of_a_deployment_are_told_from_the_beginning(client):
    model = client.create_model(**files("watched"), wait_for_ready=False)
    events = list(model.watch(timeout=120))
    assert events[-1].name == "end"
    states = [e.data["Status"] for e in events if e.name == "state"]
    assert states[-1] == model.status == "Deployed"
    stages = [e.data["Stage"] for e in events if e.name == "stage"]
    assert list(dict.fromkeys(stages)) == ["resolve", "install", "start", "test"]


def test_a_wrong_token_is_refused_with_the_way_out(deployed):
    with pytest.raises(AuthenticationError, match="demo"):
        deployed.predict(SAMPLE, group_token="0" * 32)
    with pytest.raises(InputError):
        deployed.predict({})


@pytest.mark.parametrize("language", ["curl", "python", "javascript"])
def test_the_snippets_carry_the_schema_sample_and_run(
    client, deployed, tmp_path, language
):
    text = deployed.generate_predict_code(language)
    program = {"curl": "/bin/sh", "python": sys.executable, "javascript": "node"}
    file = tmp_path / "snippet.js"
    file.write_text(text, "utf-8")
    token = client.group_token("demo").reveal()
    assert token not in text
    done = subprocess.run(
        [program[language], str(file)],
        env=os.environ | {"MLOPS_GROUP_TOKEN": token},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "82" in done.stdout


def test_the_viewer_s_requests_are_relayed(deployed):
    document = deployed.openapi()
    (path,) = [p for p, methods in document["paths"].items() if "post" in methods]
    example = document["paths"][path]["post"]["requestBody"]["content"]
    assert example["application/json"]["example"] == {"Input": SAMPLE}
    body = b'{"Input": {"age": 3, "name": "y"}}'
    answer = deployed.relay("POST", deployed.base_url + path, {}, body)
    assert answer.status == 200
    assert b'"double": 6' in answer.body.replace(b'":6', b'": 6')


def test_the_awaitable_side_deploys_too(running, client):
    async def session():
        async with await MLOpsModelClient.aopen(settings=running.settings) as awaiting:
            model = await awaiting.acreate_model(**files("awaited"))
            answers = await asyncio.gather(*[model.apredict(SAMPLE) for _ in range(8)])
            seen = [event.name async for event in model.awatch(timeout=60)]
            return model.status, answers, seen

    state, answers, seen = asyncio.run(session())
    assert state == "Deployed"
    assert [answer["double"] for answer in answers] == [82] * 8
    assert seen[-1] == "end"
