"""The models table: what a platform hosts, sorted, filtered and kept up to date."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from codex_jupyter.protocol.names import python_minor
from codex_jupyter.render.ages import seconds_of
from codex_jupyter.render.card_parts import framed
from codex_jupyter.render.html import Displayable
from codex_jupyter.render.models import models_table
from codex_jupyter.render.words import t

from .bridge import Request
from .calls import Calls, Reply
from .panel import Panel
from .play_runs import reason
from .status_view import is_moving
from .turns import Turns
from .worker import Worker

MAX_TWIN = 50
MAX_RUNNING = 2
AGAIN = 2.0  # seconds between two looks while a model is on its way
PATIENCE = 900  # such looks at most

Rows = Sequence[Mapping[str, Any]]


class ModelsTable(Panel):
    """The rows of a platform's models, live.

    While a model is being built the kernel looks again by itself, so that its state is
    seen to change even while a cell runs; else the page asks now and then.

    Args:
        rows: the platform's own rows, in the order to show.
        ask: gives such rows anew.
    """

    front_end = "models"

    def __init__(self, rows: Rows, ask: Callable[[], Rows], **unknown: object) -> None:
        super().__init__(**unknown)
        self._rows = rows
        self._ask = ask
        self._updated = time.time()
        self._problem = ""
        self._lock = threading.Lock()
        self._known = by_hash(rows)
        self._following = False
        self._turns = Turns()
        self._calls = Calls(self.bridge, MAX_RUNNING, "codex-models")
        self._worker = Worker("codex-models-follow")
        self.bridge.on("look", self._look)

    def card(self) -> Displayable:
        """The first rows in static HTML and plain text."""
        with self._lock:
            rows, updated = self._rows, self._updated
        listing = models_table(rows, datetime.fromtimestamp(updated, UTC), MAX_TWIN)
        none = t("There is no model yet: %codex deploy makes the first.")
        return framed(t("Models"), listing, updated, none)

    def push(self) -> None:
        """Send every row."""
        with self._lock:
            self._tell(list(self._known.values()), [], full=True)
        self._follow()

    def close(self) -> None:
        """End the threads and take the panel from the page."""
        if "_worker" in self.__dict__:
            self._calls.close()
            self._worker.close()
        super().close()

    def _look(self, request: Request) -> None:
        def work(_: threading.Event) -> Reply:
            self._refresh()
            self._follow()
            return None, None

        self._calls.start(request, work)

    def _refresh(self) -> None:
        """Ask the platform, and send what is different, unless that is told already."""
        with self._lock:
            turn = self._turns.ask()
        try:
            rows = self._ask()
        except Exception as error:  # noqa: BLE001 - the panel tells it
            self._tell_problem(turn, reason(error))
            return
        with self._lock:
            if not self._turns.answered(turn):
                return
            was, self._known = self._known, by_hash(rows)
            self._rows = rows
            self._updated = time.time()
            self._problem = ""
            fresh = [row for key, row in self._known.items() if was.get(key) != row]
            gone = [key for key in was if key not in self._known]
            self._tell(fresh, gone, full=False)
        if fresh or gone:
            self.freeze()

    def _tell_problem(self, turn: int, problem: str) -> None:
        with self._lock:
            if self._turns.answered(turn):
                self._problem = problem
                self._tell([], [], full=False)

    def _tell(self, rows: list[dict[str, Any]], gone: list[str], *, full: bool) -> None:
        self.bridge.send(
            "models",
            full=full,
            rows=rows,
            gone=gone,
            updated=self._updated,
            problem=self._problem,
        )

    def _follow(self) -> None:
        with self._lock:
            if self._following or not self._is_moving():
                return
            self._following = True
        self._worker.submit(self._until_still)

    def _until_still(self) -> None:
        for _ in range(PATIENCE):
            if self._worker.stop.wait(AGAIN):
                return
            self._refresh()
            with self._lock:
                self._following = self._is_moving()
                if not self._following:
                    return
        self._following = False

    def _is_moving(self) -> bool:
        return any(is_moving(row["state"]) for row in self._known.values())


def by_hash(rows: Rows) -> dict[str, dict[str, Any]]:
    """The rows as the page gets them, by the models' hashes."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        minor = python_minor(str(row.get("PythonVersion", "")))
        key = str(row.get("ModelHash", ""))
        drift = row.get("Drift") or {}
        found[key] = {
            "hash": key,
            "name": str(row.get("Name") or key),
            "state": str(row.get("Status") or ""),
            "operation": str(row.get("Operation") or ""),
            "group": str(row.get("Group") or ""),
            "python": "" if minor is None else f"3.{minor}",
            "uploaded": seconds_of(row.get("UploadedAt")),
            "version": _count(row.get("Version")),
            "calls": _count(row.get("Calls")),
            "called": seconds_of(row.get("LastCallAt")),
            "drift": str(drift.get("Verdict") or ""),
            "period": str(drift.get("Label") or ""),
        }
    return found


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) else None
