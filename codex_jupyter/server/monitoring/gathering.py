"""The records of one period, a chunk at a time, as files that a process reads."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
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
    """Some records, on their way into the process.

    Args:
        source: what the process reads.
        kind: ``texts``, ``files`` or ``table``.
        records: how many.
    """

    source: Path
    kind: str
    records: int


class Gathered(Protocol):
    """The records of a period.

    Attributes:
        total: how many they are, about.
    """

    total: int

    def chunks(self, folder: Path, skip: int) -> Iterator[Chunk]:
        """The records after the first `skip`; a chunk's file is gone at the next."""


class Predictions:
    """What a synchronous model was asked and answered in a time."""

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
        target = folder / "records.jsonl"
        records = islice(records, skip, None)
        while count := write_records(records, target):
            yield Chunk(target, "texts", count)


class Executions:
    """What an asynchronous model was given and wrote; each execution is a record."""

    def __init__(
        self, platform: Platform, model: ModelRow, rows: list[ExecutionRow]
    ) -> None:
        self._platform = platform
        self._model = model
        self._rows = rows
        self.total = len(rows)

    def chunks(self, folder: Path, skip: int) -> Iterator[Chunk]:
        """One execution at a time: its files may be large."""
        for row in self._rows[skip:]:
            own = folder / "record"
            shutil.rmtree(own, ignore_errors=True)
            given, made = self._fetched(row, own)
            target = folder / "records.jsonl"
            with target.open("w", encoding="ascii") as out:
                _write(out, stamp(row.requested_at), str(given), str(made))
            yield Chunk(target, "files", 1)
            shutil.rmtree(own, ignore_errors=True)

    def _fetched(self, row: ExecutionRow, folder: Path) -> tuple[Path, Path]:
        artifacts, limit = self._platform.artifacts, self._platform.limits.input_bytes
        inputs, outputs = folder / "input", folder / "output"
        inputs.mkdir(parents=True)
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
