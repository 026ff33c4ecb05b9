"""What the dossier tells of a model's training and of its drift since."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from codex_jupyter.render.html import Child, Markup, tag
from codex_jupyter.render.pages import grid, listing
from codex_jupyter.render.text import one_line
from codex_jupyter.render.timeline import timeline
from codex_jupyter.render.words import Words, mark

from .facts import Drift, Training

_MOST_PERIODS = 26
_HEAT = 13  # periods of the table by column
# How a level looks: a class of the page, and a shape that tells the same.
_LOOKS = {
    "significant": ("bad", "▲"),
    "moderate": ("busy", "◆"),
    "stable": ("ok", "●"),
    "noise": ("off", "○"),
    "empty": ("off", "-"),
}
LEVELS = {
    "significant": mark("significant"),
    "moderate": mark("moderate"),
    "stable": mark("stable"),
    "noise": mark("within noise"),
    "empty": mark("no records"),
}


def trained(training: Training | None, words: Words, most: int) -> Child:
    """The run that the model is of, with its metrics and parameters."""
    if training is None:
        told = words.t("It was uploaded, not promoted from a training of the platform.")
        return tag("p", told, class_="soft")
    card = listing(
        [
            (words.t("Experiment"), one_line(training.experiment, 200)),
            (words.t("Run"), one_line(f"{training.number} {training.name}", 200)),
            (words.t("Kind"), one_line(f"{training.kind} · {training.task}", 80)),
        ]
    )
    blocks: list[Child] = [card]
    for title, head, values in (
        (words.t("Metrics"), words.t("Metric"), training.metrics),
        (words.t("Parameters"), words.t("Parameter"), training.parameters),
    ):
        rows: list[list[Child]] = [
            [one_line(str(name), 120), one_line(_value(value), 200)]
            for name, value in list(values.items())[:most]
        ]
        if rows:
            table = grid([head, words.t("Value")], rows, numbers=(1,))
            blocks += [tag("h3", title), table, _more(len(values) - most)]
    return blocks


def drifted(found: tuple[Drift, ...], words: Words, most: int) -> Child:
    """For each monitoring its timeline, its periods and its columns."""
    if not found:
        return tag("p", words.t("It is not monitored."), class_="soft")
    return [_drift(one, words, most) for one in found]


def _drift(drift: Drift, words: Words, most: int) -> Child:
    t = words.t
    unit = t(_UNITS.get(drift.period, drift.period))
    against = t("PSI by {unit}, against the training", unit=unit)
    head = f"{against} · {one_line(drift.state, 40)}"
    if not drift.periods:
        told = t("No period of it has been run yet.")
        return [tag("h3", head), tag("p", told, class_="soft")]
    shown = drift.periods[-_MOST_PERIODS:]
    points = [
        (one_line(row["Label"], 20), average(row), look(row["Verdict"])[0])
        for row in shown
    ]
    told = t("Average PSI of each period")
    rows: list[list[Child]] = [
        [
            one_line(row["Label"], 20),
            tag("span", level(row["Verdict"], words), class_=look(row["Verdict"])[0]),
            words.number(row.get("Rows") or 0),
            figure(average(row), words),
            figure((row.get("Averages") or {}).get("Ndcg"), words),
            one_line(", ".join(moved(row)), 200),
        ]
        for row in reversed(shown)
    ]
    heads = [
        t("Period"), t("Verdict"), t("Rows"), t("Average PSI"), t("SHAP nDCG"),
        t("Columns that moved"),
    ]  # fmt: skip
    return [
        tag("h3", head),
        timeline(points, told),
        grid(heads, rows, numbers=(2, 3, 4)),
        _by_column(drift, words, most),
    ]


def _by_column(drift: Drift, words: Words, most: int) -> Child:
    """PSI of each column in the newest periods, what moved most first."""
    shown = [row for row in drift.periods if row.get("Columns")][-_HEAT:]
    worst: dict[str, float] = {}
    for row in shown:
        for name, one in row["Columns"].items():
            worst[name] = max(worst.get(name, 0.0), _known(one.get("Psi")))
    names = sorted(worst, key=lambda name: -worst[name])
    rows: list[list[Child]] = [
        [one_line(name, 80), *(_cell(row["Columns"].get(name), words) for row in shown)]
        for name in names[:most]
    ]
    if not rows:
        return None
    heads = [words.t("Column"), *(one_line(row["Label"], 20) for row in shown)]
    return [
        tag("h3", words.t("PSI of each column")),
        grid(heads, rows, numbers=tuple(range(1, len(heads)))),
        _more(len(names) - most),
    ]


_UNITS = {
    "Day": mark("day"),
    "Week": mark("week"),
    "Month": mark("month"),
    "Quarter": mark("quarter"),
    "Year": mark("year"),
}


def average(row: Mapping[str, Any]) -> float | None:
    """The average PSI of a period; None where it has none."""
    value = (row.get("Averages") or {}).get("Psi")
    return _known(value) if _is_number(value) else None


def moved(row: Mapping[str, Any]) -> list[str]:
    """Names of the columns that drifted in a period."""
    columns = row.get("Columns") or {}
    return [
        n for n, c in columns.items() if c.get("Level") in ("moderate", "significant")
    ]


def look(verdict: Any) -> tuple[str, str]:
    """The class and the shape of a verdict."""
    return _LOOKS.get(str(verdict), ("off", "-"))


def level(verdict: Any, words: Words) -> str:
    """A verdict, with the shape that tells the same."""
    text = LEVELS.get(str(verdict))
    return f"{look(verdict)[1]} {words.t(text) if text else verdict}"


def figure(value: Any, words: Words) -> str:
    """A figure of drift as it is shown."""
    return words.number(value, 3) if _is_number(value) else "-"


def _cell(column: Mapping[str, Any] | None, words: Words) -> Child:
    if column is None:
        return "-"
    kind, shape = look(column.get("Level"))
    return [tag("span", shape, class_=kind), f" {figure(column.get('Psi'), words)}"]


def _known(value: Any) -> float:
    return float(value) if _is_number(value) else 0.0


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value)


def _value(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _more(count: int) -> Markup | None:
    return tag("p", f"… + {count}", class_="soft") if count > 0 else None
