"""Over the periods: averages of PSI and SHAP, and the features' ranks."""

from __future__ import annotations

import html

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from codex_jupyter.drift import DriftResult, ShapDrift
from codex_jupyter.drift.bands import MODERATE, SIGNIFICANT

from .looks import COLOURS, SERIES, finish, rounded

__all__ = ["averages", "shap_rank"]

_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
_POINTS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross")


def averages(result: DriftResult, shap: ShapDrift | None = None) -> go.Figure:
    """PSI average per period with thresholds and noise floor; nDCG where SHAP is.

    Args:
        result: with periods.
        shap: SHAP drift; its training shares weight a second average.
    """
    table = result.history
    lines: dict[str, object] = {"PSI average": table.mean(axis=1)}
    if shap is not None:
        weights = pd.Series(shap.weights()).reindex(table.columns).fillna(0)
        total = table.notna() @ weights
        lines["PSI average by SHAP share"] = table.fillna(0) @ weights / total
    lines["noise floor (average)"] = result.noise_floors.mean(axis=1)
    made = go.Figure()
    for place, (name, values) in enumerate(lines.items()):
        _line(made, list(result.periods), values, name, place)
    if shap is not None:
        _line(made, list(shap.periods), shap.averages["ndcg"], "nDCG of SHAP ranks", 3)
    for level, height in (("moderate", MODERATE), ("significant", SIGNIFICANT)):
        made.add_hline(
            y=height,
            line={"color": COLOURS[level], "dash": "dot", "width": 1},
            annotation_text=f"{level} from {height}",
        )
    return finish(made, "Averages over time", height=340, xaxis={"type": "category"})


def _line(made: go.Figure, x: list[str], y: object, name: str, place: int) -> None:
    made.add_scatter(
        x=x,
        y=rounded(y),
        name=name,
        mode="lines+markers",
        line={"color": SERIES[place % len(SERIES)], "dash": _DASHES[place % 5]},
        marker={"symbol": _POINTS[place % len(_POINTS)]},
    )


def shap_rank(shap: ShapDrift, *, top: int = 10) -> go.Figure:
    """The rank of each feature over the periods, training first.

    Args:
        top: how many features, by their best rank in any period.
    """
    rank, share = shap.rank, shap.share
    best = np.argsort(rank.min(axis=0), kind="stable")[:top]
    made = go.Figure()
    labels = ["training", *shap.periods]
    for place, feature in enumerate(best):
        made.add_scatter(
            x=labels,
            y=rank[:, feature].astype(int).tolist(),
            customdata=rounded(share[:, feature]),
            name=html.escape(shap.features[feature]),
            mode="lines+markers",
            hovertemplate="%{fullData.name}, %{x}: place %{y}, %{customdata:.1%} "
            "of |SHAP|<extra></extra>",
            line={
                "color": SERIES[place % len(SERIES)],
                "dash": _DASHES[place % len(_DASHES)],
            },
            marker={"symbol": _POINTS[place % len(_POINTS)], "size": 9},
        )
    return finish(
        made,
        "SHAP rank of the features",
        height=380,
        xaxis={"type": "category"},
        yaxis={"autorange": "reversed", "dtick": 1, "title": {"text": "rank"}},
    )
