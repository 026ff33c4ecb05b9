"""A comparison of two tables as a value: its numbers, its figures, and how it shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from codex_jupyter.drift import DriftResult, compare
from codex_jupyter.render.html import Displayable

from .drift_card import card_of
from .drift_view import DriftView


@dataclass(frozen=True, repr=False)
class DriftReport(Displayable):
    """A drift report; its numbers are those of the `DriftResult` in `result`.

    Args:
        title: the report's first words.
        live: shown as a dashboard, where it is the cell's output.
    """

    title: str = "Drift"
    live: bool = False

    def _ipython_display_(self) -> None:
        if not self.live:
            # IPython then shows the static forms.
            raise NotImplementedError
        from .drift import DriftDashboard

        DriftDashboard(DriftView(self.result), self.title).show()

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

    def file(self, kind: str) -> str:
        """The text of a file that tells the same.

        Args:
            kind: "html", a page that works on its own; "ipynb", a notebook; or "csv".

        Raises:
            DriftError: for another kind.
        """
        from .drift_files import file_of

        _, content = file_of(DriftView(self.result), self.title, kind)
        return content.decode()


def report(
    title: str, reference: Any, current: Any, *, live: bool = False, **options: Any
) -> DriftReport:
    """Compare two tables, frames or files, and report.

    Args:
        title: the report's first words.
        reference: a frame, a table or the path of a Parquet or CSV file.
        current: the same.
        live: shown as a dashboard.
        options: as `codex_jupyter.drift.compare` takes them.

    Raises:
        DriftError: they cannot be compared.
    """
    sides = [
        str(side) if isinstance(side, Path) else side for side in (reference, current)
    ]
    result = compare(*sides, **options)
    card = card_of(DriftView(result), title)
    return DriftReport(card.text, card.html, result, title, live)
