"""The list of executions: filtered by the platform, a page at a time, one opened."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from codex_jupyter.errors import InputError
from codex_jupyter.render.ages import seconds_of
from codex_jupyter.render.card_parts import framed
from codex_jupyter.render.execution_list import executions_table
from codex_jupyter.render.html import Displayable
from codex_jupyter.render.progress import duration
from codex_jupyter.render.text import one_line
from codex_jupyter.render.words import t

from .bridge import Request
from .calls import Calls, Reply
from .execution_run import Run
from .panel import Panel
from .play_runs import reason
from .turns import Turns

if TYPE_CHECKING:
    from codex_jupyter.client.execution import MLOpsExecution

PAGE = 50
_MOST_RUNNING = 4
_MOST_VIEWS = 16
_MOST_TEXT = 160
_MOST_HOURS = 24 * 366 * 100

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Query:
    """What the page wants to see.

    Args:
        kind: of the executions; None for all.
        text: part of a name, or a number.
        since: requested from then on; None for any time.
        hours: the age that this was told as.
        skip: so many are on the pages before.
    """

    kind: str | None = None
    state: str | None = None
    text: str | None = None
    since: datetime | None = None
    hours: float | None = None
    skip: int = 0


@dataclass(slots=True)
class _Seen:
    """What one view of the panel shows, and which of its questions that answers."""

    query: Query
    count: int
    rows: Rows
    updated: float = field(default_factory=time.time)
    problem: str = ""
    turns: Turns = field(default_factory=Turns)


class Hands(Protocol):
    """What the panel has done for it."""

    def page(self, query: Query, limit: int) -> tuple[int, Rows]:
        """How many there are, and those of a page, the newest first."""

    def execution(self, row: Mapping[str, Any]) -> MLOpsExecution:
        """The execution that a row is of."""

    def called(self, execution: MLOpsExecution) -> tuple[str, str]:
        """What it is called beside its name, and the line that comes back to it."""

    def repeat_line(self, execution: MLOpsExecution) -> str:
        """The line that does the same again, where no button can."""


class ExecutionsPanel(Panel):
    """The executions of a platform, or of one model, script or experiment.

    Args:
        count: of all of them.
        rows: those of the first page.
        of: the name of what they run; "" for everything.
        first: what that page shows.
    """

    front_end = "executions"

    def __init__(
        self,
        hands: Hands,
        count: int,
        rows: Rows,
        of: str = "",
        first: Query | None = None,
        **unknown: object,
    ) -> None:
        super().__init__(**unknown)
        self._hands = hands
        self._of = of
        self._lock = threading.Lock()
        # Of the view that was answered last: the static twin and new views show it.
        self._newest = _Seen(first or Query(), count, list(rows))
        self._views: dict[str, _Seen] = {}
        self._run: Run | None = None
        self._calls = Calls(self.bridge, _MOST_RUNNING, "codex-executions")
        self.bridge.on("browse", self._browse)
        self.bridge.on("open", self._open)
        self.bridge.on("shut", self._shut)

    def card(self) -> Displayable:
        """The rows that are shown, in static HTML and plain text."""
        with self._lock:
            seen = replace(self._newest)
        now = datetime.fromtimestamp(seen.updated, UTC)
        listing = executions_table(seen.rows, now, seen.count, self._of)
        name = one_line(self._of, 120)
        title = t("Executions of {name}", name=name) if name else t("Executions")
        return framed(title, listing, seen.updated, t("There is no execution here."))

    def push(self) -> None:
        """Send the page that is shown, and the run that is open."""
        with self._lock:
            self._tell(self._newest, "")
        run = self._run
        if run is not None:
            run.push()

    def close(self) -> None:
        """End the threads and take the panel from the page."""
        if "_calls" in self.__dict__:
            self._calls.close()
            self._leave()
        super().close()

    def _browse(self, request: Request) -> None:
        query, tag = _query(request.fields), request.fields["tag"]
        with self._lock:
            seen = self._seen_by(request)
            turn = seen.turns.ask()

        def work(_: threading.Event) -> Reply:
            self._look(query, tag, seen, turn)
            return None, None

        self._calls.start(request, work)

    def _seen_by(self, request: Request) -> _Seen:
        """What the view that asks shows; of many the one silent longest is forgotten.

        Called with the lock held.
        """
        view = request.id.partition(".")[0]
        seen = self._views.pop(view, None) or replace(self._newest, turns=Turns())
        self._views[view] = seen
        if len(self._views) > _MOST_VIEWS:
            del self._views[next(iter(self._views))]
        return seen

    def _look(self, query: Query, tag: str, seen: _Seen, turn: int) -> None:
        try:
            query, count, rows = self._found(query)
        except Exception as error:  # noqa: BLE001 - the panel tells it
            self._tell_problem(tag, seen, turn, reason(error))
            return
        with self._lock:
            if not seen.turns.answered(turn):
                return
            seen.query, seen.count, seen.rows = query, count, list(rows)
            seen.problem, seen.updated = "", time.time()
            self._newest = seen
            self._tell(seen, tag)
        self.freeze()

    def _found(self, query: Query) -> tuple[Query, int, Rows]:
        count, rows = self._hands.page(query, PAGE)
        if not rows and query.skip:
            # What was on that page is gone: the last one that there is.
            last = max(0, (count - 1) // PAGE * PAGE)
            query = replace(query, skip=last)
            count, rows = self._hands.page(query, PAGE)
        return query, count, rows

    def _tell_problem(self, tag: str, seen: _Seen, turn: int, problem: str) -> None:
        with self._lock:
            if seen.turns.answered(turn):
                seen.problem = problem
                self._tell(seen, tag)

    def _tell(self, seen: _Seen, tag: str) -> None:
        """Send what a view shows.

        Args:
            tag: of its question, or "" for a view that has not asked yet.
        """
        self.bridge.send(
            "executions",
            tag=tag,
            of=self._of,
            rows=[listed(row) for row in seen.rows],
            count=seen.count,
            what=seen.query.kind or "",
            state=seen.query.state or "",
            text=seen.query.text or "",
            hours=seen.query.hours,
            skip=seen.query.skip,
            updated=seen.updated,
            problem=seen.problem,
        )

    def _open(self, request: Request) -> None:
        number = request.fields["number"]
        with self._lock:
            rows = self._seen_by(request).rows
        row = next((r for r in rows if r.get("ExecutionId") == number), None)
        if row is None:
            raise InputError("This execution is not on the page any more.")
        execution = self._hands.execution(row)
        self._leave()
        self._run = Run(
            execution,
            *self._hands.called(execution),
            self.bridge,
            lambda: None,
            self._hands.called,
            self._hands.repeat_line(execution),
        )
        self._run.follow()
        request.reply()

    def _shut(self, request: Request) -> None:
        self._leave()
        request.reply()

    def _leave(self) -> None:
        run, self._run = self._run, None
        if run is not None:
            run.close()


def _query(fields: Mapping[str, Any]) -> Query:
    hours, skip = fields["hours"], int(fields["skip"])
    since = None
    if hours is not None:
        if not 0 < hours <= _MOST_HOURS:
            raise InputError("The age is a number of hours above 0.")
        since = datetime.now(UTC) - timedelta(hours=float(hours))
    return Query(
        kind=fields["what"] or None,
        state=fields["state"] or None,
        text=fields["text"].strip()[:_MOST_TEXT] or None,
        since=since,
        hours=hours,
        skip=max(0, skip),
    )


def listed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A platform's row as the page gets it."""
    given, made = row.get("InputFile") or {}, row.get("OutputFile") or {}
    took = row.get("TimeElapsed")
    name = str(row.get("Name") or "")
    part = row.get("RunName") or row.get("Label")
    message = one_line(str(row.get("Message") or "").partition("\n")[0], _MOST_TEXT)
    return {
        "number": int(row.get("ExecutionId") or 0),
        "what": str(row.get("Kind") or ""),
        "name": one_line(f"{name} · {part}" if part else name, _MOST_TEXT),
        "group": str(row.get("Group") or ""),
        "state": str(row.get("ExecutionState") or ""),
        "asked": seconds_of(row.get("RequestedAt")),
        "took": "" if took is None else duration(took / 1000),
        "given": one_line(str(given.get("Name") or ""), _MOST_TEXT),
        "made": message or one_line(str(made.get("Name") or ""), _MOST_TEXT),
    }
