"""Why one prediction came out so: get_shap() on one record, asked by the client."""

from __future__ import annotations

import httpx
import pytest

from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.config import Secret, Settings
from codex_jupyter.errors import InputError, ModelError, PredictionError

pytestmark = pytest.mark.platform

ROW = {"age": 52, "income": 41.5}
TOLD = '    found.attrs["base_value"] = 0.5\n    return found\n'


@pytest.fixture(scope="module")
def client(platform):
    admin = platform.admin
    settings = Settings(
        platform.api, user=admin["user"], password=Secret(admin["password"])
    )
    with MLOpsModelClient(settings=settings) as made:
        yield made


@pytest.fixture(scope="module")
def model(kit, client):
    return client.get_model(kit.deploy(name="why"), group="demo")


@pytest.fixture
def registered(kit, model, training):
    """Register what a test lets the functions be."""

    def act(source=kit.MONITOR, **changes):
        answer = kit.register(model.model_hash, kit.config(training, **changes), source)
        assert answer.status_code == 201, answer.text

    return act


def test_without_a_monitoring_the_line_that_registers_one_is_told(model):
    with pytest.raises(ModelError) as told:
        model.explain(ROW, {"proba": 0.62, "pred": 0})
    assert "'why' has no monitoring" in told.value.message
    assert told.value.hint.startswith("%%codex monitor why --training ")


def test_each_input_has_its_contribution_and_the_base_where_it_is_told(
    kit, model, registered
):
    registered()
    found = model.explain(ROW, {"proba": 0.62, "pred": 0})
    assert found["Base"] is None
    # The weight of 2 is read from the model's own folder.
    assert found["Columns"] == [
        {"Name": "age", "Value": "52", "Contribution": 24.0},
        {"Name": "income", "Value": "41.5", "Contribution": -8.5},
    ]
    begin, end = "return pd.DataFrame(\n", "found = pd.DataFrame(\n"
    registered(kit.MONITOR.replace(begin, end) + TOLD)
    assert model.explain(ROW, {"proba": 0.62, "pred": 0})["Base"] == 0.5


def test_what_is_missing_is_shown_and_has_no_number(model, registered):
    registered()
    found = model.explain({"age": None, "income": 41.5}, {"proba": 0.1, "pred": 0})
    age, income = found["Columns"]
    assert (age["Contribution"], income["Contribution"]) == (None, -8.5)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('data["age"] - 40', 'data["aged"] - 40', "get_shap() raised KeyError: 'aged'"),
        ('{"age": (data', '{"aeg": (data', "It has 'aeg'; rename that."),
        ("[{", "[] and [{", "parse() made no row of this record"),
        ("weight =", "import os; os._exit(3); weight =", "ended"),
    ],
)
def test_a_function_that_fails_is_told_and_the_platform_goes_on(
    platform, model, registered, kit, old, new, words
):
    registered(kit.MONITOR.replace(old, new))
    with pytest.raises(PredictionError) as told:
        model.explain(ROW, {"proba": 0.62, "pred": 0})
    assert words in told.value.message
    assert platform.run(model.model_hash, ROW).json()["pred"] == 0


def test_no_process_and_no_file_is_left(platform, model, registered):
    registered()
    model.explain({"age": 1, "income": 1}, {"proba": 0.1, "pred": 0})
    assert list((platform.data_dir / "monitoring").glob("one-*")) == []


def test_what_cannot_be_explained_is_refused(platform, kit, model):
    with pytest.raises(InputError):
        model.explain({}, 1)
    address = f"{platform.api}/monitoring/explain/demo/{model.model_hash}"
    for body, status in (
        (b"", 400),
        (b'{"Input": {"age": 1}}', 400),
        (b'{"Input": 1, "Output": ', 400),
        (b"[" * 100_000, 400),
    ):
        answer = httpx.post(address, content=body, headers=platform.user())
        assert answer.status_code == status, answer.text
    body = b'{"Input": 1, "Output": 1}'
    assert httpx.post(address, content=body).status_code == 401
    unknown = address.replace(model.model_hash, "M" * 64)
    answer = httpx.post(unknown, content=body, headers=platform.user())
    assert answer.status_code == 404
