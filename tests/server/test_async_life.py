"""Executions that are cancelled, run too long, queue up, or meet the platform's end."""

from __future__ import annotations

import itertools
import os
import time
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.platform

# Says who it is, waits as long as the input's first line tells, and answers.
SLOW = """
import os, subprocess, sys, time
def score(data_path, model_path):
    with open(os.path.join(data_path, os.environ["inputFileName"])) as file:
        seconds = float(file.read())
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    print("pids", os.getpid(), child.pid)
    time.sleep(seconds)
    child.kill()
    child.wait()
    with open(data_path + "/slept.txt", "w") as file:
        file.write(str(seconds))
    return data_path + "/slept.txt"
"""
NONE = ("s.csv", b"0")


def message(answer):
    return answer.json()["Error"]["Message"]


def logs(platform, model):
    rows = platform.get(f"/model/logs/demo/{model}").json()["Results"]
    return [row for row in rows if "ExecutionId" in row]


def pids(platform, model, execution):
    """The process of a running execution and the one that it started."""
    while True:
        for row in logs(platform, model):
            words = row["OutputData"].split()
            if row["ExecutionId"] == execution and words[0] == "pids":
                return [int(word) for word in words[1:]]
        status = platform.run_status(execution)["Status"]
        assert status in ("Requested", "Running"), status
        time.sleep(0.05)


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat").read_text()
    return stat.rpartition(")")[2].split()[0] != "Z"


def wait_until_gone(found):
    until = time.monotonic() + 20
    while any(is_alive(pid) for pid in found):
        assert time.monotonic() < until, "a process outlived its execution"
        time.sleep(0.05)


def cancel(platform, execution):
    return platform.as_group(f"/model/async/cancel/demo/{execution}", method="POST")


@pytest.fixture(scope="module")
def slow(platform):
    return platform.deploy_batch(SLOW, schema=NONE)


def test_cancelling_ends_the_process_and_what_it_started(platform, slow):
    number = platform.execute(slow, b"600")
    found = pids(platform, slow, number)
    answer = cancel(platform, number)
    assert answer.status_code == 200
    assert str(number) in answer.json()["Message"]
    status = platform.wait_run(number, expect="Failed")
    assert status["Message"] == "The execution was cancelled."
    wait_until_gone(found)
    again = cancel(platform, number)
    assert again.status_code == 409
    assert "over already" in message(again)


def repeat(platform, execution):
    return platform.as_group(f"/model/async/again/demo/{execution}", method="POST")


def test_the_kept_input_of_an_execution_is_run_again(platform, slow):
    first = platform.execute(slow, b"600")
    pids(platform, slow, first)
    early = repeat(platform, first)
    assert (early.status_code, message(early)) == (
        409,
        f"The execution {first} is not over yet.",
    )
    cancel(platform, first)
    answer = repeat(platform, first)
    assert answer.status_code == 202
    second = answer.json()["ExecutionId"]
    assert second != first
    # The same input: it waits as long as the first one did.
    pids(platform, slow, second)
    cancel(platform, second)
    assert repeat(platform, 10**6).status_code == 404


def test_one_that_waits_can_be_cancelled_before_it_begins(own_platform):
    platform = own_platform("--executions", "1")
    model = platform.deploy_batch(SLOW, schema=NONE)
    first, second = platform.execute(model, b"3"), platform.execute(model, b"0")
    pids(platform, model, first)
    assert platform.run_status(second)["Status"] == "Requested"
    cancel(platform, second)
    assert platform.run_status(second)["Status"] == "Failed"
    platform.wait_run(first)
    platform.wait_run(platform.execute(model, b"0"))
    assert {row["ExecutionId"] for row in logs(platform, model)} == {first, 3}


def test_one_that_runs_too_long_is_ended_with_the_limit(own_platform):
    platform = own_platform("--run-time", "2")
    model = platform.deploy_batch(SLOW, schema=NONE)
    number = platform.execute(model, b"600")
    found = pids(platform, model, number)
    assert "within 2 s" in platform.wait_run(number, expect="Failed")["Message"]
    wait_until_gone(found)


def test_one_that_takes_too_much_memory_is_ended_with_the_limit(own_platform):
    platform = own_platform("--memory", "200")
    source = """
def score(data_path, model_path):
    kept = []
    while open("input.csv").read() == "eat":
        kept.append(bytearray(b"x" * (8 << 20)))
    return "input.csv"
"""
    model = platform.deploy_batch(source, schema=NONE)
    number = platform.execute(model, b"eat")
    reason = platform.wait_run(number, expect="Failed")["Message"]
    assert "memory" in reason
    platform.wait_run(platform.execute(model, b"0"))


def test_the_death_of_its_process_is_the_executions_and_nobody_elses(platform, slow):
    source = """
import os
def score(data_path, model_path):
    if open("input.csv").read() == "die":
        print("last words")
        os._exit(9)
    return "input.csv"
"""
    model = platform.deploy_batch(source, schema=NONE)
    died = platform.execute(model, b"die")
    good = platform.execute(slow, b"0")
    reason = platform.wait_run(died, expect="Failed")["Message"]
    assert "exited with code 9" in reason
    assert "last words" in reason
    platform.wait_run(good)


