"""How the platform of this machine is seen: running, ended, killed, stuck."""

from __future__ import annotations

import fcntl
import json
import os
import signal

import pytest

from codex_jupyter.client import local, local_state
from codex_jupyter.config import DataDir


@pytest.fixture
def folder(tmp_path):
    made = DataDir(tmp_path / "data")
    yield made
    local.stop(made)


@pytest.mark.platform
def test_a_killed_platform_has_crashed_and_a_stopped_one_has_not(folder):
    assert local_state.look(folder).state == "stopped"
    started = local.start(folder)
    seen = local_state.look(folder)
    assert (seen.state, seen.address, seen.pid) == (
        "running",
        started.address,
        started.pid,
    )
    assert seen.version
    os.kill(started.pid, signal.SIGKILL)
    while local.is_locked(folder):
        pass
    crashed = local_state.look(folder)
    assert (crashed.state, crashed.pid) == ("crashed", started.pid)
    assert "listening on" in crashed.detail
    local.start(folder)
    assert local_state.look(folder).state == "running"
    local.stop(folder)
    assert local_state.look(folder).state == "stopped"


def test_one_that_has_the_folder_and_says_nothing_is_silent(folder):
    folder.root.mkdir(parents=True)
    with folder.lock.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert local_state.look(folder).state == "silent"


@pytest.mark.parametrize("told", ["", "[]", '{"pid": "x"}', '{"pid": null}', "\0"])
def test_what_cannot_be_read_is_a_stopped_platform(folder, told):
    folder.root.mkdir(parents=True)
    folder.running.write_text(told)
    assert local_state.look(folder).state == "stopped"


def test_what_a_dead_platform_left_is_a_crash_without_a_log(folder):
    folder.root.mkdir(parents=True)
    # No process has it: the largest is far below.
    folder.running.write_text(json.dumps({"pid": 2**22 + 1, "address": "http://h:1"}))
    seen = local_state.look(folder)
    assert (seen.state, seen.detail) == ("crashed", "")


def test_the_disk_that_is_used_counts_shared_files_once(tmp_path):
    (tmp_path / "sub").mkdir()
    one = tmp_path / "one"
    one.write_bytes(b"x" * 1_000_000)
    before, whole = local_state.disk_used(tmp_path)
    assert whole
    assert before >= 1_000_000
    os.link(one, tmp_path / "sub" / "again")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert local_state.disk_used(tmp_path)[0] < before + 100_000
    assert local_state.disk_used(tmp_path, seconds=-1) == (0, False)
    assert local_state.disk_used(tmp_path / "none") == (0, True)
