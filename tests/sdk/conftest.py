"""The vendor's SDK, unmodified, in an environment of its own, against our platform."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

HERE = Path(__file__).parent
OURS = "ours"
UV = Path(sys.executable).with_name("uv")
PACKAGE = "datarisk-mlops-codex"


@dataclass
class Outcome:
    """What a script did.

    Args:
        told: the values that it printed as JSON in its last line.
        printed: everything that it printed.
        requests: method, path and status of each request that it sent.
    """

    told: dict
    printed: str
    requests: list[list]

    def paths(self, *methods):
        """The paths asked for, without those of health and login."""
        return [
            path
            for method, path, _ in self.requests
            if method in methods and path not in ("/health", "/login")
        ]


@dataclass
class Sdk:
    """One version of the SDK and the platform that it talks to."""

    version: str
    python: Path
    platform: object
    folder: Path
    model_python: str

    GROUP: ClassVar[str] = "sdk"

    @property
    def token(self):
        """The group's token, as a user has it."""
        return self.platform.group(self.GROUP)["Authorization"].split()[1]

    def run(self, script, *, answers="", check=True, **values):
        """Run a script of this folder's ``scripts``.

        Args:
            answers: what is typed when the SDK asks.
            values: handed to the script as JSON.
        """
        sent = self.folder / "requests.jsonl"
        sent.write_text("")
        done = subprocess.run(
            [self.python, self._script(script)],
            cwd=self.folder,
            input=answers,
            capture_output=True,
            text=True,
            timeout=300,
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith("MLOPS_")},
                "PYTHONPATH": "" if self.version == OURS else str(HERE / "start"),
                "PYTHONWARNINGS": "ignore",
                "MLOPS_URL": self.platform.address,
                "MLOPS_USER": self.platform.admin["user"],
                "MLOPS_PASSWORD": self.platform.admin["password"],
                # Ours has the shape of the versions before 2.2.9.
                "SDK_VERSION": "2.2.7" if self.version == OURS else self.version,
                "CODEX_JUPYTER_HOME": str(self.folder / "home"),
                "SDK_REQUESTS": str(sent),
                "SDK_VALUES": json.dumps(
                    {"group": self.GROUP, "token": self.token}
                    | {"python": self.model_python}
                    | values
                ),
            },
        )
        printed = done.stdout + done.stderr
        if check:
            assert done.returncode == 0, printed
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        requests = [json.loads(line) for line in sent.read_text().splitlines()]
        return Outcome(json.loads(lines[-1]) if lines else {}, printed, requests)

    @property
    def is_old(self):
        """True for the shape of the versions before 2.2.9."""
        return self.version in ("2.2.7", OURS)

    def _script(self, name):
        """The script; for our own client with the package's name replaced, only."""
        if self.version != OURS:
            return HERE / "scripts" / name
        for path in (HERE / "scripts").glob("*.py"):
            text = path.read_text("utf-8")
            self.write(path.name, text.replace("mlops_codex", "codex_jupyter.client"))
        return self.folder / name

    def write(self, name, text):
        """A file that the script finds by its name; its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)


@pytest.fixture(scope="session")
def make_environment(tmp_path_factory):
    """The Python of an environment that has a version of the SDK."""
    made: dict[str, Path] = {}

    def make(version):
        if version == OURS:
            return Path(sys.executable)
        if version not in made:
            folder = tmp_path_factory.mktemp("sdk") / "env"
            python = folder / "bin" / "python"
            subprocess.run([UV, "venv", "-q", "-p", sys.executable, folder], check=True)
            install = [UV, "pip", "install", "-q", "-p", python]
            # Version 4 writes Parquet files and does not ask for what that takes.
            wanted = [f"{PACKAGE}=={version}", "pyarrow"]
            subprocess.run([*install, *wanted], check=True)
            made[version] = python
        return made[version]

    return make


@pytest.fixture(scope="session")
def model_python(platform):
    """The newest Python that the platform offers and the SDK takes."""
    labels = platform.get("/platform").json()["Pythons"]
    for minor in ("3.10", "3.9", "3.8"):
        if any(f"{label}.".startswith(f"{minor}.") for label in labels):
            return minor
    word = "the SDK takes Python 3.8, 3.9 and 3.10 for models; none is on this machine"
    return (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(word)


@pytest.fixture
def make_sdk(make_environment, platform, model_python, tmp_path):
    """A version of the SDK, with a folder to work in."""

    def make(version):
        python = make_environment(version)
        platform.group(Sdk.GROUP)
        return Sdk(version, python, platform, tmp_path, model_python)

    return make


@pytest.fixture(params=["2.2.7", "2.2.11", "4.0.2", OURS])
def sdk(request, make_sdk):
    """Each version that is driven, and our own client in its place."""
    return make_sdk(request.param)
