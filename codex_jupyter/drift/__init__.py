"""PSI and SHAP drift: pure numerics over columns and counts.

PSI is the sum over bins of (q - p) * ln(q / p), with p a bin's share of the reference
and q its share of the current data. By default numeric columns get ten quantile bins
of the reference, or one bin a value when there are at most 20; other columns one bin a
value, the 50 most frequent at most. Missing values are a bin, and so are values that
the reference never had. A share of zero becomes 1e-4. Every number comes with the
noise floor that PSI stays below in 95 % of draws when nothing drifts.

    result = compare(train, production)
    result.frame            # psi, noise floor and verdict of each column
    result.bins("income")   # the receipt: bins, counts, shares, contributions
    result.sentences()      # the same in words
"""

from __future__ import annotations

from .adding import add_counts, beside
from .bands import Bands
from .comparing import compare, psi
from .explaining import Explanation, explain
from .joining import join_periods, join_shap
from .reference import DriftReference
from .result import ColumnDrift, DriftResult
from .rules import noise_floor
from .shap import ShapDrift, ndcg, shap_drift

__all__ = [
    "Bands",
    "ColumnDrift",
    "DriftReference",
    "DriftResult",
    "Explanation",
    "ShapDrift",
    "add_counts",
    "beside",
    "compare",
    "explain",
    "join_periods",
    "join_shap",
    "ndcg",
    "noise_floor",
    "psi",
    "shap_drift",
]
