"""Thresholds of PSI by column, as they are typed on a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from codex_jupyter.errors import InputError

from .values import Namespace, object_value

_PAIR = re.compile(r"\s*(?P<name>[^\s={}:,][^={}:,]*?)\s*=\s*(?P<value>[^=,]*)")
_HINT = 'Write --thresholds income=0.3,*=0.25 or {"income": {"moderate": 0.1}}'


def thresholds(text: str, namespace: Namespace) -> dict[str, Any]:
    """Thresholds by column, "*" for all others.

    Args:
        text: ``income=0.3,*=0.25`` (each the significant one, or both as 0.1:0.3), or
            a mapping: an expression, a variable, ``@file.json``.
        namespace: the notebook's variables.

    Raises:
        InputError: it is none of them.
    """
    pairs = [_PAIR.fullmatch(part) for part in text.split(",")]
    if all(pairs):
        return {one["name"]: _numbers(one["value"]) for one in pairs if one}
    given = object_value(text, namespace)
    if not isinstance(given, Mapping):
        raise InputError(
            f"Thresholds are given by column, not as {str(given)[:40]}.", hint=_HINT
        )
    return {str(name): value for name, value in given.items()}


def _numbers(text: str) -> float | dict[str, float]:
    moderate, colon, significant = text.strip().partition(":")
    try:
        if not colon:
            return float(moderate)
        return {"moderate": float(moderate), "significant": float(significant)}
    except ValueError:
        raise InputError(
            f"The threshold {text.strip()[:40]} is not a number.", hint=_HINT
        ) from None
