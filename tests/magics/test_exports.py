"""``%codex notebook`` and ``%codex dossier``: real files of a real model."""

from __future__ import annotations

import textwrap
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from codex_jupyter import errors
from codex_jupyter.client import local
from codex_jupyter.config import DataDir, read_json

pytestmark = pytest.mark.platform

SCORE = textwrap.dedent(
    """
    def score(data, base_path):
        row = json.loads(data)
        with open(base_path + "/model.pkl", "rb") as file:
            factor = pickle.load(file)["factor"]
        return {"scaled": row["x"] * factor, "city": row["city"]}
    """
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    local.start(DataDir(folder / "platform"))
    yield folder
    local.stop(DataDir(folder / "platform"))


@pytest.fixture
def ready(notebook, home, monkeypatch):
    monkeypatch.setenv("CODEX_JUPYTER_HOME", str(home))
    setup = "import json, pickle\nmodel = {'factor': 3}\n"
    assert notebook.run(setup + "row = {'x': 2, 'city': 'São \"P\"'}").success
    done = notebook.run(
        "%%codex deploy exported --model model --schema row --group demo\n" + SCORE
    )
    assert done.success, done.text
    return notebook


def secrets(home):
    tokens = read_json(home / "tokens.json")
    held = [token for groups in tokens.values() for token in groups.values()]
    return [*held, read_json(home / "platform" / "admin.json")["password"]]


def test_the_notebook_of_a_model_runs(ready, home, monkeypatch):
    done = ready.run("%codex notebook exported")
    assert done.success, done.text
    text = Path("exported.ipynb").read_text("utf-8")
    assert not [s for s in secrets(home) if s in text]
    made = nbformat.reads(text, as_version=4)
    token = next(iter(next(iter(read_json(home / "tokens.json").values())).values()))
    monkeypatch.setenv("MLOPS_GROUP_TOKEN", token)
    NotebookClient(made, timeout=120, kernel_name="python3").execute()
    shown = [
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for cell in made.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]
    answers = [text for text in shown if "'scaled': 6" in text]
    assert len(answers) == 2
    assert not [s for s in secrets(home) if s in nbformat.writes(made)]


def test_a_file_that_exists_is_replaced_only_when_that_is_typed(ready):
    for line in (
        "%codex notebook exported --to here.ipynb",
        "%codex dossier exported --to here.html --lang pt-BR",
    ):
        path = Path(line.split()[4])
        path.write_text("mine")
        refused = ready.run(line)
        assert isinstance(refused.error, errors.InputError)
        assert path.read_text() == "mine"
        again = refused.error.hint.split(" replaces")[0]
        assert again.startswith("%codex")
        assert ready.run(again).success
        assert path.read_text() != "mine"


def test_the_dossier_holds_the_build_and_the_errors_and_no_secret(ready, home):
    assert not ready.run('%codex predict exported {"x": 1}').success
    assert ready.run("%codex dossier exported --lang pt-BR").success
    text = Path("exported.html").read_text("utf-8")
    for told in ("Dossiê do modelo", "KeyError", "city", "script.py", "Instalar",
                 "Deployed in", "scaled"):  # fmt: skip
        assert told in text
    assert len(text.encode()) < 500_000
    assert not [s for s in secrets(home) if s in text]


def test_a_model_that_failed_has_a_dossier_and_a_notebook_too(ready):
    ready.run(
        "%%codex deploy broken --model model --schema row --group demo --no-check\n"
        + SCORE.replace('row["x"]', 'row["z"]')
    )
    assert ready.run("%codex dossier broken").success
    assert "KeyError" in Path("broken.html").read_text("utf-8")
    assert ready.run("%codex notebook broken").success
