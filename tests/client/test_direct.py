"""Objects made directly, as documented: by names and by places, on a real platform."""

from __future__ import annotations

import pytest

from codex_jupyter.client.base import BaseMLOpsClient, MLOpsExecution
from codex_jupyter.client.direct import by_name
from codex_jupyter.client.external_monitoring import MLOpsExternalMonitoring
from codex_jupyter.client.model import (
    AsyncModel,
    MLOpsModel,
    MLOpsModelClient,
    ModelExecution,
    SyncModel,
)
from codex_jupyter.client.pipeline import MLOpsPipeline
from codex_jupyter.client.preprocessing import MLOpsPreprocessing
from codex_jupyter.config import Secret
from codex_jupyter.errors import ExecutionError, ExternalMonitoringError, InputError

TOKEN = "0123456789abcdef" * 2
HOST = "http://127.0.0.1:1"


@pytest.fixture
def user(platform):
    """The user, the password and the address, in the order of the older releases."""
    return platform.admin["user"], platform.admin["password"], platform.address


@pytest.fixture
def token(platform):
    return platform.group()["Authorization"].split()[1]


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ((TOKEN, HOST), ("group_token", "url")),
        ((None, HOST), ("group_token", "url")),
        (("acme", TOKEN), ("tenant", "group_token")),
        (("acme", Secret("whatever it is")), ("tenant", "group_token")),
        (("acme",), ("tenant",)),
        ((TOKEN,), ("group_token",)),
        ((), ()),
    ],
)
def test_the_order_of_a_release_is_seen_by_the_values(more, names):
    first = {
        "name": "credit",
        "model_hash": "M1",
        "group": "demo",
        "login": "ana",
        "password": "http://is-no-address",
    }
    given = (*first.values(), *more)
    found = by_name("SyncModel", SyncModel._places, given)
    assert found == first | dict(zip(names, more, strict=True))


def test_what_has_no_place_must_be_named():
    with pytest.raises(TypeError, match=r"takes no arguments without a name; 1 were"):
        MLOpsPreprocessing("S123")
    with pytest.raises(TypeError, match=r"takes 7 arguments without a name; 8 were"):
        SyncModel(*"12345678")
    with pytest.raises(TypeError, match="multiple values"):
        SyncModel("credit", "M1", name="credit")


@pytest.mark.platform
def test_a_client_takes_its_address_or_its_tenant_third(user, monkeypatch):
    name, password, address = user
    older = MLOpsModelClient(name, password, address)
    assert older.base_url == f"{address}/api"
    monkeypatch.setenv("MLOPS_URL", address)
    newer = BaseMLOpsClient(name, password, "local")
    assert newer.base_url == f"{address}/api"
    assert newer.version


@pytest.mark.platform
def test_a_pipeline_is_made_for_its_own_address(user, monkeypatch):
    name, password, address = user
    monkeypatch.delenv("MLOPS_URL", raising=False)
    made = MLOpsPipeline(
        group="demo", login=name, password=password, url=address, python_version=3.9
    )
    assert made.base_url == f"{address}/api"


@pytest.mark.platform
def test_a_model_is_made_in_the_order_of_each_release(user, token, double, monkeypatch):
    name, password, address = user
    older = SyncModel("double", double, "demo", name, password, token, address)
    assert older.predict({"x": 4}) == {"double": 8}
    monkeypatch.setenv("MLOPS_URL", address)
    newer = SyncModel("double", double, "demo", name, password, "local", token)
    assert newer({"x": 5}) == {"double": 10}
    assert MLOpsModel("double", double, "demo", name, password).model_hash == double
    with pytest.raises(InputError, match="'double' is no AsyncModel"):
        AsyncModel("double", double, "demo", name, password, token, address)


@pytest.mark.platform
def test_an_execution_is_made_from_its_number(platform, user, token, batch):
    name, password, address = user
    number = platform.execute(batch)
    platform.wait_run(number)
    login = {"login": name, "password": password, "url": address}
    made = MLOpsExecution(
        parent_id=batch,
        exec_type="AsyncModel",
        group="demo",
        exec_id=str(number),
        group_token=token,
        **login,
    )
    assert isinstance(made, ModelExecution)
    assert made.get_status()["Status"] == "Succeeded"
    model = AsyncModel("batch", batch, "demo", name, password, token, address)
    for same in (
        ModelExecution(number, model),
        ModelExecution(exec_id=number, model=model),
    ):
        assert list(same.result().columns) == list(made.result().columns)
    with pytest.raises(ExecutionError) as caught:
        ModelExecution(987654, model)
    assert caught.value.hint == "%codex executions lists them with their numbers."
    with pytest.raises(InputError, match="'Sync'; it is AsyncModel, Training"):
        MLOpsExecution(parent_id=batch, exec_type="Sync", **login)


@pytest.mark.platform
def test_an_external_monitoring_that_is_not_there_is_told_in_each_order(
    user, monkeypatch
):
    name, password, address = user
    with pytest.raises(ExternalMonitoringError, match="no external monitoring E123"):
        MLOpsExternalMonitoring("demo", "E123", "Unvalidated", name, password, address)
    monkeypatch.setenv("MLOPS_URL", address)
    with pytest.raises(ExternalMonitoringError, match="no external monitoring E123"):
        MLOpsExternalMonitoring("demo", "E123", name, password, "local", "Validated")
