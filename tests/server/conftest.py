"""Platforms that import and that train, and short ways to ask them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

# The stores of the tests are a module beside them.
sys.path.insert(0, str(Path(__file__).parent))

from training_kit import Trainer


@dataclass
class Lake:
    """A platform whose Local datasources may read one folder."""

    platform: object
    folder: Path

    def register(self, name, provider, credentials, group="demo", **more):
        """Register a datasource; the raw answer."""
        self.platform.group(group)
        if not isinstance(credentials, bytes):
            credentials = json.dumps(credentials).encode()
        return httpx.post(
            f"{self.platform.api}/datasource/register/{group}",
            data={"name": name, "provider": provider},
            files={"credentials": ("some/where/credentials.json", credentials)},
            headers=self.platform.user(),
            **more,
        )

    def begin(self, name, uri, label="rows", *, force=False, group="demo"):
        """Ask for an import; the raw answer."""
        return httpx.post(
            f"{self.platform.api}/datasource/import/{group}/{name}",
            params={"force": str(force).lower()},
            data={"uri": str(uri), "name": label},
            headers=self.platform.user(),
            timeout=60,
        )

    def imported(self, name, uri, label="rows", *, expect="Succeeded", **more):
        """Import and wait; the hashes."""
        answer = self.begin(name, uri, label, **more)
        assert answer.status_code == 200, answer.text
        hashes = answer.json()["Datasets"]
        for one in hashes:
            found = self.wait(one)
            assert found["Status"] == expect, found
        return hashes

    def wait(self, dataset, group="demo"):
        while True:
            found = self.status(dataset, group)
            if found["Status"] not in ("Requested", "Running"):
                return found
            time.sleep(0.03)

    def status(self, dataset, group="demo"):
        return self.platform.get(f"/datasets/status/{group}/{dataset}").json()

    def content(self, dataset, group="demo"):
        answer = self.platform.get(f"/datasets/result/{group}/{dataset}")
        assert answer.status_code == 200, answer.text
        return answer.content

    def rows(self, **query):
        return self.platform.get("/datasets/list", params=query).json()["Results"]

    def delete(self, path):
        return httpx.delete(f"{self.platform.api}{path}", headers=self.platform.user())


@pytest.fixture
def make_lake(own_platform, tmp_path):
    """Makes lakes whose platforms may be stopped and killed."""

    def make(*options, folder=None, data_dir=None):
        folder = folder or tmp_path / "lake"
        folder.mkdir(exist_ok=True)
        running = own_platform("--local-data", str(folder), *options, data_dir=data_dir)
        return Lake(running, folder)

    return make


@pytest.fixture(scope="module")
def lake(tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("lake")
    process = type(request.getfixturevalue("platform"))
    running = process(
        tmp_path_factory.mktemp("platform"), ("--local-data", str(folder))
    ).start()
    yield Lake(running, folder)
    code, out = running.stop()
    assert code == 0, out
    # Nothing of a provider, and least of all its secrets, is logged.
    assert out == "", out


@pytest.fixture(scope="session")
def trainer(platform):
    """Sends trainings to the shared platform."""
    return Trainer(platform)


@pytest.fixture(scope="session")
def churn(trainer):
    """The hash of an experiment whose run the fixture below is."""
    return trainer.experiment("churn of the tests")


@pytest.fixture(scope="session")
def churned(trainer, churn):
    """The number of a Custom run that has succeeded."""
    return trainer.run(churn, files={"extra": [("helper.txt", b"by hand")]})


@pytest.fixture
def disk(tmp_path):
    """Makes a folder on a disk of that size, such as ``24m``."""
    made = []

    def make(size):
        folder = tmp_path / f"disk-{len(made)}"
        folder.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
            capture_output=True,
            check=False,
        )
        if mounted.returncode:
            word = f"only root can mount a small disk: {mounted.stderr.decode()}"
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(word)
        made.append(folder)
        return folder

    yield make
    for folder in made:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def small_disk(disk):
    """A folder on a disk of 24 MiB."""
    return disk("24m")
