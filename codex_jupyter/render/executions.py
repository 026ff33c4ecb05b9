"""The static twin of the execution panel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .card_parts import (
    BUSY,
    CELL,
    FRAME,
    PRE,
    QUIET,
    STATES,
    TABLE,
    day,
    failure,
    heading,
    log_line,
    state_badge,
    tail,
)
from .html import Displayable, Markup, tag
from .said import said
from .text import clean, one_line
from .words import t


def execution_card(data: Mapping[str, Any]) -> Displayable:
    """An execution as it stood when the notebook was saved.

    Args:
        data: the fields of the execution panel (``name``, ``group``, ``number``,
            ``state``, ``line``, ``told``, ``reason``, ``detail``, ``facts``,
            ``metrics``, ``params``, ``again``, ``updated`` in seconds since 1970) and
            ``rows``, the last lines of its log.
    """
    name, group, state = (one_line(data[k], 120) for k in ("name", "group", "state"))
    number, again = one_line(data["number"], 60), one_line(data["again"], 200)
    sign, tone = STATES.get(state, ("…", BUSY))
    reason, detail = (
        one_line(said(data["reason"]), 400),
        tail(clean(said(data["detail"]))),
    )
    line = one_line(
        " ".join(said(part) for part in (data["line"], data["told"]) if part)
    )
    pairs = [
        (one_line(pair["name"], 60), one_line(pair["value"], 90))
        for pair in [*data["metrics"], *data["params"], *data["facts"]]
    ]
    rows = [log_line(row) for row in data["rows"]] if not detail else []
    foot = t("as of {time}", time=day(data["updated"]))
    where = t("group {group}", group=group)
    text = "\n".join(
        part
        for part in (
            f"{name}, {number} ({where}): {t(state)}",
            line,
            reason,
            detail,
            "\n".join(f"  {key}: {value}" for key, value in pairs),
            again,
            foot,
        )
        if part
    )
    html = tag(
        "div",
        heading(name, f"{number} · {where}", state_badge(sign, tone, state)),
        tag("p", line, style="margin:6px 0 0") if line else None,
        failure(reason, detail),
        _table(pairs) if pairs else None,
        tag("pre", "\n".join(rows), style=PRE) if rows else None,
        tag("p", tag("code", again), f" · {foot}", style=QUIET),
        style=FRAME,
    )
    return Displayable(text, html)


def _table(pairs: list[tuple[str, str]]) -> Markup:
    rows = [
        tag(
            "tr",
            tag("th", name, scope="row", style=CELL),
            tag("td", value, style=f"{CELL};overflow-wrap:anywhere"),
        )
        for name, value in pairs
    ]
    return tag("table", tag("tbody", rows), style=TABLE)
