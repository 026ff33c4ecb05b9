"""What IPython shows of a magic: its error as one block, its value where it is lost."""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Protocol

from codex_jupyter.render.html import Displayable

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


class Panel(Protocol):
    """A live panel: an output of its own, with its static twin."""

    def show(self) -> None:
        """Display it."""


class Live:
    """What a command returns for a panel: displaying it shows the panel.

    Args:
        panel: made already, so that what can go wrong went wrong in the command.
        begin: called once, when the panel was shown for the first time.
    """

    def __init__(self, panel: Panel, begin: Callable[[], None] | None = None) -> None:
        self.panel = panel
        self._begin = begin

    def _ipython_display_(self) -> None:
        self.panel.show()
        begin, self._begin = self._begin, None
        if begin is not None:
            begin()

    def __repr__(self) -> str:
        return f"<{type(self.panel).__name__}>"


@dataclass(frozen=True, repr=False)
class LiveListing(Displayable):
    """A value that is shown as a live panel, and is a plain `Displayable` else.

    Args:
        make: makes the panel; called each time it is displayed, never before.
    """

    make: Callable[[], Panel] | None = None

    def _ipython_display_(self) -> None:
        if self.make is not None:
            self.make().show()


def show(value: object) -> None:
    """Display a value in the cell now."""
    from IPython.display import display

    display(value)  # type: ignore[no-untyped-call]


def show_as(error: BaseException, text: str) -> None:
    """Let IPython show this text for the error, in place of a traceback.

    The error stays what it is, so the cell fails, Run All stops and
    ``except ModelError`` works; IPython's own ``_render_traceback_`` hook shows it.
    """
    first, *others = text.split("\n")
    lines = [f"{_BOLD}{first}{_PLAIN}", *others]
    error._render_traceback_ = lambda: lines  # type: ignore[attr-defined]


def is_discarded() -> bool:
    """True when the magic that called this is a statement whose value goes nowhere.

    IPython displays only the last expression of a cell: ``%codex models`` above others
    would show nothing, and ``x = %codex models`` must show nothing. Read from the
    instruction that follows the call in the user's cell: a value that is neither
    stored nor displayed is popped.
    """
    frame = _users_frame()
    if frame is None:
        return False
    following = (
        i for i in dis.get_instructions(frame.f_code) if i.offset > frame.f_lasti
    )
    return next((i.opname for i in following), "") == "POP_TOP"


def _users_frame() -> FrameType | None:
    """The frame that called ``run_line_magic`` or ``run_cell_magic``."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name in ("run_line_magic", "run_cell_magic"):
            return frame.f_back
        frame = frame.f_back
    return None
