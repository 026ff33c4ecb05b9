"""Drift views for the stub page: small, wide, hostile, empty, with and without SHAP."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from codex_jupyter.drift import compare, shap_drift
from codex_jupyter.widgets.drift import DriftDashboard, DriftView

HOSTILE = '<img src=x onerror="alert(1)">'


def tables(columns=3, weeks=6, rows=400, names=None, gap=None):
    """Training and production by week: the first column moves, the second goes null.

    The week at the place `gap` has no records.
    """
    rng = np.random.default_rng(3)
    names = names or ["income", "age", "city", *(f"x{i}" for i in range(3, columns))]
    names = names[:columns]
    size = rows * max(weeks, 1)
    before = pd.DataFrame(rng.normal(size=(3000, columns)), columns=names)
    now = pd.DataFrame(rng.normal(size=(size, columns)), columns=names)
    week = np.repeat(np.arange(max(weeks, 1)), rows)
    now[names[0]] += 0.25 * week
    if columns > 1:
        gone = rng.random(size) < 0.4
        now.loc[gone & (week == week.max()), names[1]] = np.nan
    if columns > 2:
        before[names[2]] = rng.choice(["Natal", "Recife", "São Paulo"], 3000)
        now[names[2]] = rng.choice(["Natal", "Recife", "São Paulo", "Belém"], size)
    now["at"] = pd.Timestamp("2026-01-05") + pd.to_timedelta(7 * week, unit="D")
    return before, now[week != gap]


def drifting(columns=3, weeks=6, *, shap=False, **more):
    """A view; without weeks it has no periods."""
    before, now = tables(columns, weeks, **more)
    if not weeks:
        return DriftView(compare(before, now.drop(columns="at")))
    result = compare(before, now, period="week", date_col="at")
    result = replace(result, against="training")
    if not shap:
        return DriftView(result)
    return DriftView(result, reasons(result, list(before.columns)))


def reasons(result, features):
    """SHAP values whose first two features change places over the weeks."""
    rng = np.random.default_rng(4)
    weights = np.linspace(1, 0.1, len(features))
    base = pd.DataFrame(rng.normal(size=(300, len(features))) * weights)
    base.columns = features
    live = {}
    rows = result.rows_by_period
    for place, label in enumerate(rows.index[rows > 0]):
        frame = base.copy()
        frame[features[0]] *= 1 - 0.15 * place
        frame[features[-1]] *= 1 + 1.2 * place
        live[label] = frame
    return shap_drift(base, live, drift=result)


def dashboard(view, title="training → production", **more):
    return DriftDashboard(view, title, **more)
