"""The script that a command takes from the cell below it, or from a file."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codex_jupyter.errors import InputError

from . import script as scripts
from .capture import check_plain, run_body
from .command import Call
from .names import parse, top_level_names
from .values import existing_file, text_of

TAKES = {
    ("model", "sync"): "data, base_path",
    ("model", "async"): "data_path, model_path",
    ("script", "sync"): "data, base_path",
    ("script", "async"): "df, data_path, extra_path=None",
    ("training", ""): "df, base_path",
}
"""The parameters of the functions, by what they are for and how it is called."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A function that the script must define.

    Args:
        name: as the line names it.
        example: the first line of such a function.
        option: what names it on the line.
    """

    name: str
    example: str
    option: str = "--reference"


def body_of(call: Call, entry: Entry) -> str:
    """The script before anything is added: the cell, run in the kernel, or a file.

    Args:
        call: its arguments have ``source`` and ``no_run``.

    Raises:
        InputError: neither or both are there, or the function is not in the cell.
        Exception: what the cell raised.
    """
    given = call.arguments
    check_one_source(call.cell, given.source)
    if call.cell is None:
        return _file(given.source)
    check_cell(call, entry)
    return run_cell(call)


def check_one_source(cell: str | None, source: str | None) -> None:
    """Make sure that the script comes from one place.

    Raises:
        InputError: it comes from none, or from two.
    """
    if (cell is None) == (source is None):
        raise InputError(
            "The script comes from the cell or from --source: one of them.",
            hint="Start the cell that defines the function with "
            "%%codex, or add --source FILE.",
        )


def check_cell(call: Call, *entries: Entry) -> None:
    """Make sure that the cell is plain Python that defines the functions.

    Raises:
        InputError: it is not, or does not.
    """
    tree = check_plain(call.cell or "", call.shell)
    for entry in entries:
        if problem := missing(tree, entry.name):
            raise InputError(
                problem,
                hint=f"Define {entry.example}, or name yours: {entry.option} NAME",
            )


def missing(cell: ast.Module, name: str) -> str | None:
    """What is wrong where a cell does not define the function to call, or None."""
    defined = top_level_names(cell)
    if name in defined:
        return None
    also = f" It defines {', '.join(sorted(defined))}." if defined else ""
    return f"The cell does not define {name}, the function to call.{also}"


def run_cell(call: Call) -> str:
    """The cell's text, once it was run in the kernel, unless that is not wanted.

    Raises:
        Exception: what it raised.
    """
    body = call.cell or ""
    if not call.arguments.no_run:
        run_body(body, call.shell)
    return body


def whole(call: Call, body: str, model: str | None = None) -> scripts.Script:
    """What is uploaded as the script: a file as it is, a cell made to stand alone.

    Args:
        body: the file's text, or the cell's.
        model: the name of the variable that is the model, which is uploaded by itself.

    Raises:
        InputError: a name cannot be carried along.
    """
    if call.cell is None:
        return scripts.Script(body)
    history = [str(cell) for cell in call.shell.user_ns.get("In", [])]
    return scripts.build(body, call.namespace, history, model)


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
