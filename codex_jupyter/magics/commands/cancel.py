"""``%codex cancel``: end an execution or a training run that waits or runs."""

from __future__ import annotations

from typing import Any

from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.trainings import find_execution
from codex_jupyter.render.messages import note


def _configure(parser: Parser) -> None:
    add = parser.add
    add("name", kind=Kind.RUNNING, metavar="NAME", help="the model or the experiment")
    add("id", kind=Kind.RUN, metavar="ID", help="the number of the execution or run")
    add("--group", kind=Kind.GROUP, metavar="G", help="its group")


def _run(call: Call) -> Any:
    given = call.arguments
    execution = find_execution(call.session, given.name, given.id, given.group)
    execution.cancel()
    return note(f"{execution.name}, execution {execution.exec_id}: it was cancelled.")


COMMAND = Command(
    name="cancel",
    summary="End an execution or a training run, whether it waits or runs.",
    examples=("%codex cancel churn-batch 5", "%codex cancel churn 3"),
    configure=_configure,
    run=_run,
)
