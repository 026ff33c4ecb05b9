"""What completion reads of the files and tables that a line names."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_MOST_FILES = 200
_MOST_BYTES = 65_536
_FUNCTION = re.compile(r"^(?:async )?def (\w+)\(", re.MULTILINE)


def files_below(text: str) -> list[str]:
    """Files and folders that continue a path; folders end in a slash."""
    head, slash, tail = text.rpartition("/")
    try:
        entries = sorted(Path(head + slash or ".").expanduser().iterdir())
        fitting = [
            entry
            for entry in entries
            if entry.name.startswith(tail) and (tail or not entry.name.startswith("."))
        ]
        return [
            f"{head}{slash}{entry.name}{'/' if entry.is_dir() else ''}"
            for entry in fitting[:_MOST_FILES]
        ]
    except OSError:
        return []


def functions_in(cell: str, file: str | None) -> list[str]:
    """Names of the functions at the outermost level of a cell, or of a file."""
    text = cell or (_beginning(Path(file).expanduser()) if file else "")
    return list(dict.fromkeys(_FUNCTION.findall(text)))


def columns_of(text: str, variables: Mapping[str, Any]) -> list[str]:
    """The columns of a frame, or of a CSV file, as a line names it; [] of others."""
    value = variables.get(text.removeprefix("{").removesuffix("}").removeprefix("$"))
    # Only of libraries whose columns cost nothing to look at.
    if type(value).__module__.partition(".")[0] in ("pandas", "polars"):
        return [str(name) for name in getattr(value, "columns", ())]
    if not text.lower().endswith(".csv"):
        return []
    first = _beginning(Path(text.removeprefix("@")).expanduser()).partition("\n")[0]
    return next(csv.reader([first]), [])


def _beginning(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8", "replace").lstrip("\ufeff")
    except (OSError, ValueError):
        return ""
