"""Running a deploying cell again, and ``%codex diff``: real versions of real models."""

from __future__ import annotations

import json
import pickle
import textwrap
from pathlib import Path

import pytest

from codex_jupyter import errors
from codex_jupyter.client import local
from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.config import DataDir
from codex_jupyter.magics import earlier
from codex_jupyter.magics.session import group_names

pytestmark = pytest.mark.platform

SCORE = textwrap.dedent(
    """
    def score(data, base_path):
        row = json.loads(data)
        with open(base_path + "/model.pkl", "rb") as file:
            factor = pickle.load(file)["factor"]
        return {"scaled": row["x"] * factor}
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
    setup = "import json, pickle\nmodel = {'factor': 3}\nrow = {'x': 2}"
    assert notebook.run(setup).success
    return notebook


def deploy(notebook, name, more="", score=SCORE):
    return notebook.run(
        f"%%codex deploy {name} --model model --schema row --group demo {more}\n{score}"
    )


def states(notebook, name):
    done = notebook.run(f"found = %codex models {name}\nfound.value")
    return [row["state"] for row in done.result]


def test_a_cell_that_is_run_again_unchanged_deploys_nothing(ready):
    first = deploy(ready, "same")
    assert first.success, first.text
    again = deploy(ready, "same")
    assert again.success, again.text
    assert again.result.model_hash == first.result.model_hash
    short = first.result.model_hash[:12]
    assert f"Nothing changed; same version {short} answers since 20" in again.text
    assert "→ --force deploys it again" in again.text
    assert states(ready, "same") == ["Deployed"]
    assert ready.run("%codex predict same row").result == {"scaled": 6}

    forced = deploy(ready, "same", "--force")
    assert forced.result.model_hash != first.result.model_hash
    assert states(ready, "same") == ["Deployed", "Disabled"]
    [row] = ready.run("found = %codex models same --deployed\nfound.value").result
    assert (row["version"], row["calls"], row["drift"]) == (2, 0, "")
    [_, row] = ready.run("found = %codex models same\nfound.value").result
    assert (row["version"], row["calls"], row["last call"][-1]) == (1, 1, "s")


def test_a_newer_version_of_another_notebook_is_told_and_not_touched(ready, home):
    flag = home / "go"
    held = (
        "import os, time\n"
        f"while not os.path.exists('{flag}'): time.sleep(0.05)\n"
        f"import json, pickle\n{SCORE}"
    )
    platform = local.find(DataDir(home / "platform"))
    with MLOpsModelClient(settings=platform.settings) as other:
        if "demo" not in group_names(other):
            other.create_group("demo", "for the tests")
        slow = other.create_model(
            model_name="raced",
            model_reference="score",
            source_file=("app.py", held.encode()),
            model_file=("model.pkl", pickle.dumps({"factor": 1})),
            requirements_file=("requirements.txt", b""),
            schema=("schema.json", b'{"x": 2}'),
            group="demo",
            wait_for_ready=False,
        )
        newer = deploy(ready, "raced").result
        assert newer.status == "Deployed"
        flag.touch()
        slow.wait_ready()
        (told,) = earlier.retire(earlier.models(other, "raced", "demo"), slow)
    assert f"the newer {newer.model_hash[:12]}" in told
    assert f"%codex disable {slow.model_hash[:12]} --yes" in told
    assert ready.run("%codex predict raced row").result == {"scaled": 6}
    assert ready.run(f"%codex disable {slow.model_hash[:12]} --yes").success
    assert states(ready, "raced") == ["Deployed", "Disabled"]


def test_a_version_that_does_not_answer_is_deployed_again(ready):
    assert deploy(ready, "off").success
    assert ready.run("%codex disable off --yes").success
    assert deploy(ready, "off").success
    assert states(ready, "off") == ["Deployed", "Disabled"]


def test_each_change_is_told_and_the_earlier_version_can_be_compared(ready):
    first = deploy(ready, "moves").result
    ready.run("model = {'factor': 5}\nrow = {'x': 2, 'city': 'São <b>'}")
    changed = SCORE.replace('{"scaled"', '{"<b>note</b>": 1, "scaled"')
    second = deploy(ready, "moves", "--requirements packaging==24.2", changed)
    assert second.success, second.text
    for told in (
        "What changes in moves since",
        "code: 1 line added, 1 removed",
        '+    return {"<b>note</b>": 1, "scaled": row["x"] * factor}',
        "requirements: 1 line added, 0 removed",
        "+packaging==24.2",
        '+ "city": "São <b>"',
        "model: ",
    ):
        assert told in second.text, second.text
    assert not [html for html in second.html if "<b>note" in html or "São <b>" in html]

    diff = ready.run("found = %codex diff moves\nfound")
    assert diff.success, diff.text
    now = second.result
    pair = f"{first.model_hash[:12]} → moves {now.model_hash[:12]}"
    assert diff.result.text.startswith(pair)
    assert [row["what"] for row in diff.result.value] == [
        "code", "model", "requirements", "schema",
    ]  # fmt: skip
    assert "+packaging==24.2" in diff.result.text

    backwards = ready.run(
        f"%codex diff moves --from {now.model_hash[:9]} --to {first.model_hash[:9]}"
    )
    assert "-packaging==24.2" in backwards.result.text
    third = deploy(ready, "moves", "--force --requirements packaging==24.2", changed)
    assert third.success
    assert "Nothing differs" in ready.run("%codex diff moves").text


def test_settings_extra_files_and_variables_are_compared_too(ready):
    Path("helper.py").write_text("FACTOR = 1\n")
    Path("data.bin").write_bytes(b"\x00\xff")
    Path(".env").write_text("KEY=of-the-model\n")
    assert deploy(ready, "wide", "--extra helper.py data.bin --env .env").success
    again = deploy(ready, "wide", "--extra helper.py data.bin --env .env")
    assert "kept encrypted and cannot be compared" in again.text
    Path("helper.py").write_text("FACTOR = 2\n")
    Path("data.bin").write_bytes(b"\x00\xfe")
    renamed = SCORE.replace("def score", "def rate")
    last = deploy(ready, "wide", "--extra helper.py data.bin --reference rate", renamed)
    assert "entry point: score → rate" in last.text
    assert "+FACTOR = 2" in last.text
    assert "data.bin: " in last.text
    assert "environment: no variables any more" in last.text
    assert "of-the-model" not in last.text + again.text


def test_diff_says_what_it_needs(ready):
    only = deploy(ready, "single").result
    assert "is its first version" in ready.run("%codex diff single").text
    short = only.model_hash[:10]
    same = ready.run(f"%codex diff single --from {short}")
    assert isinstance(same.error, errors.InputError)
    assert "%codex models single --all" in same.text
    nothing = ready.run("%codex diff sinle")
    assert isinstance(nothing.error, errors.ModelError)
    assert "single" in nothing.text
    assert "usage" in ready.run("%codex diff --help").text


def test_a_file_is_handed_out_by_its_name_and_the_variables_never(ready):
    Path(".env").write_text("KEY=of-the-model\n")
    model = deploy(ready, "files", "--env .env").result
    assert b"def score" in model.file_content("script.py")
    assert json.loads(model.file_content("schema.json")) == {"x": 2}
    info = model.model_info()
    assert info["HasEnv"] is True
    for name in (".env", "env", "../model.pkl", "model.pkl/..", "none", "é" * 300):
        with pytest.raises(errors.ModelError):
            model.file_content(name)


def test_long_changes_are_cut_and_say_so(ready):
    lines = "".join(f"    a{i} = {i}\n" for i in range(90))
    assert deploy(ready, "long").success
    longer = SCORE.replace("    row =", lines + "    row =")
    done = deploy(ready, "long", "", longer)
    assert "90 lines added" in done.text
    assert "more lines" in done.text
