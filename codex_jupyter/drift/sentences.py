"""A drift result in plain words.

Each sentence has its choices of words within it, so that those who show it can tell a
sentence from its values, and say it in another language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .rules import MISSING, SMALL, UNSEEN

if TYPE_CHECKING:
    from .result import ColumnDrift, DriftResult

__all__ = ["sentences_of"]

_WORTH_SAYING = 0.01
# More of a kind are counted.
_NAMED = 3


def _percent(share: float) -> str:
    percent = 100 * share
    text = f"{percent:.0f}" if percent >= 1 else f"{percent:.1g}"
    # 99.7 % is not all of them.
    return f"{'99' if text == '100' and share < 1 else text} %"


def _of_missing(one: ColumnDrift, against: str) -> str:
    before = one.reference[MISSING] / max(one.reference.sum(), 1)
    now = one.current[MISSING] / max(one.current.sum(), 1)
    if abs(now - before) < _WORTH_SAYING:
        return ""
    if not before:
        return f"{_percent(now)} of `{one.name}` became missing."
    if not now:
        return f"`{one.name}` is complete now; {_percent(before)} was missing."
    return (
        f"The missing share of `{one.name}` {'rose' if now > before else 'fell'} "
        f"to {_percent(now)} ({_percent(before)} in {against})."
    )


def _of_unseen(one: ColumnDrift, against: str) -> str:
    unseen = int(one.current[UNSEEN])
    if not unseen:
        return ""
    share = unseen / one.current.sum()
    named = ", ".join(repr(value) for value in one.examples)
    return f"{_percent(share)} of `{one.name}` are values that {against} lacks" + (
        f", such as {named}." if named else "."
    )


def _of_shift(one: ColumnDrift) -> str:
    if one.level not in ("moderate", "significant"):
        return ""
    parts = one.contributions[:MISSING]
    if not len(parts) or parts.max() <= 0 or parts.max() < one.psi / 10:
        return ""
    worst = int(parts.argmax())
    before = one.reference[worst] / one.reference[one.used].sum()
    now = one.current[worst] / one.current[one.used].sum()
    is_significant = one.level == "significant"
    return (
        f"`{one.name}` drifted ({'significant' if is_significant else 'moderate'}, "
        f"PSI {one.psi:.2f}): {one.bins.labels()[worst]} "
        f"{'grew' if now > before else 'shrank'} "
        f"from {_percent(before)} to {_percent(now)}."
    )


def _of_empty(empty: list[ColumnDrift]) -> list[str]:
    told = [
        f"`{one.name}` cannot be compared: the "
        f"{'reference' if one.current.sum() else 'current data'} has no rows."
        for one in empty[:_NAMED]
    ]
    if more := len(empty) - len(told):
        told.append(f"{more} more columns have no rows on one side.")
    return told


def _of_gaps(gaps: list[tuple[str, str]]) -> list[str]:
    told = [
        f"There are no records in {first}."
        if first == last
        else f"There are no records from {first} to {last}."
        for first, last in gaps[-_NAMED:]
    ]
    if more := len(gaps) - len(told):
        told.append(f"There are {more} earlier pauses without records.")
    return told


def sentences_of(result: DriftResult) -> list[str]:
    """What happened, the most drifted column first.

    Missing and unseen values are told whenever their share moved by a hundredth or
    more; other drift where it is above the noise and at least moderate.
    """
    told = [f"`{name}` is not in the current data." for name in result.only_reference]
    ranked = sorted(result.columns.values(), key=lambda one: -(one.psi or 0))
    full = [one for one in ranked if one.current.sum() and one.reference.sum()]
    known = {one.name for one in full}
    told += _of_empty([one for one in ranked if one.name not in known])
    for one in full:
        parts = (
            _of_missing(one, result.against),
            _of_unseen(one, result.against),
            _of_shift(one),
        )
        told.extend(part for part in parts if part)
    sizes = [int(min(one.reference.sum(), one.current.sum())) for one in ranked]
    if sizes and 0 < min(sizes) < SMALL:
        rows = min(sizes)
        told.append(
            f"Only {'1 row' if rows == 1 else f'{rows} rows'} on one side: "
            f"below {SMALL} rows PSI is large by chance alone, "
            "so compare it with the noise floor."
        )
    told += _of_gaps(result.gaps)
    if result.undated:
        told.append(f"{result.undated} rows have no date and are in no period.")
    return told
