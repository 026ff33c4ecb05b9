"""``%codex executions``: what an asynchronous model was given and what it wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.hosting import quoted
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.render.ages import age
from codex_jupyter.render.messages import note
from codex_jupyter.render.progress import duration
from codex_jupyter.render.tables import table

_COLUMNS = ("id", "state", "age", "took", "input", "rows", "output", "message")
_STATES = ("requested", "running", "succeeded", "failed")


def _configure(parser: Parser) -> None:
    parser.add(
        "name",
        kind=Kind.DEPLOYED,
        metavar="NAME",
        help="name or hash, of a model or script",
    )
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="the model's group")
    parser.add("--state", choices=_STATES, help="only those in this state")


def _run(call: Call) -> Any:
    given = call.arguments
    model = call.session.deployed(given.name, given.group)
    state = given.state.capitalize() if given.state else None
    rows = model.list_executions(state=state)
    if not rows:
        which = f"{state} execution" if state else "execution"
        begin = "predict" if model.noun == "model" else "preprocess"
        return note(
            f"There is no {which} of {model.name}.",
            f"%codex {begin} {quoted(model.name)} rows.csv --wait",
        )
    now = datetime.now(UTC)
    return table([_shown(row, now) for row in rows], _COLUMNS)


def _shown(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    took, read = row.get("TimeElapsed"), row.get("InputFile") or {}
    written = row.get("OutputFile") or {}
    return {
        "id": row.get("ExecutionId"),
        "state": row.get("ExecutionState"),
        "age": age(str(row.get("RequestedAt", "")), now),
        "took": None if took is None else duration(took / 1000),
        "input": read.get("Name"),
        "rows": read.get("Rows"),
        "output": written.get("Name"),
        "message": str(row.get("Message") or "").partition("\n")[0] or None,
    }


COMMAND = Command(
    name="executions",
    summary="List the executions of a model or script, the newest first.",
    examples=(
        "%codex executions churn-batch",
        "%codex executions churn-batch --state failed",
    ),
    configure=_configure,
    run=_run,
)
