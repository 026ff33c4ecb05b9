"""What differs between two versions: a line each, and the lines of text below it."""

from __future__ import annotations

from collections.abc import Sequence

from .card_parts import BAD, OK
from .html import Displayable, Markup, tag
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
    lines, parts = [one_line(title)], [tag("strong", one_line(title))]
    for what, told, diff in rows:
        name, said = one_line(what, 80), one_line(told, 400)
        lines.append(f"{name}: {said}")
        lines += [f"    {clean(line)}" for line in diff]
        parts.append(tag("div", tag("b", name), f": {said}"))
        if diff:
            parts.append(tag("pre", [_line(line) for line in diff], style=_PRE))
    if following:
        lines.append(f"→ {one_line(following)}")
        parts.append(tag("div", f"→ {one_line(following)}"))
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
