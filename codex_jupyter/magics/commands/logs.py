"""``%codex logs``: what a model printed, and what went wrong."""

from __future__ import annotations

from typing import Any

from codex_jupyter.errors import InputError
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.trainings import find_experiment, find_run
from codex_jupyter.render.logs import log_listing
from codex_jupyter.render.messages import note


def _configure(parser: Parser) -> None:
    parser.add(
        "name",
        kind=Kind.RUNNING,
        metavar="NAME",
        help="name or hash, of a model or script; with --run of an experiment",
    )
    parser.add("--tail", default="100", metavar="N", help="the last N rows (100)")
    parser.add("--errors", kind=Kind.FLAG, help="only errors")
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="its group")
    parser.add(
        "--run",
        kind=Kind.RUN,
        metavar="N",
        help="only of this run of the experiment",
    )


def _run(call: Call) -> Any:
    given = call.arguments
    if not given.tail.isdecimal() or not int(given.tail):
        raise InputError("--tail takes a number of rows.", hint="Write --tail 20")
    type_ = "Error" if given.errors else None
    if given.run:
        run = find_run(call.session, given.name, given.run, given.group)
        owner = find_experiment(call.session, given.name, given.group)
        name = f"Run {run.exec_id} of {owner.name}"
        rows = owner.get_logs(type=type_, exec_id=run.exec_id)["Results"]
    else:
        model = call.session.deployed(given.name, given.group)
        name = model.name
        rows = model.get_logs(type=type_)["Results"]
    if not rows:
        what = "error" if given.errors else "log row"
        return note(f"{name} has no {what} of the last seven days.")
    tail = int(given.tail)
    title = f"The last {tail} of {len(rows)} rows." if len(rows) > tail else ""
    return log_listing(rows[-tail:], title)


COMMAND = Command(
    name="logs",
    summary="Show the log of a model, script or training run: build, calls, errors.",
    examples=(
        "%codex logs credit-score",
        "%codex logs credit-score --errors --tail 5",
        "%codex logs churn --run 3",
    ),
    configure=_configure,
    run=_run,
)
