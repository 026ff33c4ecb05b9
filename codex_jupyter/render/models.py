"""The models of a platform as a table: for terminals, and for a saved notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .ages import age
from .html import Displayable
from .tables import table
from .words import t

_COLUMNS = (
    *("name", "version", "state", "operation", "group", "python", "age"),
    *("calls", "last call", "drift", "hash"),
)
_WORDS = ("state", "drift")
_SHORT = 12  # characters of a hash that are shown and may be typed


def models_table(
    rows: Sequence[Mapping[str, Any]], now: datetime, most: int | None = None
) -> Displayable:
    """The platform's rows as a table, whose ``value`` is what it shows of them all.

    Args:
        rows: as the platform gives them, in the order to show.
        now: what ages are counted to.
        most: rows that are shown; all of them if None.
    """
    shown = [_shown(row, now) for row in rows]
    if most is None or len(shown) <= most:
        return table(shown, _COLUMNS, words=_WORDS)
    title = t("The first {n} of {all} models.", n=most, all=len(shown))
    part = table(shown[:most], _COLUMNS, title, _WORDS)
    return Displayable(part.text, part.html, value=shown)


def _shown(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    drift = row.get("Drift") or {}
    return {
        "name": row.get("Name"),
        "version": row.get("Version"),
        "state": row.get("Status"),
        "operation": row.get("Operation"),
        "group": row.get("Group"),
        "python": str(row.get("PythonVersion", "")).replace("Python3", "3."),
        "age": age(str(row.get("UploadedAt", "")), now),
        "calls": row.get("Calls"),
        "last call": age(str(row.get("LastCallAt", "")), now),
        "drift": " ".join(str(drift[k]) for k in ("Verdict", "Label") if k in drift),
        "hash": str(row.get("ModelHash", ""))[:_SHORT],
    }
