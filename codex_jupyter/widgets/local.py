"""The panel of the embedded platform: how it is, what it holds, start and stop."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from codex_jupyter.client.local_state import RUNNING, LocalState, disk_used
from codex_jupyter.errors import InputError
from codex_jupyter.protocol.states import ModelState
from codex_jupyter.render.html import Displayable
from codex_jupyter.render.local import local_card
from codex_jupyter.render.words import t

from .bridge import Request
from .panel import Panel
from .play_runs import told
from .worker import Worker

STARTING, STOPPING = "starting", "stopping"
_DISK_EVERY = 60.0  # seconds; environments are many files
_DOING = {"start": STARTING, "stop": STOPPING}


class LocalHands(Protocol):
    """What the panel asks for. Every method may be called on any thread."""

    def look(self) -> LocalState:
        """How the platform is."""

    def start(self) -> None:
        """Start it, and use it from now on.

        Raises:
            CodexError: it cannot be started.
        """

    def stop(self) -> None:
        """End it.

        Raises:
            CodexError: it does not end.
        """

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """Its models, as it lists them.

        Raises:
            CodexError: it cannot be asked.
        """

    def is_used(self) -> bool:
        """Whether this notebook talks to it."""

    def lines(self, state: str) -> list[str]:
        """What may be typed instead of the buttons, or next."""


class LocalPanel(Panel):
    """The embedded platform's state, address, folder, models and buttons.

    Args:
        hands: what looks, starts and stops.
        said: what the command has done, for the static form.
    """

    front_end = "local"

    def __init__(self, hands: LocalHands, said: str = "", **unknown: object) -> None:
        super().__init__(**unknown)
        self._hands = hands
        self._said = said
        self._lock = threading.RLock()
        self._doing = ""
        self._failed = told(None)
        self._facts: dict[str, Any] = {}
        self._disk: tuple[int, bool] | None = None
        self._count_again = 0.0
        self._worker = Worker("codex-local-panel")
        self.bridge.on("act", self._act)
        self.bridge.on("look", self._look)
        self._refresh(deep=False)
        self._worker.submit(lambda: self._refresh(deep=True))

    def card(self) -> Displayable:
        """The platform as it was, in static HTML and plain text."""
        with self._lock:
            return local_card({**self._facts, "said": self._said})

    def push(self) -> None:
        """Send what is known."""
        with self._lock:
            self.bridge.send("local", **self._facts)

    def close(self) -> None:
        """End the thread and take the panel from the page."""
        if "_worker" in self.__dict__:
            self._worker.close()
        super().close()

    def _look(self, request: Request) -> None:
        self.bridge.platform = self._facts["address"]
        request.acknowledge()

        def work() -> None:
            self._refresh(deep=True)
            request.reply()

        self._worker.submit(work)

    def _act(self, request: Request) -> None:
        action = request.fields["action"]
        if action not in _DOING:
            raise InputError(
                t("The platform does not allow {action}.", action=action[:20])
            )
        with self._lock:
            if self._doing:
                raise InputError(
                    t("The platform is starting already.")
                    if self._doing == STARTING
                    else t("The platform is stopping already.")
                )
            self._doing = _DOING[action]
            self._failed = told(None)
            self._facts = {**self._facts, "state": self._doing, **_words(self._failed)}
        request.acknowledge()
        self.push()
        self._worker.submit(lambda: self._carry_out(request, action))

    def _carry_out(self, request: Request, action: str) -> None:
        failure: Exception | None = None
        try:
            if action == "start":
                self._hands.start()
            else:
                self._hands.stop()
        except Exception as error:  # noqa: BLE001 - every request is answered
            failure = error
        with self._lock:
            self._doing, self._said = "", ""
            self._failed = told(failure)
            self._count_again = 0.0
        self._refresh(deep=True)
        if failure is None:
            request.reply()
        else:
            request.fault(failure)

    def _refresh(self, *, deep: bool) -> None:
        """Look, and tell what was seen.

        Args:
            deep: count the models and the disk too, which takes longer.
        """
        found = self._hands.look()
        models, problem = self._facts.get("models", []), told(None)
        if found.state != RUNNING:
            models = []
        elif deep:
            try:
                models = _counted(self._hands.rows())
            except Exception as error:  # noqa: BLE001 - the panel tells it
                problem = told(error)
        if deep and time.monotonic() > self._count_again:
            self._disk = disk_used(found.folder) if found.folder.exists() else None
            self._count_again = time.monotonic() + _DISK_EVERY
        self._keep(found, models, problem)

    def _keep(
        self, found: LocalState, models: list[dict[str, str]], problem: dict[str, str]
    ) -> None:
        size, whole = self._disk or (None, True)
        with self._lock:
            state = self._doing or found.state
            before = {**self._facts, "updated": 0}
            # A failed start says more than what is left of it.
            words = _words(self._failed if self._failed["error"] else problem)
            if not words["problem"]:
                words["detail"] = found.detail
            self._facts = {
                "state": state,
                "used": self._hands.is_used(),
                "address": found.address,
                "folder": str(found.folder),
                "pid": found.pid,
                "version": found.version,
                "disk": size,
                "whole": whole,
                "models": models,
                "lines": self._hands.lines(state),
                **words,
                "updated": time.time(),
            }
            self.push()
            changed = before != {**self._facts, "updated": 0}
        if changed:
            self.freeze()


def _words(told_: Mapping[str, str]) -> dict[str, str]:
    return {
        "problem": told_["error"],
        "hint": told_["hint"],
        "detail": told_["detail"],
    }


def _counted(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """How many models are in each state, the most first; deleted ones are gone."""
    states = Counter(str(row.get("Status") or "") for row in rows)
    del states[ModelState.DELETED]
    return [{"name": name, "value": str(n)} for name, n in states.most_common()]
