"""A list of checks: each with a shape, a word and what to type about it."""

from __future__ import annotations

from collections.abc import Sequence

from .card_parts import BAD, OK, WARN
from .html import Displayable, tag
from .said import said
from .text import clean, one_line
from .words import mark, t

_LOOKS = {"ok": ("✓", OK), "warn": ("!", WARN), "bad": ("✗", BAD)}
_WORDS = {"ok": mark("ok"), "warn": mark("warn"), "bad": mark("bad")}
_CELL = "text-align:left;vertical-align:top;padding:2px 14px 2px 0;white-space:pre-wrap"


def checks(rows: Sequence[tuple[str, str, str, str]]) -> Displayable:
    """The list; its ``value`` is the rows as dicts.

    Args:
        rows: level (``ok``, ``warn`` or ``bad``), what was looked at, what was found,
            and what to type, or "".
    """
    shown_rows = [(one, *map(said, texts)) for one, *texts in rows]
    width = max((len(what) for _, what, _, _ in shown_rows), default=0)
    lines: list[str] = []
    body = []
    for level, what, told, fix in shown_rows:
        (sign, tone), word_of = _LOOKS[level], t(_WORDS[level])
        lines.append(f"{sign} {word_of:4}  {what:{width}}  {one_line(told, 400)}")
        if fix:
            lines.append(f"{'':{width + 10}}→ {one_line(fix, 400)}")
        word = tag("strong", f"{sign} {word_of}", style=f"color:{tone}")
        shown = [
            clean(told),
            tag("div", "→ ", tag("code", clean(fix))) if fix else None,
        ]
        body.append(
            tag(
                "tr",
                tag("td", word, style=f"{_CELL};white-space:nowrap"),
                tag("th", what, scope="row", style=f"{_CELL};white-space:nowrap"),
                tag("td", shown, style=_CELL),
            )
        )
    wrong = sum(level != "ok" for level, *_ in rows)
    last = t("All is well.")
    if wrong:
        last = (
            t("1 of {all} needs a look.", all=len(rows))
            if wrong == 1
            else t("{n} of {all} need a look.", n=wrong, all=len(rows))
        )
    names = ("level", "check", "found", "fix")
    html = tag("div", tag("table", tag("tbody", body)), tag("p", last))
    value = [dict(zip(names, row, strict=True)) for row in rows]
    return Displayable("\n".join([*lines, last]), html, value=value)
