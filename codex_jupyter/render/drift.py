"""A drift report in static HTML and text: verdict first, then a table, then periods.

Takes plain data: ``title``, ``sentences``, ``columns`` (one dict a column, worst
first: ``name``, ``psi``, ``floor``, ``level``, ``verdict`` and ``bins``, each a label,
a share of the reference and one of the current data), ``omitted`` (how many columns
are left out), ``rule``, ``average``, ``thresholds`` (columns with their own: name,
moderate, significant), ``periods``, ``gaps`` (those without records) and ``history``
(by column, a PSI and its level a period).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from .card_parts import (
    BAD,
    BUSY,
    CELL,
    FRAME,
    OFF,
    OK,
    QUIET,
    TABLE,
    WARN,
    heading,
    spoken,
)
from .html import Displayable, Markup, tag
from .said import said
from .text import clean, one_line
from .words import mark, number, t

# The marks of the dashboard and of the figures.
_LOOKS = {
    "significant": ("■", BAD),
    "moderate": ("▲", WARN),
    "stable": ("○", OK),
    "noise": ("·", OFF),
    "empty": ("-", OFF),
}
_LEVELS = {
    "significant": mark("significant"),
    "moderate": mark("moderate"),
    "stable": mark("stable"),
    "noise": mark("noise"),
    "empty": mark("empty"),
}
_WIDTH, _HEIGHT = 130, 30
_MOST_THRESHOLDS = 6


def drift_card(data: Mapping[str, Any]) -> Displayable:
    """The report as a displayable card."""
    columns: Sequence[Mapping[str, Any]] = data["columns"]
    body = tag(
        "div",
        heading(data["title"], _tally(columns)),
        tag(
            "ul",
            [tag("li", spoken(said(one))) for one in data["sentences"]],
            style="margin:8px 0",
        ),
        _table(columns),
        _heat_map(data) if data.get("periods") else None,
        tag("p", _footer(data), style=QUIET),
        style=FRAME,
    )
    return Displayable(_text(data), body)


def _tally(columns: Sequence[Mapping[str, Any]]) -> str:
    counts = dict.fromkeys(_LOOKS, 0)
    for one in columns:
        counts[one["level"]] += 1
    told = [
        t("{count} {level}", count=count, level=t(_LEVELS[level]))
        for level, count in counts.items()
        if count
    ]
    if not told:
        return t("no columns")
    if len(columns) == 1:
        return t("1 column: {told}", told=told[0])
    return t("{n} columns: {told}", n=len(columns), told=", ".join(told))


def _table(columns: Sequence[Mapping[str, Any]]) -> Markup:
    names = (
        t("column"),
        "PSI",
        t("noise floor"),
        t("verdict"),
        t("distribution"),
    )
    head = tag("tr", [tag("th", name, style=CELL, scope="col") for name in names])
    return tag("table", tag("thead", head), tag("tbody", _rows(columns)), style=TABLE)


def _rows(columns: Sequence[Mapping[str, Any]]) -> list[Markup]:
    """One table row a column."""
    rows = []
    for one in columns:
        sign, tone = _LOOKS[one["level"]]
        verdict = [tag("span", sign, style=f"color:{tone}"), " ", said(one["verdict"])]
        cells = (
            tag("th", one["name"], style=CELL, scope="row", dir="auto"),
            tag("td", _number(one["psi"]), style=CELL),
            tag("td", _number(one["floor"]), style=CELL),
            tag("td", verdict, style=CELL),
            tag("td", _bars(one), style=CELL),
        )
        rows.append(tag("tr", *cells))
    return rows


def _bars(column: Mapping[str, Any]) -> Markup | None:
    """Bins side by side: the reference in grey, the current data in colour."""
    bins = column["bins"]
    top = max((max(p, q) for _, p, q in bins), default=0.0)
    if not top:
        return None
    width = _WIDTH / len(bins)
    # One path a side: a rectangle a bin would make large notebooks.
    sides = [
        "".join(
            f"M{(place + side * 0.42) * width:.1f} {_HEIGHT}"
            f"v-{_HEIGHT * shares[side] / top:.1f}h{width * 0.4:.1f}V{_HEIGHT}"
            for place, (_, *shares) in enumerate(bins)
            if shares[side]
        )
        for side in (0, 1)
    ]
    return tag(
        "svg",
        tag("path", d=sides[0], fill=OFF),
        tag("path", d=sides[1], fill=BUSY),
        width=_WIDTH,
        height=_HEIGHT,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
        aria_label=t(
            "Shares of {name} by bin: reference and current", name=column["name"]
        ),
    )


def _heat_map(data: Mapping[str, Any]) -> Markup:
    periods, history = data["periods"], data["history"]
    head = [tag("th", t("PSI by period"), style=CELL, scope="col")]
    head += [tag("th", one, style=f"{CELL};font-weight:400") for one in periods]
    rows = []
    for name, values in history.items():
        cells = [tag("th", name, style=CELL, scope="row", dir="auto")]
        cells += [
            tag("td", t("no records"), style=f"{CELL};{QUIET}")
            if period in data["gaps"]
            else _heat(*value)
            for period, value in zip(periods, values, strict=True)
        ]
        rows.append(tag("tr", *cells))
    table = tag("table", tag("thead", tag("tr", head)), tag("tbody", rows), style=TABLE)
    return tag("div", table, style="overflow-x:auto;white-space:nowrap")


def _heat(psi: float, level: str) -> Markup:
    sign, tone = _LOOKS[level]
    # The shape tells what the colour tells.
    shape = tag("span", sign, style=f"color:{tone}")
    text = "-" if math.isnan(psi) else number(psi, 2)
    return tag("td", shape, f" {text}", style=CELL)


def _number(value: float) -> str:
    return "-" if math.isnan(value) else number(value, 3)


def _footer(data: Mapping[str, Any]) -> str:
    bands = t(
        "Grey is the reference, blue the current data. Below 0.10 stable, to 0.25 "
        "moderate, above significant; below its noise floor PSI says nothing."
    )
    parts = [bands, *_own_thresholds(data)]
    if data.get("omitted"):
        parts.append(t("{n} more columns are in .frame.", n=data["omitted"]))
    parts.append(
        t(
            "Rule: {rule}. Average PSI {average}.",
            rule=data["rule"],
            average=_number(data["average"]),
        )
    )
    return " ".join(parts)


def _own_thresholds(data: Mapping[str, Any]) -> list[str]:
    own = data["thresholds"]
    told = [
        t(
            "{name} moderate from {moderate}, significant above {significant}",
            name=one_line(name),
            moderate=f"{moderate:g}",
            significant=f"{significant:g}",
        )
        for name, moderate, significant in own[:_MOST_THRESHOLDS]
    ]
    if more := len(own) - len(told):
        told.append(t("{n} more columns", n=more))
    if not told:
        return []
    return [t("With thresholds of their own: {told}.", told="; ".join(told))]


def _text(data: Mapping[str, Any]) -> str:
    columns = data["columns"]
    lines = [f"{data['title']}: {_tally(columns)}"]
    lines += [f"  {said(one)}" for one in data["sentences"]]
    size = max((len(one_line(one["name"])) for one in columns), default=0)
    for one in columns:
        sign = _LOOKS[one["level"]][0]
        name = one_line(one["name"]).ljust(size)
        floor = _number(one["floor"])
        lines.append(
            f"{sign} {name}  PSI {_number(one['psi'])}  {t('noise floor')} {floor}  "
            f"{said(one['verdict'])}"
        )
    lines += _own_thresholds(data)
    if data.get("omitted"):
        lines.append(t("{n} more columns are in .frame.", n=data["omitted"]))
    return clean("\n".join(lines))
