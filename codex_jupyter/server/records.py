"""Production data: every answered prediction, on disk before its answer leaves.

``root/model=<hash>/date=YYYY-MM-DD/<time>-<pid>.jsonl``, one JSON object a line::

    {"at": "2026-03-01T12:00:00.123456+00:00", "request_id": "…", "seconds": 0.01,
     "input": "<the raw input>", "output": "<the raw output>"}

and ``"script": "S…"`` where a preprocessing script ran on the input first.

`pyarrow.dataset` reads the folder as JSON with hive partitioning; rows longer than its
block (1 MiB) need a larger ``block_size``.

Records that are appended at the same time share one flush to the disk. A kill may tear
the last line of a file, one whose answer never left: readers skip it, nobody writes
after it (every process writes files of its own), and the next start cuts it off.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import logging
import os
import queue
import re
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

log = logging.getLogger(__name__)

_MOST_OPEN = 64
_MOST_BYTES = 64 << 20
_MOST_BATCH = 512
_MODEL = re.compile(r"\w{1,80}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Record:
    """One answered prediction.

    Args:
        at: when it began, UTC.
        seconds: how long the model took.
        input: the input's JSON text.
        output: the answer's JSON text.
        script: the hash of the script that ran on the input before the model, or None.
    """

    at: datetime
    request_id: str
    seconds: float
    input: str
    output: str
    script: str | None = None


@dataclass(slots=True, eq=False)
class _Entry:
    """A line on its way to the disk, and who waits for it."""

    folder: Path
    line: bytes
    done: Callable[[OSError | None], None]


class Records:
    """The records of all models below one folder.

    Appends come from event loops; one thread of its own writes and flushes.

    Raises:
        OSError: the folder cannot be made.
    """

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._root = root
        self._entries: queue.SimpleQueue[_Entry | threading.Event | None] = (
            queue.SimpleQueue()
        )
        self._files: OrderedDict[Path, _File] = OrderedDict()
        self._closed = False
        # Between it and the end of the thread nothing may be put in.
        self._closing = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="records", daemon=True)
        self._thread.start()

    async def append(
        self,
        model: str,
        input_text: bytes,
        output_text: bytes,
        started: datetime,
        seconds: float,
        request_id: str,
        script: str | None = None,
    ) -> None:
        """Keep one prediction; returns when it is on the disk.

        Args:
            script: the hash of the script that ran on the input before the model.
            input_text: the input's JSON text, UTF-8.
            output_text: the answer's JSON text, UTF-8.
            started: an aware time.

        Raises:
            OSError: it could not be written, for instance because the disk is full.
            ValueError: the model's name is none.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()

        def settle(error: OSError | None) -> None:
            if future.done():
                return
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)

        def done(error: OSError | None) -> None:
            # The loop of a caller that is gone may be closed.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, error)

        at = started.astimezone(UTC)
        row = {
            "at": at.isoformat(timespec="microseconds"),
            "request_id": request_id,
            "seconds": round(seconds, 6),
            "input": input_text.decode("utf-8", "replace"),
            "output": output_text.decode("utf-8", "replace"),
        }
        if script is not None:
            row["script"] = script
        line = json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        folder = self._folder(model) / f"date={at:%Y-%m-%d}"
        if not self._put(_Entry(folder, line, done)):
            raise OSError("the records are closed")
        await future

    def read(
        self, model: str, start: datetime | None = None, end: datetime | None = None
    ) -> Iterator[Record]:
        """The model's records that began from `start` on and before `end`.

        They come by day and file; within a file in the order of their answers.
        """
        for path in self._paths(model, start, end):
            with path.open("rb") as file:
                for line in file:
                    record = _parse(line)
                    if (
                        record is not None
                        and (start is None or record.at >= start)
                        and (end is None or record.at < end)
                    ):
                        yield record

    def count(
        self, model: str, start: datetime | None = None, end: datetime | None = None
    ) -> int:
        """How many predictions of the model are kept, of those days as a whole."""
        total = 0
        last = end - timedelta(microseconds=1) if end else None
        for path in self._paths(model, start, last):
            with path.open("rb") as file:
                while piece := file.read(1 << 20):
                    total += piece.count(b"\n")
        return total

    def newest(self, model: str, most: int, most_bytes: int = 1 << 62) -> list[Record]:
        """The model's last records, the oldest of them first.

        Args:
            most: at most so many.
            most_bytes: of their lines together; what is older than that is left out.
        """
        found: deque[Record] = deque()
        size = 0
        for path in reversed(list(self._paths(model, None, None))):
            with path.open("rb") as file:
                lines = deque(file, most)
            while lines and len(found) < most:
                line = lines.pop()
                size += len(line)
                if size > most_bytes:
                    return list(found)
                if (record := _parse(line)) is not None:
                    found.appendleft(record)
            if len(found) == most:
                break
        return list(found)

    async def flush(self) -> None:
        """Return when everything appended so far is on the disk."""
        done = threading.Event()
        if self._put(done):
            await asyncio.to_thread(done.wait)

    def close(self) -> None:
        """Write what is left and end the thread."""
        with self._closing:
            self._closed = True
            self._entries.put(None)
        self._thread.join()

    def _put(self, item: _Entry | threading.Event) -> bool:
        with self._closing:
            if not self._closed:
                self._entries.put(item)
            return not self._closed

    def _folder(self, model: str) -> Path:
        if not _MODEL.match(model):
            raise ValueError(f"'{model[:80]}' is not a model's hash.")
        return self._root / f"model={model}"

    def _paths(
        self, model: str, start: datetime | None, end: datetime | None
    ) -> Iterator[Path]:
        first = f"date={start.astimezone(UTC):%Y-%m-%d}" if start else ""
        last = f"date={end.astimezone(UTC):%Y-%m-%d}" if end else "date=~"
        for folder in sorted(self._folder(model).glob("date=*")):
            if first <= folder.name <= last:
                yield from sorted(folder.glob("*.jsonl"))

    def _work(self) -> None:
        mend(self._root)
        stop = False
        while not stop:
            items = [self._entries.get()]
            with suppress(queue.Empty):
                while len(items) < _MOST_BATCH:
                    items.append(self._entries.get_nowait())
            self._write([item for item in items if isinstance(item, _Entry)])
            for item in items:
                if isinstance(item, threading.Event):
                    item.set()
            stop = None in items
        for file in self._files.values():
            file.close()

    def _write(self, entries: list[_Entry]) -> None:
        batches: dict[Path, list[_Entry]] = {}
        for entry in entries:
            batches.setdefault(entry.folder, []).append(entry)
        for folder, batch in batches.items():
            error: OSError | None = None
            try:
                self._file(folder).append([entry.line for entry in batch])
            except Exception as raised:  # noqa: BLE001 - its caller must hear of any
                log.error("predictions could not be stored: %s", raised)
                error = raised if isinstance(raised, OSError) else OSError(str(raised))
                # What the file holds is uncertain now; the next append begins another.
                if file := self._files.pop(folder, None):
                    file.close()
            for entry in batch:
                entry.done(error)

    def _file(self, folder: Path) -> _File:
        file = self._files.pop(folder, None)
        if file is not None and file.size >= _MOST_BYTES:
            file.close()
            file = None
        if file is None:
            while len(self._files) >= _MOST_OPEN:
                self._files.popitem(last=False)[1].close()
            file = _File(folder)
        self._files[folder] = file
        return file


