"""A comparison of two tables as a value: its numbers, its figures, and how it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from codex_jupyter.drift import DriftResult, compare
from codex_jupyter.errors import DriftError
from codex_jupyter.render.html import Displayable

from .drift_card import card_of
from .drift_view import DriftView


@dataclass(frozen=True, repr=False)
class DriftReport(Displayable):
    """A drift report; its numbers are those of the `DriftResult` in `result`.

    Args:
        title: the report's first words.
        live: shown as a dashboard, where it is the cell's output.
        stored: what a platform keeps, when that is what the report is of.
        refresh: asks the platform again.
        platform: its address.
    """

    title: str = "Drift"
    live: bool = False
    stored: DriftView | None = None
    refresh: Callable[[], DriftView] | None = None
    platform: str = ""

    def _ipython_display_(self) -> None:
        if not self.live:
            # IPython then shows the static forms.
            raise NotImplementedError
        from .drift import DriftDashboard

        panel = DriftDashboard(self.view, self.title, self.refresh)
        panel.bridge.platform = self.platform
        panel.show()

    @property
    def view(self) -> DriftView:
        """Everything that it shows."""
        return self.stored or DriftView(self.result)

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
        """A plotly figure of what is shown.

        Args:
            kind: "heatmap", "distribution" (``column="income"``), "averages"; where
                there are SHAP values also "impact", "shap_rank", "shap_share" and
                "shap_averages".
            more: options of that figure.

        Raises:
            DriftError: there is no such figure of this result.
        """
        shap = self.view.shap
        if kind.startswith("shap") or kind == "impact":
            if shap is None:
                raise DriftError(
                    f"There are no SHAP values here, so there is no {kind[:20]}.",
                    hint="A monitoring with a get_shap() has them.",
                )
            if kind == "impact":
                more = {"shap": shap} | more
        elif kind == "averages":
            more = {"shap": shap} | more
        source = shap if shap and kind.startswith("shap") else self.result
        return source.figure(kind, **more)

    def file(self, kind: str) -> str:
        """The text of a file that tells the same.

        Args:
            kind: "html", a page that works on its own; "ipynb", a notebook; or "csv".

        Raises:
            DriftError: for another kind.
        """
        from .drift_files import file_of

        _, content = file_of(self.view, self.title, kind)
        return content.decode()


def stored_report(
    title: str,
    fetch: Callable[[], Mapping[str, Any]],
    *,
    thresholds: Mapping[str, Any] | None = None,
    live: bool = False,
    platform: str = "",
) -> DriftReport | None:
    """The report of what a platform keeps of a monitoring.

    Args:
        title: the report's first words.
        fetch: gives the platform's answer for all results of the monitoring.
        thresholds: in the place of those that the monitoring has.
        live: shown as a dashboard.
        platform: its address.

    Returns:
        None when no period has records yet.

    Raises:
        DriftError: the results cannot be read.
    """
    view = view_of(fetch(), thresholds)
    if view is None:
        return None
    card = card_of(view, title)

    def again() -> DriftView:
        return view_of(fetch(), thresholds) or view

    return DriftReport(
        card.text, card.html, view.result, title, live, view, again, platform
    )


def view_of(
    told: Mapping[str, Any], thresholds: Mapping[str, Any] | None = None
) -> DriftView | None:
    """A platform's answer as a view; None when no period has records."""
    periods: Mapping[str, Any] = told["Periods"]
    if not any(one.get("Drift") for one in periods.values()):
        return None
    row = told["Monitoring"]
    stored = row["Configuration"].get("Thresholds") or {}
    return DriftView.stored(
        {label: one.get("Drift") for label, one in periods.items()},
        shap=[one["Shap"] for one in periods.values() if one.get("Shap")],
        thresholds={**stored, **(thresholds or {})},
        alerts=row.get("Alerts") or [],
        period=row["Period"],
    )


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
