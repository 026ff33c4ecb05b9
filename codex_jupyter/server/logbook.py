"""The log of every model: written in batches by one thread, streamed as stored."""

from __future__ import annotations

import logging
import queue
import re
import threading
import time
from collections import Counter

from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.states import LogType, Routine

from .bus import Bus, topic
from .clock import now, stamp
from .outages import is_away
from .runner.tagged import LEVELS
from .store import LogRow, Store

log = logging.getLogger(__name__)

_BATCH = 500
_TEXT = 64_000
_GLANCE_S = 0.1
_PAUSE_S = 0.5
# What the documented logger prints: [LEVEL]text[LEVEL].
_TAGGED = re.compile(rf"\[({'|'.join(LEVELS)})\](.*)\[\1\]\Z", re.DOTALL)


class Logbook:
    """Takes log rows on any thread; stores them in order, then publishes them.

    Args:
        most: so many rows are kept while the database is away. Of what comes after
            them, the log tells how much it was.
    """

    def __init__(self, store: Store, bus: Bus, most: int = 20_000) -> None:
        self._store = store
        self._bus = bus
        self._most = most
        self._lock = threading.Lock()
        self._kept = 0
        self._lost: Counter[tuple[str, Routine, int | None]] = Counter()
        self._outage: Exception | None = None
        self._failures = 0
        self._again = threading.Event()
        self._closing = False
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
        with self._lock:
            if self._outage is not None and self._kept >= self._most:
                self._lost[subject, routine, execution] += 1
            else:
                self._put(row)

    def flush(self, timeout: float = 10.0) -> None:
        """Return when everything added so far is stored.

        Raises:
            OperationalError: it is not, because the database is away.
        """
        done, until = threading.Event(), time.monotonic() + timeout
        self._rows.put(done)
        # What failed before may be over: it is tried once more, now.
        failures = self._failures
        self._again.set()
        while not done.wait(_GLANCE_S) and time.monotonic() < until:
            outage = self._outage
            if outage is not None and self._failures > failures:
                raise outage.with_traceback(None)

    def close(self) -> None:
        """Store what is left and end the thread; a database is not waited for."""
        self._closing = True
        self._again.set()
        self._rows.put(None)
        self._thread.join(10)

    def _put(self, row: LogRow) -> None:
        self._kept += 1
        self._rows.put(row)

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
        stored = self._stored(rows)
        self._go_on(len(rows))
        for row in stored:
            self._bus.publish(row.subject, log_event(row))
            if row.execution is not None:
                self._bus.publish(topic(row.execution), log_event(row))

    def _stored(self, rows: list[LogRow]) -> list[LogRow]:
        """The rows with their ids, once the database answers; [] if they are lost."""
        while True:
            try:
                return self._store.logs.add(rows)
            except Exception as error:
                away = is_away(error)
                if not away or self._closing:
                    # A full disk must not end the thread: later rows may fit again.
                    log.warning(
                        "%d log rows could not be stored", len(rows), exc_info=not away
                    )
                    return []
                if self._outage is None:
                    log.warning("log rows wait: no database")
                self._outage = error
                self._failures += 1
            self._again.wait(_PAUSE_S)
            self._again.clear()

    def _go_on(self, count: int) -> None:
        """So many rows are dealt with; after an outage, tell what is missing."""
        with self._lock:
            self._kept -= count
            self._outage = None
            for (subject, routine, execution), lost in self._lost.items():
                text = (
                    f"{lost} lines are missing here: the platform's database did not "
                    "answer, and no more could be kept."
                )
                told = LogRow(
                    subject, now(), LogType.WARNING, routine, text, execution=execution
                )
                self._put(told)
            self._lost.clear()


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
