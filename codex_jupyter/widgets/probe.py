"""Notices that a platform went away while its stream says nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from codex_jupyter.errors import CodexError, TransportError
from codex_jupyter.render.words import kept

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
        told: called with True when it answered, with False when it did not.
        quiet: seconds of silence after which it is asked, and between two questions.
    """

    def __init__(
        self,
        ask: Callable[[], object],
        told: Callable[[bool], None],
        quiet: float = 5.0,
    ) -> None:
        self._ask = ask
        self._told = told
        self._quiet = quiet
        self._heard = time.monotonic()
        self._over = threading.Event()
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
        self._over.set()

    def _run(self) -> None:
        while not self._over.wait(self._quiet / 2):
            if time.monotonic() - self._heard < self._quiet:
                continue
            self.heard()
            late = partial(self._late, self._heard)
            try:
                with hurried(min(self._quiet, _LATE), late):
                    self._ask()
            except TransportError:
                answers = False
            except CodexError:
                answers = True
            else:
                answers = True
            if not self._over.is_set():
                self._told(answers)

    def _late(self, asked: float) -> None:
        if self._heard == asked and not self._over.is_set():
            self._told(False)  # noqa: FBT003 - its one word
