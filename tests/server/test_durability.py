"""What was accepted survives: kills, restarts, stops."""

from __future__ import annotations

import json
import threading
import time

import httpx
import pytest

pytestmark = pytest.mark.platform

SLOW = """
import time
time.sleep(3)
def score(data, base_path):
    time.sleep(float(data))
    return {"slept": data}
"""


def records(platform, model):
    folder = platform.data_dir / "records" / f"model={model}"
    lines = [
        line
        for path in folder.rglob("*.jsonl")
        for line in path.read_text().split("\n")
    ]
    return [json.loads(line) for line in lines if line.endswith("}")]


def test_a_deployed_model_answers_again_after_a_restart(own_platform, tmp_path):
    platform = own_platform()
    model, token = platform.deploy(), platform.user()
    code, out = platform.stop()
    assert code == 0, out
    again = own_platform(data_dir=platform.data_dir)
    assert again.address == platform.address
    status = httpx.get(f"{again.api}/model/status/demo/{model}", headers=token)
    assert status.json()["Status"] == "Deployed"
    again._groups = platform._groups
    assert again.run(model, {"x": 3}).json() == {"double": 6}


def test_a_build_that_a_kill_ended_is_taken_up_by_the_next_start(own_platform):
    platform = own_platform()
    schema = {"schema": ("s.json", b"0")}
    model = platform.upload(SLOW, files=schema).json()["ModelHash"]
    platform.get(f"/model/sync/host/demo/{model}")
    platform.kill()
    again = own_platform(data_dir=platform.data_dir)
    assert again.wait(model)["Status"] == "Deployed"


def test_a_stop_during_a_build_does_not_wait_for_it_and_loses_nothing(own_platform):
    platform = own_platform()
    source = SLOW.replace("sleep(3)", "sleep(15)")
    schema = {"schema": ("s.json", b"0")}
    model = platform.upload(source, files=schema).json()["ModelHash"]
    platform.get(f"/model/sync/host/demo/{model}")
    while not platform.get(f"/model/describe/demo/{model}").json()["Description"][
        "Stages"
    ]:
        time.sleep(0.05)
    code, out = platform.stop()
    assert code == 0, out
    again = own_platform(data_dir=platform.data_dir)
    status = again.get(f"/model/status/demo/{model}").json()
    assert status["Status"] in ("Building", "Deployed")


def test_every_answer_is_on_disk_when_it_arrives_even_if_the_platform_is_killed(
    own_platform,
):
    platform = own_platform()
    model = platform.deploy()
    answers = [platform.run(model, {"x": i}).json() for i in range(25)]
    platform.kill()
    kept = records(platform, model)
    assert [json.loads(one["output"]) for one in kept] == answers
    assert [json.loads(one["input"]) for one in kept] == [{"x": i} for i in range(25)]


def test_a_stop_finishes_the_call_that_is_under_way(own_platform):
    platform = own_platform()
    model = platform.deploy(
        SLOW.replace("sleep(3)", "sleep(0)"), files={"schema": ("s.json", b"0")}
    )
    answers = []
    caller = threading.Thread(target=lambda: answers.append(platform.run(model, 2)))
    caller.start()
    time.sleep(0.7)
    code, out = platform.stop()
    caller.join(30)
    assert code == 0, out
    assert answers[0].json() == {"slept": "2"}
    assert len(records(platform, model)) == 1


def test_a_caller_that_leaves_does_not_disturb_the_next_one(own_platform):
    platform = own_platform()
    model = platform.deploy(
        SLOW.replace("sleep(3)", "sleep(0)"), files={"schema": ("s.json", b"0")}
    )
    with pytest.raises(httpx.TimeoutException):
        httpx.post(
            f"{platform.api}/model/sync/run/demo/{model}",
            content='{"Input": 1}',
            headers=platform.group(),
            timeout=0.2,
        )
    assert platform.run(model, 0).json() == {"slept": "0"}


def test_an_environment_that_was_removed_is_built_again(own_platform):
    import shutil

    platform = own_platform()
    model = platform.deploy()
    platform.stop()
    for folder in (platform.data_dir / "environments").iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)
    again = own_platform(data_dir=platform.data_dir)
    assert again.wait(model)["Status"] == "Deployed"


def test_a_kill_during_a_call_is_an_error_for_its_caller_and_for_no_other(own_platform):
    platform = own_platform()
    model = platform.deploy(
        SLOW.replace("sleep(3)", "sleep(0)"), files={"schema": ("s.json", b"0")}
    )
    assert platform.run(model, 0).status_code == 200
    errors = []

    def call():
        try:
            platform.run(model, 30)
        except httpx.TransportError as error:
            errors.append(error)

    caller = threading.Thread(target=call)
    caller.start()
    time.sleep(0.7)
    platform.kill()
    caller.join(30)
    assert len(errors) == 1
    again = own_platform(data_dir=platform.data_dir)
    again._groups = platform._groups
    assert again.run(model, 0).json() == {"slept": "0"}
    assert [one["input"] for one in records(again, model)] == ["0", "0"]


def test_a_full_disk_is_told_and_nothing_is_answered_that_is_not_kept(
    own_platform, small_disk
):
    platform = own_platform(data_dir=small_disk / "platform")
    model = platform.deploy()
    with (small_disk / "ballast").open("wb", buffering=0) as ballast:
        size = 1 << 20
        while size:
            try:
                ballast.write(b"x" * size)
            except OSError:
                size //= 2
    rows = [{"x": 1, "label": "a" * 3000} for _ in range(4)]
    answers = [platform.run(model, row) for row in rows]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert {answer.status_code for answer in refused} == {507}
    assert "Free some space" in refused[0].json()["Error"]["Message"]
    assert platform.upload().status_code == 507

    (small_disk / "ballast").unlink()
    assert platform.run(model, {"x": 5}).json() == {"double": 10}
    assert len(records(platform, model)) == 1 + len(rows) - len(refused)
    code, out = platform.stop()
    assert code == 0
    assert "Traceback" not in out
