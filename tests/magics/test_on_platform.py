"""The commands against a real embedded platform: real processes, real environments."""

from __future__ import annotations

import json
import textwrap

import pytest

from codex_jupyter import errors
from codex_jupyter.client import local
from codex_jupyter.client.model import MLOpsModel
from codex_jupyter.config import DataDir, read_json

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
    """The data home of a platform that all tests here share."""
    folder = tmp_path_factory.mktemp("home")
    local.start(DataDir(folder / "platform"))
    yield folder
    local.stop(DataDir(folder / "platform"))


@pytest.fixture
def ready(notebook, home, monkeypatch):
    """A notebook that finds the platform by itself, with a model to deploy."""
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
    assert done.success, done.text
    return [row["state"] for row in done.result]


def secrets(home):
    tokens = read_json(home / "tokens.json")
    held = [token for groups in tokens.values() for token in groups.values()]
    return [*held, read_json(home / "platform" / "admin.json")["password"]]


def test_a_local_platform_is_started_found_again_and_stopped(notebook, tmp_path):
    data_dir = tmp_path / "a b"
    try:
        done = notebook.run(f"%codex local --data-dir '{data_dir}'")
        assert done.success, done.text
        assert "Started an embedded platform at http://127.0.0.1:" in done.text
        again = notebook.run(f"%codex local --data-dir '{data_dir}'").text
        assert "Attached to the embedded platform" in again
        look = notebook.run(f"%codex local status --data-dir '{data_dir}'").text
        assert "runs at http://127.0.0.1:" in look
        who = notebook.run("%codex whoami").text
        assert "embedded" in who
    finally:
        stopped = notebook.run(f"%codex local stop --data-dir '{data_dir}'")
    assert "stopped" in stopped.text
    assert f'--data-dir "{data_dir}"' in stopped.text
    assert "No embedded platform runs" in (
        notebook.run(f"%codex local status --data-dir '{data_dir}'").text
    )
    assert isinstance(notebook.run("%codex models").error, errors.ConfigError)


def test_a_cell_becomes_an_api_that_answers_is_renewed_disabled_and_removed(
    ready, home
):
    shown = []

    def run(cell):
        done = ready.run(cell)
        shown.append(done.text)
        return done

    first = deploy(ready, "life")
    shown.append(first.text)
    assert first.success, first.text
    assert isinstance(first.result, MLOpsModel)
    assert "Added to the script from the notebook: import json; import pickle" in (
        first.text
    )
    assert "Requirements, pinned from this kernel: none" in first.text
    assert "life: Deployed" in first.text

    assert run("answer = %codex predict life {row}\nanswer").result == {"scaled": 6}
    assert run('%codex predict life {"x": 0.5}').result == {"scaled": 1.5}
    assert run("%codex predict life row --group demo").result == {"scaled": 6}
    run("import pandas as pd\nX = pd.DataFrame({'x': [1, 2]}, index=[7, 9])")
    frame = run("%codex predict life X").result
    assert frame["scaled"].to_dict() == {7: 3, 9: 6}

    short = first.result.model_hash[:8]
    assert run(f"%codex predict {short} row").result == {"scaled": 6}
    code = run("code = %codex code life --language python\ncode").result
    assert "http://127.0.0.1" in code
    assert "def " not in code
    assert "/model/sync/run/demo/" in run("%codex docs life").text
    assert "life (group demo): Deployed" in run("%codex status life").text
    assert "Deployed in" in run("%codex logs life").text
    assert "The last 1 of" in run("%codex logs life --tail 1").text
    assert "has no error" in run("%codex logs life --errors").text

    run("model = {'factor': 4}")
    second = deploy(ready, "life")
    assert f"{first.result.model_hash[:12]} is disabled" in second.text
    assert run("%codex predict life row").result == {"scaled": 8}
    assert states(ready, "life") == ["Deployed", "Disabled"]

    for command in ("disable", "restart", "delete"):
        refused = run(f"%codex {command} life")
        assert isinstance(refused.error, errors.InputError)
        assert f"%codex {command} life --yes" in refused.text
    assert states(ready, "life") == ["Deployed", "Disabled"]
    assert run("%codex disable life --yes").success
    assert isinstance(run("%codex predict life row").error, errors.ModelError)
    assert run("%codex restart life --yes").success
    assert run("%codex predict life row").result == {"scaled": 8}
    assert run("%codex delete life --yes").success
    assert states(ready, "life") == ["Disabled"]
    assert "demo" in run("%codex groups").text
    assert "demo" in run("%codex whoami").text

    assert len(secrets(home)) == 2
    for secret in secrets(home):
        assert secret not in "".join(shown)


