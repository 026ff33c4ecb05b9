"""Over the periods: averages of PSI and SHAP, and the features' ranks."""

from __future__ import annotations

import html
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from codex_jupyter.drift import DriftResult, ShapDrift
from codex_jupyter.drift.periods import filled
from codex_jupyter.drift.shap import NDCG_ALARM

from .looks import COLOURS, SERIES, bands_of, finish, number, rounded
from .words import t

__all__ = ["averages", "shap_averages", "shap_rank", "shap_share"]

_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
_POINTS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross")


def averages(result: DriftResult, shap: ShapDrift | None = None) -> go.Figure:
    """PSI average per period with thresholds and noise floor; nDCG where SHAP is.

    Args:
        result: with periods.
        shap: SHAP drift; its training shares weight a second average.
    """
    table = result.history
    lines: dict[str, object] = {t("PSI average"): table.mean(axis=1)}
    if shap is not None:
        weights = pd.Series(shap.weights()).reindex(table.columns).fillna(0)
        # Of booleans and numbers pandas makes objects.
        total = (table.notna().astype(float) @ weights).replace(0, np.nan)
        lines[t("PSI average by SHAP share")] = table.fillna(0) @ weights / total
    lines[t("noise floor (average)")] = result.noise_floors.mean(axis=1)
    made = go.Figure()
    for place, (name, values) in enumerate(lines.items()):
        _line(made, list(result.periods), values, name, place)
    if shap is not None:
        scores = _over_time(shap)["ndcg"]
        _line(made, list(scores.index), scores, t("nDCG of SHAP ranks"), 3)
    bands = bands_of(result)
    for level, height, told in (
        (
            "moderate",
            bands.moderate,
            t("moderate from {value}", value=number(bands.moderate)),
        ),
        (
            "significant",
            bands.significant,
            t("significant above {value}", value=number(bands.significant)),
        ),
    ):
        made.add_hline(
            y=height,
            line={"color": COLOURS[level], "dash": "dot", "width": 1},
            annotation_text=told,
        )
    return finish(made, t("Averages over time"), height=340, xaxis={"type": "category"})


def _line(made: go.Figure, x: list[str], y: object, name: str, place: int) -> None:
    made.add_scatter(
        x=x,
        y=rounded(y),
        name=name,
        mode="lines+markers",
        line={"color": SERIES[place % len(SERIES)], "dash": _DASHES[place % 5]},
        marker={"symbol": _POINTS[place % len(_POINTS)]},
    )


def shap_averages(shap: ShapDrift) -> go.Figure:
    """Per period: nDCG of the ranks, average PSI and mean |SHAP| against training's."""
    table = _over_time(shap)
    made = go.Figure()
    x = list(table.index)
    _line(made, x, table["ndcg"], t("nDCG of SHAP ranks"), 0)
    _line(made, x, table["psi"], t("average PSI of SHAP values"), 1)
    relative = table["mean_abs"] / shap.mean_abs[0].mean()
    _line(made, x, relative, t("mean |SHAP|, of training's"), 2)
    made.add_hline(
        y=NDCG_ALARM,
        line={"color": COLOURS["significant"], "dash": "dot", "width": 1},
        annotation_text=t("nDCG alarm below {value}", value=number(NDCG_ALARM)),
    )
    return finish(made, t("SHAP over time"), height=340, xaxis={"type": "category"})


def _over_time(shap: ShapDrift) -> pd.DataFrame:
    """The averages, with empty rows for periods without records."""
    return shap.averages.reindex(filled(shap.periods))


def shap_rank(shap: ShapDrift, *, top: int = 10) -> go.Figure:
    """The rank of each feature over the periods, training first.

    Args:
        top: how many features, by their best rank in any period.
    """
    made = _features(
        shap,
        shap.rank.astype(int),
        t(
            "place {place}, {share} of |SHAP|",
            place="%{y}",
            share="%{customdata:.1%}",
        ),
        shap.share,
        top,
    )
    return finish(
        made,
        t("SHAP rank of the features"),
        height=380,
        xaxis={"type": "category"},
        yaxis={"autorange": "reversed", "dtick": 1, "title": {"text": t("rank")}},
    )


def shap_share(shap: ShapDrift, *, top: int = 10) -> go.Figure:
    """The share of each feature in all |SHAP| over the periods, training first.

    Args:
        top: how many features, by their best rank in any period.
    """
    told = t(
        "{share} of |SHAP|, place {place}", share="%{y:.1%}", place="%{customdata}"
    )
    made = _features(shap, shap.share, told, shap.rank, top)
    return finish(
        made,
        t("Share of the features in |SHAP|"),
        height=380,
        xaxis={"type": "category"},
        yaxis={"tickformat": ".0%", "rangemode": "tozero"},
    )


def _features(shap: ShapDrift, values: Any, told: str, beside: Any, top: int) -> Any:
    """A line a feature; `told` says what is shown of a point and what lies beside."""
    best = np.argsort(shap.rank.min(axis=0), kind="stable")[:top]
    whole = values.dtype.kind == "i"
    labels = filled(shap.periods)
    places = {label: row for row, label in enumerate(shap.periods, 1)}
    rows = [0, *map(places.get, labels)]

    def over_time(column: list[Any]) -> list[Any]:
        # A period without records is a gap in the line.
        return [None if row is None else column[row] for row in rows]

    made = go.Figure()
    for place, feature in enumerate(best):
        made.add_scatter(
            x=[t("training"), *labels],
            y=over_time(
                values[:, feature].tolist() if whole else rounded(values[:, feature])
            ),
            customdata=over_time(rounded(beside[:, feature])),
            name=html.escape(shap.features[feature]),
            mode="lines+markers",
            hovertemplate=f"%{{fullData.name}}, %{{x}}: {told}<extra></extra>",
            line={
                "color": SERIES[place % len(SERIES)],
                "dash": _DASHES[place % len(_DASHES)],
            },
            marker={"symbol": _POINTS[place % len(_POINTS)], "size": 9},
        )
    return made
