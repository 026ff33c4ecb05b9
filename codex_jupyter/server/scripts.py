"""What a run of an asynchronous script needs: its tables laid out, its result taken."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .runs import RunFolder
from .store import FileRow, ModelRow
from .tables import packed_to_parquet

if TYPE_CHECKING:
    from .places import Places

RESULT = "processed_data.parquet"
"""The name of every table that a script returned."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table that goes in.

    Args:
        name: what the script knows it by.
        file: what it is called in the folder.
    """

    name: str
    file: str
    blob: str


@dataclass(frozen=True, slots=True)
class Laid:
    """The tables of one run, in its folder.

    Args:
        payload: what the process is asked.
    """

    folder: RunFolder
    paths: Mapping[str, Path]
    payload: bytes

    def made(self, answer: bytes) -> Path:
        """The file that holds the result: a Parquet file, or what the function wrote.

        Raises:
            ValueError: the table is damaged.
            OSError: a file cannot be read or written.
        """
        told = json.loads(answer)
        if "path" in told:
            return Path(told["path"])
        file = self.folder.output / RESULT
        packed_to_parquet(_packed(self.folder), file)
        return file


def is_named(script: ModelRow) -> bool:
    """True for scripts whose tables have names (the second generation)."""
    return script.details.get("generation") == 2


def samples(files: Sequence[FileRow]) -> list[Table]:
    """The tables that a deployment is tried on."""
    return [Table(f.name, f.name, f.blob) for f in files if f.role == "schema"]


def lay_out(
    places: Places,
    script: ModelRow,
    files: list[FileRow],
    tables: Sequence[Table],
    label: str,
) -> Laid:
    """Put the tables where the function looks for them.

    Args:
        label: of the run's folder.

    Raises:
        ValueError: one of them cannot be unpacked.
        OSError: the folder cannot be written.
    """
    named = is_named(script)
    folder, paths = places.runs.lay_out_tables(
        script.hash,
        label,
        [(table.file, table.blob) for table in tables],
        also=() if named else places.files.input_names(script, files),
        limit=places.limits.input_bytes,
    )
    by_name = {table.name: path for table, path in zip(tables, paths, strict=True)}
    payload = {
        "inputs": [{"name": name, "path": str(p)} for name, p in by_name.items()],
        "out": str(_packed(folder)),
        "named": named,
    }
    return Laid(folder, by_name, json.dumps(payload).encode())


def _packed(folder: RunFolder) -> Path:
    return folder.output / "table.packed"
