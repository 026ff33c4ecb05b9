"""A comparison of two tables as the cell shows it, with the numbers behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from codex_jupyter.drift import DriftResult, compare
from codex_jupyter.drift.rules import level_of
from codex_jupyter.render.drift import drift_card
from codex_jupyter.render.html import Displayable

# What one output shows; a saved notebook stays small with hundreds of columns.
_MOST_COLUMNS, _MOST_BINS, _MOST_SENTENCES, _MOST_PERIODS = 40, 14, 8, 12


class DriftReport(Displayable):
    """A drift report; its numbers are those of the `DriftResult` in `result`."""

    def __init__(self, result: DriftResult, title: str) -> None:
        card = drift_card(card_data(result, title))
        super().__init__(card.text, card.html, result)

    @property
    def result(self) -> DriftResult:
        """The comparison itself."""
        found: DriftResult = self.value
        return found

    @property
    def frame(self) -> pd.DataFrame:
        """One row a column: psi, noise_floor, verdict and counts."""
        return self.result.frame

    def bins(self, column: str) -> pd.DataFrame:
        """The receipt of one column's PSI.

        Raises:
            DriftError: the column was not compared.
        """
        return self.result.bins(column)

    def figure(self, kind: str = "heatmap", **more: Any) -> Any:
        """A plotly figure of the result: heatmap, distribution or averages.

        Raises:
            DriftError: there is no such figure of this result.
        """
        from codex_jupyter.figures import figure

        return figure(self.result, kind, **more)


def report(title: str, reference: Any, current: Any, **options: Any) -> DriftReport:
    """Compare two tables, frames or files, and report.

    Args:
        title: the report's first words.
        reference: a frame, a table or the path of a Parquet or CSV file.
        current: the same.
        options: as `codex_jupyter.drift.compare` takes them.

    Raises:
        DriftError: they cannot be compared.
    """
    sides = [
        str(side) if isinstance(side, Path) else side for side in (reference, current)
    ]
    return DriftReport(compare(*sides, **options), title)


def card_data(result: DriftResult, title: str) -> dict[str, Any]:
    """What `render.drift` needs of a result, the most drifted columns first."""
    frame = result.frame
    if len(frame):
        frame = frame.sort_values("psi", ascending=False, na_position="last")
    shown = list(frame.index[:_MOST_COLUMNS])
    periods = result.periods[-_MOST_PERIODS:]
    return {
        "title": title,
        "rule": result.like or "codex_jupyter (10 quantile bins, 1e-4 for empty bins)",
        "average": result.psi_average,
        "sentences": result.sentences()[:_MOST_SENTENCES],
        "columns": [_column(result, name) for name in shown],
        "omitted": len(frame) - len(shown),
        "periods": periods,
        "history": {name: _history(result, name, periods) for name in shown},
    }


def _history(
    result: DriftResult, name: str, periods: tuple[str, ...]
) -> list[tuple[float, str]]:
    values = zip(result.history[name], result.noise_floors[name], strict=True)
    told = [(float(psi), level_of(psi, floor)) for psi, floor in values]
    return told[len(told) - len(periods) :]


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
