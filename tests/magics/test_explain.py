"""``%codex explain`` in a notebook: what failed last, here or on the platform."""

from __future__ import annotations

import textwrap

import pytest

from codex_jupyter import errors
from codex_jupyter.client import local
from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.config import DataDir, read_json
from codex_jupyter.magics.explaining import explain
from codex_jupyter.magics.explaining.gathering import of_error

SCORE = textwrap.dedent(
    """
    def score(data, base_path):
        row = json.loads(data)
        with open(base_path + "/model.pkl", "rb") as file:
            factor = pickle.load(file)["factor"]
        return {"scaled": row["x"] * factor}
    """
)


def test_nothing_failed_is_said(notebook):
    assert "Nothing has failed" in notebook.run("%codex explain").text


def test_a_notebook_without_a_platform_is_told_how_to_get_one(notebook):
    notebook.run("%codex models")
    told = notebook.run("%codex explain")
    assert told.success
    assert "No platform was named" in told.text
    assert told.result.value["line"] == "%codex local"


def test_missing_credentials_are_explained(notebook):
    notebook.run("%codex connect https://codex.example.com")
    told = notebook.run("%codex explain")
    assert "never typed on a line" in told.text
    assert told.result.value["line"] == "%codex connect"


def test_a_platform_that_does_not_answer_is_explained(notebook, monkeypatch):
    monkeypatch.setenv("MLOPS_USER", "u")
    monkeypatch.setenv("MLOPS_PASSWORD", "hunter2")
    notebook.run("%codex connect http://127.0.0.1:9")
    told = notebook.run("%codex explain")
    assert "Nothing answers at http://127.0.0.1:9" in told.text
    assert "hunter2" not in told.text
    assert told.result.value["line"] == "%codex connect http://127.0.0.1:9"


def test_what_no_rule_knows_is_shown_whole(notebook):
    notebook.run("%codex predict m {1/0}")
    told = notebook.run("%codex explain")
    assert told.success
    assert "%codex predict failed" in told.text
    assert "No rule fits" in told.text
    assert "1/0 raised ZeroDivisionError: division by zero" in told.text
    assert told.result.value["line"] is None


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    local.start(DataDir(folder / "platform"))
    yield folder
    local.stop(DataDir(folder / "platform"))


@pytest.fixture
def ready(notebook, home, monkeypatch):
    monkeypatch.setenv("CODEX_JUPYTER_HOME", str(home))
    assert notebook.run(
        "import json, pickle\nmodel = {'factor': 3}\nrow = {'x': 2}"
    ).success
    return notebook


def deploy(notebook, name, score=SCORE, more=""):
    return notebook.run(
        f"%%codex deploy {name} --model model --schema row --group demo {more}\n{score}"
    )


@pytest.mark.platform
def test_a_failed_call_points_at_its_explanation(ready):
    assert deploy(ready, "called").success
    failed = ready.run('%codex predict called {"y": 1}')
    assert isinstance(failed.error, errors.PredictionError)
    assert "%codex explain called" in failed.text
    for line in ("%codex explain", "%codex explain called"):
        told = ready.run(line)
        assert "called failed in a call" in told.text
        assert "input of this call lacked it" in told.text
        assert told.result.value["line"] == '%codex predict called {"x": 2}'
        assert "%codex logs M" in told.text
    assert ready.run(told.result.value["line"]).result == {"scaled": 6}


@pytest.mark.platform
def test_a_failed_deployment_is_explained_though_an_older_version_answers(ready):
    assert deploy(ready, '"two words"').success
    worse = SCORE.replace("/model.pkl", "/modell.pkl")
    failed = deploy(ready, '"two words"', worse, "--no-check")
    assert '%codex explain "two words"' in failed.text
    told = ready.run('%codex explain "two words"')
    assert "two words failed while it was deployed" in told.text
    assert "no file modell.pkl" in told.text
    assert "<details>" in told.result._repr_mimebundle_()["text/html"]
    # The older version still answers, so nothing has changed since.
    assert deploy(ready, '"two words"', more="--force").success
    assert "no error" in ready.run('%codex explain "two words"').text


@pytest.mark.platform
def test_what_failed_in_the_kernel_is_explained_from_the_kernel(ready):
    failed = deploy(ready, "tried", SCORE.replace('row["x"]', 'row["y"]'))
    assert isinstance(failed.error, KeyError)
    told = ready.run("%codex explain tried")
    assert "looks for y" in told.text


@pytest.mark.platform
def test_a_model_that_has_not_failed_is_said_to_be_well(ready):
    assert deploy(ready, "well").success
    assert "holds no error" in ready.run("%codex explain well").text


@pytest.mark.platform
def test_a_name_that_does_not_exist_is_explained(ready):
    ready.run("%codex predict nowhere row")
    told = ready.run("%codex explain")
    assert "is called 'nowhere'" in told.text
    assert told.result.value["line"] == "%codex models --all"


@pytest.mark.platform
def test_a_disabled_model_is_explained_with_the_line_that_brings_it_back(ready):
    assert deploy(ready, "asleep").success
    assert ready.run("%codex disable asleep --yes").success
    assert not ready.run("%codex predict asleep row").success
    told = ready.run("%codex explain")
    assert "asleep is Disabled" in told.text
    assert told.result.value["line"] == "%codex restart asleep --yes"


@pytest.mark.platform
def test_wrong_and_missing_tokens_are_explained(ready, home, monkeypatch):
    assert deploy(ready, "guarded").success
    tokens = home / "tokens.json"
    held = tokens.read_text()
    try:
        for text, said in (
            ("{}", "does not know the token"),
            (held.replace('"demo": "', '"demo": "x'), "is wrong or has expired"),
        ):
            tokens.write_text(text)
            assert not ready.run("%codex predict guarded row").success
            told = ready.run("%codex explain guarded")
            assert said in told.text
            assert told.result.value["line"] == "%codex groups --new-token demo --yes"
        refused = ready.run("%codex groups --new-token demo")
        assert not refused.success
        assert "locked out" in refused.text
        assert ready.run(told.result.value["line"]).success
        assert ready.run("%codex predict guarded row").success
        held = tokens.read_text()
    finally:
        tokens.write_text(held)


@pytest.mark.platform
def test_a_wrong_password_is_explained_without_it(ready, home, monkeypatch):
    admin = read_json(home / "platform" / "admin.json")
    monkeypatch.setenv("MLOPS_USER", admin["user"])
    monkeypatch.setenv("MLOPS_PASSWORD", "hunter2")
    address = local.find(DataDir(home / "platform")).address
    ready.run(f"%codex connect {address}")
    told = ready.run("%codex explain")
    assert "not with this password" in told.text
    assert "hunter2" not in told.text
    assert told.result.value["line"] == f"%codex connect {address}"


@pytest.mark.platform
def test_a_missing_group_is_explained(ready, home):
    settings = local.find(DataDir(home / "platform")).settings
    with MLOpsModelClient(settings=settings) as client:
        with pytest.raises(errors.GroupError) as caught:
            client.refresh_group_token("nobody")
        with pytest.raises(errors.GroupError) as missing:
            client.create_model(
                model_name="m", model_reference="score", group="nobody",
                source_file=("s.py", b""), model_file=("m", b"1"),
                requirements_file=("r.txt", b""), schema={"x": 1},
            )  # fmt: skip
    for error in (caught.value, missing.value):
        told = explain(of_error(error, "deploy", "m", local=True).failure)
        assert told is not None, error.message
        assert told.line == "%codex groups"
