"""How many rows of a DataFrame are predicted: a bar that moves in the cell."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from codex_jupyter.render.progress import progress_line

from .progress import has_widgets

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PATIENCE = 0.4  # seconds; what is done by then needs no bar
_BETWEEN = 0.1
_WIDTH = 78


class RowsBar:
    """A bar in the cell; in a terminal a line that is written over.

    What it is called with comes from many threads, one after the other.

    Args:
        title: whose rows they are.
    """

    def __init__(self, shell: InteractiveShell, title: str) -> None:
        self._title = title
        self._cell = has_widgets(shell)
        self._terminal = not self._cell and sys.stderr.isatty()
        self._begun = time.monotonic()
        self._next = self._begun + PATIENCE
        self._handle: Any = None
        self._told = False

    def __call__(self, done: int, total: int) -> None:
        """Show that so many of all rows are done."""
        now = time.monotonic()
        last = done == total and self._told
        if not last and now < self._next:
            return
        self._next, self._told = now + _BETWEEN, True
        elapsed = now - self._begun
        told = {
            "Rows": total,
            "RowsWritten": done,
            "Fraction": done / total,
            "Elapsed": elapsed,
            "Estimate": None if last else elapsed * total / done,
        }
        state = "Succeeded" if last else "Running"
        line = progress_line(self._title, state, told)
        if self._cell:
            self._show(line)
        elif self._terminal:
            sys.stderr.write(f"\r{line.text[:_WIDTH]:{_WIDTH}}" + "\n" * last)
            sys.stderr.flush()

    def _show(self, line: Any) -> None:
        from IPython.display import display

        if self._handle is None:
            self._handle = display(line, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(line)
