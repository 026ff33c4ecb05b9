"""What a drift result looks like without a script: the data of its static card."""

from __future__ import annotations

from typing import Any

from codex_jupyter.drift import DriftResult
from codex_jupyter.drift.bands import USUAL
from codex_jupyter.render.drift import drift_card
from codex_jupyter.render.html import Displayable

from .drift_view import DriftView

# What one output shows; a saved notebook stays small with hundreds of columns.
_MOST_COLUMNS, _MOST_BINS, _MOST_SENTENCES, _MOST_PERIODS = 40, 14, 8, 12


def card_of(view: DriftView, title: str) -> Displayable:
    """The card: alerts and verdict first, then the most drifted columns."""
    result = view.result
    frame = result.frame
    if len(frame):
        frame = frame.sort_values("psi", ascending=False, na_position="last")
    shown = list(frame.index[:_MOST_COLUMNS])
    periods = result.periods[-_MOST_PERIODS:]
    told = result.sentences()
    if view.shap:
        told += view.shap.sentences(view.shap.periods[-1:])
    return drift_card(
        {
            "title": title,
            "rule": result.like
            or "codex_jupyter (10 quantile bins, 1e-4 for empty bins)",
            "average": result.psi_average,
            "sentences": [*view.alerts, *told][:_MOST_SENTENCES],
            "columns": [_column(result, name) for name in shown],
            "omitted": len(frame) - len(shown),
            "periods": periods,
            "gaps": [one for one in periods if not result.rows_by_period[one]],
            "thresholds": _thresholds(result, shown),
            "history": {name: _history(result, name, len(periods)) for name in shown},
        }
    )


def _thresholds(
    result: DriftResult, names: list[str]
) -> list[tuple[str, float, float]]:
    """The columns that are not judged by the usual thresholds, with theirs."""
    pairs = [(name, result[name].bands) for name in names]
    return [
        (name, bands.moderate, bands.significant)
        for name, bands in pairs
        if bands != USUAL
    ]


def _history(result: DriftResult, name: str, count: int) -> list[tuple[float, str]]:
    values = result.history[name].tolist()
    told = list(zip(values, result[name].levels_over_periods(), strict=True))
    return told[len(told) - count :]


def _column(result: DriftResult, name: str) -> dict[str, Any]:
    row: dict[str, Any] = result[name].row()
    bins = result.bins(name)
    shares = bins[["bin", "share_reference", "share_current"]].fillna(0.0)
    if len(shares) > _MOST_BINS:
        top = bins["contribution"].abs().nlargest(_MOST_BINS).index
        shares = shares.loc[sorted(top)]
    return {
        "name": name,
        "psi": row["psi"],
        "floor": row["noise_floor"],
        "level": row["level"],
        "verdict": row["verdict"],
        "bins": [tuple(one) for one in shares.itertuples(index=False)],
    }
