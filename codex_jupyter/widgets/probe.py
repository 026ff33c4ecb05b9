"""Notices that a platform went away while its stream says nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from codex_jupyter.errors import CodexError, TransportError
from codex_jupyter.render.words import kept

from .play_runs import reason

_LATE = 2.0  # seconds that nobody notices


@contextmanager
def hurried(seconds: float, late: Callable[[], None]) -> Iterator[None]:
    """Tell of a silence before the question within gives up, a minute later.

    A network that is gone refuses nothing: what is sent just gets no answer.

    Args:
        late: called on a thread of its own when the question takes so many seconds;
            never after it has ended.
    """
    lock, ended = threading.Lock(), False

    def tell() -> None:
        with lock:
            if not ended:
                late()

    timer = threading.Timer(seconds, kept(tell))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with lock:
            ended = True


class Probe:
    """Asks the platform now and then, as long as nothing else is heard of it.

    A stream reconnects by itself and in silence; a person who looks at the panel
    should not have to guess meanwhile.

    Args:
        ask: one small question to the platform.
        told: called with True when it answered, with False and the reason, as far as
            that is known, when it did not; never after the probe has ended.
        quiet: seconds of silence after which it is asked, and between two questions.
    """

    def __init__(
        self,
        ask: Callable[[], object],
        told: Callable[[bool, str], None],
        quiet: float = 5.0,
    ) -> None:
        self._ask = ask
        self._told = told
        self._quiet = quiet
        self._heard = time.monotonic()
        self._over = threading.Event()
        # Told and ended never at once: what is told last is what the stream said.
        self._lock = threading.Lock()
        self._thread = threading.Thread(
            target=kept(self._run), name="codex-probe", daemon=True
        )

    def heard(self) -> None:
        """Something arrived: no need to ask for a while."""
        self._heard = time.monotonic()

    def __enter__(self) -> Probe:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._over.set()

    def _run(self) -> None:
        while not self._over.wait(self._quiet / 2):
            if time.monotonic() - self._heard < self._quiet:
                continue
            self.heard()
            asked, answers, why = self._heard, True, ""
            late = partial(self._tell, asked, answers=False)
            try:
                with hurried(min(self._quiet, _LATE), late):
                    self._ask()
            except TransportError as error:
                answers, why = False, reason(error)
            except CodexError:
                pass
            self._tell(asked, why, answers=answers)

    def _tell(self, asked: float, why: str = "", *, answers: bool) -> None:
        with self._lock:
            # What was heard since the question is newer than its failure.
            stale = not answers and self._heard != asked
            if not stale and not self._over.is_set():
                self._told(answers, why)
