"""What a check found: how it ended, what was returned or why not, and what differs."""

from __future__ import annotations

from collections.abc import Sequence

from .card_parts import BAD, CELL, FRAME, OK, PRE, QUIET, TABLE, WARN
from .explanations import cause_and_fix
from .html import Displayable, Markup, tag
from .said import said
from .text import clean, one_line
from .words import mark, t

_LONGEST = 6000
_HEADS = ("", mark("kernel"), mark("target"), "")
_DIFFERS, _ONLY_THERE = mark("≠ differs"), mark("+ only there")

Explained = tuple[str, str, str]
"""A cause, a fix, and the line to type."""


def checked(
    title: str,
    *,
    passed: bool,
    told: str,
    versions: Sequence[tuple[str, str, str, bool]],
    same: int,
    explained: Explained | None = None,
    next: str = "",  # noqa: A002
) -> Displayable:
    """The card of a check; its ``value`` is what it says, as a dict.

    Args:
        title: how it ended, in a line.
        told: what was returned, or the failure's own text.
        versions: the name, the versions here and there, and whether they differ.
        same: how many other packages are the same.
        explained: of a failure that is known.
        next: what to type next, or "".
    """
    title, body = one_line(said(title), 300), _end(clean(said(told)).strip())
    next = said(next)  # noqa: A001
    sign, tone = ("✓", OK) if passed else ("✗", BAD)
    rest = _rest(same, versions)
    lines = [f"{sign} {title}", *(f"    {line}" for line in body.splitlines())]
    lines += _table_lines(versions)
    lines += [rest] if rest else []
    if explained is not None:
        cause, fix, line = _shown(explained)
        lines += [*cause_and_fix(cause, fix), f"    {line}"]
    lines += [f"→ {one_line(next)}"] if next else []
    html = tag(
        "div",
        tag("div", tag("span", sign, style=f"color:{tone};font-weight:700"), " ",
            tag("strong", title, dir="auto")),
        _answer(body, passed=passed, is_known=explained is not None),
        _explanation(explained),
        _table(versions) if versions else None,
        tag("p", rest, style=QUIET) if rest else None,
        tag("p", f"→ {one_line(next)}", style=QUIET) if next else None,
        class_="cx-checked",
        role="status" if passed else "alert",
        style=FRAME,
    )  # fmt: skip
    value = {
        "passed": passed,
        "told": told,
        "versions": [
            dict(zip(("name", "kernel", "target", "differs"), row, strict=True))
            for row in versions
        ],
        "same": same,
    }
    if explained is not None:
        value |= dict(zip(("cause", "fix", "line"), explained, strict=True))
    return Displayable("\n".join(lines), html, value=value)


def _answer(body: str, *, passed: bool, is_known: bool) -> Markup | None:
    if not body:
        return None
    text = tag("pre", body, style=PRE, tabindex="0")
    if passed or not is_known:
        return text
    # The cause stands above; the traceback is there for who wants it.
    return tag("details", tag("summary", t("What was told")), text)


def _explanation(explained: Explained | None) -> Markup | None:
    if explained is None:
        return None
    cause, fix, line = _shown(explained)
    return tag(
        "div",
        tag("div", tag("b", t("Cause")), f" {cause}", style="margin:6px 0 4px"),
        tag("div", tag("b", t("Fix")), f" {fix}"),
        tag("pre", tag("code", line), style=PRE, tabindex="0"),
    )


def _shown(explained: Explained) -> tuple[str, str, str]:
    cause, fix, line = explained
    return clean(said(cause)), clean(said(fix)), clean(line)


def _heads() -> tuple[str, ...]:
    return tuple(t(one) for one in _HEADS)


def _table(versions: Sequence[tuple[str, str, str, bool]]) -> Markup:
    head = tag("tr", [tag("th", one, scope="col", style=CELL) for one in _heads()])
    body = []
    for name, here, there, differs in versions:
        told = _word(here, differs=differs)
        word = tag("strong", told, style=f"color:{WARN}") if told else ""
        cells = [clean(here) or "—", clean(there), word]
        row = [tag("th", clean(name), scope="row", style=CELL)]
        row += [tag("td", cell, style=CELL) for cell in cells]
        body.append(tag("tr", row))
    return tag("table", tag("thead", head), tag("tbody", body), style=TABLE)


def _table_lines(versions: Sequence[tuple[str, str, str, bool]]) -> list[str]:
    rows = [
        _heads(),
        *(
            (one_line(name), one_line(here) or "—", one_line(there),
             _word(here, differs=differs))
            for name, here, there, differs in versions
        ),
    ]  # fmt: skip
    if not versions:
        return []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _word(here: str, *, differs: bool) -> str:
    if not differs:
        return ""
    return t(_DIFFERS if here else _ONLY_THERE)


def _rest(same: int, versions: Sequence[tuple[str, str, str, bool]]) -> str:
    if not any(differs for *_, differs in versions) and versions:
        return t("Nothing differs between this kernel and the target.")
    if not same:
        return ""
    if same == 1:
        return t("1 other package is the same in both.")
    return t("{n} other packages are the same in both.", n=same)


def _end(text: str) -> str:
    return text if len(text) <= _LONGEST else f"…{text[-_LONGEST:]}"
