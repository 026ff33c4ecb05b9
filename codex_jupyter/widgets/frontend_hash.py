"""The hash of the front end's sources, by which a stale build is noticed.

The build script writes the same hash into the manifest. No imports of ours: the
build hook runs this file before the package can be imported.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

_FIXED = ("build.mjs", "package.json", "package-lock.json", "tsconfig.json")


def source_hash(folder: Path) -> str:
    """SHA-256, as hex, over names and contents of what decides the built files.

    Args:
        folder: the ``js`` folder of a checkout or a source distribution.

    Raises:
        OSError: a source cannot be read.
    """
    inside = (p for p in (folder / "src").rglob("*") if p.is_file())
    names = sorted([*_FIXED, *(p.relative_to(folder).as_posix() for p in inside)])
    made = hashlib.sha256()
    for name in names:
        content = (folder / name).read_bytes()
        made.update(f"{name}\0{len(content)}\0".encode())
        made.update(content)
    return made.hexdigest()
