"""What the execution panel knows of a run: events in, one plain view out."""

from __future__ import annotations

from typing import Any

from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.states import ExecutionState
from codex_jupyter.render.progress import duration, known_parts
from codex_jupyter.render.text import one_line
from codex_jupyter.render.words import mark, number, t

from .live_view import LiveView

_LINES = {
    ExecutionState.REQUESTED: mark("Waiting for its turn."),
    ExecutionState.RUNNING: "",
    ExecutionState.SUCCEEDED: mark("It is done."),
    ExecutionState.FAILED: mark("The execution failed."),
}
_MOST_METRICS = 24


class ExecutionView(LiveView):
    """The state of one execution as it is shown.

    Args:
        number: what it is called beside its name, such as ``execution 5``.
        come_back: the command that follows it again.
    """

    def __init__(self, name: str, group: str, number: str, come_back: str) -> None:
        super().__init__(name, group, ExecutionState.REQUESTED.value, "")
        self.number = number
        self._come_back = come_back
        self._progress: dict[str, Any] = {}
        self._facts: list[tuple[str, str]] = []
        self._metrics: list[tuple[str, str]] = []

    @property
    def is_moving(self) -> bool:
        """True until it is over."""
        return self.state in (ExecutionState.REQUESTED, ExecutionState.RUNNING)

    @property
    def come_back(self) -> str:
        """The command that follows it again."""
        return self._come_back

    def apply(self, event: Event) -> None:
        """Take one event of the live stream; unknown ones are ignored."""
        if event.name == "state":
            self._enter(str(event.data.get("Status", "")), event.data.get("Message"))
        elif event.name == "progress":
            self._progress = event.data
        elif event.name == "log":
            self.log(event.data)
        self.touch()

    def describe(self, told: dict[str, Any]) -> None:
        """Take the platform's description: files, times and metrics."""
        given, made = told.get("InputFile") or {}, told.get("OutputFile") or {}
        rows = given.get("Rows")
        took = told.get("TimeElapsed")
        facts = [
            (t("input"), given.get("Name")),
            (t("rows"), None if rows is None else number(rows)),
            (t("output"), made.get("Name")),
            (t("output's size"), _size(made.get("Size"))),
            (t("took"), None if took is None else duration(took / 1000)),
            (t("dataset"), told.get("DatasetHash")),
        ]
        self._facts = [(name, str(value)) for name, value in facts if value]
        self._metrics = [
            (one_line(name, 60), _number(value))
            for name, value in _metrics(told)[:_MOST_METRICS]
        ]
        self.touch()

    def fields(self) -> dict[str, Any]:
        """The fields of the ``execution`` message."""
        fraction = self._progress.get("Fraction")
        return {
            "name": self.name,
            "group": self.group,
            "number": self.number,
            "state": self.state,
            "line": self._line,
            "told": ", ".join(known_parts(self._progress)) if self.is_moving else "",
            "reason": self._reason,
            "detail": self._detail,
            "fraction": None if fraction is None else float(fraction),
            "actions": ["cancel"] if self.is_moving and not self.lost else [],
            "busy": self.busy,
            "link": self.link,
            "facts": _pairs(self._facts),
            "metrics": _pairs(self._metrics),
            "again": self.come_back,
            "updated": self.updated,
        }

    def _enter(self, state: str, message: Any) -> None:
        if state not in set(ExecutionState):
            return
        self.state = state
        self._line = t(_LINES[ExecutionState(state)])
        if state == ExecutionState.FAILED:
            self.failed_with(message)
        else:
            self.forget_failure()


def _metrics(told: dict[str, Any]) -> list[tuple[str, Any]]:
    """The metrics of a training run, as the platform keeps them."""
    data = told.get("RunData")
    kept = data.get("paramsAndMetrics") if isinstance(data, dict) else None
    found = kept.get("metrics") if isinstance(kept, dict) else None
    return list(found.items()) if isinstance(found, dict) else []


def _pairs(items: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in items]


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _size(size: Any) -> str | None:
    if not isinstance(size, int):
        return None
    if size >= 2**20:
        return f"{number(size / 2**20, 1)} MiB"
    return f"{number(size / 2**10, 1)} KiB"
