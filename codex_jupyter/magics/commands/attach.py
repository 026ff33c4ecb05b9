"""``%codex attach``: an execution that was started before, here or elsewhere."""

from __future__ import annotations

from typing import Any

from codex_jupyter.errors import InputError
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.hosting import quoted
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.running import follow


def _configure(parser: Parser) -> None:
    parser.add("name", kind=Kind.MODEL, metavar="NAME", help="the model's name or hash")
    parser.add("id", metavar="ID", help="the execution's number")
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="the model's group")
    parser.add("--wait", kind=Kind.FLAG, help="wait for it; returns what it wrote")


def _run(call: Call) -> Any:
    given = call.arguments
    if not given.id.isdecimal():
        raise InputError(
            f"An execution is known by its number, not by {given.id[:40]}.",
            hint=f"%codex executions {quoted(given.name)} lists them.",
        )
    execution = call.session.deployed(given.name, given.group).execution(given.id)
    return follow(call.shell, execution) if given.wait else execution


COMMAND = Command(
    name="attach",
    summary="Come back to an execution of a model or script, by its number.",
    examples=(
        "run = %codex attach churn-batch 5",
        "%codex attach churn-batch 5 --wait",
    ),
    configure=_configure,
    run=_run,
)
