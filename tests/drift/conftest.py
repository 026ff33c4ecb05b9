"""Environments with other packages, made on first use and kept.

They lie under CODEX_JUPYTER_TEST_CACHE, or a folder of this user in the temporary
directory.
"""

from __future__ import annotations

import getpass
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

PYTHON = "3.11"
PACKAGES = {
    # 0.7.23 does not import under pandas 3.
    "evidently": ["evidently==0.7.23", "pandas<3", "pyarrow"],
    "feature_engine": ["feature-engine==1.9.4"],
    # Both import pkg_resources, which newer setuptools no longer have.
    "popmon": ["popmon==1.4.12", "setuptools<80"],
    "libraries": [
        "lightgbm",
        "xgboost",
        "catboost",
        "polars",
        "pyarrow",
        "pandas",
        "scikit-learn",
    ],
    "scorecardpy": ["scorecardpy==0.1.9.7", "setuptools<80"],
}


def uv():
    return shutil.which("uv") or str(Path(sys.executable).parent / "uv")


def made(tool):
    """The interpreter of an environment that holds the tool."""
    default = Path(tempfile.gettempdir()) / f"codex-jupyter-tests-{getpass.getuser()}"
    root = Path(os.environ.get("CODEX_JUPYTER_TEST_CACHE", default)) / "peers"
    folder = root / tool
    python = folder / "bin" / "python"
    done = folder / "packages.json"
    if not done.exists() or json.loads(done.read_text()) != PACKAGES[tool]:
        root.mkdir(parents=True, exist_ok=True)
        for command in (
            ["venv", "--clear", "--python", PYTHON, folder],
            ["pip", "install", "--python", python, *PACKAGES[tool]],
        ):
            subprocess.run([uv(), "--quiet", *command], check=True, timeout=600)
        done.write_text(json.dumps(PACKAGES[tool]))
    return python


@pytest.fixture(scope="session")
def environment():
    """From a tool's name to an interpreter that can import it."""
    return made
