"""The live stream of a model or an execution: its server-sent events, both ends.

Format: the WHATWG HTML standard, section "Server-sent events".

``state``  {"Status", "Message", "At"}  the model's state changed
``stage``  {"Stage", "Progress": started|done|failed, "Seconds", "Note"}  a build's step
           and, of "install", "Built": false where the environment existed
``estimate``  {"Seconds", "Stages": {stage: seconds}, "Builds", "Same"}  what a build
           usually takes in all, from so many earlier ones with the same
           "requirements" or the same "python"; null, {} and 0 where none tell it
``log``    {"Id", "RegisteredAt", "OutputType", "OutputData", "Routine"}
           one log row
``end``    {}  nothing more will come

An execution's stream has no stages but, about once a second while it runs:

``progress``  {"Elapsed", "Estimate", "Rows", "RowsWritten", "Fraction"}
           seconds since it began and, where they can be known, the seconds it will
           take in all, the rows of its input, those of its output so far, 0 to 1

A stream begins by telling what already happened. Every event but ``end`` carries an
id; a client that lost its connection sends the last one as ``Last-Event-ID`` and
gets only what came after it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a stream."""

    name: str
    data: dict[str, Any]
    id: str | None = None

    def encode(self) -> bytes:
        """The event as it travels."""
        head = f"id: {self.id}\n" if self.id else ""
        # JSON has no raw line breaks, so one data line always suffices.
        return f"{head}event: {self.name}\ndata: {json.dumps(self.data)}\n\n".encode()


# A comment line: keeps proxies and timeouts from ending a quiet stream.
HEARTBEAT = b": still here\n\n"


@dataclass(slots=True)
class EventDecoder:
    """Turns the stream's text, fed in pieces of any size, into events."""

    _rest: str = ""
    _name: str = ""
    _id: str | None = None
    _data: list[str] = field(default_factory=list)

    def feed(self, piece: str) -> Iterator[Event]:
        """Yield the events that the piece completes.

        Raises:
            ValueError: an event's data is not a JSON object.
        """
        # Both together: the two characters of one line end may come in two pieces.
        self._rest = (self._rest + piece).replace("\r\n", "\n")
        *lines, self._rest = self._rest.split("\n")
        for line in lines:
            if line:
                self._take(line)
            elif self._data:
                yield self._finish()

    def _take(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._name = value
        elif name == "data":
            self._data.append(value)
        elif name == "id":
            self._id = value

    def _finish(self) -> Event:
        data = json.loads("\n".join(self._data))
        if not isinstance(data, dict):
            raise ValueError("an event's data is not a JSON object")
        event = Event(self._name or "message", data, self._id)
        self._name, self._data = "", []
        return event
