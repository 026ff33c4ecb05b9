"""``%codex logs``: what a model printed, and what went wrong."""

from __future__ import annotations

from typing import Any

from codex_jupyter.errors import InputError
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.render.logs import log_listing
from codex_jupyter.render.messages import note


def _configure(parser: Parser) -> None:
    parser.add(
        "name",
        kind=Kind.MODEL,
        metavar="NAME",
        help="name or hash, of a model or script",
    )
    parser.add("--tail", default="100", metavar="N", help="the last N rows (100)")
    parser.add("--errors", kind=Kind.FLAG, help="only errors")
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="the model's group")


def _run(call: Call) -> Any:
    given = call.arguments
    if not given.tail.isdecimal() or not int(given.tail):
        raise InputError("--tail takes a number of rows.", hint="Write --tail 20")
    model = call.session.deployed(given.name, given.group)
    rows = model.get_logs(type="Error" if given.errors else None)["Results"]
    if not rows:
        what = "error" if given.errors else "log row"
        return note(f"{model.name} has no {what} of the last seven days.")
    tail = int(given.tail)
    title = f"The last {tail} of {len(rows)} rows." if len(rows) > tail else ""
    return log_listing(rows[-tail:], title)


COMMAND = Command(
    name="logs",
    summary="Show a model's log: its build, its calls, its errors.",
    examples=("%codex logs credit-score", "%codex logs credit-score --errors --tail 5"),
    configure=_configure,
    run=_run,
)
