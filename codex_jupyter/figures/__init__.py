"""plotly figures from drift results: small, since only counts go into them.

Every figure tells levels by symbol and word as well as by colour, and carries no raw
rows: thirty columns cost kilobytes, whatever the number of rows.

    figure(result, "heatmap")
    figure(result, "distribution", column="income")
    figure(shap, "shap_rank")
"""

from __future__ import annotations

from .choosing import figure
from .distribution import distribution
from .heatmap import heatmap
from .lines import averages, shap_averages, shap_rank, shap_share
from .quadrant import impact

__all__ = [
    "averages",
    "distribution",
    "figure",
    "heatmap",
    "impact",
    "shap_averages",
    "shap_rank",
    "shap_share",
]