def test_disabled_and_deleted_models_refuse_and_a_deletion_ends_what_runs(platform):
    model = platform.deploy_batch(SLOW, schema=NONE, name="to be deleted")
    number = platform.execute(model, b"600")
    found = pids(platform, model, number)
    httpx.post(f"{platform.api}/model/disable/demo/{model}", headers=platform.user())
    refused = platform.start_run(model, b"0")
    assert refused.status_code == 409
    assert "is Disabled" in message(refused)
    # What was accepted before goes on.
    assert platform.run_status(number)["Status"] == "Running"
    httpx.delete(f"{platform.api}/model/delete/demo/{model}", headers=platform.user())
    status = platform.wait_run(number, expect="Failed")
    assert "deleted" in status["Message"]
    wait_until_gone(found)
    assert platform.start_run(model, b"0").status_code == 409


def test_groups_take_turns_and_the_limit_of_processes_is_kept(own_platform):
    platform = own_platform("--executions", "1")
    mine = platform.deploy_batch(SLOW, schema=NONE)
    theirs = platform.deploy_batch(SLOW, schema=NONE, group="other")
    first = [platform.execute(mine, seconds) for seconds in (b"2", b"0", b"0", b"0")]
    last = platform.execute(theirs, b"0", group="other")
    platform.wait_run(last, group="other")
    for number in first:
        platform.wait_run(number)
    path = f"/model/async/executions/demo/{mine}"
    rows = platform.get(path).json()["Results"][::-1]
    path = f"/model/async/executions/other/{theirs}"
    (other,) = platform.get(path).json()["Results"]
    # It was asked for last, while the first of them ran.
    assert rows[0]["FinishedAt"] <= other["RunAt"] < rows[-1]["RunAt"]
    for before, after in itertools.pairwise(rows):
        assert before["FinishedAt"] <= after["RunAt"]


def test_an_execution_that_a_kill_ended_runs_again_at_the_next_start(own_platform):
    platform = own_platform()
    model = platform.deploy_batch(SLOW, schema=NONE)
    running, waiting = (platform.execute(model, b"2") for _ in "ab")
    found = pids(platform, model, running)
    platform.kill()
    again = own_platform(data_dir=platform.data_dir)
    again._groups = platform._groups
    for number in (running, waiting):
        again.wait_run(number)
        assert again.result_of(number) == {"slept.txt": b"2.0"}
    assert not is_alive(found[0])
    ran = [
        row
        for row in logs(again, model)
        if row["ExecutionId"] == running and row["OutputData"].startswith("pids")
    ]
    assert len(ran) == 2
    # Written once, whatever happened between.
    path = f"/model/async/executions/demo/{model}"
    rows = again.get(path).json()["Results"]
    listed = again.get("/datasets/list").json()["Results"]
    assert sorted(row["DatasetHash"] for row in rows) == sorted(
        row["DatasetHash"] for row in listed
    )


def test_an_execution_that_three_kills_met_is_given_up_with_the_reason(own_platform):
    platform = own_platform()
    model = platform.deploy_batch(SLOW, schema=NONE)
    number = platform.execute(model, b"600")
    groups = platform._groups
    for attempt in (1, 2, 3):
        until = time.monotonic() + 60
        while len(logs(platform, model)) < attempt:
            assert time.monotonic() < until, f"attempt {attempt} has not begun"
            time.sleep(0.05)
        platform.kill()
        platform = own_platform(data_dir=platform.data_dir)
        platform._groups = groups
    status = platform.wait_run(number, expect="Failed")
    assert "ended 3 times during this execution" in status["Message"]


def test_a_stop_puts_an_execution_back_and_does_not_count_it(own_platform):
    platform = own_platform()
    model = platform.deploy_batch(SLOW, schema=NONE)
    number = platform.execute(model, b"4")
    groups = platform._groups
    found = pids(platform, model, number)
    for _ in range(4):
        code, out = platform.stop()
        assert code == 0, out
        wait_until_gone(found)
        platform = own_platform(data_dir=platform.data_dir)
        platform._groups = groups
        assert platform.run_status(number)["Status"] in ("Requested", "Running")
    platform.wait_run(number)
    assert platform.result_of(number) == {"slept.txt": b"4.0"}


def test_an_environment_that_is_gone_is_built_before_what_waits_for_it(own_platform):
    import shutil

    platform = own_platform("--executions", "1")
    model = platform.deploy_batch(SLOW, schema=NONE)
    running = platform.execute(model, b"1")
    pids(platform, model, running)
    waiting = platform.execute(model, b"0")
    platform.kill()
    for folder in (platform.data_dir / "environments").iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)
    again = own_platform(data_dir=platform.data_dir)
    again._groups = platform._groups
    for number in (running, waiting):
        again.wait_run(number)


def test_many_executions_at_once_all_end(platform, batch):
    numbers = [platform.execute(batch, f"id,x\n1,{n}\n".encode()) for n in range(12)]
    assert len(set(numbers)) == 12
    for n, number in enumerate(numbers):
        platform.wait_run(number)
        content = platform.result_of(number)["output.csv"]
        assert content == f"id,double\r\n1,{2 * n}\r\n".encode()
    folder = platform.data_dir / "executions" / batch
    assert not list(folder.iterdir())
    assert numbers == sorted(numbers)