class _File:
    """An open file that only this process writes; locked while it does."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{os.getpid()}.jsonl"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._handle = os.open(folder / name, flags, 0o600)
        self.size = 0
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX)
            # The names too must survive: of the file, its day and its model.
            for place in (folder, folder.parent, folder.parent.parent):
                _sync_folder(place)
        except BaseException:
            os.close(self._handle)
            raise

    def append(self, lines: list[bytes]) -> None:
        """Add whole lines and flush them to the disk.

        Raises:
            OSError: not all of it is there; what is not is cut off again.
        """
        data = b"".join(lines)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._handle, view) :]
            _sync(self._handle)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._handle, self.size)
            raise
        self.size += len(data)

    def close(self) -> None:
        """Close the file."""
        os.close(self._handle)


def mend(root: Path) -> None:
    """Cut off the torn last line of every file that no process writes any more."""
    for path in root.glob("model=*/date=*/*.jsonl"):
        try:
            with path.open("rb+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                whole = _whole_size(file.fileno())
                if whole != file.seek(0, os.SEEK_END):
                    file.truncate(whole)
        except OSError:
            # Somebody writes it, or it is gone.
            continue


def _whole_size(handle: int) -> int:
    """Bytes up to the end of the last whole line."""
    end = os.fstat(handle).st_size
    while end:
        begin = max(0, end - (1 << 16))
        at = os.pread(handle, end - begin, begin).rfind(b"\n")
        if at >= 0:
            return begin + at + 1
        end = begin
    return 0


def _sync(handle: int) -> None:
    # macOS has no fdatasync.
    getattr(os, "fdatasync", os.fsync)(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _parse(line: bytes) -> Record | None:
    if not line.endswith(b"\n"):
        return None
    try:
        row = json.loads(line)
        return Record(
            datetime.fromisoformat(row["at"]),
            str(row["request_id"]),
            float(row["seconds"]),
            row["input"],
            row["output"],
            row.get("script"),
        )
    except (ValueError, KeyError, TypeError):
        return None
