"""PSI of every column and period at a glance."""

from __future__ import annotations

import html

import numpy as np
import plotly.graph_objects as go

from codex_jupyter.drift import DriftResult

from .looks import COLOURS, MARKS, finish, number, rounded, word
from .words import said, t

__all__ = ["heatmap"]

_LEVELS = tuple(COLOURS)
_ORDERS = ("psi", "name", "given")


def heatmap(result: DriftResult, *, sort: str = "psi") -> go.Figure:
    """Periods across, columns down, one coloured and marked cell each.

    Args:
        result: with or without periods; without, there is one column of cells.
        sort: "psi" (largest on top), "name" or "given".
    """
    if sort not in _ORDERS:
        raise ValueError(f"sort={sort!r} is not one of {', '.join(_ORDERS)}.")
    periods = list(result.periods) or [t("all rows")]
    table = result.history
    if not result.periods:
        table = result.frame.reindex(columns=["psi"]).T
    names = list(result.columns)
    worst = {
        name: np.nan_to_num(one.psi, nan=-1) for name, one in result.columns.items()
    }
    if sort == "psi":
        names.sort(key=lambda name: worst[name])
    elif sort == "name":
        names.sort(reverse=True)
    else:
        names.reverse()
    rows = result.rows_by_period.tolist() if result.periods else [1]
    psi, levels, words = [], [], []
    for name in names:
        values = table[name].tolist()
        one = result[name]
        found = one.levels_over_periods() if result.periods else [one.level]
        psi.append(rounded(values))
        levels.append(
            [
                _LEVELS.index(level) if count else None
                for level, count in zip(found, rows, strict=True)
            ]
        )
        words.append(
            [
                f"{MARKS[level]} {number(value, '.2f')}" if value == value else ""
                for level, value in zip(found, values, strict=True)
            ]
        )
    made = go.Figure(
        go.Heatmap(
            z=levels,
            customdata=psi,
            x=periods,
            y=[html.escape(name) for name in names],
            text=words,
            texttemplate="%{text}" if len(periods) <= 20 else None,
            hovertemplate="%{y}, %{x}<br>PSI %{customdata:.5~r}<extra></extra>",
            hoverongaps=False,
            zmin=-0.5,
            zmax=len(_LEVELS) - 0.5,
            colorscale=_steps(),
            colorbar={
                "tickvals": list(range(len(_LEVELS))),
                "ticktext": [f"{MARKS[one]} {word(one)}" for one in _LEVELS],
            },
            xgap=1,
            ygap=1,
        )
    )
    if gaps := [name for name, count in zip(periods, rows, strict=True) if not count]:
        _add_gaps(made, gaps, names)
    return finish(
        made,
        t("PSI against {against}", against=html.escape(said(result.against))),
        height=120 + 24 * max(len(names), 2),
        xaxis={"type": "category", "showgrid": False},
        yaxis={"type": "category", "automargin": True, "showgrid": False},
    )


def _add_gaps(made: go.Figure, gaps: list[str], names: list[str]) -> None:
    """A mark, and words, where a period has no records."""
    none = t("no records")
    places = [(label, html.escape(name)) for label in gaps for name in names]
    made.add_scatter(
        x=[label for label, _ in places],
        y=[name for _, name in places],
        name=none,
        mode="markers",
        marker={"symbol": "x-thin-open", "color": "#888888", "size": 7},
        hovertemplate=f"%{{y}}, %{{x}}<br>{none}<extra></extra>",
        showlegend=True,
    )
    made.update_layout(
        legend={
            "orientation": "h",
            "x": 1,
            "xanchor": "right",
            "y": 1,
            "yanchor": "bottom",
        },
    )
    # A category keeps its place where its first mark is no cell.
    made.update_xaxes(categoryorder="array", categoryarray=list(made.data[0].x))


def _steps() -> list[list[object]]:
    pieces: list[list[object]] = []
    for place, level in enumerate(_LEVELS):
        pieces.append([place / len(_LEVELS), COLOURS[level]])
        pieces.append([(place + 1) / len(_LEVELS), COLOURS[level]])
    return pieces
