"""The built front end: small loaders that are saved, heavy halves that are pushed."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from codex_jupyter.errors import InstallationError

from .frontend_hash import source_hash

STATIC = Path(__file__).parents[1] / "static"
SOURCES = Path(__file__).parents[2] / "js"

_REBUILD = "In a checkout: python hatch_build.py. Else: pip install --force-reinstall "


@dataclass(frozen=True, slots=True)
class Asset:
    """One heavy half with its texts: its name, its SHA-256 and itself, gzipped."""

    name: str
    hash: str
    packed: bytes


def manifest(static: Path = STATIC, sources: Path = SOURCES) -> dict[str, Any]:
    """What was built: source hash, assets' hashes, message tables.

    Raises:
        InstallationError: nothing was built, or the sources changed since.
    """
    try:
        found: dict[str, Any] = json.loads((static / "manifest.json").read_text())
    except (OSError, ValueError) as error:
        raise InstallationError(
            "The widgets' front end has not been built.",
            hint=f"{_REBUILD}codex_jupyter",
        ) from error
    # Only a checkout has the sources beside the package; elsewhere a package named
    # "js" could be its neighbour, hence the look at a file of ours.
    if (sources / "build.mjs").is_file() and source_hash(sources) != found["source"]:
        raise InstallationError(
            "The widgets' front end is older than its sources in js/.",
            hint="Type: python hatch_build.py, then restart the kernel.",
        )
    return found


@cache
def loader(name: str) -> str:
    """The module that a panel's widget carries, and so every saved notebook.

    Raises:
        InstallationError: the front end is missing or stale.
    """
    manifest()
    return _read(STATIC / f"{name}.loader.js").decode()


@cache
def asset(name: str, language: str = "en") -> Asset:
    """A panel's heavy half, after its texts in that language.

    Args:
        language: one of `render.words.LANGUAGES`.

    Raises:
        InstallationError: it is missing, or not the one that the loader waits for.
    """
    wanted = manifest()["assets"][name][language]
    text = _read(STATIC / f"{name}.js")
    if language != "en":
        text = _read(STATIC / f"{name}.{language}.js") + text
    if hashlib.sha256(text).hexdigest() != wanted:
        raise InstallationError(
            f"The widgets' file {name}.js is damaged.",
            hint=f"{_REBUILD}codex_jupyter",
        )
    return Asset(name, wanted, gzip.compress(text, compresslevel=6, mtime=0))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InstallationError(
            f"The widgets' file {path.name} is missing.",
            hint=f"{_REBUILD}codex_jupyter",
        ) from error
