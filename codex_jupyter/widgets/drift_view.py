"""What a drift dashboard shows: plain results, from wherever they come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from codex_jupyter.drift import DriftResult, ShapDrift, join_periods, join_shap

__all__ = ["DriftView"]


@dataclass(frozen=True)
class DriftView:
    """Everything that one drift dashboard shows.

    Attributes:
        result: drift of the columns, with or without periods, judged by the thresholds
            that apply.
        shap: SHAP drift over the same periods, if it is known.
        alerts: sentences that come before everything else.
    """

    result: DriftResult
    shap: ShapDrift | None = None
    alerts: tuple[str, ...] = ()

    @classmethod
    def stored(
        cls,
        periods: Mapping[str, Mapping[str, Any] | None],
        *,
        shap: Iterable[Mapping[str, Any]] = (),
        thresholds: Mapping[str, Any] | None = None,
        alerts: Sequence[str] = (),
        period: str | None = None,
    ) -> DriftView:
        """The view of what a platform stored, one document a period.

        Args:
            periods: from a period's label, such as 2026-W14, to what
                `DriftResult.to_dict` wrote for the records of that period; None where
                there were none.
            shap: what `ShapDrift.to_dict` wrote, for one period or several each.
            thresholds: as `DriftResult.judged` takes them: from a column's name, or
                "*" for all others, to ``{"moderate": 0.1, "significant": 0.25}``
                or to the significant one alone.
            alerts: sentences that come before everything else.
            period: "Day", "Week", "Month", "Quarter" or "Year".

        Raises:
            DriftError: there is no period, or one is no stored result, or they have
                different references.
        """
        result = join_periods(periods, period).judged(thresholds)
        result = replace(result, against="training")
        given = list(shap)
        return cls(result, join_shap(given) if given else None, tuple(alerts))
