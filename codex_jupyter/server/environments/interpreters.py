"""The Python interpreters of this machine, from 3.8 on."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codex_jupyter.config import read_json, write_private

from .faults import BuildFault

OLDEST_MINOR = 8

_NAME = re.compile(r"python3(\.\d+)?\Z")
_PROBE = """\
import json, platform, sys
print(json.dumps({
    "version": sys.version_info[:3],
    "final": sys.version_info[3] == "final",
    "kind": platform.python_implementation(),
    "base": getattr(sys, "_base_executable", None) or sys.executable,
}))
"""
_PROBE_TIMEOUT_S = 20.0

# What each file was found to be, for the life of the process: path -> mark, answer.
_known: dict[str, dict[str, Any]] = {}


@dataclass(frozen=True, slots=True, order=True)
class Interpreter:
    """A real CPython on this machine."""

    version: tuple[int, int, int]
    path: Path

    @property
    def label(self) -> str:
        """The version, such as ``3.9.18``."""
        return ".".join(map(str, self.version))

    @property
    def minor(self) -> int:
        """The 9 of ``3.9.18``."""
        return self.version[1]


def find_interpreters(cache: Path | None = None) -> tuple[Interpreter, ...]:
    """The newest interpreter of every minor version found, the oldest version first.

    Looks on PATH, at pyenv, uv, conda, the system's folders and below our own Python.
    Files that were asked before are not started again until they change.

    Args:
        cache: a folder that remembers the answers between runs of the platform.
    """
    store = cache / "interpreters.json" if cache is not None else None
    if store is not None and not _known:
        _known.update(read_json(store))
    # One file under many names is asked once.
    files = list(dict.fromkeys(_real_files()))
    marks = {str(file): _mark(file) for file in files}
    new = [path for path, mark in marks.items() if _remembered(path)["mark"] != mark]
    if new:
        with ThreadPoolExecutor(min(8, 2 * (os.cpu_count() or 1))) as threads:
            for path, answer in zip(new, threads.map(_ask, new), strict=True):
                _known[path] = {"mark": marks[path], "answer": answer}
        if store is not None:
            _write(store)
    newest: dict[int, Interpreter] = {}
    for path in marks:
        found = _interpreter(_remembered(path)["answer"])
        if found is None:
            continue
        known = newest.get(found.minor)
        if known is None or found.version > known.version:
            newest[found.minor] = found
    return tuple(sorted(newest.values()))


def pick_interpreter(minor: int, found: tuple[Interpreter, ...]) -> Interpreter:
    """The interpreter of one minor version.

    Raises:
        BuildFault: there is none; the message lists those there are.
    """
    for interpreter in found:
        if interpreter.minor == minor:
            return interpreter
    labels = ", ".join(interpreter.label for interpreter in found) or "none"
    if minor < OLDEST_MINOR:
        text = f"Python 3.{minor} is too old: models can run on 3.{OLDEST_MINOR} on."
        raise BuildFault(f"{text} Found on the platform's machine: {labels}.")
    raise BuildFault(
        f"Python 3.{minor} is not on the platform's machine. Found: {labels}. "
        "Choose one of these, or install it there with "
        f"'python -m uv python install 3.{minor}' and deploy again."
    )


def _remembered(path: str) -> dict[str, Any]:
    held = _known.get(path)
    empty: dict[str, Any] = {"mark": None, "answer": None}
    return held if isinstance(held, dict) and held.keys() == empty.keys() else empty


def _write(store: Path) -> None:
    try:
        write_private(store, _known)
    except OSError:
        # Only the next start is slower for it.
        pass


def _interpreter(answer: Any) -> Interpreter | None:
    try:
        major, minor, patch = answer["version"]
        usable = answer["final"] and answer["kind"] == "CPython"
        path = Path(answer["base"])
    except (TypeError, KeyError, ValueError):
        return None
    if not usable or major != 3 or minor < OLDEST_MINOR or not path.is_file():
        return None
    return Interpreter((major, minor, patch), path)


def _ask(path: str) -> Any:
    """What the interpreter says of itself, or None if it is none."""
    try:
        # -I and an empty environment: nothing of ours or the user's has a say.
        done = subprocess.run(
            [path, "-I", "-c", _PROBE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PROBE_TIMEOUT_S,
            env={"PATH": os.defpath},
            check=True,
        )
        return json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def _mark(file: Path) -> list[int]:
    stat = file.stat()
    return [stat.st_mtime_ns, stat.st_size]


def _real_files() -> Iterator[Path]:
    for candidate in _candidates():
        try:
            file = candidate.resolve(strict=True)
            # A script in the place of a Python is a version manager's shim: it may
            # answer for another version tomorrow, or not at all.
            if file.is_file() and os.access(file, os.X_OK):
                with file.open("rb") as opened:
                    if opened.read(2) != b"#!":
                        yield file
        except (OSError, RuntimeError):
            continue


def _candidates() -> Iterator[Path]:
    yield Path(getattr(sys, "_base_executable", None) or sys.executable)
    home = Path.home()
    yield from _within(
        Path(os.environ.get("PYENV_ROOT") or home / ".pyenv"), "versions"
    )
    share = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    managed = os.environ.get("UV_PYTHON_INSTALL_DIR") or share / "uv" / "python"
    yield from _within(Path(managed), "")
    yield from _conda(home)
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    for folder in (*folders, "/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"):
        yield from _named(Path(folder))


def _conda(home: Path) -> Iterator[Path]:
    roots = [
        home / name for name in ("miniconda3", "anaconda3", "miniforge3", "mambaforge")
    ]
    roots.append(Path("/opt/conda"))
    if executable := os.environ.get("CONDA_EXE"):
        roots.append(Path(executable).parent.parent)
    for root in roots:
        yield root / "bin" / "python"
        yield from _within(root, "envs")
    try:
        listed = (home / ".conda" / "environments.txt").read_text("utf-8")
    except (OSError, ValueError):
        return
    yield from (Path(line) / "bin" / "python" for line in listed.split("\n") if line)


def _within(root: Path, folder: str) -> Iterator[Path]:
    try:
        for place in sorted((root / folder).iterdir()):
            yield place / "bin" / "python3"
    except OSError:
        return


def _named(folder: Path) -> Iterator[Path]:
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
    except OSError:
        return
    yield from (folder / name for name in names if _NAME.match(name))
