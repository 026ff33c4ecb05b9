"""A model's life on a real platform: upload, host, states, logs, search."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

pytestmark = pytest.mark.platform


def message(answer):
    return answer.json()["Error"]["Message"]


def test_a_model_is_deployed_and_described(platform, double):
    assert len(double) == 64
    assert double.startswith("M")
    described = platform.get(f"/model/describe/demo/{double}").json()["Description"]
    assert described["Status"] == "Deployed"
    assert described["Operation"] == "Sync"
    assert described["ModelReference"] == "score"
    assert json.loads(described["Schema"]) == {"x": 21, "label": "one"}
    stages = [(stage["Stage"], stage["Progress"]) for stage in described["Stages"]]
    assert stages == [
        ("resolve", "done"),
        ("install", "done"),
        ("start", "done"),
        ("test", "done"),
    ]


def test_the_state_is_building_before_hosting_is_answered(platform):
    model = platform.upload().json()["ModelHash"]
    assert platform.get(f"/model/status/demo/{model}").json()["Status"] == "Ready"
    hosted = platform.get(f"/model/sync/host/demo/{model}")
    assert hosted.status_code == 202
    status = platform.get(f"/model/status/demo/{model}").json()
    assert status["Status"] in ("Building", "Deployed")
    assert "Message" in status
    platform.wait(model)


def test_hosting_twice_is_refused_with_what_is_possible(platform, double):
    answer = platform.get(f"/model/sync/host/demo/{double}")
    assert answer.status_code == 409
    assert "restart" in message(answer)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "<script>alert(1)</script>"}, "letters, digits"),
        ({"name": " "}, "name"),
        ({"name": "n" * 33}, "33 characters"),
        ({"model_reference": "os.system('x')"}, "name of a function"),
        ({"operation": "Batch"}, "Batch"),
        ({"input_type": "csv"}, "json"),
        ({"python_version": "Python27"}, "Python27"),
        ({"python_version": None}, "python_version"),
        ({"python_version": "Python399"}, "3.99"),
    ],
)
def test_an_upload_with_a_wrong_field_is_refused(platform, changes, said):
    answer = platform.upload(**changes)
    assert answer.status_code == 400
    assert said in message(answer)


def test_an_interpreter_that_is_not_there_is_answered_with_those_that_are(platform):
    here = f"3.{sys.version_info.minor}."
    assert here in message(platform.upload(python_version="Python399"))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"model": None}, "model"),
        ({"source": None, "schema": None}, "source, schema"),
        ({"schema": ("schema.json", b"")}, "not JSON"),
        ({"schema": ("schema.json", b"a,b\n1,2")}, "not JSON"),
        ({"source": ("nb.ipynb", b'{"cells": 3}')}, "source"),
        ({"source": ("score.py", b"")}, "source"),
        ({"extra": ("model.pkl", b"3")}, "Two files"),
    ],
)
def test_an_upload_with_wrong_files_is_refused(platform, files, said):
    answer = platform.upload(files=files)
    assert answer.status_code == 400
    assert said in message(answer)


def test_an_upload_to_an_unknown_group_is_404(platform):
    answer = httpx.post(
        f"{platform.api}/model/upload/nobody",
        data={"name": "x"},
        headers=platform.user(),
    )
    assert answer.status_code == 404


def test_hostile_file_names_stay_in_the_models_folder(platform):
    files = {
        "source": (r"C:\Users\ana\..\..\score.py", b"def score(d, p): return {}\n"),
        "extra": ("../../../x/evil.txt", b"evil"),
        "schema": ("/home/ana/schema..json", b"{}"),
    }
    model = platform.deploy(files=files)
    folder = platform.data_dir / "models" / model
    assert (folder / "evil.txt").read_bytes() == b"evil"
    assert (folder / "score.py").exists()
    assert (folder / "schema.json").exists()
    assert not list(platform.data_dir.parent.rglob("x/evil.txt"))


def test_a_notebook_as_source_is_deployed_whatever_its_name(platform):
    cells = [
        {"cell_type": "markdown", "source": ["# words"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "import json"]},
        {"cell_type": "code", "source": "def score(d, p):\n    return json.loads(d)"},
    ]
    notebook = json.dumps({"cells": cells, "nbformat": 4, "metadata": {}}).encode()
    model = platform.deploy(files={"source": ("app.py", notebook)})
    assert platform.run(model, {"x": 1}).json() == {"x": 1}


def test_the_env_file_reaches_the_process_and_is_kept_encrypted(platform):
    source = "import os\ndef score(d, p): return len(os.environ['KEY_OF_TEST'])\n"
    files = {"env": (".env", b"KEY_OF_TEST='s3cr3t-value-of-the-test'\r\n")}
    model = platform.deploy(source, files=files)
    assert platform.run(model, {}).json() == len("s3cr3t-value-of-the-test")
    for path in platform.data_dir.rglob("*"):
        if path.is_file():
            assert b"s3cr3t-value-of-the-test" not in path.read_bytes(), path


def test_the_platforms_own_variables_do_not_reach_a_model(platform):
    source = "import os\ndef score(d, p): return sorted(os.environ)\n"
    names = platform.run(platform.deploy(source), {}).json()
    assert "modelFileName" in names
    assert not [name for name in names if name.startswith(("MLOPS", "CODEX"))]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def scoer(d, p): return {}", "scoer"),
        ("def score(d, p)\n  return 1", "line 1"),
        ("import a_module_that_is_nowhere\ndef score(d, p): pass", "nowhere"),
        ("def score(d, p): return 1 / 0", "ZeroDivisionError"),
        ("import sys\ndef score(d, p): sys.exit(3)", "sys.exit"),
        ("import os\nos._exit(7)", "7"),
        ("def score(d, p): return object()", "object"),
        ("score = 5", "score"),
    ],
)
def test_a_deployment_that_fails_says_what_a_person_needs(platform, source, said):
    model = platform.deploy(source, expect="Failed")
    reason = platform.get(f"/model/status/demo/{model}").json()["Message"]
    assert said in reason
    assert "codex_jupyter" not in reason
    assert "runner" not in reason
    logs = platform.get(
        f"/model/logs/demo/{model}", params={"type": "Error", "routine": "Host"}
    )
    assert said in logs.json()["Results"][-1]["OutputData"]


def test_a_requirement_that_does_not_exist_fails_with_the_resolvers_line(platform):
    files = {"requirements": ("r.txt", b"a-package-nobody-made==1.0\n")}
    model = platform.deploy(files=files, expect="Failed")
    reason = platform.get(f"/model/status/demo/{model}").json()["Message"]
    assert "a-package-nobody-made" in reason


def test_disable_restart_and_delete(platform):
    model = platform.deploy()
    disabled = httpx.post(
        f"{platform.api}/model/disable/demo/{model}", headers=platform.user()
    )
    assert disabled.json() == {"Message": f"Model {model} is now disabled."}
    refused = platform.run(model, {"x": 1})
    assert refused.status_code == 409
    assert "Disabled" in message(refused)

    assert platform.get(f"/model/restart/demo/{model}").status_code == 200
    assert platform.wait(model)["Status"] == "Deployed"
    assert platform.run(model, {"x": 4}).json() == {"double": 8}

    deleted = httpx.delete(
        f"{platform.api}/model/delete/demo/{model}", headers=platform.user()
    )
    assert deleted.status_code == 200
    described = platform.get(f"/model/describe/demo/{model}").json()["Description"]
    assert described["Status"] == "Deleted"
    assert platform.run(model, {"x": 4}).status_code == 409


def test_of_two_that_delete_at_once_one_hears_that_it_is_deleted(platform):
    model = platform.upload().json()["ModelHash"]
    path = f"{platform.api}/model/delete/demo/{model}"
    headers = platform.user()
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(httpx.delete, path, headers=headers) for _ in range(4)]
    answers = sorted((one.result() for one in sent), key=lambda one: one.status_code)
    assert [answer.status_code for answer in answers] == [200, 409, 409, 409]
    assert all("is Deleted" in message(answer) for answer in answers[1:])


def test_what_there_is_no_route_for_is_told(platform, double):
    missing = platform.run(f"{double}/", {"x": 1})
    assert (missing.status_code, "no such path" in message(missing)) == (404, True)
    other = platform.get(f"/model/sync/run/demo/{double}")
    assert (other.status_code, "another method" in message(other)) == (405, True)
    nameless = platform.post("/external-monitoring", json={})
    assert (nameless.status_code, "'Group'" in message(nameless)) == (400, True)


def test_models_are_found_by_name_state_and_group(platform, double):
    platform.deploy(group="other", name="elsewhere (2)")
    found = platform.get("/model/search", params={"name": "ELSE", "state": "Deployed"})
    assert found.json()["Count"] == 1
    row = found.json()["Results"][0]
    assert (row["Name"], row["Group"]) == ("elsewhere (2)", "other")
    assert platform.get("/model/search", params={"group": "none"}).json()["Count"] == 0


def test_an_unknown_model_and_a_wrong_group_are_404(platform, double):
    for path in (f"/model/status/other/{double}", f"/model/describe/demo/M{'0' * 63}"):
        assert platform.get(path).status_code == 404


def test_logs_are_chosen_by_day_routine_and_type(platform, double):
    rows = platform.get(f"/model/logs/{double}").json()["Results"]
    assert rows[0]["ModelHash"] == double
    assert {row["Routine"] for row in rows} >= {"Host"}
    old = {"start": "01-01-2020", "end": "2020-01-05"}
    none = platform.get(f"/model/logs/demo/{double}", params=old)
    assert none.json() == {"Results": []}
    wrong = platform.get(f"/model/logs/demo/{double}", params={"start": "yesterday"})
    assert wrong.status_code == 400


def test_two_uploads_of_one_name_at_once_are_two_models(platform):
    first, second = (platform.upload(name="twin").json()["ModelHash"] for _ in "ab")
    assert first != second
    for model in (first, second):
        assert platform.get(f"/model/sync/host/demo/{model}").status_code == 202
    for model in (first, second):
        assert platform.wait(model)["Status"] == "Deployed"
        assert platform.run(model, {"x": 1}).status_code == 200
