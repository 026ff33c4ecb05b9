"""Rows as a table: aligned text for terminals, a plain HTML table for notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .html import Displayable, tag
from .text import clean, one_line

_CELL_STYLE = "text-align:left;vertical-align:top;white-space:pre-wrap"


def table(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], title: str = ""
) -> Displayable:
    """A table of the named columns; its ``value`` is the rows as they were given.

    Args:
        rows: one mapping a row; a column that a row lacks, or None, is left empty.
        columns: the keys to show, in order, which are the headings too.
        title: a line above the table.
    """
    title = one_line(title)
    shown = [["" if row.get(c) is None else row[c] for c in columns] for row in rows]
    cells = [[one_line(cell) for cell in row] for row in shown]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in [list(columns), *cells]
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    text = "\n".join(line.rstrip() for line in ([title] if title else []) + lines)
    head = tag("tr", [tag("th", c, scope="col", style=_CELL_STYLE) for c in columns])
    body = [
        tag("tr", [tag("td", clean(cell), style=_CELL_STYLE) for cell in row])
        for row in shown
    ]
    caption = tag("caption", title, style="text-align:left") if title else None
    html = tag(
        "table", caption, tag("thead", head), tag("tbody", body), class_="cx-table"
    )
    return Displayable(text, html, value=list(rows))
