"""Every rule on a failure that really happens: on a platform, in real environments.

With RECORD_FAILURES=1 the texts are written for `test_recorded`.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from failure_cases import CASES, ROW

from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.config import Secret, Settings
from codex_jupyter.magics.explaining import explain
from codex_jupyter.magics.explaining.gathering import of_deployed, of_error

pytestmark = pytest.mark.platform

RECORDED = Path(__file__).with_name("recorded.json")


@pytest.fixture(scope="module")
def small(platform, tmp_path_factory):
    """A platform with tight limits."""
    folder = tmp_path_factory.mktemp("small")
    running = type(platform)(folder, ("--deadline", "8", "--memory", "400")).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def client(small, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CODEX_JUPYTER_HOME", str(tmp_path_factory.mktemp("home")))
        admin = small.admin
        password = Secret(admin["password"])
        with MLOpsModelClient(
            settings=Settings(small.api, admin["user"], password)
        ) as made:
            yield made


@pytest.fixture(scope="module")
def record(small):
    """Takes what was found of each case; writes it when that is asked for."""
    found = {}
    yield found
    if os.environ.get("RECORD_FAILURES"):
        held = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
        both = dict(sorted((held | found).items()))
        text = json.dumps(both, indent=1, ensure_ascii=False)
        for path, shown in (
            (str(small.data_dir), "/data"),
            (str(Path(__file__).parents[3]), "/package"),
            (str(Path.home()), "/home/user"),
        ):
            text = text.replace(path, shown)
        RECORDED.write_text(text + "\n")


def failing(small, case):
    """The hash of the model, once it has failed as the case says."""
    files = {
        "model": ("model.pkl", case.model_bytes),
        "requirements": ("requirements.txt", case.pins.encode()),
        "schema": ("schema.json", json.dumps(ROW).encode()),
    }
    deployed = case.call is not None or case.warns
    model = small.deploy(
        case.source,
        files=files,
        name="failing",
        python_version=f"Python{case.python.replace('.', '')}",
        expect="Deployed" if deployed else "Failed",
    )
    if case.call is not None:
        assert small.run(model, case.call).status_code >= 500
    return model


@pytest.mark.parametrize("name", CASES)
def test_a_real_failure_is_explained(name, small, client, record):
    case = CASES[name]
    model = client.get_model(
        model_hash=failing(small, case), group="demo", wait_for_ready=False
    )
    found = of_deployed(model, local=True)
    failure = found.failure
    if case.warns:
        assert failure.text == ""
        failure = replace(failure, text=found.aside)
    record[name] = asdict(replace(failure, kernel={}))
    told = explain(failure)
    assert told is not None, failure.text
    assert case.cause in told.cause, failure.text
    assert case.line in told.line


def test_a_registry_that_is_not_reached_is_told(small, own_platform, monkeypatch):
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_NO_CACHE", "1")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    running = own_platform()
    requirements = ("requirements.txt", b"numpy==2.2.6")
    model = running.deploy(expect="Failed", files={"requirements": requirements})
    message = running.get(f"/model/status/demo/{model}").json()["Message"]
    told = explain(
        of_error(RuntimeError(message), "deploy", "double", local=True).failure
    )
    assert "could not reach the package registry" in told.cause
