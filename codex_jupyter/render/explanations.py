"""A failure explained: what failed, its cause, the fix and the line to type."""

from __future__ import annotations

from .html import Displayable, Markup, tag
from .said import said
from .text import clean, one_line
from .words import t

_BLOCK = "border-left:3px solid {};padding:4px 0 4px 12px;margin:4px 0"
_KNOWN = "var(--jp-warn-color1, #b7791f)"
_UNKNOWN = "var(--jp-error-color1, #cf222e)"
_CODE = "user-select:text;white-space:pre-wrap;overflow-wrap:anywhere;margin:4px 0"
_LONGEST = 6000


def explained(
    title: str, cause: str, fix: str, line: str, told: str, more: str
) -> Displayable:
    """A failure whose cause is known.

    Args:
        title: what failed, in one line.
        cause: why, in a sentence.
        fix: what to do about it.
        line: what to type, exactly.
        told: the failure's own text.
        more: what to type to see more, or "".
    """
    title, line, more = one_line(said(title)), clean(line), clean(said(more))
    shown = clean(said(cause)), clean(said(fix))
    parts = [title, *cause_and_fix(*shown), f"    {line}"]
    html = tag(
        "div",
        tag("strong", title),
        tag("div", tag("b", t("Cause")), f" {shown[0]}", style="margin:4px 0"),
        tag("div", tag("b", t("Fix")), f" {shown[1]}"),
        tag("pre", tag("code", line), tabindex="0", style=_CODE),
        _details(clean(told).strip()),
        tag("div", f"→ {more}") if more else None,
        class_="cx-explained",
        style=_BLOCK.format(_KNOWN),
    )
    text = "\n".join([*parts, *([f"→ {more}"] if more else [])])
    return Displayable(
        text, html, value={"cause": cause, "fix": fix, "line": line, "failure": told}
    )


def unexplained(title: str, told: str, more: str) -> Displayable:
    """A failure that nothing is known of: its own text, whole.

    Args:
        title: what failed, in one line.
        told: the failure's own text.
        more: what to type to see more, or "".
    """
    title, body = one_line(said(title)), _end(clean(said(told)).strip())
    first = t("No rule fits this failure, so here is all that was told of it:")
    told_lines = "\n".join("    " + line for line in body.splitlines())
    follow = f"→ {clean(said(more))}" if more else ""
    html = tag(
        "div",
        tag("strong", title),
        tag("div", first),
        tag("pre", body, style=_CODE),
        tag("div", follow) if follow else None,
        class_="cx-explained",
        style=_BLOCK.format(_UNKNOWN),
    )
    text = "\n".join(part for part in (title, first, told_lines, follow) if part)
    return Displayable(
        text, html, value={"cause": None, "fix": None, "line": None, "failure": told}
    )


def cause_and_fix(cause: str, fix: str) -> list[str]:
    """The two lines of a failure that is known, one below the other."""
    heads = [f"{t('Cause')}:", f"{t('Fix')}:"]
    width = max(map(len, heads))
    pairs = zip(heads, (cause, fix), strict=True)
    return [f"{head:{width}} {text}" for head, text in pairs]


def _details(told: str) -> Markup | None:
    if not told:
        return None
    return tag(
        "details",
        tag("summary", t("What was told")),
        tag("pre", _end(told), style=_CODE),
    )


def _end(text: str) -> str:
    """The end of a long text, where the cause stands."""
    return text if len(text) <= _LONGEST else f"…{text[-_LONGEST:]}"
