"""Preprocessing scripts on the platform of the tests."""

from __future__ import annotations

import json
import re
import sys
import time
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

PROCESS = """
import json


def process(data, base_path):
    row = json.loads(data)
    row["x"] = row["x"] + 1
    return row
"""
# The oldest contract, which needs no package: the function reads and writes a file.
BY_FOLDER = """
import os


def build_df(data_path, extra_path=None):
    with open(data_path + "/" + os.environ["inputFileName"]) as file:
        head, *rows = file.read().split()
    out = data_path + "/made.csv"
    with open(out, "w") as file:
        file.write("\\n".join([head, *reversed(rows)]) + "\\n")
    return out
"""
BY_FRAME = """
def build_df(df, data_path, extra_path=None):
    df["y"] = df["x"] * 10
    return df
"""
BY_NAMES = """
def build_df(dfs, extra_path=None):
    left, right = dfs["left"], dfs["right"]
    return left.merge(right, on="id")
"""
TABLE = b"id,x\n1,10\n2,20\n"
PYTHON = f"Python3{sys.version_info.minor}"


@dataclass
class Scripts:
    """What clients of the protocol do with scripts."""

    platform: Any
    PROCESS = PROCESS
    BY_FOLDER = BY_FOLDER
    BY_FRAME = BY_FRAME
    BY_NAMES = BY_NAMES
    TABLE = TABLE

    def register(self, source, group="demo", files=None, **fields):
        """Register a script of the first generation; the raw answer."""
        self.platform.group(group)
        sync = fields.get("operation") == "Sync"
        form = {
            "name": "prepare",
            "script_reference": "process" if sync else "build_df",
            "operation": "Async",
            "python_version": PYTHON,
        } | fields
        schema = ("schema.json", b'{"x": 1}') if sync else ("rows.csv", TABLE)
        parts = {
            "source": ("script.py", source.encode()),
            "requirements": ("requirements.txt", b""),
            "schema": schema,
        } | (files or {})
        return httpx.post(
            f"{self.platform.api}/preprocessing/register/{group}",
            data={key: value for key, value in form.items() if value is not None},
            files={key: value for key, value in parts.items() if value is not None},
            headers=self.platform.user(),
            timeout=60,
        )

    def deploy(self, source, group="demo", expect="Deployed", **more):
        """Register, host and wait; the script's hash."""
        answer = self.register(source, group, **more)
        assert answer.status_code == 201, answer.text
        script = answer.json()["Hash"]
        op = more.get("operation", "Async").lower()
        hosted = self.platform.get(f"/preprocessing/{op}/host/{group}/{script}")
        assert hosted.status_code == 202, hosted.text
        self.wait(script, expect, group)
        return script

    def wait(self, script, expect="Deployed", group="demo", seconds=180):
        """Poll until the script's state is final; the last status."""
        until = time.monotonic() + seconds
        while True:
            path = f"/preprocessing/status/{group}/{script}"
            status = self.platform.get(path).json()
            if status["Status"] not in ("Ready", "Building"):
                assert status["Status"] == expect, status
                return status
            assert time.monotonic() < until, f"still {status}"
            time.sleep(0.05)

    def ask(self, script, row, group="demo", **more):
        """Run a synchronous script; the raw answer."""
        return httpx.post(
            f"{self.platform.api}/preprocessing/sync/run/{group}/{script}",
            content=json.dumps({"Input": row} | more),
            headers=self.platform.group(group),
            timeout=90,
        )

    def start(self, script, content=TABLE, name="rows.csv", group="demo", **form):
        """Start an asynchronous one in the first generation's way; the raw answer."""
        files = {} if content is None else {"dataset": (name, content)}
        return httpx.post(
            f"{self.platform.api}/preprocessing/async/run/{group}/{script}",
            files=files,
            data=form,
            headers=self.platform.group(group),
            timeout=90,
        )

    def run(self, script, content=TABLE, expect="Succeeded", **more):
        """The same, until it is over; its number and last status."""
        answer = self.start(script, content, **more)
        assert answer.status_code == 202, answer.text
        number = answer.json()["ExecutionId"]
        return number, self.wait_run(number, expect)

    def wait_run(self, number, expect="Succeeded", group="demo", seconds=120):
        """Poll an execution until it is over; its last status."""
        until = time.monotonic() + seconds
        while True:
            path = f"/preprocessing/async/status/{group}/{number}"
            status = self.platform.as_group(path, group).json()
            if status["Status"] not in ("Requested", "Running"):
                assert status["Status"] == expect, status
                return status
            assert time.monotonic() < until, f"still {status}"
            time.sleep(0.05)

    def result(self, number, group="demo"):
        """The raw answer to the wish for an execution's result."""
        path = f"/preprocessing/async/result/{group}/{number}"
        return self.platform.as_group(path, group)

    def patch(self, path, files=None, method="PATCH", **form):
        """One request of the second generation; the raw answer."""
        return httpx.request(
            method,
            f"{self.platform.api}/v2/preprocessing{path}",
            data=form or None,
            files=files,
            headers=self.platform.user(),
            timeout=60,
        )

    def compose(self, source, samples, name="prepare", group="demo", requirements=b""):
        """Register a script of the second generation with all parts; its hash."""
        self.platform.group(group)
        made = httpx.post(
            f"{self.platform.api}/v2/preprocessing/{group}",
            json={"Name": name, "Operation": "Async"},
            headers=self.platform.user(),
        )
        assert made.status_code == 201, made.text
        script = made.json()["PreprocessHash"]
        for dataset, content in samples.items():
            files = {"schema_file": ("sample.csv", content)}
            answer = self.patch(f"/{script}/schema", files, dataset_name=dataset)
            assert answer.status_code == 201, answer.text
        answers = [
            self.patch(
                f"/{script}/script-file",
                {"script": ("app.py", source.encode())},
                preprocess_reference="build_df",
                python_version=PYTHON,
            ),
            self.patch(
                f"/{script}/requirements-file",
                {"requirements": ("requirements.txt", requirements)},
            ),
        ]
        assert [answer.status_code for answer in answers] == [201, 201]
        return script

    def open(self, script):
        """Register an execution of the second generation; its number."""
        answer = self.patch(f"/{script}/execution", method="POST")
        assert answer.status_code == 201, answer.text
        # Clients find the number so, and only so.
        return int(re.search(r"'(\d+)'", answer.json()["Message"])[1])

    def feed(self, script, number, content=None, **form):
        """Give it a table; the raw answer."""
        files = {"input": ("input.csv", content)} if content is not None else None
        return self.patch(f"/{script}/execution/{number}/input", files, **form)


@pytest.fixture(scope="session")
def scripts(platform):
    """Scripts on the platform that the tests share."""
    return Scripts(platform)


@pytest.fixture
def scripts_on():
    """Scripts on a platform of one's own."""
    return Scripts


@pytest.fixture(scope="session")
def prepare(scripts):
    """The hash of a synchronous script that adds one to x."""
    return scripts.deploy(PROCESS, operation="Sync")


@pytest.fixture(scope="session")
def by_folder(scripts):
    """The hash of an asynchronous script that turns the rows of a file around."""
    return scripts.deploy(BY_FOLDER)


@pytest.fixture(scope="session")
def by_frame(scripts):
    """The hash of one that takes and gives a frame; its environment has pandas."""
    pandas = {"requirements": ("requirements.txt", b"pandas\n")}
    return scripts.deploy(BY_FRAME, files=pandas)
