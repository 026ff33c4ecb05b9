"""Environments: resolved once, built once, shared by every model that asks for them.

Below the root: ``resolved/`` what requirements were resolved to, ``built/`` the
environments by key, ``locks/`` one lock file a key. An environment is built in a
folder of its own and renamed when it is whole, so what exists in ``built/`` under a
key can be used, whoever was killed when.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from codex_jupyter.config import read_json, write_private
from codex_jupyter.protocol.states import LogType

from .compiling import Compilers
from .faults import BuildFault, of_os_error
from .interpreters import Interpreter
from .requirements import clean
from .resolver import Cancelled, Say, run_uv

_WAIT_S = 0.1
HALF = ".half"
"""Ends the names of folders that are not whole."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What requirements come down to on one Python.

    Args:
        key: names the environment; the same for the same Python and pins.
        pins: every package at one version, dependencies included.
        text: the pins as a requirements file.
    """

    key: str
    pins: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Environment:
    """A whole environment on disk."""

    key: str
    python: Path


class Environments:
    """The environments below one folder; safe between threads and processes.

    Raises:
        OSError: the folder cannot be written.
    """

    def __init__(self, root: Path) -> None:
        self._resolved = root / "resolved"
        self._built = root / "built"
        self._locks = root / "locks"
        for folder in (self._resolved, self._built, self._locks):
            folder.mkdir(parents=True, exist_ok=True)
        self._compilers = Compilers()

    def resolve(
        self,
        python: Interpreter,
        requirements: str,
        say: Say,
        cancelled: Cancelled = lambda: False,
    ) -> Resolution:
        """Pin the requirements for one Python.

        The same requirements as before need neither resolver nor network while the
        environment that they led to exists.

        Args:
            requirements: the text of a requirements file.
            say: takes the resolver's lines, as they come.
            cancelled: asked a few times a second.

        Raises:
            BuildFault: they cannot be met, a line is refused, or it was cancelled.
        """
        lines, left_out = clean(requirements)
        for line in left_out:
            say(LogType.WARNING, f"The option '{line}' has no effect here.")
        asked = "\n".join((python.label, *lines))
        store = self._resolved / f"{_digest(asked)}.json"
        held = read_json(store).get("pins")
        if isinstance(held, list):
            known = _resolution(python, tuple(held))
            if self._is_whole(known.key):
                say(LogType.OK, "These requirements were resolved before.")
                return known
        try:
            pins = self._compile(python, lines, say, cancelled) if lines else ()
            write_private(store, {"asked": asked, "pins": pins})
        except OSError as error:
            raise of_os_error(error) from error
        return _resolution(python, pins)

    def ensure(
        self,
        python: Interpreter,
        resolution: Resolution,
        say: Say,
        cancelled: Cancelled = lambda: False,
    ) -> Environment:
        """The environment of a resolution, built unless it exists.

        Args:
            say: takes the installer's lines, as they come.
            cancelled: asked a few times a second.

        Raises:
            BuildFault: a package cannot be installed, the disk is full, or it was
                cancelled.
        """
        home = self._built / resolution.key
        environment = Environment(resolution.key, home / "bin" / "python")
        if self._is_whole(resolution.key):
            say(LogType.OK, "The environment exists already.")
            return environment
        try:
            with self._locked(resolution.key, say, cancelled) as lock:
                if not self._is_whole(resolution.key):
                    self._build(home, python, resolution, say, cancelled, lock)
            self.tidy()
        except OSError as error:
            raise of_os_error(error) from error
        return environment

    def holds(self, resolution: Resolution) -> bool:
        """Whether the environment of a resolution exists already."""
        return self._is_whole(resolution.key)

    def tidy(self) -> None:
        """Remove what killed builds left behind."""
        for half in self._built.glob(f"*{HALF}"):
            with try_lock(self._locks / half.name.partition(".")[0]) as lock:
                if lock is not None:
                    shutil.rmtree(half, ignore_errors=True)

    def close(self) -> None:
        """End what goes on in the background."""
        self._compilers.close()

    def _is_whole(self, key: str) -> bool:
        # The link's target may be gone: a Python can be removed from the machine.
        return (self._built / key / "bin" / "python").exists()

    def _compile(
        self,
        python: Interpreter,
        lines: tuple[str, ...],
        say: Say,
        cancelled: Cancelled,
    ) -> tuple[str, ...]:
        with tempfile.TemporaryDirectory(dir=self._resolved) as name:
            folder = Path(name)
            (folder / "requirements.txt").write_text("\n".join(lines) + "\n", "utf-8")
            arguments = ["pip", "compile", "--python", str(python.path)]
            arguments += ["--no-header", "--no-annotate", "--output-file", "pins.txt"]
            run_uv(
                [*arguments, "requirements.txt"],
                folder=folder,
                say=say,
                cancelled=cancelled,
            )
            pinned = (folder / "pins.txt").read_text("utf-8").splitlines()
        return tuple(line for line in pinned if line and not line.startswith("#"))

    def _build(
        self,
        home: Path,
        python: Interpreter,
        resolution: Resolution,
        say: Say,
        cancelled: Cancelled,
        lock: int,
    ) -> None:
        # What is there is half built, or its Python is gone; the lock says that
        # nobody works on it.
        for old in (home, *self._built.glob(f"{resolution.key}.*{HALF}")):
            if old.exists() or old.is_symlink():
                shutil.rmtree(old)
        half = self._built / f"{resolution.key}.{secrets.token_hex(4)}{HALF}"
        half.mkdir()
        try:
            # Relocatable, because it is renamed when it is whole.
            venv = ["venv", "--quiet", "--relocatable", "--allow-existing"]
            venv += ["--python", str(python.path), str(half)]
            run_uv(venv, folder=half, say=say, cancelled=cancelled, keep_open=lock)
            if resolution.pins:
                (half / "requirements.txt").write_text(resolution.text, "utf-8")
                # The pins are complete: nothing is left to be resolved.
                install = ["pip", "install", "--no-deps", "-r", "requirements.txt"]
                install += ["--python", str(half / "bin" / "python")]
                run_uv(
                    install, folder=half, say=say, cancelled=cancelled, keep_open=lock
                )
            half.rename(home)
        except BaseException:
            shutil.rmtree(half, ignore_errors=True)
            raise
        self._compilers.start(home)

    @contextmanager
    def _locked(self, key: str, say: Say, cancelled: Cancelled) -> Iterator[int]:
        """Hold the key's lock; another thread or process may be building."""
        told = False
        while True:
            with try_lock(self._locks / key) as lock:
                if lock is not None:
                    yield lock
                    return
            if not told:
                say(LogType.OK, "The same environment is being built; waiting for it.")
                told = True
            if cancelled():
                raise BuildFault("The build was cancelled.")
            time.sleep(_WAIT_S)


@contextmanager
def try_lock(path: Path) -> Iterator[int | None]:
    """Hold the lock of an environment; None where somebody works on it."""
    # One lock for threads and processes: it belongs to the opened file, and each
    # try opens its own. uv holds it too, so that one which outlives a killed
    # platform is waited for.
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            yield None
        else:
            yield file.fileno()


def _resolution(python: Interpreter, pins: tuple[str, ...]) -> Resolution:
    return Resolution(key_of(python.label, pins), pins, _text(pins))


def key_of(label: str, pins: Sequence[str]) -> str:
    """The key of the environment of a Python, by its label, and pins."""
    return _digest(f"{label}\n{_text(pins)}")


def _text(pins: Sequence[str]) -> str:
    return "".join(f"{pin}\n" for pin in pins)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
