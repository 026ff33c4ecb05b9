"""Scripts and their executions when the platform ends in between; their secrets."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import psutil
import pytest
from cryptography.fernet import Fernet

pytestmark = pytest.mark.platform

SECRET = "plain-secret-0f2a9c"
SLOW = """
import time, os


def build_df(data_path, extra_path=None):
    name = data_path + "/" + os.environ["inputFileName"]
    with open(name) as file:
        rows = file.read().split()
    if len(rows) > 3:
        time.sleep(4)
    with open(data_path + "/out.csv", "w") as file:
        file.write("rows\\n%d\\n" % (len(rows) - 1))
    return data_path + "/out.csv"
"""
MANY = b"id,x\n" + b"".join(b"%d,1\n" % i for i in range(9))


def test_an_execution_survives_the_death_of_the_platform(own_platform, scripts_on):
    platform = own_platform()
    scripts = scripts_on(platform)
    script = scripts.deploy(SLOW)
    number = scripts.start(script, MANY).json()["ExecutionId"]
    waiting = [scripts.start(script, MANY).json()["ExecutionId"] for _ in range(2)]
    platform.kill()
    platform.start()
    for one in (number, *waiting):
        scripts.wait_run(one)
        assert scripts.result(one).content == b"rows\n9\n"
    path = "/datasets/list?origin=Preprocessing"
    # One for each, and for the ended attempt none.
    assert len(platform.get(path).json()["Results"]) == 3


def test_a_named_execution_goes_on_after_a_stop_and_its_script_answers(
    own_platform, scripts_on
):
    platform = own_platform()
    scripts = scripts_on(platform)
    source = "import time\n" + scripts.BY_FRAME.replace(
        "    df[", "    time.sleep(3 if len(df) > 3 else 0)\n    df["
    )
    script = scripts.compose(source, {"rows": scripts.TABLE}, requirements=b"pandas")
    scripts.patch(f"/{script}/status")
    scripts.wait(script)
    sync = scripts.deploy(scripts.PROCESS, operation="Sync")
    number = scripts.open(script)
    scripts.feed(script, number, MANY, dataset_name="rows")
    scripts.patch(f"/{script}/execution/{number}/run")
    code, _ = platform.stop()
    assert code == 0
    platform.start()
    assert scripts.wait_run(number)["Status"] == "Succeeded"
    assert scripts.ask(sync, {"x": 1}).json() == {"x": 2}


def test_a_secret_is_in_the_workers_process_and_nowhere_else(own_platform, scripts_on):
    platform = own_platform()
    scripts = scripts_on(platform)
    source = """
import json, os
def process(data, base_path):
    return {"same": os.environ["API_KEY"] == json.loads(data)["x"]}
"""
    env = {"env": (".env", f"API_KEY={SECRET}\n".encode())}
    script = scripts.deploy(source, operation="Sync", files=env)
    model = platform.deploy(source.replace("process", "score"), files=env)
    assert scripts.ask(script, {"x": SECRET[::-1]}).json() == {"same": False}
    assert platform.run(model, {"x": "y"}).json() == {"same": False}
    here = psutil.Process(platform.process.pid)
    assert SECRET not in str(here.environ())
    assert SECRET not in str(here.cmdline())
    children = here.children(recursive=True)
    workers = [one for one in children if one.status() != psutil.STATUS_ZOMBIE]
    holding = [one for one in workers if SECRET in str(one.environ())]
    assert len(holding) == 2
    assert not [one for one in workers if SECRET in str(one.cmdline())]
    code, out = platform.stop()
    assert code == 0
    assert SECRET not in out
    _nowhere_in(platform.data_dir, SECRET)
    keys = platform.data_dir / "keys.json"
    assert keys.stat().st_mode & 0o777 == 0o600


def test_the_key_may_come_from_the_environment(own_platform, scripts_on, monkeypatch):
    key = Fernet.generate_key().decode()
    monkeypatch.setenv("CODEX_JUPYTER_KEY", key)
    platform = own_platform()
    scripts = scripts_on(platform)
    source = "import os\ndef process(data, base_path): return {'k': os.environ['K']}"
    env = {"env": (".env", b"K=v")}
    script = scripts.deploy(source, operation="Sync", files=env)
    assert scripts.ask(script, {"x": 1}).json() == {"k": "v"}
    platform.stop()
    _nowhere_in(platform.data_dir, key)
    assert "encryption" not in (platform.data_dir / "keys.json").read_text()

    # Without it the platform starts, and says what it lacks.
    monkeypatch.delenv("CODEX_JUPYTER_KEY")
    platform.start()
    status = scripts.wait(script, "Failed")
    assert "CODEX_JUPYTER_KEY" in status["Message"]
    platform.stop()

    monkeypatch.setenv("CODEX_JUPYTER_KEY", key)
    platform.start()
    path = f"/preprocessing/sync/host/demo/{script}"
    assert platform.get(path).status_code == 202
    scripts.wait(script)
    assert scripts.ask(script, {"x": 1}).json() == {"k": "v"}


def test_a_key_that_is_none_is_told_at_the_start(own_platform, monkeypatch):
    monkeypatch.setenv("CODEX_JUPYTER_KEY", "too short")
    with pytest.raises(AssertionError, match="CODEX_JUPYTER_KEY holds no key") as said:
        own_platform()
    assert not re.search("Traceback|too short", str(said.value))


def test_health_answers_beside_scripts(platform):
    assert httpx.get(f"{platform.api}/health", timeout=30).status_code == 200


def _nowhere_in(folder: Path, secret: str) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            assert secret.encode() not in path.read_bytes(), path
