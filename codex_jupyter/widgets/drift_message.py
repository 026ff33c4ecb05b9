"""A drift view as one compact message: names and labels as text, counts as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from codex_jupyter.drift import ColumnDrift, ShapDrift
from codex_jupyter.drift.chi2 import chi2_quantile

from .drift_view import DriftView

__all__ = ["message_of"]

_LARGEST = 2**32 - 1
# Degrees of freedom whose quantile is sent; for more the page has a formula.
_TABLED = 400


def message_of(view: DriftView, title: str) -> tuple[dict[str, Any], list[bytes]]:
    """The fields of the message "drift", and its two binary parts.

    Returns:
        The first part holds, column by column, rows of len(labels) counts: the
        reference, all current rows, then each period. They are little-endian uint32,
        or float64 where `wide` says so. The second holds float64: mean |SHAP| of
        training and each period, mean SHAP likewise, and the PSI of the SHAP values of
        each period; it is empty where there is no SHAP.
    """
    result, shap = view.result, view.shap
    columns = list(result.columns.values())
    tables = [_counts(one) for one in columns]
    wide = any(table.size and table.max() > _LARGEST for table in tables)
    kind = "<f8" if wide else "<u4"
    most = min(max((len(one.reference) for one in columns), default=1), _TABLED)
    fields = {
        "title": title,
        "rule": columns[0].rule.name if columns else "codex",
        "against": result.against,
        "periods": list(result.periods),
        "columns": [_column(one) for one in columns],
        "wide": wide,
        "quantiles": [chi2_quantile(0.95, freedom) for freedom in range(most)],
        "undated": result.undated,
        "only_reference": list(result.only_reference),
        "only_current": list(result.only_current),
        "features": list(shap.features) if shap else [],
        "shap_periods": list(shap.periods) if shap else [],
        "shap_rows": list(shap.rows) if shap else [],
        "ndcg": [_known(x) for x in shap.averages["ndcg"]] if shap else [],
        "alerts": list(view.alerts),
    }
    flat = [table.astype(kind).tobytes() for table in tables]
    return fields, [b"".join(flat), _reasons(shap) if shap else b""]


def _counts(one: ColumnDrift) -> npt.NDArray[np.int64]:
    return np.vstack([one.reference, one.current, one.periods])


def _column(one: ColumnDrift) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.bins.kind,
        "labels": one.bins.labels(),
        "intervals": one.bins.intervals,
        "moderate": one.bands.moderate,
        "significant": one.bands.significant,
        "examples": [str(value) for value in one.examples],
    }


def _known(value: float) -> float | None:
    """JSON has no NaN."""
    return None if np.isnan(value) else float(value)


def _reasons(shap: ShapDrift) -> bytes:
    tables = (shap.mean_abs, shap.mean, shap.psi)
    return b"".join(np.ascontiguousarray(t, dtype="<f8").tobytes() for t in tables)
