"""The first rows of a table as a message: they travel, and are not kept."""

from __future__ import annotations

from typing import Any

import pandas as pd

from codex_jupyter.render.text import one_line
from codex_jupyter.render.words import t

_ROWS, _COLUMNS, _TEXT = 20, 30, 120


def preview(value: Any) -> dict[str, Any]:
    """The fields of the ``preview`` message; of what is no table, a note."""
    if not isinstance(value, pd.DataFrame):
        kind = type(value).__name__
        note = t("It is no table but a {kind}; save it to open it.", kind=kind)
        return {"columns": [], "rows": [], "of": None, "note": note}
    head = value.iloc[:_ROWS, :_COLUMNS]
    more = value.shape[1] - _COLUMNS
    return {
        "columns": [one_line(str(name), _TEXT) for name in head.columns],
        "rows": [
            [one_line(_text(cell), _TEXT) for cell in row]
            for row in head.itertuples(index=False, name=None)
        ],
        "of": len(value),
        "note": t("{n} more columns", n=more) if more > 0 else "",
    }


def _text(cell: Any) -> str:
    if isinstance(cell, float):
        return "" if cell != cell else f"{cell:.6g}"
    return "" if cell is None else str(cell)
