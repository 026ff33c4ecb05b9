"""What all figures share: colours that colour-blind people tell apart, and marks."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from codex_jupyter.drift import Bands, DriftResult
from codex_jupyter.drift.bands import USUAL

from .words import t

__all__ = [
    "COLOURS",
    "MARKS",
    "SERIES",
    "SYMBOLS",
    "bands_of",
    "finish",
    "number",
    "rounded",
    "word",
]

# Okabe and Ito's colours; each level also has a mark of its own.
COLOURS = {
    "empty": "#ffffff",
    "noise": "#e6e6e6",
    "stable": "#56b4e9",
    "moderate": "#e69f00",
    "significant": "#d55e00",
}
MARKS = {"empty": "", "noise": "·", "stable": "○", "moderate": "△", "significant": "■"}
SYMBOLS = {
    "empty": "x-thin-open",
    "noise": "circle-open",
    "stable": "circle",
    "moderate": "triangle-up",
    "significant": "square",
}
# Lines and bars of several series, with a dash or pattern each.
SERIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")


def word(level: str) -> str:
    """A level as a legend tells it."""
    return {
        "empty": t("nothing to compare"),
        "noise": t("within sampling noise"),
        "stable": t("stable"),
        "moderate": t("moderate"),
        "significant": t("significant"),
    }[level]


def number(value: float, form: str = "") -> str:
    """A number with the language's decimal mark and nothing between thousands.

    Args:
        value: any number.
        form: how Python formats it, such as ".2f".
    """
    return format(value, form).replace(".", _marks()[0])


def _marks() -> str:
    """The decimal mark and that between thousands, as plotly's layout takes them."""
    return t(".,")


def bands_of(result: DriftResult) -> Bands:
    """The thresholds that all columns share; the usual ones where they differ."""
    each = {one.bands for one in result.columns.values()}
    return each.pop() if len(each) == 1 else USUAL


def rounded(values: Any) -> list[float | None]:
    """Numbers with five digits and null for NaN: a figure needs no more."""
    return [None if x != x else float(f"{x:.5g}") for x in map(float, values)]


def finish(made: go.Figure, title: str, **layout: Any) -> go.Figure:
    """Title, margins, font, decimal mark; no template, which would weigh 7 KB."""
    made.update_layout(
        template="none",
        title={"text": title, "x": 0, "xanchor": "left"},
        font={"size": 12},
        separators=_marks(),
        margin={"l": 60, "r": 20, "t": 50, "b": 50},
        **layout,
    )
    return made
