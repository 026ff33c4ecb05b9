"""Many executions as one JSON text, as `executions.execution_row` tells each.

Ten thousand dicts and their serialisation take many times as long as this does, most
of it in the garbage collector, which looks at every dict and never at a text. For the
same reason there are few calls in the loop. What is over changes no more, so its text
is made once: soon after the platform's start, or when it is first listed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from codex_jupyter.protocol.states import ExecutionState

from .store import Store

_KEPT = 30_000  # texts, of about 350 bytes
_PART, _PAUSE_S = 500, 0.01  # executions made at once at the start, and in between
_LONG = 2_000  # characters; with a long message of a failure, made each time
_MOVING = {one.value for one in ExecutionState if one.is_moving}


class ExecutionTexts:
    """Listings of executions, with the texts of those that are over kept.

    Its methods may be called on any thread.
    """

    def __init__(self, store: Store) -> None:
        self._executions = store.executions
        self._lock = threading.Lock()
        self._kept: dict[int, str] = {}
        self._closed = threading.Event()

    def warm(self) -> None:
        """Make the texts of the newest executions, so that no listing has to.

        It pauses after each part, for requests to be answered in between.
        """
        newest = self._executions.newest()
        for first in range(max(0, newest - _KEPT) + 1, newest + 1, _PART):
            if self._closed.wait(_PAUSE_S):
                return
            self._made(self._executions.listed(None, first, first + _PART - 1))

    def close(self) -> None:
        """End `warm` when it is under way."""
        self._closed.set()

    def listing(
        self,
        subject: str,
        *,
        state: str | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> bytes:
        """The answer that tells of a model's, script's or training's executions.

        ``Sha256`` of the inputs is left to describe.

        Args:
            before: only those with a smaller id.
        """
        count = self._executions.count(subject, state)
        ids = self._executions.ids(subject, state=state, before=before, limit=limit)
        with self._lock:
            texts = {one: self._kept[one] for one in ids if one in self._kept}
        if missing := [one for one in ids if one not in texts]:
            # One range: a list of thousands of ids takes longer than their rows.
            rows = self._executions.listed(subject, min(missing), max(missing))
            texts |= self._made(rows)
        results = ",".join([texts[one] for one in ids if one in texts])
        return b'{"Count":%d,"Results":[%s]}' % (count, results.encode("ascii"))

    def _made(self, rows: Sequence[Sequence[Any]]) -> dict[int, str]:
        """The texts of the rows; of those that are over, they are kept."""
        made, over = {}, {}
        for row, text in zip(rows, _texts(rows), strict=True):
            number, state = row[:2]
            made[number] = text
            if state not in _MOVING and len(text) < _LONG:
                over[number] = text
        with self._lock:
            self._kept |= over
            if (many := len(self._kept) - _KEPT) > 0:
                for one in list(islice(self._kept, many)):
                    del self._kept[one]
        return made


def _texts(rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Each row of the store's ``executions.listed`` as JSON."""
    null = "null"
    for (
        number,
        state,
        message,
        requested,
        started,
        finished,
        input_name,
        input_size,
        input_rows,
        input_dataset,
        output_name,
        output_size,
        output_dataset,
    ) in rows:
        given = result = took = null
        if input_name is not None:
            given = (
                f'{{"Name":{quoted(input_name)},'
                f'"Size":{null if input_size is None else input_size},'
                f'"Rows":{null if input_rows is None else input_rows},'
                f'"DatasetHash":{quoted(input_dataset) if input_dataset else null}}}'
            )
        if output_name is not None:
            result = (
                f'{{"Name":{quoted(output_name)},'
                f'"Size":{null if output_size is None else output_size}}}'
            )
        if started and finished:
            took = _milliseconds(started, finished)
        yield (
            f'{{"ExecutionId":{number},"ExecutionState":"{state}",'
            f'"Message":{null if message is None else quoted(message)},'
            f'"RequestedAt":{_time(requested)},"RunAt":{_time(started or requested)},'
            f'"FinishedAt":{_time(finished) if finished else null},'
            f'"TimeElapsed":{took},"InputFile":{given},"OutputFile":{result},'
            f'"DatasetHash":{quoted(output_dataset) if output_dataset else null}}}'
        )


def _time(text: str) -> str:
    """A time as `clock.stamp` tells it, of the text that the database makes of it."""
    # Databases tell the parts of a second in six digits, or as few as there are.
    second, _, part = text[11:].partition(".")
    if part.strip("0"):
        second += "." + part.ljust(6, "0")
    return f'"{text[:10]}T{second}+00:00"'


def _milliseconds(begun: str, ended: str) -> str:
    first, last = datetime.fromisoformat(begun), datetime.fromisoformat(ended)
    return str(round((last - first).total_seconds() * 1000))
