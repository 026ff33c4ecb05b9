"""Values of a configuration: read with their type, or refused in a sentence."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

_MOST_SHOWN = 60
_MOST_NAME = 500


def shown(value: Any) -> str:
    """A value as the sentence about it names it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "an object" if value else "an empty object"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def listed(values: Iterable[str]) -> str:
    """The values as words: ``a, b and c``."""
    *rest, last = values
    return f"{', '.join(rest)} and {last}" if rest else last


def close_to(value: Any, allowed: Iterable[str]) -> str:
    """A question that names what was meant, with a blank before it; or ""."""
    if not isinstance(value, str):
        return ""
    close = difflib.get_close_matches(value.strip().lower(), list(allowed), 1)
    return f" Did you mean '{close[0]}'?" if close else ""


def only(value: dict[str, Any], allowed: Sequence[str], what: str) -> None:
    """Refuse keys that nothing reads.

    Raises:
        ValueError: there is one.
    """
    for key in value:
        if key not in allowed:
            hint = close_to(key, allowed) or f" It can have {listed(allowed)}."
            raise ValueError(f"{what} has no key {shown(key)}.{hint}")


def choice(value: Any, key: str, allowed: Sequence[str]) -> str:
    """One of several words.

    Raises:
        ValueError: it is another.
    """
    if isinstance(value, str) and value in allowed:
        return value
    words = "Allowed are" if len(allowed) > 1 else "Allowed is"
    raise ValueError(
        f"{key} is {shown(value)}. {words} {listed(allowed)}.{close_to(value, allowed)}"
    )


def name(value: Any, key: str, what: str = "the name of a column") -> str:
    """A name, as it is.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, str) and value.strip() and len(value) <= _MOST_NAME:
        return value
    raise ValueError(f"{key} is {shown(value)}. Write {what} as a text.")


def names(value: Any, key: str) -> list[str]:
    """Several names, each once.

    Raises:
        ValueError: it is no list of them.
    """
    if not isinstance(value, list):
        raise ValueError(f"{key} is {shown(value)}. Write a list of columns.")
    found = [name(one, f"An entry of {key}") for one in value]
    for one in found:
        if found.count(one) > 1:
            raise ValueError(f"{key} names {shown(one)} twice. Remove one.")
    return found


def whole(value: Any, key: str, most: int, least: int = 1) -> int:
    """A whole number within bounds.

    Raises:
        ValueError: it is none.
    """
    if type(value) is int and least <= value <= most:
        return value
    raise ValueError(
        f"{key} is {shown(value)}. Write a whole number from {least:,} to {most:,}."
    )


def share(value: Any, key: str) -> float:
    """A part of one.

    Raises:
        ValueError: it is none.
    """
    if type(value) in (int, float) and 0 < value < 1:
        return float(value)
    raise ValueError(
        f"{key} is {shown(value)}. Write a number between 0 and 1, such as 0.2."
    )
