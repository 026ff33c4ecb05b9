"""Real parts for the tests: a platform process of their own, and small models."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import httpx
import pytest

# A shell that starts the tests in the background has them ignore interrupts, and some
# of them are about interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
# Texts are compared in English, whatever the machine speaks.
os.environ["CODEX_JUPYTER_LANG"] = "en"

# A developer's own keyring must not fill with what the tests keep.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

SCORE = """
import json


def score(data, base_path):
    row = json.loads(data)
    with open(base_path + "/model.pkl") as file:
        factor = int(file.read())
    return {"double": row["x"] * factor}
"""
SAMPLE = {"x": 21, "label": "one"}

BATCH = """
import csv
import os


def score(data_path, model_path):
    with open(model_path + "/" + os.environ["modelFileName"]) as file:
        factor = int(file.read())
    with open(data_path + "/" + os.environ["inputFileName"], newline="") as file:
        rows = list(csv.DictReader(file))
    print("read", len(rows), "rows")
    out = data_path + "/output.csv"
    with open(out, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "double"])
        writer.writerows([row["id"], int(row["x"]) * factor] for row in rows)
    return out
"""
TABLE = b"id,x\n1,10\n2,20\n"


@dataclass
class PlatformProcess:
    """An embedded platform in a process of its own."""

    SCORE: ClassVar[str] = SCORE
    BATCH: ClassVar[str] = BATCH
    TABLE: ClassVar[bytes] = TABLE

    data_dir: Path
    options: tuple[str, ...] = ()
    process: subprocess.Popen[str] | None = None
    address: str = ""
    _token: str = ""
    _groups: dict[str, str] = field(default_factory=dict)

    def start(self):
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "codex_jupyter.server", "serve"),
                *("--data-dir", str(self.data_dir), *self.options),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={k: v for k, v in os.environ.items() if not k.startswith("MLOPS_")},
        )
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), line + self.process.stdout.read()
        self.address = line.split()[-1]
        return self

    def stop(self):
        """SIGTERM; the exit code and what was printed."""
        self.process.send_signal(signal.SIGTERM)
        out, _ = self.process.communicate(timeout=90)
        return self.process.returncode, out

    def kill(self):
        """SIGKILL, as a power cut would."""
        self.process.kill()
        self.process.communicate(timeout=30)

    @property
    def api(self):
        return f"{self.address}/api"

    @property
    def admin(self):
        return json.loads((self.data_dir / "admin.json").read_text())

    def user(self):
        """The header of a user token."""
        if not self._token:
            answer = httpx.post(f"{self.api}/login", data=self.admin, timeout=30)
            self._token = answer.json()["Token"]
        return {"Authorization": f"Bearer {self._token}"}

    def group(self, name="demo"):
        """The header of a group's token; the group is created when needed."""
        if name not in self._groups:
            answer = httpx.post(
                f"{self.api}/groups", data={"name": name}, headers=self.user()
            )
            self._groups[name] = answer.json()["Token"]
        return {"Authorization": f"Bearer {self._groups[name]}"}

    def get(self, path, **more):
        return httpx.get(self.api + path, headers=self.user(), timeout=60, **more)

    def post(self, path, **more):
        return httpx.post(self.api + path, headers=self.user(), timeout=60, **more)

    def upload(self, source=SCORE, group="demo", files=None, **fields):
        """Upload a small model; the raw answer."""
        self.group(group)
        form = {
            "name": "double",
            "model_reference": "score",
            "operation": "Sync",
            "input_type": "json",
            "python_version": f"Python3{sys.version_info.minor}",
        } | fields
        parts = {
            "source": ("score.py", source.encode()),
            "model": ("model.pkl", b"2"),
            "requirements": ("requirements.txt", b""),
            "schema": ("schema.json", json.dumps(SAMPLE).encode()),
        } | (files or {})
        return httpx.post(
            f"{self.api}/model/upload/{group}",
            data={k: v for k, v in form.items() if v is not None},
            files={k: v for k, v in parts.items() if v is not None},
            headers=self.user(),
            timeout=60,
        )

    def deploy(self, source=SCORE, group="demo", expect="Deployed", **more):
        """Upload, host and wait; the model's hash."""
        model = self.upload(source, group, **more).json()["ModelHash"]
        op = more.get("operation", "Sync").lower()
        hosted = self.get(f"/model/{op}/host/{group}/{model}")
        assert hosted.status_code == 202, hosted.text
        status = self.wait(model, group)
        assert status["Status"] == expect, status
        return model

    def deploy_batch(self, source=BATCH, schema=("rows.csv", TABLE), **more):
        """Deploy an asynchronous model; its hash."""
        files = {"schema": schema} | more.pop("files", {})
        given = {"operation": "Async", "input_type": "csv"} | more
        return self.deploy(source, files=files, **given)

    def start_run(self, model, content=TABLE, name="rows.csv", group="demo", **form):
        """Start an execution; the raw answer."""
        files = {} if content is None else {"input": (name, content)}
        return httpx.post(
            f"{self.api}/model/async/run/{group}/{model}",
            files=files,
            data=form,
            headers=self.group(group),
            timeout=90,
        )

    def execute(self, model, content=TABLE, name="rows.csv", **form):
        """Start an execution that is accepted; its id."""
        answer = self.start_run(model, content, name, **form)
        assert answer.status_code == 202, answer.text
        return answer.json()["ExecutionId"]

    def run_status(self, execution, group="demo"):
        """The status of an execution."""
        return self.as_group(f"/model/async/status/{group}/{execution}", group).json()

    def wait_run(self, execution, expect="Succeeded", group="demo", seconds=120):
        """Poll until the execution is over; the last status."""
        until = time.monotonic() + seconds
        while True:
            status = self.run_status(execution, group)
            if status["Status"] not in ("Requested", "Running"):
                assert status["Status"] == expect, status
                return status
            assert time.monotonic() < until, f"still {status}"
            time.sleep(0.05)

    def result_of(self, execution, group="demo"):
        """The file names and contents in an execution's zip."""
        path = f"/model/async/result/{group}/{execution}"
        answer = self.as_group(path, group)
        assert answer.status_code == 200, answer.text
        with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
            return {name: packed.read(name) for name in packed.namelist()}

    def as_group(self, path, group="demo", method="GET"):
        return httpx.request(
            method, self.api + path, headers=self.group(group), timeout=60
        )

    def wait(self, model, group="demo", seconds=120):
        """Poll until the state is final; the last status."""
        until = time.monotonic() + seconds
        while True:
            status = self.get(f"/model/status/{group}/{model}").json()
            if status["Status"] not in ("Ready", "Building"):
                return status
            assert time.monotonic() < until, f"still {status}"
            time.sleep(0.05)

    def run(self, model, row, group="demo", **more):
        """One prediction; the raw answer."""
        content = row if isinstance(row, bytes) else json.dumps({"Input": row})
        return httpx.post(
            f"{self.api}/model/sync/run/{group}/{model}",
            content=content,
            headers=self.group(group),
            timeout=90,
            **more,
        )


@pytest.fixture(scope="session")
def platform(tmp_path_factory):
    """One platform for all tests that do not harm it."""
    running = PlatformProcess(tmp_path_factory.mktemp("platform")).start()
    yield running
    code, out = running.stop()
    assert code == 0, out


@pytest.fixture
def own_platform(tmp_path):
    """Makes platforms for tests that stop, kill or starve them."""
    made: list[PlatformProcess] = []

    def make(*options, data_dir=None):
        made.append(PlatformProcess(data_dir or tmp_path / "platform", options))
        return made[-1].start()

    yield make
    for one in made:
        if one.process.poll() is None:
            one.kill()
        one.process.stdout.close()


@pytest.fixture(scope="session")
def double(platform):
    """The hash of a small model that is deployed."""
    return platform.deploy()


@pytest.fixture(scope="session")
def batch(platform):
    """The hash of a small asynchronous model that is deployed."""
    return platform.deploy_batch()
