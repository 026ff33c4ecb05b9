"""Commands that change what others rely on: they act only with ``--yes``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_jupyter.errors import InputError

from .command import Call
from .hosting import SHORT, quoted
from .parser import Kind, Parser

if TYPE_CHECKING:
    from codex_jupyter.client.deployed import Deployed


def add_arguments(parser: Parser) -> None:
    """The arguments that these commands share."""
    parser.add(
        "name",
        kind=Kind.DEPLOYED,
        metavar="NAME",
        help="the name of a model or script, or (the start of) its hash",
    )
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="the model's group")
    parser.add("--yes", kind=Kind.FLAG, help="do it; without this nothing is done")


def confirmed(call: Call, command: str, effect: str) -> Deployed:
    """The model or script, when ``--yes`` was typed.

    Nothing is asked on standard input: a notebook that runs unattended would hang.

    Args:
        call: holds the arguments of `add_arguments`.
        command: the subcommand.
        effect: what it would do, as the begin of a sentence.

    Raises:
        InputError: ``--yes`` is missing; shows the line to run.
    """
    given = call.arguments
    model = call.session.deployed(given.name, given.group)
    if not given.yes:
        group = f" --group {given.group}" if given.group else ""
        raise InputError(
            f"Nothing was done yet. {effect}: {model.name} "
            f"({model.hash[:SHORT]}, group {model.group}, {model.status}).",
            hint=f"%codex {command} {quoted(given.name)}{group} --yes",
        )
    return model
