"""The client's logic without its input and output.

An operation is a generator of *steps*: it yields requests (`Call`, `Pause`, …) and is
sent their outcomes (`Answer`, `Fault`, …). `drivers` performs the requests, either
blocking or awaiting, so that the logic is written once for both.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from itertools import count
from pathlib import Path
from threading import Lock
from types import MethodType
from typing import (
    TYPE_CHECKING,
    Any,
    Concatenate,
    Generic,
    Literal,
    ParamSpec,
    Protocol,
    Self,
    TypeAlias,
    TypeVar,
    cast,
    overload,
)

from codex_jupyter.config import Secret
from codex_jupyter.errors import InputError, TransportError
from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.route import Route

if TYPE_CHECKING:
    from .transport import Connection

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


_NONE = Secret()


@dataclass(frozen=True, slots=True)
class Part:
    """One file of an upload; a path is opened anew each time it is sent."""

    part: str
    name: str
    source: Path | bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    Args:
        token: sent as bearer; the connection adds the user's where a route asks for it.
        timeout: seconds; None for the connection's own.
        save: a file that takes a good answer's content, which may be large.
    """

    route: Route
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    files: tuple[Part, ...] = ()
    content: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    token: Secret = _NONE
    timeout: float | None = None
    save: Path | None = None

    @property
    def path(self) -> str:
        """The path below the base address.

        Raises:
            InputError: a part of it is empty or would climb.
        """
        for name, value in self.params.items():
            if value.strip(".") == "":
                raise InputError(f"'{value}' is no {name}.")
        return self.route.url(**self.params)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform answered; header names are in lower case."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    content: bytes = field(repr=False)

    def header(self, name: str) -> str:
        """The first header of that name, "" when there is none."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def is_event_stream(self) -> bool:
        """True when this is the beginning of an event stream."""
        return self.status == 200 and "event-stream" in self.header("content-type")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why no answer came.

    Args:
        kind: ``refused`` when nothing was sent, ``broken`` when the connection was
            lost, ``late`` when the time was over, ``wrong`` when it was no HTTP.
    """

    error: TransportError
    kind: Literal["refused", "broken", "late", "wrong"]


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Together:
    """Run many operations, some at a time; the outcome is the list of results.

    Args:
        jobs: taken one by one, as a place becomes free.
    """

    jobs: Iterator[Steps[Any]]
    places: int


@dataclass(frozen=True, slots=True)
class Open:
    """Begin to read a stream; what comes is told by `Read`."""

    call: Call


class Read:
    """Wait a moment for the open stream's next news.

    The outcome is its `Answer` first, then pieces of text, or None when nothing came
    within that moment, or a `Fault`; `CLOSED` when the platform ended it.
    """


class Closed:
    """The platform ended a stream."""


CLOSED = Closed()

Request: TypeAlias = Call | Pause | Together | Open | Read
Outcome: TypeAlias = Answer | Fault | Closed | str | list[Any] | None
Steps: TypeAlias = Generator[Request, Outcome, R]

Watching: TypeAlias = Generator[Request | Event, Outcome, R]
"""Steps that also yield the events to hand to the user."""


def pause(seconds: float) -> Steps[None]:
    """Steps that wait."""
    yield Pause(seconds)


def counting(
    jobs: Iterator[Steps[R]], told: Callable[[int], object]
) -> Iterator[Steps[R]]:
    """The same operations; after each the number of those that are done is told."""
    lock, done = Lock(), count(1)

    def one(job: Steps[R]) -> Steps[R]:
        answer = yield from job
        # Many threads end jobs, and who is told needs not care for that.
        with lock:
            told(next(done))
        return answer

    return map(one, jobs)


def together(jobs: Iterator[Steps[R]], places: int) -> Steps[list[R]]:
    """Steps that run many operations and give their results in order."""
    outcome = yield Together(jobs, places)
    return cast("list[R]", outcome)


class _Owner(Protocol):
    @property
    def _connection(self) -> Connection: ...


S = TypeVar("S", bound=_Owner)


class Twin(Generic[S, P, R]):
    """The awaitable side of an operation."""

    def __init__(self, steps: Callable[Concatenate[S, P], Steps[R]]) -> None:
        @wraps(steps)
        async def awaiting(owner: S, *args: P.args, **kwargs: P.kwargs) -> R:
            return await owner._connection.arun(steps(owner, *args, **kwargs))

        self.steps = steps
        self._method = _described(awaiting, steps)
        self.__doc__ = f"Awaitable twin of `{steps.__name__}`."
        self._method.__doc__ = self.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._method.__name__ = name
        self._method.__qualname__ = f"{owner.__qualname__}.{name}"

    # mypy takes what a property gives for a descriptor too: hence the operation here.
    @overload
    def __get__(self, owner: operation[Any, Any, Any] | None, kind: type) -> Self: ...
    @overload
    def __get__(self, owner: S, kind: type) -> Callable[P, Awaitable[R]]: ...
    def __get__(self, owner: Any, kind: type) -> Any:
        return self if owner is None else MethodType(self._method, owner)


class operation(Generic[S, P, R]):  # noqa: N801 - used as a decorator
    """Turns a method of steps into a blocking method; ``.twin`` is the awaitable one.

    On the class itself ``.steps`` is the method of steps, for use by others::

        @operation
        def refresh(self) -> Steps[str]: ...

        arefresh = refresh.twin
    """

    def __init__(self, steps: Callable[Concatenate[S, P], Steps[R]]) -> None:
        @wraps(steps)
        def blocking(owner: S, *args: P.args, **kwargs: P.kwargs) -> R:
            return owner._connection.run(steps(owner, *args, **kwargs))

        self.steps = steps
        self._method = _described(blocking, steps)
        self.__doc__ = steps.__doc__

    @property
    def twin(self) -> Twin[S, P, R]:
        """The awaitable side."""
        return Twin(self.steps)

    @overload
    def __get__(self, owner: None, kind: type) -> Self: ...
    @overload
    def __get__(self, owner: S, kind: type) -> Callable[P, R]: ...
    def __get__(self, owner: S | None, kind: type) -> Any:
        return self if owner is None else MethodType(self._method, owner)


def _described(method: Callable[..., Any], steps: Callable[..., Any]) -> Any:
    """Give the method the signature that ``help`` and Tab should show."""
    shown = inspect.signature(steps)
    result = str(shown.return_annotation).removeprefix("Steps[").removesuffix("]")
    described = cast("Any", method)
    described.__signature__ = shown.replace(return_annotation=result)
    return described
