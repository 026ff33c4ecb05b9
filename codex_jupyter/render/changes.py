"""What differs between two versions: a line each, and the lines of text below it."""

from __future__ import annotations

from collections.abc import Sequence

from .card_parts import BAD, OK
from .html import Displayable, Markup, tag
from .said import said
from .text import clean, one_line

_TONES = {"+": OK, "-": BAD}
_PRE = "margin:2px 0 6px 0;white-space:pre-wrap;font-size:90%"


def changes(
    title: str, rows: Sequence[tuple[str, str, Sequence[str]]], following: str = ""
) -> Displayable:
    """The differences; the ``value`` is the rows as dicts.

    Args:
        title: a line above them.
        rows: what differs, it in a line, and the lines of a unified diff or ().
        following: what to type next, or "".
    """
    head, following = one_line(said(title)), one_line(said(following))
    lines, parts = [head], [tag("strong", head)]
    for what, told, diff in rows:
        name, line = one_line(said(what), 80), one_line(said(told), 400)
        lines.append(f"{name}: {line}")
        lines += [f"    {clean(one)}" for one in diff]
        parts.append(tag("div", tag("b", name), f": {line}"))
        if diff:
            parts.append(tag("pre", [_line(one) for one in diff], style=_PRE))
    if following:
        lines.append(f"→ {following}")
        parts.append(tag("div", f"→ {following}"))
    value = [
        {"what": what, "told": told, "diff": "\n".join(diff)}
        for what, told, diff in rows
    ]
    return Displayable(
        "\n".join(lines), tag("div", parts, class_="cx-changes"), value=value
    )


def _line(line: str) -> Markup:
    tone = _TONES.get(line[:1])
    text = clean(line) + "\n"
    # The sign says it too: colour alone tells nothing to some.
    return tag("span", text, style=f"color:{tone}" if tone else None)
