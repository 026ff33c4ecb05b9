"""The log of every model: written in batches by one thread, streamed as stored."""

from __future__ import annotations

import logging
import queue
import re
import threading

from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.states import LogType, Routine

from .bus import Bus, topic
from .clock import now, stamp
from .runner.tagged import LEVELS
from .store import LogRow, Store

log = logging.getLogger(__name__)

_BATCH = 500
_TEXT = 64_000
# What the documented logger prints: [LEVEL]text[LEVEL].
_TAGGED = re.compile(rf"\[({'|'.join(LEVELS)})\](.*)\[\1\]\Z", re.DOTALL)


class Logbook:
    """Takes log rows on any thread; stores them in order, then publishes them."""

    def __init__(self, store: Store, bus: Bus) -> None:
        self._store = store
        self._bus = bus
        self._rows: queue.SimpleQueue[LogRow | threading.Event | None] = (
            queue.SimpleQueue()
        )
        self._thread = threading.Thread(target=self._write, name="logbook", daemon=True)
        self._thread.start()

    def add(
        self,
        subject: str,
        type_: LogType,
        routine: Routine,
        text: str,
        *,
        execution: int | None = None,
    ) -> None:
        """Add one row; it is stored soon after."""
        if len(text) > _TEXT:
            text = f"{text[:_TEXT]}\n… {len(text) - _TEXT} characters more"
        row = LogRow(subject, now(), type_, routine, text, execution=execution)
        self._rows.put(row)

    def flush(self, timeout: float = 10.0) -> None:
        """Return when everything added so far is stored."""
        done = threading.Event()
        self._rows.put(done)
        done.wait(timeout)

    def close(self) -> None:
        """Store what is left and end the thread."""
        self._rows.put(None)
        self._thread.join(10)

    def _write(self) -> None:
        stop = False
        while not stop:
            rows: list[LogRow] = []
            waiting: list[threading.Event] = []
            item = self._rows.get()
            while True:
                if item is None:
                    stop = True
                elif isinstance(item, threading.Event):
                    waiting.append(item)
                else:
                    rows.append(item)
                if stop or len(rows) >= _BATCH:
                    break
                try:
                    item = self._rows.get_nowait()
                except queue.Empty:
                    break
            self._store_rows(rows)
            for done in waiting:
                done.set()

    def _store_rows(self, rows: list[LogRow]) -> None:
        if not rows:
            return
        try:
            stored = self._store.logs.add(rows)
        except Exception:
            # A full disk must not end the thread: later rows may fit again.
            log.exception("%d log rows could not be stored", len(rows))
            return
        for row in stored:
            self._bus.publish(row.subject, log_event(row))
            if row.execution is not None:
                self._bus.publish(topic(row.execution), log_event(row))


def untagged(type_: LogType, text: str) -> tuple[LogType, str]:
    """A printed line; one of the documented logger with its own type, without tags."""
    tagged = _TAGGED.match(text)
    return (LogType(LEVELS[tagged[1]]), tagged[2]) if tagged else (type_, text)


def log_data(row: LogRow) -> dict[str, object]:
    """A log row as it travels."""
    told: dict[str, object] = {
        "Id": row.id,
        # Scripts were recorded with the shorter name.
        "Hash" if row.subject.startswith("S") else "ModelHash": row.subject,
        "RegisteredAt": stamp(row.at),
        "OutputType": row.type.value,
        "OutputData": row.text,
        "Routine": row.routine.value,
    }
    if row.execution is not None:
        told["ExecutionId"] = row.execution
    return told


def log_event(row: LogRow) -> Event:
    """A log row as an event of the live stream."""
    return Event("log", log_data(row), str(row.id))
