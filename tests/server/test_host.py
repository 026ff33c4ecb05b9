"""The command: one platform a folder, ports, signals, status and stop."""

from __future__ import annotations

import json
import socket
import subprocess
import sys

import pytest

pytestmark = pytest.mark.platform


def command(*arguments, **more):
    return subprocess.run(
        [sys.executable, "-m", "codex_jupyter.server", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **more,
    )


def test_a_second_platform_on_the_same_folder_is_refused(own_platform):
    first = own_platform()
    second = command("serve", "--data-dir", first.data_dir)
    assert second.returncode == 2
    assert first.address in second.stderr
    assert "codex-jupyter stop" in second.stderr


def test_a_port_that_is_taken_is_refused_with_what_to_do(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        tried = command("serve", "--data-dir", tmp_path, "--port", port)
    assert tried.returncode == 2
    assert str(port) in tried.stderr
    assert "--port 0" in tried.stderr


def test_status_and_stop(own_platform):
    platform = own_platform()
    status = command("status", "--data-dir", platform.data_dir)
    assert status.returncode == 0
    assert platform.address in status.stdout
    stopped = command("stop", "--data-dir", platform.data_dir)
    assert stopped.returncode == 0, stopped.stderr
    assert platform.process.wait(30) == 0
    after = command("status", "--data-dir", platform.data_dir)
    assert after.returncode == 1
    assert command("stop", "--data-dir", platform.data_dir).returncode == 0


def test_a_killed_platform_is_not_reported_as_running(own_platform):
    platform = own_platform()
    platform.kill()
    assert json.loads((platform.data_dir / "platform.json").read_text())["pid"]
    assert command("status", "--data-dir", platform.data_dir).returncode == 1


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    tried = command("serve", "--data-dir", tmp_path / "file" / "below")
    assert tried.returncode == 2
    assert "cannot be used" in tried.stderr
    assert "Traceback" not in tried.stderr


@pytest.mark.parametrize("option", [("--memory", "0"), ("--deadline", "-1")])
def test_a_limit_that_nothing_could_meet_is_refused(tmp_path, option):
    tried = command("serve", "--data-dir", tmp_path, *option)
    assert tried.returncode == 2
    assert "above zero" in tried.stderr


def test_the_user_given_by_the_environment_is_the_admin(tmp_path):
    import os

    from codex_jupyter.config import DataDir
    from codex_jupyter.server.secrets import admin_credentials

    given = {"MLOPS_USER": "ana", "MLOPS_PASSWORD": "of her own"}
    code = (
        "from pathlib import Path; from codex_jupyter.config import DataDir; "
        "from codex_jupyter.server.secrets import admin_credentials; "
        f"print(admin_credentials(DataDir(Path({str(tmp_path)!r}))))"
    )
    made = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | given,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "'ana', 'of her own'" in made.stdout
    assert not DataDir(tmp_path).admin.exists()
    user, password = admin_credentials(DataDir(tmp_path))
    assert user == "admin"
    assert admin_credentials(DataDir(tmp_path)) == (user, password)


def test_the_last_port_is_used_again_unless_another_has_taken_it(own_platform):
    first = own_platform()
    port = int(first.address.rpartition(":")[2])
    first.stop()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        second = own_platform(data_dir=first.data_dir)
        assert second.address != first.address
        assert second.get("/groups").status_code == 200
