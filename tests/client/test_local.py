from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from codex_jupyter.client import local
from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.config import DataDir, default_data_dir, load_settings
from codex_jupyter.errors import AuthenticationError, LocalPlatformError


@pytest.fixture
def folder(tmp_path):
    made = DataDir(tmp_path / "data of a platform")
    yield made
    local.stop(made)


@pytest.fixture
def dead_pid():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def announce(folder, pid, address="http://127.0.0.1:9"):
    folder.root.mkdir(parents=True, exist_ok=True)
    folder.running.write_text(json.dumps({"pid": pid, "address": address}))


@pytest.mark.platform
def test_a_platform_is_started_found_and_ended(folder):
    assert local.find(folder) is None
    started = local.start(folder)
    assert not started.attached
    assert os.getsid(started.pid) == started.pid != os.getsid(0)
    assert folder.log.stat().st_mode & 0o077 == 0
    again = local.start(folder)
    assert again.attached
    assert (again.pid, again.address) == (started.pid, started.address)
    assert local.find(folder).pid == started.pid
    with MLOpsModelClient(settings=started.settings) as client:
        client.create_group("demo")
        assert client.group_token("demo")
    assert local.stop(folder) is True
    assert local.find(folder) is None
    assert local.stop(folder) is False
    # Its tokens are remembered under the folder, whatever its next port is.
    with MLOpsModelClient(settings=local.start(folder).settings) as client:
        assert client.group_token("demo")


@pytest.mark.platform
def test_two_who_start_it_at_the_same_time_get_the_same_platform(folder):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(local.start(folder)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({platform.pid for platform in found}) == 1
    assert sorted(platform.attached for platform in found) == [False, True, True]


@pytest.mark.platform
def test_a_killed_platform_is_not_found_and_can_be_started_again(folder):
    first = local.start(folder)
    os.kill(first.pid, signal.SIGKILL)
    second = local.start(folder)
    assert second.pid != first.pid
    assert not second.attached


@pytest.mark.platform
def test_a_notebook_folder_with_modules_of_its_own_does_not_break_it(
    folder, tmp_path, monkeypatch
):
    (tmp_path / "random.py").write_text("raise SystemExit('wrong module')")
    (tmp_path / "uvicorn.py").write_text("raise SystemExit('wrong module')")
    monkeypatch.setenv("PYTHONPATH", "")
    assert local.start(folder).pid


@pytest.mark.platform
def test_it_outlives_the_process_that_started_it(folder):
    code = (
        "import sys; from pathlib import Path\n"
        "from codex_jupyter.client import local\n"
        "from codex_jupyter.config import DataDir\n"
        "sys.stdout.write(str(local.start(DataDir(Path(sys.argv[1]))).pid))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder.root)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert local.find(folder).pid == int(done.stdout)


@pytest.mark.platform
def test_the_user_of_the_environment_is_needed_again(folder, monkeypatch):
    monkeypatch.setenv("MLOPS_USER", "ana")
    monkeypatch.setenv("MLOPS_PASSWORD", "a-secret-password")
    platform = local.start(folder)
    MLOpsModelClient(settings=platform.settings).close()
    monkeypatch.setenv("MLOPS_PASSWORD", "another-password")
    with pytest.raises(AuthenticationError):
        MLOpsModelClient(settings=platform.settings)
    monkeypatch.delenv("MLOPS_USER")
    with pytest.raises(LocalPlatformError, match="MLOPS_USER"):
        _ = platform.settings
    assert "secret" not in repr(platform)


@pytest.mark.platform
def test_a_platform_that_dies_at_start_is_told_at_once_with_its_words(folder):
    folder.root.mkdir(parents=True)
    folder.lock.mkdir()  # so it cannot lock
    with pytest.raises(LocalPlatformError) as caught:
        local.start(folder, timeout=600)
    assert str(folder.root) in caught.value.detail
    assert str(folder.log) in caught.value.hint
    folder.lock.rmdir()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalPlatformError, match="cannot be used"):
        local.start(DataDir(tmp_path / "file" / "data"))


def test_what_a_dead_platform_left_is_not_a_platform(folder, dead_pid):
    announce(folder, dead_pid)
    folder.lock.touch()
    assert local.find(folder) is None
    assert local.stop(folder) is False


def test_a_process_id_that_another_program_has_now_is_left_alone(folder):
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        announce(folder, other.pid)
        folder.lock.touch()
        assert local.find(folder) is None
        assert local.stop(folder) is False
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


@pytest.mark.parametrize(
    "told", ["", "[]", '{"pid": "x"}', '{"pid": 1, "address": "no address"}']
)
def test_an_announcement_that_cannot_be_read_is_none(folder, told):
    folder.root.mkdir(parents=True)
    folder.running.write_text(told)
    assert local.find(folder) is None


def test_a_folder_held_by_one_that_does_not_answer_is_told(folder):
    announce(folder, os.getpid())
    with folder.lock.open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(LocalPlatformError, match="does not answer"):
            local.start(folder, timeout=1)
        assert folder.running.exists()
        folder.running.unlink()


def test_missing_packages_are_told_with_what_to_install(folder, monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *more: None if name == "uv" else find_spec(name, *more),
    )
    with pytest.raises(LocalPlatformError, match="uv") as caught:
        local.start(folder)
    assert "codex_jupyter[local]" in caught.value.hint
    assert not folder.root.exists()


def test_the_default_platform_is_known_at_its_address(monkeypatch):
    folder = default_data_dir()
    announce(folder, 1, "http://127.0.0.1:4321")
    for address in ("http://127.0.0.1:4321/", "http://127.0.0.1:4321/api"):
        found = load_settings(url=address, login="a", password="b")
        assert found.identity == folder.identity
    other = load_settings(url="http://127.0.0.1:1", login="a", password="b")
    assert other.identity == "http://127.0.0.1:1/api"


@pytest.mark.platform
def test_starting_and_ending_can_be_awaited(folder, run):
    async def session():
        return (await local.astart(folder)).attached, await local.astop(folder)

    assert run(session()) == (False, True)


def test_looking_needs_neither_pandas_nor_the_server():
    code = (
        "import sys\n"
        "import codex_jupyter\n"
        "assert 'httpx' not in sys.modules\n"
        "import codex_jupyter.client.local, codex_jupyter.client.stream\n"
        "assert 'httpx' not in sys.modules\n"
        "import codex_jupyter.client.model\n"
        "heavy = {'pandas', 'numpy', 'IPython', 'codex_jupyter.server', 'uvicorn'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path("/"))
