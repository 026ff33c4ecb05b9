"""Running a cell's body in the kernel, and showing a user's own error as their own."""

from __future__ import annotations

import ast
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn

from codex_jupyter.errors import InputError
from codex_jupyter.render.messages import note

from .names import parse

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def check_plain(body: str, shell: InteractiveShell) -> ast.Module:
    """The cell's syntax tree.

    Raises:
        InputError: it is not Python, or it is IPython (a magic, a ``!command``), which
            no script may hold.
    """
    try:
        return ast.parse(body)
    except (ValueError, RecursionError, MemoryError):
        return parse(body, "The cell")
    except SyntaxError as error:
        if not _is_ipython(body, shell):
            return parse(body, "The cell")
        line = body.splitlines()[(error.lineno or 1) - 1].strip()
        raise InputError(
            f"The cell holds IPython syntax, and a deployed script is plain Python: "
            f"{line[:80]}",
            hint="Move that line to a cell of its own.",
        ) from None


def _is_ipython(body: str, shell: InteractiveShell) -> bool:
    try:
        ast.parse(shell.transform_cell(body))  # type: ignore[no-untyped-call]
    except SyntaxError:
        return False
    return True


def run_body(body: str, shell: InteractiveShell) -> None:
    """Run the cell's body as a cell of its own would run.

    Raises:
        Exception: what the body raised, shown with the user's own frames only.
    """
    # Cached like any cell, so that tracebacks and inspect find the source.
    name = shell.compile.cache(body, shell.execution_count, raw_code=body)
    code = compile(body, name, "exec", flags=shell.compile.flags, dont_inherit=True)
    try:
        exec(code, shell.user_ns)  # noqa: S102
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's code
        raise_as_users(error, name, shell)


def raise_as_users(
    error: BaseException, file: str, shell: InteractiveShell, advice: str = ""
) -> NoReturn:
    """Raise the error again, shown from the user's first frame on.

    Args:
        error: what the user's code raised.
        file: the file name of the user's code.
        advice: a line below the traceback.

    Raises:
        BaseException: the error.
    """
    start = trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != file:
        trace = trace.tb_next
    lines = _rendered(error, trace or start, shell)
    if advice:
        lines = [*lines, f"\n{note(advice).text}"]
    error._render_traceback_ = lambda: lines  # type: ignore[attr-defined]
    raise error


def _rendered(
    error: BaseException, trace: TracebackType | None, shell: InteractiveShell
) -> list[str]:
    shown = shell.InteractiveTB.structured_traceback(
        type(error), error, trace, tb_offset=0
    )
    return list(shown)
