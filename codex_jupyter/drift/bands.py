"""From which PSI on a column counts as drifted; each column may have its own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from codex_jupyter.errors import DriftError

__all__ = ["MODERATE", "SIGNIFICANT", "USUAL", "Bands", "bands_from"]

# A PSI from here on is moderate, and above the second one significant.
MODERATE, SIGNIFICANT = 0.10, 0.25
_KEYS = ("moderate", "significant")


@dataclass(frozen=True, slots=True)
class Bands:
    """The two thresholds of one column.

    Attributes:
        moderate: from this PSI on the drift is moderate.
        significant: above this PSI it is significant.
    """

    moderate: float = MODERATE
    significant: float = SIGNIFICANT

    def to_dict(self) -> dict[str, float]:
        """Plain data that `bands_from` reads."""
        return {"moderate": self.moderate, "significant": self.significant}


USUAL = Bands()


def bands_from(given: Any, column: str) -> Bands:
    """The thresholds that somebody gave for a column.

    Args:
        given: a mapping with "moderate", "significant" or both; a bare number is the
            significant one. Where one is missing it is the usual one, or the other if
            that would put them in the wrong order.
        column: for messages.

    Raises:
        DriftError: they are no positive numbers, or in the wrong order.
    """
    if isinstance(given, Bands):
        return given
    hint = f'For example {{"{column}": {{"moderate": 0.1, "significant": 0.25}}}}'
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        given = {"significant": given}
    if not isinstance(given, Mapping) or not given or set(given) - set(_KEYS):
        raise DriftError(
            f"The thresholds of `{column}` are neither a number nor a mapping with "
            f"moderate or significant: {str(given)[:60]}.",
            hint=hint,
        )
    for name, value in given.items():
        plain = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not plain or not math.isfinite(value) or value <= 0:
            raise DriftError(
                f"The threshold {name} of `{column}` is {str(value)[:40]}, not a "
                "positive number.",
                hint=hint,
            )
    moderate = given.get("moderate", min(MODERATE, given.get("significant", math.inf)))
    significant = given.get("significant", max(SIGNIFICANT, moderate))
    if moderate > significant:
        raise DriftError(
            f"The thresholds of `{column}` are in the wrong order: moderate "
            f"{moderate} is above significant {significant}.",
            hint=hint,
        )
    return Bands(float(moderate), float(significant))
