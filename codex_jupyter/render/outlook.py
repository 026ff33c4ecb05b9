"""How long a deployment will take, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .progress import duration
from .words import t


def outlook(estimate: Mapping[str, Any]) -> str:
    """What earlier builds tell of this one.

    Args:
        estimate: the data of an ``estimate`` event: ``Seconds``, ``Builds``, ``Same``.
    """
    seconds, builds = estimate.get("Seconds"), estimate.get("Builds")
    if not isinstance(seconds, (int, float)) or not isinstance(builds, int):
        return t("No earlier build tells how long this one takes.")
    took = duration(float(seconds))
    if estimate.get("Same") != "requirements":
        if builds == 1:
            return t(
                "About {took}, by the one earlier build with this Python; its "
                "packages may differ.",
                took=took,
            )
        return t(
            "Usually {took}, from {builds} earlier builds with this Python; their "
            "packages may differ.",
            took=took,
            builds=builds,
        )
    if builds == 1:
        return t(
            "About {took}, by the one earlier build with these requirements.", took=took
        )
    return t(
        "Usually {took}, from {builds} earlier builds with these requirements.",
        took=took,
        builds=builds,
    )
