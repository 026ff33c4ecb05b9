"""Log rows: a listing that keeps a traceback's lines, and the same as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .html import Displayable
from .tables import table
from .text import clean

_COLUMNS = ("when", "during", "kind", "text")


def log_listing(rows: Sequence[Mapping[str, Any]], title: str = "") -> Displayable:
    """Log rows as the platform gives them; they are the listing's ``value``.

    Args:
        rows: with ``RegisteredAt``, ``Routine``, ``OutputType`` and ``OutputData``.
        title: a line above.
    """
    shown: list[dict[str, str]] = []
    lines = [title] if title else []
    for row in rows:
        when = clean(row.get("RegisteredAt", ""))[:19].replace("T", " ")
        during, kind = clean(row.get("Routine", "")), clean(row.get("OutputType", ""))
        text = clean(row.get("OutputData", "")).rstrip()
        shown.append(dict(zip(_COLUMNS, (when, during, kind, text), strict=True)))
        first, *others = text.split("\n")
        lines.append(f"{when}  {during:4}  {kind:7}  {first}".rstrip())
        lines += [f"    {line}" for line in others]
    html = table(shown, _COLUMNS, title).html
    return Displayable("\n".join(lines), html, value=list(rows))
