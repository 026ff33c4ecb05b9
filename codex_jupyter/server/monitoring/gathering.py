"""The records of one period, a chunk at a time, as files that a process reads."""

from __future__ import annotations

import itertools
import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from codex_jupyter.protocol.names import file_name
from codex_jupyter.server.clock import stamp
from codex_jupyter.server.inputs import place
from codex_jupyter.server.records import Record
from codex_jupyter.server.store import ExecutionRow, ModelRow

if TYPE_CHECKING:
    from codex_jupyter.server.platform import Platform

_MOST_RECORDS = 5000
_MOST_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some records, on their way into a process.

    Args:
        source: what the process reads, in a folder of its own.
        kind: ``texts``, ``files`` or ``table``.
        records: how many.
    """

    source: Path
    kind: str
    records: int

    def remove(self) -> None:
        """Delete its folder, when it is counted."""
        shutil.rmtree(self.source.parent, ignore_errors=True)


class Gathered(Protocol):
    """The records of a period.

    Attributes:
        total: how many they are, about.
        worth: how many of them are worth a process of their own.
    """

    total: int
    worth: int

    def chunks(self, folder: Path, skip: int) -> Iterator[Chunk]:
        """The records after the first `skip`, each chunk in a folder within `folder`.

        Whoever takes a chunk removes it.
        """


class Predictions:
    """What a synchronous model was asked and answered in a time."""

    worth = _MOST_RECORDS

    def __init__(
        self, platform: Platform, model: ModelRow, start: datetime, end: datetime
    ) -> None:
        self._records = platform.records
        self._model = model.hash
        self._start, self._end = start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)
        self.total = self._records.count(self._model, self._start, self._end)

    def chunks(self, folder: Path, skip: int) -> Iterator[Chunk]:
        """The records, in the order in which they are kept."""
        records = self._records.read(self._model, self._start, self._end)
        records = itertools.islice(records, skip, None)
        for own in fresh_folders(folder):
            count = write_records(records, own / "records.jsonl")
            if not count:
                return
            yield Chunk(own / "records.jsonl", "texts", count)


class Executions:
    """What an asynchronous model was given and wrote; each execution is a record."""

    worth = 8

    def __init__(
        self, platform: Platform, model: ModelRow, rows: list[ExecutionRow]
    ) -> None:
        self._platform = platform
        self._model = model
        self._rows = rows
        self.total = len(rows)

    def chunks(self, folder: Path, skip: int) -> Iterator[Chunk]:
        """One execution at a time: its files may be large."""
        folders = fresh_folders(folder)
        for row in self._rows[skip:]:
            own = next(folders)
            given, made = self._fetched(row, own)
            target = own / "records.jsonl"
            with target.open("w", encoding="ascii") as out:
                _write(out, stamp(row.requested_at), str(given), str(made))
            yield Chunk(target, "files", 1)

    def _fetched(self, row: ExecutionRow, folder: Path) -> tuple[Path, Path]:
        artifacts, limit = self._platform.artifacts, self._platform.limits.input_bytes
        inputs, outputs = folder / "input", folder / "output"
        inputs.mkdir()
        outputs.mkdir()
        incoming = folder / "incoming"
        artifacts.fetch(row.input_blob or "", incoming)
        kind = self._model.input_type
        given = place(incoming, row.input_name or "", kind, inputs, limit)
        with (
            artifacts.open(row.result_blob or "") as file,
            zipfile.ZipFile(file) as packed,
        ):
            name = packed.namelist()[0]
            target = outputs / file_name(name, "output")
            with packed.open(name) as inner, target.open("wb") as out:
                shutil.copyfileobj(inner, out, 1 << 20)
        return given, target


def fresh_folders(folder: Path) -> Iterator[Path]:
    """Empty folders within one, as many as are asked for."""
    for number in itertools.count():
        own = folder / f"records-{number}"
        # A killed platform may have left it.
        shutil.rmtree(own, ignore_errors=True)
        own.mkdir()
        yield own


def write_records(records: Iterator[Record], target: Path) -> int:
    """Write the next records, as many as fit into a chunk; how many they were."""
    count = size = 0
    with target.open("w", encoding="ascii") as out:
        for record in records:
            at = record.at.isoformat(timespec="seconds")
            size += _write(out, at, record.input, record.output)
            count += 1
            if count == _MOST_RECORDS or size > _MOST_BYTES:
                break
    return count


def _write(out: TextIO, at: str, given: str, made: str) -> int:
    line = json.dumps({"at": at, "input": given, "output": made})
    return out.write(line + "\n")
