"""Events as they happen: from the live stream, or by polling where there is none."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Event as Flag
from typing import TYPE_CHECKING, Any, TypeAlias

from codex_jupyter.config import Secret
from codex_jupyter.errors import (
    CodexError,
    ProtocolError,
    ServerError,
    TransportError,
    UnreachableError,
    WaitTimeoutError,
)
from codex_jupyter.protocol.events import Event, EventDecoder
from codex_jupyter.protocol.states import ModelState

from .errors_map import member, refusal
from .operation import (
    Answer,
    Call,
    Closed,
    Fault,
    Open,
    Outcome,
    R,
    Read,
    Steps,
    Watching,
    pause,
)

if TYPE_CHECKING:
    from .transport import Connection

PATIENCE = 30.0  # seconds without contact before giving up
QUIET = 20.0  # seconds of silence that end a stream; heartbeats come each 5
_TICK = 0.25  # seconds; how soon a wish to stop is seen
_FIRST_POLL, _LAST_POLL = 0.2, 10.0  # seconds between polls
_NO_STREAM = frozenset({404, 405, 406, 501})
_STATES = frozenset(ModelState)

_Opened: TypeAlias = Answer | TransportError | None


def is_moving(state: str) -> bool:
    """True while the platform is still working towards a final state."""
    return state in _STATES and ModelState(state).is_moving


def heeding(watching: Watching[R], heard: Callable[[Event | None], None]) -> Steps[R]:
    """The steps of a watch, whose events are told instead of being handed on.

    Args:
        heard: takes each event, and None after every step that was none.
    """
    outcome: Outcome = None
    try:
        while True:
            try:
                request = watching.send(outcome)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]
            outcome, event = None, request if isinstance(request, Event) else None
            if not isinstance(request, Event):
                outcome = yield request
            heard(event)
    finally:
        watching.close()


@dataclass(frozen=True, slots=True)
class Topic:
    """What can be watched.

    Args:
        events: opens the live stream; gets its token and headers when it is sent.
        status: asks for the state, where there is no such stream.
        logs: asks for the log rows there; None where they cannot be told apart.
        is_moving: False for a final state.
        noun: what it is, for errors.
        goes_on: what does when the wait ends, such as ``the deployment of 'churn'``,
            and how to come back to it: a sentence without its full stop.
    """

    events: Call
    status: Call
    logs: Call | None
    is_moving: Callable[[str], bool]
    noun: str
    goes_on: tuple[str, str]


@dataclass(slots=True)
class Watch:
    """What is being watched, and how long.

    Args:
        stop: set by another thread to end the watch.
        timeout: seconds in all; None for as long as it takes.
        logs: also poll the log rows where there is no stream.
    """

    connection: Connection
    topic: Topic
    stop: Flag | None = None
    timeout: float | None = None
    logs: bool = True
    state: str = ""
    _last_id: str | None = None
    _began: float = field(default_factory=time.monotonic)
    _heard: float = field(default_factory=time.monotonic)
    _attempts: int = 0

    def steps(self) -> Watching[None]:
        """Steps that yield the events.

        Raises:
            UnreachableError: no contact for `PATIENCE` seconds.
            WaitTimeoutError: the time is over; what was watched goes on.
            CodexError: the platform answers with an error.
        """
        refused: Secret | None = None
        while not self._over():
            problem: CodexError | None = None
            opened: _Opened
            token = Secret()
            try:
                token = yield from self.connection.login(refused=refused)
            except TransportError as error:
                opened = error
            else:
                opened = yield from self._open(token)
            if isinstance(opened, TransportError):
                problem = opened
            elif opened is None:
                return
            elif opened.status == 401 and refused is None:
                refused = token
                continue
            elif opened.is_event_stream:
                refused = None
                if (yield from self._follow()):
                    return
            elif opened.status == 200 or opened.status in _NO_STREAM:
                yield from self._poll()
                return
            else:
                problem = refusal(self._call(), opened, self.connection.settings)
                if opened.status < 500:
                    raise problem
            yield from self._lost(problem)

    def _call(self) -> Call:
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        if self._last_id:
            headers["Last-Event-ID"] = self._last_id
        return replace(self.topic.events, headers=headers)

    def _open(self, token: Secret) -> Steps[_Opened]:
        yield Open(replace(self._call(), token=token))
        while not self._over():
            news = yield Read()
            if isinstance(news, Fault):
                return news.error
            if isinstance(news, Answer):
                return news
        return None

    def _follow(self) -> Watching[bool]:
        """Hand on the events of the open stream; True when nothing more will come."""
        decoder = EventDecoder()
        self._heard = time.monotonic()
        while not self._over():
            news = yield Read()
            if isinstance(news, str):
                self._heard = time.monotonic()
                for event in _decoded(decoder, news):
                    self._note(event)
                    yield event
                    if event.name == "end":
                        return True
            elif isinstance(news, Closed) and self._is_final():
                yield Event("end", {})
                return True
            elif isinstance(news, (Closed, Fault)):
                return False
        return True

    def _is_final(self) -> bool:
        return bool(self.state) and not self.topic.is_moving(self.state)

    def _poll(self) -> Watching[None]:
        """Make the events out of states and log rows that are asked for."""
        status = self.topic.status
        told: Counter[tuple[str, ...]] = Counter()
        wait = _FIRST_POLL
        while not self._over():
            try:
                body = yield from self.connection.ask(status)
                rows = (yield from self.log_rows()) if self.logs else []
            except (TransportError, ServerError) as error:
                yield from self._lost(error)
                continue
            self._heard, self._attempts = time.monotonic(), 0
            state = member(body, "Status", str, status)
            changed, final = state != self.state, not self.topic.is_moving(state)
            now = datetime.now(UTC).isoformat()
            news = Event(
                "state", {"Status": state, "Message": body.get("Message"), "At": now}
            )
            self.state = state
            if changed and not final:
                yield news
            yield from _new_rows(rows, told)
            if final:
                # The reason of a failure comes after the lines that led to it.
                if changed:
                    yield news
                yield Event("end", {})
                return
            yield from self._rest(wait)
            wait = min(wait * 1.5, _LAST_POLL)

    def log_rows(self) -> Steps[list[Any]]:
        """Steps that give the recent log rows, as far as there are any."""
        if self.topic.logs is None:
            return []
        # A day more at both ends: the platform's clock may be in another zone.
        today = datetime.now(UTC)
        query = {
            "start": (today - timedelta(days=1)).strftime("%d-%m-%Y"),
            "end": (today + timedelta(days=1)).strftime("%d-%m-%Y"),
        }
        call = replace(self.topic.logs, query=query)
        body = yield from self.connection.ask(call)
        return member(body, "Results", list, call)

    def _note(self, event: Event) -> None:
        self._attempts = 0
        self._last_id = event.id or self._last_id
        if event.name == "state":
            self.state = str(event.data.get("Status", ""))

    def _over(self) -> bool:
        if self.stop is not None and self.stop.is_set():
            return True
        if self.timeout is not None and time.monotonic() - self._began >= self.timeout:
            what, again = self.topic.goes_on
            raise WaitTimeoutError(
                f"The {self.topic.noun} is still {self.state or 'being worked on'} "
                f"after {self.timeout:g} s; {what} goes on.",
                hint=f"{again}.",
            )
        return False

    def _lost(self, problem: CodexError | None) -> Steps[None]:
        """Wait before the next attempt, or give up."""
        away = time.monotonic() - self._heard
        if away >= PATIENCE:
            what, again = self.topic.goes_on
            raise problem or UnreachableError(
                f"{self.connection.address} has not been heard of for {away:.0f} s.",
                hint=f"Meanwhile {what} may go on. {again}.",
            )
        yield from self._rest(min(0.2 * 2**self._attempts, 5.0))
        self._attempts += 1

    def _rest(self, seconds: float) -> Steps[None]:
        until = time.monotonic() + seconds
        while not self._over() and (left := until - time.monotonic()) > 0:
            yield from pause(min(left, _TICK))


def _decoded(decoder: EventDecoder, text: str) -> Iterator[Event]:
    try:
        yield from decoder.feed(text)
    except ValueError as error:
        raise ProtocolError(f"The event stream cannot be read: {error}.") from None


def _new_rows(rows: list[Any], told: Counter[tuple[str, ...]]) -> Iterator[Event]:
    """Log events for the rows that were not told yet; rows have no id of their own."""
    names = ("RegisteredAt", "OutputType", "OutputData", "Routine")
    now: Counter[tuple[str, ...]] = Counter()
    for row in sorted(
        (tuple(str(row.get(n, "")) for n in names) for row in rows), key=lambda r: r[0]
    ):
        now[row] += 1
        if now[row] > told[row]:
            told[row] += 1
            number = told.total()
            yield Event("log", {"Id": number} | dict(zip(names, row, strict=True)))
