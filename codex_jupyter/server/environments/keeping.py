"""Which environments are kept, and their removal."""

from __future__ import annotations

import fcntl
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from codex_jupyter.config import read_json

from .building import HALF, key_of, try_lock
from .faults import BuildFault
from .requirements import clean

_BORROWED = "borrowed.lock"


class Borrowed(Exception):
    """Something that is no platform works in an environment."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A folder among the environments, whole or half built.

    Args:
        pins: what it holds; empty where that is not known.
    """

    key: str
    folder: Path
    pins: tuple[str, ...]


@contextmanager
def borrowing(root: Path) -> Iterator[None]:
    """Within it, no environment below the root is removed; for what has no rows."""
    with _opened(root) as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


@contextmanager
def unborrowed(root: Path) -> Iterator[None]:
    """Within it, nothing but a platform works in environments.

    Raises:
        Borrowed: something does.
    """
    with _opened(root) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Borrowed from None
        yield


def kept(root: Path) -> list[Kept]:
    """All environments below the root."""
    found = []
    for folder in sorted((root / "built").glob("[!.]*")):
        listed = folder / "requirements.txt"
        pins = listed.read_text("utf-8").splitlines() if listed.is_file() else []
        found.append(Kept(folder.name, folder, tuple(pins)))
    return found


def keys_for(root: Path, texts: Collection[str]) -> set[str]:
    """The environments that requirements files were resolved to, on any Python.

    Args:
        texts: the contents of requirements files.
    """
    wanted = set()
    for text in texts:
        # What is refused was never built.
        try:
            wanted.add(clean(text)[0])
        except BuildFault:
            continue
    found = set()
    for store in (root / "resolved").glob("*.json"):
        held = read_json(store)
        label, *lines = str(held.get("asked", "")).split("\n")
        if tuple(lines) in wanted and isinstance(held.get("pins"), list):
            found.add(key_of(label, held["pins"]))
    return found


def remove(environment: Kept) -> bool:
    """Remove an environment; False when somebody works on it.

    A kill meanwhile leaves a half one, which the next build or cleaning removes.

    Raises:
        OSError: it cannot be removed.
    """
    folder, key = environment.folder, environment.key.partition(".")[0]
    locks = folder.parent.with_name("locks")
    locks.mkdir(exist_ok=True)
    with try_lock(locks / key) as lock:
        if lock is None:
            return False
        if not folder.name.endswith(HALF):
            folder = folder.rename(
                folder.with_name(f"{key}.{secrets.token_hex(4)}{HALF}")
            )
        remove_tree(folder)
    return True


def remove_tree(path: Path) -> None:
    """Remove a folder with all that is in it; of a link, only the link.

    Raises:
        OSError: it cannot be removed.
    """
    if path.is_symlink() or not path.is_dir():
        path.unlink()
    else:
        shutil.rmtree(path)


@contextmanager
def _opened(root: Path) -> Iterator[int]:
    root.mkdir(parents=True, exist_ok=True)
    with (root / _BORROWED).open("ab") as file:
        yield file.fileno()
