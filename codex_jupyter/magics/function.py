"""The script that a command takes from the cell below it, or from a file."""

from __future__ import annotations

from codex_jupyter.errors import InputError

from . import script as scripts
from .capture import check_plain, run_body
from .command import Call
from .names import parse, top_level_names
from .values import existing_file, text_of


def script_of(call: Call, takes: str) -> scripts.Script:
    """The cell, run in the kernel and made to stand alone, or ``--source``.

    Args:
        call: its arguments have ``source``, ``reference`` and ``no_run``.
        takes: an example of the function's first line.

    Raises:
        InputError: neither or both are there, or the function is not in it.
    """
    given = call.arguments
    if (call.cell is None) == (given.source is None):
        raise InputError(
            "The script comes from the cell or from --source: one of them.",
            hint="Start the cell that defines the function with "
            "%%codex, or add --source FILE.",
        )
    if call.cell is None:
        return scripts.Script(_file(given.source))
    defined = top_level_names(check_plain(call.cell, call.shell))
    if given.reference not in defined:
        also = f" It defines {', '.join(sorted(defined))}." if defined else ""
        raise InputError(
            f"The cell does not define {given.reference}, the function to call.{also}",
            hint=f"Define {takes}, or name yours: --reference NAME",
        )
    if not given.no_run:
        run_body(call.cell, call.shell)
    history = [str(cell) for cell in call.shell.user_ns.get("In", [])]
    return scripts.build(call.cell, call.namespace, history)


def _file(text: str) -> str:
    path = existing_file(text.removeprefix("@"))
    if path.suffix != ".py":
        raise InputError(
            f"--source takes a Python file; {path.name} is none.",
            hint="In a notebook, start the cell that defines it with %%codex.",
        )
    source = text_of(path)
    parse(source, path.name)
    return source
