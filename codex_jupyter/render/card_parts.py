"""What the static twins of the panels are made of: one frame, one heading, one look.

Inline styles only, because scripts and style blocks are stripped where notebooks are
shown to others; each card reads well without any style too, in light and in dark.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from .html import Child, Displayable, Markup, tag
from .text import one_line
from .words import day as written
from .words import mark, t

# Middle tones: they stand out on white and on black. The words keep the page's colour.
OK, BUSY, WARN, BAD, OFF = "#2e9e4f", "#3b82d0", "#b7791f", "#d9534f", "#8a8f98"
_LINE = "1px solid rgba(128,128,128,.4)"

FRAME = (
    f"border:{_LINE};border-radius:6px;padding:12px 14px;margin:4px 0;"
    "max-width:960px;font-family:system-ui,sans-serif;font-size:13px;line-height:1.45"
)
TABLE = "border-collapse:collapse;margin:8px 0 0;font-size:13px"
CELL = "padding:2px 14px 2px 0;text-align:left;border:0;background:none"
PRE = (
    "margin:8px 0 0;padding:8px 10px;max-height:260px;overflow:auto;"
    f"white-space:pre-wrap;overflow-wrap:anywhere;border:{_LINE};border-radius:4px;"
    "font-size:12px;background:none;color:inherit"
)
QUIET = "margin:8px 0 0;opacity:.75;font-size:12px"

_MAX_DETAIL = 1500

STATES = {
    "Succeeded": ("✓", OK),
    "Deployed": ("✓", OK),
    "Failed": ("✗", BAD),
    "FailedRecovery": ("✗", BAD),
    "DisabledFailed": ("✗", BAD),
    "Disabled": ("‖", OFF),
    "DisabledRecovery": ("‖", OFF),
    "Deleted": ("✕", OFF),
}


# What the states are called; as keys of STATES they are the wire's.
STATE_WORDS = (
    mark("Uploading"),
    mark("Not uploaded"),
    mark("Ready"),
    mark("Building"),
    mark("Recovering"),
    mark("Requested"),
    mark("Running"),
    mark("Succeeded"),
    mark("Deployed"),
    mark("Failed"),
    mark("FailedRecovery"),
    mark("Disabled"),
    mark("DisabledRecovery"),
    mark("DisabledFailed"),
    mark("Deleted"),
)


def spoken(text: str) -> list[Child]:
    """A sentence with the names in it, which stand between backticks, set apart."""
    return [
        tag("code", part, dir="auto") if place % 2 else part
        for place, part in enumerate(text.split("`"))
    ]


def heading(name: str, beside: str, state: Markup | None = None) -> Markup:
    """A card's first line: what it is about, where that is, its state."""
    return tag(
        "p",
        tag("strong", name, style="font-size:15px", dir="auto"),
        " ",
        tag("span", beside, style="opacity:.75"),
        " " if state else None,
        state,
        style="margin:0",
    )


def state_badge(sign: str, tone: str, state: str) -> Markup:
    """A state in a rounded frame: its sign, its colour and its word."""
    shape = tag("span", sign, style=f"color:{tone};font-weight:700")
    border = f"border:1px solid {tone};border-radius:99px;padding:1px 9px"
    return tag(
        "strong",
        shape,
        f" {t(state)}",
        style=f"{border};margin-left:8px;font-size:12px",
    )


def failure(reason: str, detail: str) -> Markup | None:
    """A reason in bold beside a red bar, and its details; None without a reason."""
    if not reason:
        return None
    return tag(
        "div",
        tag("strong", reason, dir="auto"),
        tag("pre", detail, style=PRE) if detail else None,
        style=f"border-left:4px solid {BAD};padding:4px 0 4px 12px;margin:8px 0 0",
    )


def framed(name: str, listing: Displayable, updated: float, none: str) -> Displayable:
    """A table as a card, with the moment that its ages are counted to.

    Args:
        updated: seconds since 1970.
        none: what to say where the table has no rows.
    """
    if not listing.value:
        listing = Displayable(none, tag("p", none, style="margin:6px 0 0"))
    told = tag("p", t("as of {time}", time=day(updated)), style=QUIET)
    html = tag(
        "div", heading(name, ""), listing.html, told, style=f"{FRAME};overflow-x:auto"
    )
    return Displayable(listing.text, html, value=listing.value)


def day(seconds: float) -> str:
    """A moment, in seconds since 1970, by the reader's clock."""
    return written(datetime.fromtimestamp(seconds).astimezone())


def tail(detail: str) -> str:
    """A failure's end: that is where the cause stands."""
    return detail if len(detail) <= _MAX_DETAIL else f"…{detail[-_MAX_DETAIL:]}"


def log_line(row: Mapping[str, str]) -> str:
    """A row of a log (``time``, ``level``, ``text``) in one line."""
    time, level = one_line(row["time"], 20), one_line(row["level"], 20)
    said = "" if level == "Ok" else f"{t(level)}: "
    return f"{time}  {said}{one_line(row['text'], 140)}"
