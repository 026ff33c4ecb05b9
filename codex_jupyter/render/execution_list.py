"""Executions as a table: for terminals, and for a saved notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .ages import age
from .html import Displayable
from .progress import duration
from .tables import table
from .words import t

_WHAT = ("kind", "name")
_WORDS = ("kind", "state", "message")
_COLUMNS = ("id", "state", "age", "took", "input", "rows", "output", "message")


def executions_table(
    rows: Sequence[Mapping[str, Any]], now: datetime, count: int, of: str = ""
) -> Displayable:
    """The platform's rows as a table, whose ``value`` is what it shows.

    Args:
        rows: as the platform gives them, in the order to show.
        now: what ages are counted to.
        count: how many there are, where these are not all.
        of: the name of what they all run; "" where that differs.
    """
    columns = _COLUMNS if of else ("id", *_WHAT, *_COLUMNS[1:])
    title = ""
    if count > len(rows):
        title = t("{n} of {all} executions.", n=len(rows), all=count)
    return table([_shown(row, now) for row in rows], columns, title, _WORDS)


def _shown(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    took, read = row.get("TimeElapsed"), row.get("InputFile") or {}
    written = row.get("OutputFile") or {}
    return {
        "id": row.get("ExecutionId"),
        "kind": row.get("Kind"),
        "name": row.get("Name"),
        "state": row.get("ExecutionState"),
        "age": age(str(row.get("RequestedAt", "")), now),
        "took": None if took is None else duration(took / 1000),
        "input": read.get("Name"),
        "rows": read.get("Rows"),
        "output": written.get("Name"),
        "message": str(row.get("Message") or "").partition("\n")[0] or None,
    }
