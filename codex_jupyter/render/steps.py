"""The steps of a piece of work, each with its state, its time and what was noted."""

from __future__ import annotations

from collections.abc import Sequence

from .card_parts import BAD, BUSY, CELL, OFF, OK, QUIET, TABLE
from .html import Displayable, tag
from .progress import duration
from .said import said
from .text import clean, one_line
from .words import mark, t

_LOOKS = {
    "started": ("…", BUSY),
    "done": ("✓", OK),
    "failed": ("✗", BAD),
    "stopped": ("‖", OFF),
}
_WORDS = {
    "started": mark("started"),
    "done": mark("done"),
    "failed": mark("failed"),
    "stopped": mark("stopped"),
}


def steps(
    title: str,
    rows: Sequence[tuple[str, str, float | None, str]],
    log: str = "",
) -> Displayable:
    """The steps so far.

    Args:
        rows: the step, ``started``, ``done``, ``failed`` or ``stopped``, its seconds,
            and a note.
        log: the last line that was told, or "".
    """
    title, last = one_line(said(title)), one_line(log)
    lines, body = [title], []
    for name, state, seconds, told in rows:
        step, word_of, note = said(name), t(_WORDS.get(state, state)), said(told)
        sign, tone = _LOOKS.get(state, _LOOKS["started"])
        spent = "" if seconds is None else duration(seconds)
        lines.append(
            f"  {sign} {step:8} {word_of:8} {spent:>7}  {one_line(note)}".rstrip()
        )
        word = [tag("span", sign, style=f"color:{tone};font-weight:700"), f" {word_of}"]
        cells = [clean(step), word, spent, clean(note)]
        body.append(tag("tr", [tag("td", cell, style=CELL) for cell in cells]))
    if last:
        lines.append(f"  | {last}")
    html = tag(
        "div",
        tag("strong", title),
        tag("table", tag("tbody", body), style=TABLE) if body else None,
        tag("p", last, style=QUIET) if last else None,
        class_="cx-steps",
        role="status",
    )
    return Displayable("\n".join(lines), html)
