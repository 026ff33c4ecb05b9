"""``%codex models``: what is there, as a table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.hosting import DEPLOYED, SHORT
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.render.ages import age
from codex_jupyter.render.messages import note
from codex_jupyter.render.tables import table

_COLUMNS = ("name", "state", "operation", "group", "python", "age", "hash")


def _configure(parser: Parser) -> None:
    parser.add(
        "name",
        kind=Kind.MODEL,
        nargs="?",
        metavar="NAME",
        help="only those of this name",
    )
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="only those of this group")
    parser.add("--deployed", kind=Kind.FLAG, help="only those that answer")
    parser.add("--all", kind=Kind.FLAG, help="deleted ones too")


def _run(call: Call) -> Any:
    given = call.arguments
    found = call.session.client().rows(
        name=given.name,
        state=DEPLOYED if given.deployed else None,
        group=given.group,
    )
    found = [r for r in found if given.all or r.get("Status") != "Deleted"]
    if not found:
        return note(
            "There is no such model."
            if given.name or given.group
            else "There is no model yet.",
            "%%codex deploy --help shows how to deploy one",
        )
    found.sort(key=lambda row: str(row.get("UploadedAt", "")), reverse=True)
    now = datetime.now(UTC)
    return table([_shown(row, now) for row in found], _COLUMNS)


def _shown(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "name": row.get("Name"),
        "state": row.get("Status"),
        "operation": row.get("Operation"),
        "group": row.get("Group"),
        "python": str(row.get("PythonVersion", "")).replace("Python3", "3."),
        "age": age(str(row.get("UploadedAt", "")), now),
        "hash": str(row.get("ModelHash", ""))[:SHORT],
    }


COMMAND = Command(
    name="models",
    summary="List the models: state, group, Python, age.",
    examples=("%codex models", "%codex models --group demo --deployed"),
    configure=_configure,
    run=_run,
)
