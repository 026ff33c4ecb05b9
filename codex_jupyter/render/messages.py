"""One-block messages: an error (the thing, the cause, what to type) and a note."""

from __future__ import annotations

from typing import Protocol

from .html import Displayable, Markup, tag
from .said import said
from .text import clean

_BLOCK = "border-left:3px solid {};padding:4px 0 4px 12px;margin:4px 0"
_BAD = "var(--jp-error-color1, #cf222e)"
_QUIET = "var(--jp-border-color1, #8c959f)"


class Problem(Protocol):
    """What an error must tell: a sentence, and perhaps details and the next step."""

    message: str
    hint: str | None
    detail: str | None


def error_block(error: Problem) -> Displayable:
    """An error as one block: what was wrong, the details, what to do next.

    Texts of ours are in the language in use; details are the failure's own.
    """
    message, hint = (
        clean(said(text)).strip() for text in (error.message, error.hint or "")
    )
    detail = clean(error.detail or "").strip()
    text = "\n".join(
        part for part in (message, _indented(detail), hint and f"→ {hint}") if part
    )
    html = tag(
        "div",
        tag("strong", message),
        _pre(detail),
        tag("div", f"→ {hint}") if hint else None,
        class_="cx-error",
        role="alert",
        style=_BLOCK.format(_BAD),
    )
    return Displayable(text, html, value=error)


def note(text: str, next: str | None = None) -> Displayable:  # noqa: A002
    """A line or a few about what was done, and what may be typed next.

    Args:
        text: what happened, in English or translated; further lines are shown
            below the first.
        next: what to type next, or None.
    """
    body = clean(said(text))
    follow = clean(said(next)) if next else ""
    html = tag(
        "div",
        [tag("div", line) for line in body.split("\n")],
        tag("div", f"→ {follow}") if follow else None,
        class_="cx-note",
        style=_BLOCK.format(_QUIET),
    )
    return Displayable(f"{body}\n→ {follow}" if follow else body, html)


def _indented(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())


def _pre(text: str) -> Markup | None:
    if not text:
        return None
    return tag("pre", text, style="margin:6px 0;white-space:pre-wrap")
