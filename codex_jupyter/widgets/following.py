"""Following something on a platform until it is over, and telling the page of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from codex_jupyter.errors import (
    CodexError,
    InputError,
    TransportError,
    WaitTimeoutError,
)
from codex_jupyter.protocol.events import Event
from codex_jupyter.render.words import t

from .bridge import Bridge, Request
from .live_view import LOST, WAITING, LiveView
from .panel import Panel
from .play_runs import reason
from .probe import Probe
from .worker import Pulse, Worker

_RETRY_AT_MOST = 10.0


class Followed(Protocol):
    """What can be followed: a model or an execution."""

    @property
    def base_url(self) -> str:
        """The address of its platform."""

    def watch(self, stop: Any = None) -> Iterator[Event]:
        """Its events until it is over."""


class Following:
    """A live view of one thing: its state, its log, its end, its actions.

    A subclass says how to ask for the state in `ask`, and does what the page asks for
    in `act`.

    Args:
        kind: of the message that tells the view.
        bridge: of the panel that shows it; its ``act`` is handled here.
        freeze: brings the panel's static twin up to date.
    """

    def __init__(
        self, view: LiveView, kind: str, bridge: Bridge, freeze: Callable[[], None]
    ) -> None:
        self.bridge = bridge
        self._kind = kind
        self._view: LiveView = view
        self._lock = threading.RLock()
        self._sent = 0
        self._settled = threading.Condition(self._lock)
        self._target: Followed | None = None
        self._worker = Worker(f"codex-{kind}-{view.name[:20]}")
        # Of its own: what ends a run must not wait until the run has ended.
        self._acting = Worker(f"codex-{kind}-act")
        self._pulse = Pulse(self._flush)
        self._frozen = Pulse(freeze, every=1.0)
        bridge.on("act", self._asked)

    def ask(self) -> str:
        """Ask the platform for the state; called on the panel's own threads."""
        raise NotImplementedError

    def act(self, action: str) -> str:
        """Carry an action out; the state afterwards."""
        raise NotImplementedError

    def ended(self) -> None:
        """It is over: learn what can be known only now. On the panel's own thread."""

    def note(self, text: str) -> None:
        """Tell what happens now, such as ``Uploading 4 files``."""
        with self._lock:
            self._view.note(text)
        self.changed()

    def wait(self, timeout: float | None = None) -> str:
        """Block until the state is final, or nobody follows it, and give it.

        An interrupt (the stop button, Ctrl-C) ends the waiting only: the work goes on,
        the panel says so and follows it; the state given is the present one.

        Args:
            timeout: seconds; None for as long as it takes.

        Raises:
            WaitTimeoutError: the state was not final within the time.
            CodexError: it never began, or cannot be followed any more.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            with self._settled:
                while not self._view.is_final and not self._worker.stop.is_set():
                    left = 3600.0 if deadline is None else deadline - time.monotonic()
                    if left <= 0:
                        raise WaitTimeoutError(
                            f"'{self._view.name}' is still {self._view.state} "
                            f"after {timeout:g} s.",
                            hint=f"It goes on: {self._view.come_back}",
                        )
                    # In slices: a lock is not everywhere woken by an interrupt.
                    self._settled.wait(min(left, 0.25))
        except KeyboardInterrupt:
            with self._lock:
                self._view.link = "detached"
            self.changed()
        if self._view.lost is not None:
            raise self._view.lost
        return self._view.state

    @property
    def is_detached(self) -> bool:
        """True when a wait was interrupted and what it waited for goes on."""
        return self._view.link == "detached" and not self._view.is_final

    def close(self) -> None:
        """End the threads; nothing is sent any more, and whoever waits goes on."""
        with self._settled:
            self._worker.close()
            self._settled.notify_all()
        self._acting.close()

    def push(self) -> None:
        """Send the whole state and every kept log row."""
        with self._lock:
            self._tell(0)

    def changed(self) -> None:
        """Tell the page, and bring the static twin up to date, soon."""
        self._pulse.touch()
        self._frozen.touch()

    def finish(self) -> None:
        """Tell the page, and bring the static twin up to date, now."""
        self._pulse.flush()
        self._frozen.flush()

    def settle(self) -> None:
        """Whoever waits looks again."""
        with self._settled:
            self._settled.notify_all()
        self.finish()

    def start_following(self, target: Followed) -> None:
        """Follow it on the panel's own thread until it is over."""
        self.bridge.platform = target.base_url
        with self._lock:
            self._target = target
        self.changed()
        self._worker.submit(self._follow)

    def _flush(self) -> None:
        with self._lock:
            self._tell(self._sent)

    def tell(self, kind: str, **fields: Any) -> None:
        """Send to the page, which may show something else once this is closed."""
        with self._lock:
            if not self._worker.stop.is_set():
                self.bridge.send(kind, **fields)

    def _tell(self, first: int) -> None:
        view = self._view
        self.tell(self._kind, **view.fields())
        oldest = view.total - len(view.rows)
        first = max(first, oldest)
        fresh = list(view.rows)[first - oldest :]
        if fresh:
            self.tell("rows", oldest=oldest, first=first, rows=fresh)
        self._sent = view.total

    def _follow(self) -> None:
        """Consume the live stream; a platform that is away is waited for."""
        if self._target is None:
            return
        pause = 0.5
        with Probe(self.ask, self._heard) as probe:
            while not self._worker.stop.is_set():
                try:
                    for event in self._target.watch(self._worker.stop):
                        pause = 0.5
                        probe.heard()
                        self._take(event)
                    break
                except TransportError as error:
                    self._heard(False, reason(error))  # noqa: FBT003
                    self._worker.stop.wait(pause)
                    pause = min(pause * 2, _RETRY_AT_MOST)
                except Exception as error:  # noqa: BLE001 - the panel tells it
                    with self._lock:
                        self._view.report(error)
                    break
        if self._worker.stop.is_set():
            return
        try:
            self.ended()
        except CodexError:
            # The panel is whole without it.
            pass
        with self._lock:
            self._view.link = "" if self._view.lost is None else LOST
        self.settle()

    def _heard(self, answers: bool, why: str = "", /) -> None:  # noqa: FBT001 - a probe's one word
        """The platform answers, or does not.

        Args:
            why: and what to do, where it is known; that of before stays true.
        """
        view = self._view
        with self._lock:
            was = view.link, view.away
            if not answers:
                view.link, view.away = WAITING, why or view.away
            else:
                view.link = "" if view.link == WAITING else view.link
                view.away = ""
            if (view.link, view.away) == was:
                return
        self.changed()

    def _take(self, event: Event) -> None:
        self._heard(True)  # noqa: FBT003
        with self._settled:
            self._view.apply(event)
            self._settled.notify_all()
        self.changed()

    def _asked(self, request: Request) -> None:
        action = request.fields["action"]
        with self._lock:
            closed = self._worker.stop.is_set()
            if self._target is None or self._view.busy or closed:
                raise InputError(t("This cannot be done now."))
            allowed = [*self._view.fields()["actions"], "refresh"]
            if action not in allowed:
                raise InputError(
                    f"What is {self._view.state} does not allow {action[:20]}."
                )
            if action != "refresh":
                self.began(action)
        request.acknowledge()
        self.changed()
        self._acting.submit(lambda: self._act(request, action))

    def began(self, action: str) -> None:
        """An action was asked for; called with the panel's lock held."""
        self._view.busy = action

    def found(self, state: str) -> None:
        """The state after an action; called with the panel's lock held."""
        raise NotImplementedError

    def _act(self, request: Request, action: str) -> None:
        failure: Exception | None = None
        try:
            state = self.ask() if action == "refresh" else self.act(action)
        except Exception as error:  # noqa: BLE001 - every request is answered
            failure = error
            with self._lock:
                state = self._view.state
        with self._settled:
            if failure is None:
                self._view.found_again()
            # A question that failed has begun nothing, and changes nothing.
            if failure is None or action != "refresh":
                self.found(state)
            self._settled.notify_all()
        self.finish()
        if failure is not None:
            request.fault(failure)
            return
        request.reply()
        if self._view.is_moving:
            self._worker.submit(self._follow)


class FollowingPanel(Following, Panel):
    """A panel that shows one such view; `front_end` names its message too."""

    def __init__(self, view: LiveView, **unknown: object) -> None:
        Panel.__init__(self, **unknown)
        Following.__init__(self, view, self.front_end, self.bridge, self.freeze)

    def close(self) -> None:
        """End the thread and take the panel from the page."""
        # An object whose constructor raised is closed all the same, without a worker.
        if "_worker" in self.__dict__:
            Following.close(self)
        Panel.close(self)
