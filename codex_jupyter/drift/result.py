"""What a comparison found: per column and per period, always in counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from codex_jupyter.errors import DriftError

from .bands import USUAL, Bands, bands_from
from .bins import Bins
from .drawing import figure_of
from .periods import gaps_between
from .rules import MISSING, UNSEEN, Rule, level_of, noise_floor, rule_named, verdict_of
from .sentences import sentences_of

__all__ = ["ColumnDrift", "DriftResult"]

Counts = npt.NDArray[np.int64]
_VERSION = 1
_LEVELS = ("significant", "moderate", "stable", "noise", "empty")
# What the frame of a result has, also where there is no column.
_FRAME = (
    *("psi", "noise_floor", "verdict", "level", "moderate", "significant", "kind"),
    *("n_reference", "n_current", "missing_reference", "missing_current", "unseen"),
    "top_bin",
)


@dataclass(frozen=True, repr=False)
class ColumnDrift:
    """One column, reference against current data.

    Attributes:
        name: the column.
        bins: how it was counted.
        reference: counts of shape (bins + 2,), missing and unseen last.
        current: the same for the current data, over all its rows.
        periods: the same for each period, shape (periods, bins + 2).
        examples: a few values that the reference lacks.
        rule: whose conventions apply.
        bands: from which PSI on this column counts as drifted.
    """

    name: str
    bins: Bins
    reference: Counts
    current: Counts
    periods: Counts
    examples: tuple[str, ...]
    rule: Rule
    bands: Bands = USUAL

    def __repr__(self) -> str:
        return f"ColumnDrift({self.name!r}, PSI {self.psi:.3f}, {self.verdict})"

    @cached_property
    def contributions(self) -> npt.NDArray[np.float64]:
        """Each bin's part of the PSI, shape (bins + 2,)."""
        return self.rule.contributions(
            self.reference, self.current, intervals=self.bins.intervals
        )

    @cached_property
    def used(self) -> npt.NDArray[np.bool_]:
        """Which bins take part, shape (bins + 2,)."""
        return self.rule.used(
            self.reference, self.current, intervals=self.bins.intervals
        )

    @property
    def psi(self) -> float:
        """The population stability index; NaN where a side has no rows."""
        return float(self.contributions.sum())

    @property
    def noise_floor(self) -> float:
        """What PSI stays below in 95 % of draws without drift."""
        occupied = int(
            np.count_nonzero(self.used & (self.reference + self.current > 0))
        )
        return noise_floor(occupied, *self._rows_used)

    def floors_over_periods(self) -> list[float]:
        """The noise floor of each period."""
        used = self.rule.used(
            self.reference, self.periods, intervals=self.bins.intervals
        )
        occupied = (used & (self.reference + self.periods > 0)).sum(axis=-1)
        rows = [np.where(used, side, 0) for side in (self.reference, self.periods)]
        sizes = zip(occupied, *(side.sum(axis=-1) for side in rows), strict=True)
        return [noise_floor(*map(int, one)) for one in sizes]

    @property
    def _rows_used(self) -> tuple[int, int]:
        used = self.used
        return int(self.reference[used].sum()), int(self.current[used].sum())

    @property
    def level(self) -> str:
        """One of "empty", "noise", "stable", "moderate", "significant"."""
        return level_of(self.psi, self.noise_floor, self.bands)

    def levels_over_periods(self) -> list[str]:
        """The level of each period against the reference."""
        values = self.rule.psi(
            self.reference, self.periods, intervals=self.bins.intervals
        )
        pairs = zip(values.tolist(), self.floors_over_periods(), strict=True)
        return [level_of(psi, floor, self.bands) for psi, floor in pairs]

    @property
    def verdict(self) -> str:
        """The level in words."""
        return verdict_of(self.psi, self.noise_floor, min(self._rows_used), self.bands)

    def row(self) -> dict[str, Any]:
        """This column's row of `DriftResult.frame`."""
        parts = self.contributions
        worst = self.bins.labels()[int(parts.argmax())] if self.psi > 0 else ""
        return {
            "psi": self.psi,
            "noise_floor": self.noise_floor,
            "verdict": self.verdict,
            "level": self.level,
            "moderate": self.bands.moderate,
            "significant": self.bands.significant,
            "kind": self.bins.kind,
            "n_reference": int(self.reference.sum()),
            "n_current": int(self.current.sum()),
            "missing_reference": int(self.reference[MISSING]),
            "missing_current": int(self.current[MISSING]),
            "unseen": int(self.current[UNSEEN]),
            "top_bin": worst,
        }

    def receipt(self) -> pd.DataFrame:
        """Every bin with its counts, shares and contribution."""
        edges = self.bins.edges
        table = pd.DataFrame({"bin": self.bins.labels()})
        if edges is not None:
            table["low"] = [-np.inf, *edges, np.nan, np.nan]
            table["high"] = [*edges, np.inf, np.nan, np.nan]
        for side, counts in (("reference", self.reference), ("current", self.current)):
            table[f"n_{side}"] = counts
            total = counts[self.used].sum()
            table[f"share_{side}"] = np.where(
                self.used, counts / total if total else np.nan, np.nan
            )
        table["contribution"] = self.contributions
        shown = (self.reference + self.current > 0) | self.used
        shown[:MISSING] = True
        return table[shown].reset_index(drop=True)


