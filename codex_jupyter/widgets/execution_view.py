"""What the execution panel knows of a run: events in, one plain view out."""

from __future__ import annotations

from typing import Any

from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.states import ExecutionState
from codex_jupyter.render.progress import known_parts
from codex_jupyter.render.text import one_line
from codex_jupyter.render.words import mark, t

from .execution_facts import facts_of, metrics_of, parameters_of
from .live_view import LOST, WAITING, LiveView

_LINES = {
    ExecutionState.REQUESTED: mark("Waiting for its turn."),
    ExecutionState.RUNNING: "",
    ExecutionState.SUCCEEDED: mark("It is done."),
    ExecutionState.FAILED: mark("The execution failed."),
}
_MOST_FIGURES = 24
_OTHER = mark("execution")
_KINDS = {
    "AsyncModel": mark("asynchronous model"),
    "AsyncPreprocessing": mark("preprocessing script"),
    "Training": mark("training"),
    "Monitoring": mark("monitoring"),
}


class ExecutionView(LiveView):
    """The state of one execution as it is shown.

    Args:
        number: what it is called beside its name, such as ``execution 5``.
        come_back: the command that follows it again.
        kind: of the execution, such as ``Training``.
        can_repeat: whether its input can be run again from here.
        repeat: the line that does the same again, where that cannot.
    """

    def __init__(
        self,
        name: str,
        group: str,
        number: str,
        come_back: str,
        kind: str = "AsyncModel",
        *,
        can_repeat: bool = False,
        repeat: str = "",
    ) -> None:
        super().__init__(name, group, ExecutionState.REQUESTED.value, "")
        self.number = number
        self._come_back = come_back
        self._kind = kind
        self._can_repeat = can_repeat
        self._repeat = repeat
        self._progress: dict[str, Any] = {}
        self._facts: list[tuple[str, str]] = []
        self._metrics: list[tuple[str, str]] = []
        self._params: list[tuple[str, str]] = []

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
        self._facts = [(n, one_line(v, 200)) for n, v in facts_of(told) if v]
        self._metrics = _shown(metrics_of(told))
        self._params = _shown(parameters_of(told))
        self.touch()

    def fields(self) -> dict[str, Any]:
        """The fields of the ``execution`` message."""
        fraction = self._progress.get("Fraction")
        return {
            "name": self.name,
            "group": self.group,
            "number": self.number,
            "state": self.state,
            "line": self.line,
            "told": self._told(),
            "reason": self._reason,
            "detail": self._detail,
            "fraction": None if fraction is None else float(fraction),
            "what": t(_KINDS.get(self._kind, _OTHER)),
            "actions": self._actions(),
            "repeat": self._repeat if self.state == ExecutionState.FAILED else "",
            "busy": self.busy,
            "link": self.link,
            "facts": _pairs(self._facts),
            "metrics": _pairs(self._metrics),
            "params": _pairs(self._params),
            "offers": self._offers(),
            "again": self.come_back,
            "updated": self.updated,
        }

    def _told(self) -> str:
        """How far it is; what was so when the platform was lost is over."""
        if not self.is_moving or self.link in (WAITING, LOST):
            return ""
        return ", ".join(known_parts(self._progress))

    def _actions(self) -> list[str]:
        if self.lost:
            return []
        if self.is_moving:
            return ["cancel"]
        can = self._can_repeat and self.state == ExecutionState.FAILED
        return ["again"] if can else []

    def _offers(self) -> list[str]:
        """What can be done with its result."""
        if self.state != ExecutionState.SUCCEEDED or self.lost:
            return []
        # A training writes a model and a monitoring counts: neither is a table.
        return {"Training": ["save"], "Monitoring": []}.get(
            self._kind, ["preview", "save"]
        )

    def _enter(self, state: str, message: Any) -> None:
        if state not in set(ExecutionState):
            return
        self.state = state
        self._line = t(_LINES[ExecutionState(state)])
        if state == ExecutionState.FAILED:
            self.failed_with(message)
        else:
            self.forget_failure()


def _shown(found: list[tuple[str, Any]]) -> list[tuple[str, str]]:
    """So many figures, short."""
    return [
        (one_line(name, 60), one_line(_number(value), 120))
        for name, value in found[:_MOST_FIGURES]
    ]


def _pairs(items: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in items]


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
