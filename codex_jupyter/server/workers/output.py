"""What a model's process prints, as log rows: bounded in length and in number."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from codex_jupyter.protocol.states import LogType

OnLog = Callable[[LogType, str], None]

_LONGEST_LINE = 8192
_BURST = 1000
_PER_SECOND = 100.0
_TAIL = 20


class Output:
    """Cuts what was printed into lines and passes on what the budget allows.

    Args:
        on_log: called on the event loop, a line at a time.
    """

    def __init__(self, on_log: OnLog) -> None:
        self._on_log = on_log
        self._loop = asyncio.get_running_loop()
        self._tail: deque[str] = deque(maxlen=_TAIL)
        self._rest: dict[LogType, bytes] = {}
        self._budget = float(_BURST)
        self._counted = self._loop.time()
        self._dropped = 0
        self._telling: asyncio.TimerHandle | None = None

    def feed(self, type_: LogType, data: bytes) -> bool:
        """Take a piece of output; False when lines had to be dropped."""
        dropped = self._dropped
        *lines, rest = (self._rest.get(type_, b"") + data).split(b"\n")
        for at, line in enumerate(lines):
            if self._dropped > dropped:
                # The budget is spent: the others only count, and end the tail.
                self._drop(len(lines) - at)
                self._tail.extend(_text(line) for line in lines[-_TAIL:])
                break
            self._line(type_, line)
        # Of a line without an end only the beginning is kept, and a little more to
        # show that it was longer.
        self._rest[type_] = rest[: 2 * _LONGEST_LINE]
        return self._dropped == dropped

    def say(self, type_: LogType, text: str) -> None:
        """Add a row within the same budget."""
        self._tail.append(text)
        if self._may_pass():
            self._on_log(type_, text)
            return
        self._drop(1)

    def tail(self) -> str:
        """The last lines printed, whether passed on or dropped."""
        return "\n".join(self._tail)

    def close(self) -> None:
        """Pass on what is left."""
        for type_, rest in self._rest.items():
            self._line(type_, rest)
        self._rest.clear()
        if self._telling is not None:
            self._telling.cancel()
            self._tell_dropped()

    def _line(self, type_: LogType, line: bytes) -> None:
        if text := _text(line):
            self.say(type_, text)

    def _drop(self, count: int) -> None:
        self._dropped += count
        if self._telling is None:
            self._telling = self._loop.call_later(1.0, self._tell_dropped)

    def _may_pass(self) -> bool:
        now = self._loop.time()
        earned = (now - self._counted) * _PER_SECOND
        self._budget = min(float(_BURST), self._budget + earned)
        self._counted = now
        if self._budget < 1:
            return False
        self._budget -= 1
        return True

    def _tell_dropped(self) -> None:
        self._telling = None
        dropped, self._dropped = self._dropped, 0
        self._on_log(
            LogType.WARNING,
            f"{dropped} printed lines were left out of the log: the model printed "
            f"more than {_PER_SECOND:.0f} lines a second.",
        )


def _text(line: bytes) -> str:
    # A progress bar rewrites its line: only the last state of it is a row.
    text = line.rstrip(b"\r").rpartition(b"\r")[2].decode("utf-8", "replace").rstrip()
    if len(text) > _LONGEST_LINE:
        text = text[:_LONGEST_LINE] + " … (the rest of the line was cut)"
    return text
