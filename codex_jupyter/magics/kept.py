"""One answer of the platform, kept and asked for anew behind the scenes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

PATIENCE = 0.02  # seconds that somebody who typed Tab does not notice
FRESH = 5.0
_LATER = 0.05
_SHARE = 10  # of its own duration an answer is kept at least so many times as long


class Kept(Generic[T]):
    """One question and its last answer; reading it never waits for long.

    Args:
        ask: gives the answer; when it fails, the last answer stays.
        empty: the answer until there is one.
        clock: seconds that only grow.
    """

    def __init__(
        self, ask: Callable[[], T], empty: T, clock: Callable[[], float]
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()
        self._value = empty
        self._begun: float | None = None
        self._took: float | None = None
        self._thread: threading.Thread | None = None

    def get(self, *, patient: bool = True) -> T:
        """The last answer; a new one if it comes at once.

        An answer that took longer the last time is not waited for: the old one is
        given, and the new one is there at the next look.

        Args:
            patient: False where it cannot come at once.
        """
        thread = self.renew(0.0 if patient else _LATER)
        quick = self._took is None or self._took < PATIENCE
        if thread is not None and patient and quick:
            thread.join(PATIENCE)
        return self._value

    def renew(self, delay: float = _LATER) -> threading.Thread | None:
        """Ask anew if the answer is old; the thread that asks, if one does.

        Args:
            delay: seconds until it begins, so that who typed Tab is answered first.
        """
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return self._thread
            now = self._clock()
            most = max(FRESH, _SHARE * (self._took or 0.0))
            if self._begun is not None and now - self._begun <= most:
                return None
            self._begun = now
            self._thread = threading.Thread(
                target=self._work, args=(delay,), name="codex-completion", daemon=True
            )
            self._thread.start()
            return self._thread

    def doubt(self) -> None:
        """Something may have changed: ask anew at the next look."""
        with self._lock:
            self._begun = None

    def _work(self, delay: float) -> None:
        time.sleep(delay)
        begun = self._clock()
        try:
            self._value = self._ask()
        except Exception:  # noqa: BLE001
            # Completion is silent: the command itself will say what is wrong.
            return
        self._took = self._clock() - begun
