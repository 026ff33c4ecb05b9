"""Drift against importance: which drift matters."""

from __future__ import annotations

import html
import math

import plotly.graph_objects as go

from codex_jupyter.drift import DriftResult, ShapDrift

from .looks import COLOURS, SYMBOLS, bands_of, finish, rounded, word
from .words import t

__all__ = ["impact"]


def impact(
    result: DriftResult, shap: ShapDrift, *, period: str | None = None
) -> go.Figure:
    """PSI across, live share of |SHAP| upwards; upper right matters most.

    Args:
        result: drift of the inputs.
        shap: SHAP drift over the same features.
        period: one of both; by default the latest of the SHAP drift.

    Raises:
        DriftError: when the period is not there.
    """
    label = period or shap.periods[-1]
    part = result.at(label) if result.periods else result
    row = 1 + shap.periods.index(label)
    share = dict(zip(shap.features, shap.share[row], strict=True))
    made = go.Figure()
    shown = [one.psi for name, one in part.columns.items() if name in share]
    middle = max((psi for psi in shown if not math.isnan(psi)), default=0) / 2
    told = t(
        "{name}: PSI {psi}, {share} of |SHAP|",
        name="%{text}",
        psi="%{x}",
        share="%{y:.1%}",
    )
    for level in COLOURS:
        ones = [
            one
            for name, one in part.columns.items()
            if name in share and one.level == level and level != "empty"
        ]
        if not ones:
            continue
        made.add_scatter(
            x=rounded(one.psi for one in ones),
            y=rounded(share[one.name] for one in ones),
            text=[html.escape(one.name) for one in ones],
            name=word(level),
            mode="markers+text",
            # At the left edge a centred name would be cut.
            textposition=[
                "middle right" if one.psi < middle else "middle left" for one in ones
            ],
            hovertemplate=f"{told}<extra></extra>",
            marker={
                # An open mark has no edge but its own colour.
                "color": "#6e6e6e" if level == "noise" else COLOURS[level],
                "symbol": SYMBOLS[level],
                "size": 11,
                "line": {"color": "#000000", "width": 1},
            },
        )
    fair = 1 / max(len(shap.features), 1)
    line = {"color": "#888888", "dash": "dot", "width": 1}
    made.add_vline(x=bands_of(result).moderate, line=line)
    made.add_hline(y=fair, line=line)
    return finish(
        made,
        t("Does the drift matter? {label}", label=html.escape(label)),
        height=420,
        xaxis={"title": {"text": "PSI"}, "rangemode": "tozero"},
        yaxis={
            "title": {"text": t("share of |SHAP|")},
            "tickformat": ".0%",
            "rangemode": "tozero",
        },
    )