@dataclass(frozen=True, repr=False)
class DriftResult:
    """A comparison of current data with a reference.

    Attributes:
        columns: one entry a column that both sides have.
        like: the tool whose rule was followed, None for ours.
        period: "Day", "Week", "Month", "Quarter", "Year", or None.
        periods: labels of the periods in order, with those that have no rows.
        undated: rows that are in no period because they have no date.
        only_reference: columns that the current data lacks.
        only_current: columns that the reference lacks.
        reference_hash: which reference this was compared with.
        against: in words, what the left side is.
    """

    columns: Mapping[str, ColumnDrift]
    like: str | None = None
    period: str | None = None
    periods: tuple[str, ...] = ()
    undated: int = 0
    only_reference: tuple[str, ...] = ()
    only_current: tuple[str, ...] = ()
    reference_hash: str = ""
    against: str = "the reference"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a column: psi, noise_floor, verdict, counts of what is missing."""
        rows = [one.row() for one in self.columns.values()]
        index = pd.Index(list(self.columns), name="column")
        if not rows:
            return pd.DataFrame(index=index, columns=pd.Index(_FRAME))
        return pd.DataFrame(rows, index=index)

    def __repr__(self) -> str:
        counts = Counter(one.level for one in self.columns.values())
        told = ", ".join(
            f"{counts[level]} {level}" for level in _LEVELS if counts[level]
        )
        over = f", {len(self.periods)} periods" if self.periods else ""
        return (
            f"DriftResult of {len(self.columns)} columns{over}: "
            f"{told or 'nothing to compare'}. .frame has the numbers, .bins(column) "
            "the receipt, .figure() a heat map."
        )

    def _repr_html_(self) -> str:
        text: str = self.frame.to_html(notebook=True, max_rows=60)
        return text

    def __getitem__(self, column: str) -> ColumnDrift:
        """One column's part.

        Raises:
            DriftError: when it was not compared.
        """
        if column not in self.columns:
            raise DriftError(
                f"`{column}` was not compared.",
                hint=f"Compared columns: {', '.join(list(self.columns)[:12])}",
            )
        return self.columns[column]

    def bins(self, column: str) -> pd.DataFrame:
        """The receipt of one column's PSI.

        Returns:
            One row a bin: "bin", for numbers "low" and "high", then "n_reference",
            "share_reference", "n_current", "share_current" and "contribution"; the
            contributions add up to the PSI.
        """
        return self[column].receipt()

    @property
    def psi_average(self) -> float:
        """The plain mean of the PSI over the columns that have one."""
        return self.weighted_average(dict.fromkeys(self.columns, 1.0))

    def weighted_average(self, weights: Mapping[str, float]) -> float:
        """The mean PSI with a weight a column, for example its share of |SHAP|.

        Returns:
            NaN when no column has both a PSI and a weight.
        """
        pairs = [
            (one.psi, weights[name])
            for name, one in self.columns.items()
            if name in weights and not np.isnan(one.psi)
        ]
        total = sum(weight for _, weight in pairs)
        return sum(psi * weight for psi, weight in pairs) / total if total else np.nan

    def at(self, period: str) -> DriftResult:
        """One period against the reference.

        Raises:
            DriftError: when it is none of the periods.
        """
        place = self._place(period)
        return self._with(lambda one: (one.reference, one.periods[place]))

    def since_previous(self, period: str) -> DriftResult:
        """One period against the period with rows before it.

        Raises:
            DriftError: when there is no such period, or none before it.
        """
        place = self._place(period)
        before = self._before[place]
        if before < 0:
            raise DriftError(
                f"There is no period with rows before {period}.",
                hint="It is the first one; compare it with the reference: .at(...)",
            )
        made = self._with(lambda one: (one.periods[before], one.periods[place]))
        return replace(made, against=self.periods[before])

    @cached_property
    def rows_by_period(self) -> pd.Series[int]:
        """Rows of each period; 0 where there are none."""
        rows = [one.periods.sum(axis=-1) for one in self.columns.values()]
        most = np.max(rows, axis=0) if rows else np.zeros(len(self.periods), np.int64)
        return pd.Series(most, index=pd.Index(self.periods, name="period"), name="rows")

    @property
    def gaps(self) -> list[tuple[str, str]]:
        """Pauses without rows between periods: the first and last period of each."""
        rows = self.rows_by_period
        return gaps_between(rows.index[rows > 0])

    @cached_property
    def _before(self) -> list[int]:
        """The place of the last period with rows before each; -1 for none."""
        made, last = [], -1
        for place, rows in enumerate(self.rows_by_period.tolist()):
            made.append(last)
            last = place if rows else last
        return made

    def _place(self, period: str) -> int:
        if period not in self.periods:
            known = ", ".join(self.periods[-4:]) or "none: no period= was given"
            raise DriftError(
                f"There are no rows in a period {period}.",
                hint=f"The latest periods: {known}",
            )
        return self.periods.index(period)

    def _with(self, sides: Any) -> DriftResult:
        columns = {}
        for name, one in self.columns.items():
            reference, current = sides(one)
            columns[name] = replace(
                one,
                reference=reference,
                current=current,
                periods=one.periods[:0],
                # Which values were new is known of all rows together only.
                examples=one.examples if current[UNSEEN] else (),
            )
        return replace(self, columns=columns, period=None, periods=(), undated=0)

    @cached_property
    def history(self) -> pd.DataFrame:
        """PSI against the reference: one row a period, one column a column."""
        return self._over_periods(lambda one: (one.reference, one.periods))

    @cached_property
    def history_previous(self) -> pd.DataFrame:
        """PSI of each period against the one with rows before; the first is NaN."""
        before = np.array(self._before, dtype=np.intp)

        def sides(one: ColumnDrift) -> tuple[Counts, Counts]:
            # The row of zeros is what -1 stands for.
            known = np.vstack([one.periods, np.zeros_like(one.periods[:1])])
            return known[before], one.periods

        return self._over_periods(sides)

    def _over_periods(self, sides: Any) -> pd.DataFrame:
        made = {
            name: one.rule.psi(*sides(one), intervals=one.bins.intervals)
            for name, one in self.columns.items()
        }
        return pd.DataFrame(made, index=pd.Index(self.periods, name="period"))

    @cached_property
    def noise_floors(self) -> pd.DataFrame:
        """The noise floor of every PSI in `history`."""
        made = {name: one.floors_over_periods() for name, one in self.columns.items()}
        return pd.DataFrame(made, index=pd.Index(self.periods, name="period"))

    def under(self, like: str | None) -> DriftResult:
        """The same bins and counts under another tool's rule for empty bins.

        To reproduce a tool's own number, with its own bins, use `compare(like=)`.
        """
        rule = rule_named(like)
        columns = {name: replace(one, rule=rule) for name, one in self.columns.items()}
        return replace(self, columns=columns, like=like)

    def judged(self, thresholds: Mapping[str, Any] | None) -> DriftResult:
        """The same numbers under thresholds of one's own.

        Args:
            thresholds: from a column's name to ``{"moderate": 0.2, "significant":
                0.4}``, or one of both, or a number, the significant one; "*" is for
                all columns without an entry.

        Raises:
            DriftError: a threshold is no positive number, or a name is no column.
        """
        if not isinstance(thresholds or {}, Mapping):
            raise DriftError(
                f"Thresholds are given by column, not as {str(thresholds)[:40]}.",
                hint='For example {"income": 0.3, "*": 0.25}; "*" is for all others.',
            )
        given = dict(thresholds or {})
        rest = bands_from(given.pop("*"), "*") if "*" in given else None
        for name in given:
            if name not in self.only_reference:
                _ = self[name]
        columns = {
            name: replace(one, bands=bands_from(given[name], name))
            if name in given
            else replace(one, bands=rest or one.bands)
            for name, one in self.columns.items()
        }
        return replace(self, columns=columns)

    def figure(self, kind: str = "heatmap", **options: Any) -> Any:
        """A plotly figure of this result.

        Args:
            kind: "heatmap", "distribution", "averages" or "impact".
            options: of that figure, such as ``column="income"`` for "distribution" or
                ``shap=...`` for "impact".

        Raises:
            DriftError: there is no such figure, or nothing that draws is installed.
        """
        return figure_of(self, kind, options)

    def sentences(self) -> list[str]:
        """What happened, in plain words, the most drifted column first."""
        return sentences_of(self)

    def to_dict(self) -> dict[str, Any]:
        """Plain data that JSON can hold: bins and counts, no shares."""
        return {
            "version": _VERSION,
            "like": self.like,
            "period": self.period,
            "periods": list(self.periods),
            "undated": self.undated,
            "only_reference": list(self.only_reference),
            "only_current": list(self.only_current),
            "reference_hash": self.reference_hash,
            "against": self.against,
            "columns": {
                name: {
                    **one.bins.without_folded().to_dict(),
                    "reference": one.reference.tolist(),
                    "current": one.current.tolist(),
                    "periods": one.periods.tolist(),
                    "examples": list(one.examples),
                    **({} if one.bands == USUAL else {"bands": one.bands.to_dict()}),
                }
                for name, one in self.columns.items()
            },
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> DriftResult:
        """The result that `to_dict` wrote.

        Raises:
            DriftError: when the data is something else.
        """
        try:
            rule = rule_named(data["like"])
            columns = {}
            for name, one in data["columns"].items():
                reference = np.array(one["reference"], dtype=np.int64)
                periods = np.array(one["periods"], dtype=np.int64)
                columns[name] = ColumnDrift(
                    name,
                    Bins.from_dict(one),
                    reference,
                    np.array(one["current"], dtype=np.int64),
                    periods.reshape(-1, len(reference)),
                    tuple(one["examples"]),
                    rule,
                    bands_from(one["bands"], name) if "bands" in one else USUAL,
                )
            return cls(
                columns,
                data["like"],
                data["period"],
                tuple(data["periods"]),
                data["undated"],
                tuple(data["only_reference"]),
                tuple(data["only_current"]),
                data["reference_hash"],
                data["against"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, DriftError):
                raise
            raise DriftError(
                "This is not a stored drift result.",
                hint="Store one with compare(...).to_dict().",
            ) from error
