"""``%codex attach``: an execution or a run that was started before, or elsewhere."""

from __future__ import annotations

from typing import Any

from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.running import follow, watch
from codex_jupyter.magics.trainings import find_execution


def _configure(parser: Parser) -> None:
    parser.add(
        "name",
        kind=Kind.RUNNING,
        metavar="NAME",
        help="the model's or the training experiment's name or hash",
    )
    parser.add("id", kind=Kind.RUN, metavar="ID", help="the execution's number")
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="its group")
    parser.add("--wait", kind=Kind.FLAG, help="wait for it; returns what it wrote")


def _run(call: Call) -> Any:
    given = call.arguments
    execution = find_execution(call.session, given.name, given.id, given.group)
    if not given.wait:
        return execution
    if execution.exec_type == "Training":
        watch(call.shell, execution)
        execution.execution_info()
        return execution
    return follow(call.shell, execution)


COMMAND = Command(
    name="attach",
    summary="Come back to an execution or a training run, by its number.",
    examples=(
        "run = %codex attach churn-batch 5",
        "%codex attach churn-batch 5 --wait",
        "run = %codex attach churn 3",
    ),
    configure=_configure,
    run=_run,
)
