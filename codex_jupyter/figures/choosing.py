"""One door to all figures, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go

from codex_jupyter.drift import DriftResult, ShapDrift

from .distribution import distribution
from .heatmap import heatmap
from .lines import averages, shap_averages, shap_rank, shap_share
from .quadrant import impact

__all__ = ["figure"]

_FIGURES: dict[str, Callable[..., go.Figure]] = {
    "averages": averages,
    "distribution": distribution,
    "heatmap": heatmap,
    "impact": impact,
    "shap_averages": shap_averages,
    "shap_rank": shap_rank,
    "shap_share": shap_share,
}


def figure(result: Any, name: str = "heatmap", **options: Any) -> go.Figure:
    """A figure by its name.

    Args:
        result: a `DriftResult`, or a `ShapDrift` for the names that begin with shap.
        name: "averages", "distribution", "heatmap", "impact", "shap_averages",
            "shap_rank" or "shap_share".
        options: of that figure's function, such as ``column="income"``.

    Raises:
        ValueError: for a name that is no figure, or none of this result.
    """
    if name not in _FIGURES:
        raise ValueError(
            f"{name!r} is not a figure; there are {', '.join(sorted(_FIGURES))}."
        )
    wanted = ShapDrift if name.startswith("shap") else DriftResult
    if not isinstance(result, wanted):
        raise ValueError(f"{name} is drawn of a {wanted.__name__}.")
    return _FIGURES[name](result, **options)
