"""Rows as a table: aligned text for terminals, a plain HTML table for notebooks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .html import Displayable, tag
from .said import said
from .text import clean, one_line

_CELL_STYLE = "text-align:left;vertical-align:top;white-space:pre-wrap"


def table(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    title: str = "",
    words: Collection[str] = ("state",),
) -> Displayable:
    """A table of the named columns; its ``value`` is the rows as they were given.

    Args:
        rows: one mapping a row; a column that a row lacks, or None, is left empty.
        columns: the keys to show, in order, which are the headings too.
        title: a line above the table.
        words: the columns whose cells are words of ours, such as states.
    """
    title = one_line(said(title))
    heads = [said(column) for column in columns]
    shown = [[_shown(row.get(c), is_word=c in words) for c in columns] for row in rows]
    cells = [[one_line(cell) for cell in row] for row in shown]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in [heads, *cells]
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    text = "\n".join(line.rstrip() for line in ([title] if title else []) + lines)
    head = tag("tr", [tag("th", c, scope="col", style=_CELL_STYLE) for c in heads])
    body = [
        tag("tr", [tag("td", clean(cell), style=_CELL_STYLE) for cell in row])
        for row in shown
    ]
    caption = tag("caption", title, style="text-align:left") if title else None
    html = tag(
        "table", caption, tag("thead", head), tag("tbody", body), class_="cx-table"
    )
    return Displayable(text, html, value=list(rows))


def _shown(value: Any, *, is_word: bool) -> Any:
    if value is None:
        return ""
    return said(value) if is_word and isinstance(value, str) else value
