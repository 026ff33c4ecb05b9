"""What a panel knows of something that is live: its state, its log, why it failed.

No thread, no widget: the panel feeds it, the page and the static twin show it.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from codex_jupyter.errors import CodexError
from codex_jupyter.protocol.events import Event
from codex_jupyter.render.text import clean
from codex_jupyter.render.words import t

MAX_ROWS = 5000
MAX_TEXT = 20_000
WAITING = "waiting"  # the platform is away
LOST = "lost"  # not followed any more


class LiveView(ABC):
    """The state of one thing as it is shown.

    Not safe for use by several threads: the panel holds a lock around it.

    Attributes:
        busy: the action that was asked for and runs, or "".
        link: `WAITING`, ``detached`` from the cell, or `LOST`.
        away: why the platform is waited for and what to do, as far as that is known.
        lost: why it cannot be followed any more, or None.
    """

    def __init__(self, name: str, group: str, state: str, line: str) -> None:
        self.name = name
        self.group = group
        self.state = state
        self.busy = ""
        self.link = self.away = ""
        self.hash = ""
        self.rows: deque[dict[str, str]] = deque(maxlen=MAX_ROWS)
        self.total = 0
        self.updated = time.time()
        self.lost: BaseException | None = None
        self._line = line
        self._reason = ""
        self._detail = ""
        self._seen: set[Any] = set()

    @property
    @abstractmethod
    def is_moving(self) -> bool:
        """True while the state may still change by itself."""

    @property
    @abstractmethod
    def come_back(self) -> str:
        """The command that follows it again."""

    @abstractmethod
    def fields(self) -> dict[str, Any]:
        """The fields of the panel's message."""

    @abstractmethod
    def apply(self, event: Event) -> None:
        """Take one event of the live stream; unknown ones are ignored."""

    @property
    def line(self) -> str:
        """What happens now, in a sentence or two."""
        if self.link != WAITING:
            return self._line
        return " ".join(part for part in (self._waiting(), self.away) if part)

    def _waiting(self) -> str:
        """That the platform is waited for."""
        return t("Waiting for the platform: it does not answer. Trying again.")

    @property
    def is_final(self) -> bool:
        """True when nothing more happens, or nothing more will be known of it."""
        return not self.busy and (self.lost is not None or not self.is_moving)

    def note(self, text: str) -> None:
        """A line about what happens now."""
        self._line = text
        self.touch()

    def report(self, error: Exception) -> None:
        """Following it failed for good; its state is not known any more."""
        self.lost = error
        self.link = LOST
        self.explain(error)
        self._line = t("It is not followed any more. Refresh tries again.")
        self.touch()

    def found_again(self) -> None:
        """The platform answered again: it can be followed as before."""
        if self.lost is not None:
            self.lost = None
            self.link = self._line = ""
            self.forget_failure()

    def touch(self) -> None:
        """Something changed now."""
        self.updated = time.time()

    def explain(self, error: BaseException) -> None:
        """Show an error as the reason."""
        if isinstance(error, CodexError):
            parts: Iterable[str | None] = (error.hint, error.detail)
            self._reason = clean(error.message)
            self._detail = "\n\n".join(part for part in parts if part)
        else:
            # Another's text may hold anything, and this is saved with the notebook.
            self._reason = t("It ended with a {error}.", error=type(error).__name__)
            self._detail = ""

    def log(self, data: dict[str, Any]) -> None:
        """Take a log row."""
        # A stream that begins anew tells again what already happened.
        key = data.get("Id")
        if key is not None:
            if key in self._seen:
                return
            self._seen.add(key)
        text = clean(data.get("OutputData", "")).rstrip("\n")
        if len(text) > MAX_TEXT:
            more = t("({n} characters more)", n=len(text) - MAX_TEXT)
            text = f"{text[:MAX_TEXT]}… {more}"
        self.total += 1
        self.rows.append(
            {
                "time": _clock(clean(data.get("RegisteredAt", ""))),
                "level": clean(data.get("OutputType", ""))[:20],
                "text": text,
            }
        )

    def failed_with(self, message: Any) -> None:
        """Show a failure's message; the first line is what a person needs."""
        text = str(message or self._reason or t("The platform gave no reason."))
        if message or not self._reason:
            self._reason, self._detail = _split(text)

    def forget_failure(self) -> None:
        """Show no reason any more."""
        self._reason = self._detail = ""


def _split(text: str) -> tuple[str, str]:
    """A failure's message as its reason and what stands beneath it.

    A traceback's reason is its last line, whatever comes first.
    """
    text = clean(text)
    lines = text.strip().splitlines() or [""]
    if lines[0].startswith("Traceback"):
        return lines[-1], text.strip()
    return lines[0], "\n".join(lines[1:]).strip("\n")


def _clock(stamp: str) -> str:
    """``2024-08-06T13:44:49.84+00:00`` as the reader's own ``13:44:49``."""
    try:
        return datetime.fromisoformat(stamp).astimezone().strftime("%H:%M:%S")
    except ValueError:
        return stamp[:19]
