"""``%codex help``: what there is."""

from __future__ import annotations

from typing import Any

from codex_jupyter.magics.command import NAMES, Call, Command, find
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.render.html import Displayable
from codex_jupyter.render.tables import table


def _configure(parser: Parser) -> None:
    parser.add(
        "command",
        kind=Kind.SUBCOMMAND,
        nargs="?",
        metavar="COMMAND",
        help="explain this one",
    )


def _run(call: Call) -> Any:
    if call.arguments.command is not None:
        command = find(call.arguments.command)
        return Displayable(command.parser().format_help().strip())
    rows = [
        {"command": f"%codex {name}", "what it does": find(name).summary}
        for name in NAMES
    ]
    return table(
        rows,
        ("command", "what it does"),
        "Each command explains itself: %codex deploy --help",
        words=("what it does",),
    )


COMMAND = Command(
    name="help",
    summary="List the commands, or explain one.",
    examples=("%codex help", "%codex help deploy"),
    configure=_configure,
    run=_run,
)