def test_a_model_is_deployed_from_files(ready, tmp_path):
    (tmp_path / "work" / "score.py").write_text("import json, pickle, helper\n" + SCORE)
    (tmp_path / "work" / "helper.py").write_text("import json")
    (tmp_path / "work" / "row.json").write_text(json.dumps({"x": 5}))
    done = ready.run(
        "%codex deploy files --source score.py --model model --schema row.json "
        "--extra helper.py --requirements 'packaging==24.2' --group demo"
    )
    assert done.success, done.text
    assert "Requirements, as given: packaging==24.2" in done.text
    assert ready.run("%codex predict files @row.json").result == {"scaled": 15}


def test_a_bug_shows_before_the_upload_as_the_users_own_error(ready):
    done = deploy(ready, "buggy", score=SCORE.replace('row["x"]', 'row["y"]'))
    assert isinstance(done.error, KeyError)
    assert 'row["y"]' in done.text
    assert "Nothing was uploaded" in done.text
    assert "There is no such model" in ready.run("%codex models buggy").text


@pytest.mark.parametrize(
    ("score", "said"),
    [
        ("def score(:\n", "not valid Python"),
        ("x = 1", "does not define score"),
        ("def other(d, b): pass", "It defines other"),
        ("%time x = 1\ndef score(d, b): pass", "IPython syntax"),
        ("1 / 0\ndef score(d, b): pass", "ZeroDivisionError"),
        ("def score(d, b): return {1, 2}", "is a set"),
        ("def score(d, b): return model", "it is the model itself"),
    ],
)
def test_a_cell_that_cannot_be_deployed_is_told_before_the_upload(ready, score, said):
    done = deploy(ready, "never", score=score)
    assert not done.success
    assert said in done.text
    assert "codex_jupyter/" not in done.text
    assert "There is no such model" in ready.run("%codex models never").text


def test_what_only_fails_on_the_platform_is_told_with_its_reason(ready):
    done = deploy(
        ready, "fails", "--no-check", SCORE.replace('row["x"]', 'row["missing"]')
    )
    assert isinstance(done.error, errors.ModelError)
    assert "KeyError: 'missing'" in done.text
    assert "%codex logs fails" in done.text
    assert 'File "script.py"' in done.text
    assert states(ready, "fails") == ["Failed"]
    assert "KeyError" in ready.run("%codex logs fails --errors").text
    assert "fails (group demo): Failed" in ready.run("%codex status fails").text


def test_a_requirement_that_does_not_exist_is_told_in_the_resolvers_words(ready):
    done = deploy(ready, "unmet", '--requirements "no-such-package-cx==1"')
    assert isinstance(done.error, errors.ModelError)
    assert "no-such-package-cx" in str(done.error)


@pytest.mark.parametrize("name", ['"<script>alert(1)</script>"', "../../x", '"a b "'])
def test_a_hostile_name_is_refused_and_leaves_no_group(ready, name):
    done = ready.run(
        f"%%codex deploy {name} --model model --schema row --group untouched\n{SCORE}"
    )
    assert isinstance(done.error, errors.InputError)
    assert "name" in done.text
    assert "untouched" not in ready.run("%codex groups").text


def test_a_name_that_is_nearly_right_is_met_with_the_right_one(ready):
    assert deploy(ready, "near-name").success
    done = ready.run("%codex predict nera-name row")
    assert isinstance(done.error, errors.ModelError)
    assert "near-name" in done.text


def test_a_name_with_blanks_works_in_every_place(ready):
    assert deploy(ready, '"two words"').success
    assert ready.run('%codex predict "two words" row').result == {"scaled": 6}
    refused = ready.run('%codex disable "two words"').text
    assert '%codex disable "two words" --yes' in refused


def test_the_python_of_the_platform_is_checked_before_anything_is_made(ready):
    done = deploy(ready, "old", "--python 3.2")
    assert isinstance(done.error, errors.InputError)
    assert "has no Python 3.2" in done.text
    assert "--python 3." in done.text


def test_names_of_models_and_groups_are_completed(ready):
    assert deploy(ready, "complete-me").success
    assert ready.complete_soon("%codex predict comp") == ["complete-me"]
    assert ready.complete_soon("%codex models --group de") == ["demo"]
    assert "3.11" in ready.complete_soon("%codex deploy m --python ")
    (row,) = ready.run("%codex models complete-me").result.value
    short = str(row["hash"])[:12]
    assert ready.complete(f"%codex status {short[:7]}") == [short]
    assert short not in ready.complete("%codex status ")


def test_connecting_by_address_needs_the_right_password(ready, home, monkeypatch):
    admin = read_json(home / "platform" / "admin.json")
    address = local.find(DataDir(home / "platform")).address
    monkeypatch.setenv("MLOPS_USER", admin["user"])
    monkeypatch.setenv("MLOPS_PASSWORD", "wrong-password")
    done = ready.run(f"%codex connect {address}")
    assert isinstance(done.error, errors.AuthenticationError)
    assert "wrong-password" not in done.text
    monkeypatch.setenv("MLOPS_PASSWORD", admin["password"])
    done = ready.run(f"%codex connect {address}")
    assert done.success, done.text
    assert admin["password"] not in done.text
    assert "remote" in ready.run("%codex whoami").text
