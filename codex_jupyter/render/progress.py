"""How far a piece of work is: one line of text, and the same with a bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .html import Displayable, tag
from .text import clean, one_line
from .words import number, t

_STYLE = "display:flex;flex-wrap:wrap;align-items:center;gap:4px 12px;margin:4px 0"
_QUIET = "flex-basis:100%;opacity:.75;white-space:pre-wrap"


def progress_line(
    title: str, state: str, progress: Mapping[str, Any], log: str = ""
) -> Displayable:
    """A piece of work and what is known of it.

    Args:
        title: what it is.
        state: its state, in the platform's word.
        progress: ``Elapsed`` and ``Estimate`` in seconds, ``Rows``, ``RowsWritten``
            and ``Fraction`` from 0 to 1; each may be missing or None.
        log: the last line that it printed.
    """
    told = ", ".join([t(clean(state)), *known_parts(progress)])
    last = one_line(log)
    text = f"{clean(title)}: {told}" + (f"\n  | {last}" if last else "")
    fraction = progress.get("Fraction")
    bar = tag(
        "progress",
        value=None if fraction is None else f"{fraction:.4f}",
        max="1",
        aria_label=t("{title}: progress", title=clean(title)),
    )
    html = tag(
        "div",
        tag("strong", clean(title)),
        bar if progress else None,
        tag("span", told, role="status"),
        tag("span", last, style=_QUIET) if last else None,
        class_="cx-progress",
        style=_STYLE,
    )
    return Displayable(text, html, value=dict(progress))


def known_parts(progress: Mapping[str, Any]) -> list[str]:
    """What is known of a progress, in words: share, rows, seconds."""
    parts = []
    if (fraction := progress.get("Fraction")) is not None:
        parts.append(f"{100 * fraction:.0f} %")
    if (rows := progress.get("Rows")) is not None:
        written = progress.get("RowsWritten")
        parts.append(
            t("{rows} rows", rows=rows)
            if written is None
            else t("{written} of {rows} rows", written=written, rows=rows)
        )
    if (elapsed := progress.get("Elapsed")) is not None:
        estimate = progress.get("Estimate")
        parts.append(
            duration(elapsed)
            if estimate is None
            else t(
                "{elapsed} of about {estimate}",
                elapsed=duration(elapsed),
                estimate=duration(estimate),
            )
        )
    return parts


def duration(seconds: float) -> str:
    """Seconds for a person: ``0.4 s``, ``12 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if seconds < 10:
        return f"{number(seconds, 1)} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
