"""Executions of every kind in one list."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from starlette.responses import JSONResponse

from codex_jupyter.protocol.states import ExecutionState
from codex_jupyter.server.problems import bad_input
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import ExecutionKind, ExecutionRow
from codex_jupyter.server.store.execution_search import Wanted, search

from .executions import execution_row, number_of

_MOST_ROWS = 1000


async def list_all(call: Call) -> JSONResponse:
    """Those that fit the query, the newest first."""
    wanted = _wanted(call)
    limit, skip = number_of(call, "limit"), number_of(call, "skip") or 0
    count, rows = await asyncio.to_thread(
        search,
        call.platform.store.engine,
        wanted,
        skip=skip,
        limit=min(100 if limit is None else limit, _MOST_ROWS),
    )
    return JSONResponse({"Count": count, "Results": [_told(*row) for row in rows]})


def _wanted(call: Call) -> Wanted:
    kind, state, since = call.query("kind"), call.query("state"), call.query("since")
    for name, value, known in (
        ("kind", kind, [one.value for one in ExecutionKind]),
        ("state", state, [one.value for one in ExecutionState]),
    ):
        if value is not None and value not in known:
            raise bad_input(f"{name} is one of {', '.join(known)}, not '{value[:20]}'.")
    return Wanted(
        kind=None if kind is None else ExecutionKind(kind),
        state=state,
        group=call.query("group"),
        subject=call.query("subject"),
        text=call.query("name"),
        since=None if since is None else _moment(since),
    )


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise bad_input(
            f"since is a time such as 2026-03-19T12:00:00Z, not '{text[:40]}'."
        ) from None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(tzinfo=None)


def _told(row: ExecutionRow, name: str) -> dict[str, Any]:
    return {
        "Kind": row.kind.value,
        "Hash": row.subject,
        "Name": name,
        "Group": row.group,
        "RunName": row.details.get("run_name"),
        "Label": row.details.get("Label"),
    } | execution_row(row)
