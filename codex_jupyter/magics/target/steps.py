"""How far a check is: one output that changes in notebooks, lines in terminals."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from codex_jupyter.magics.progress import has_widgets, stage_line
from codex_jupyter.magics.shown import show
from codex_jupyter.render.html import Displayable
from codex_jupyter.render.steps import steps
from codex_jupyter.render.text import clean

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import DisplayHandle

_EACH_S = 0.1


class Steps:
    """Shows the events of a check.

    Args:
        title: what is checked and where.
    """

    def __init__(self, shell: InteractiveShell, title: str) -> None:
        self._title = title
        self._rows: list[dict[str, Any]] = []
        self._log = ""
        self._told = 0.0
        self._handle: DisplayHandle | None = None
        if has_widgets(shell):
            from IPython.display import display

            self._handle = display(self._now(), display_id=True)  # type: ignore[no-untyped-call]
        else:
            show(Displayable(clean(title)))

    def tell(self, name: str, told: dict[str, Any]) -> None:
        """Take an event in."""
        if name == "stage":
            self._stage(told)
        elif name == "log":
            self._log = str(told.get("OutputData", ""))
            if self._handle is None:
                show(Displayable(clean(f"  | {self._log}")))
            if time.monotonic() - self._told < _EACH_S:
                # Who prints much must not flood the page.
                return
        else:
            return
        self._update()

    def stop(self) -> None:
        """It was interrupted: what was under way is not any more."""
        for row in self._rows:
            if row["Progress"] == "started":
                row["Progress"] = "stopped"
        self._log = ""
        self._update()

    def _stage(self, told: dict[str, Any]) -> None:
        if self._rows and self._rows[-1]["Progress"] == "started":
            self._rows[-1] = told
        else:
            self._rows.append(told)
        # A line of the resolver says nothing of the step that follows.
        self._log = ""
        if self._handle is None:
            show(Displayable(clean(stage_line(told))))

    def _update(self) -> None:
        if self._handle is not None:
            self._told = time.monotonic()
            self._handle.update(self._now())  # type: ignore[no-untyped-call]

    def _now(self) -> Displayable:
        rows = [
            (
                str(row.get("Stage")),
                str(row.get("Progress")),
                row.get("Seconds"),
                str(row.get("Note") or ""),
            )
            for row in self._rows
        ]
        return steps(self._title, rows, self._log)
