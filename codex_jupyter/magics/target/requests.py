"""From the files of an upload to the request of a check."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codex_jupyter.client.checking import CheckFile
    from codex_jupyter.client.operation import Part

File = Path | tuple[str, bytes]
Files = Mapping[str, File]
"""Files by role, as `versions.of_files` takes them: ``extra a.py``, ``table left``."""

_ROLES = {"table": "schema", "train_data": "data"}


def check_files(files: Files, folder: Path) -> tuple[CheckFile, ...]:
    """The files, those that are contents written into the folder.

    Raises:
        OSError: it cannot be written.
    """
    home = _fresh(folder)
    return tuple(
        _file(key.partition(" ")[0], file, home / str(number))
        for number, (key, file) in enumerate(files.items())
    )


def check_parts(parts: Iterable[Part], folder: Path) -> tuple[CheckFile, ...]:
    """The same of an upload's parts.

    Raises:
        OSError: the folder cannot be written.
    """
    found, home = [], _fresh(folder)
    for number, part in enumerate(parts):
        content = part.source
        file = content if isinstance(content, Path) else (part.name, content)
        found.append(_file(part.part, file, home / str(number)))
    return tuple(found)


def _fresh(folder: Path) -> Path:
    """A folder of its own: no name of a user's file can be taken there."""
    return Path(tempfile.mkdtemp(dir=folder))


def _file(role: str, file: File, place: Path) -> CheckFile:
    from codex_jupyter.client.checking import CheckFile

    role = _ROLES.get(role, role)
    if isinstance(file, Path):
        return CheckFile(role, file.name, str(file))
    name, content = file
    place.write_bytes(content)
    return CheckFile(role, name, str(place))
