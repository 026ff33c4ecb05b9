"""The schema's sample row, and whether a function's answer can travel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from codex_jupyter.client import payload
from codex_jupyter.errors import InputError

from .values import json_of


def sample_of(value: Any) -> Any:
    """The schema sample of an object: the first row of a frame, else the object itself.

    Args:
        value: a DataFrame or Series (a row), a dict, a list, a numpy array, or the path
            of a JSON file.

    Raises:
        InputError: it is empty or cannot be JSON.
    """
    if isinstance(value, Path):
        value = json_of(value)
    if payload.is_frame(value):
        row = next(payload.rows_of(value.head(1)), None)
        if row is None:
            raise InputError(
                "The schema has no row to take as the sample.",
                hint="Give at least one: --schema X.head(1)",
            )
        return row
    sample = payload.plain(value)
    if sample in (None, "", {}, []):
        raise InputError(
            "The schema is empty.", hint='Give one row: --schema {"age": 41}'
        )
    return sample


def check_answer(answer: Any, reference: str) -> None:
    """Make sure that what the function returned can be the HTTP answer.

    Raises:
        InputError: it is not JSON; says where.
    """
    if isinstance(answer, str):
        try:
            json.loads(answer)
        except ValueError:
            raise InputError(
                f"{reference} returned a text that is not JSON: {answer[:60]!r}",
                hint='Return a dict such as {"prediction": 1}.',
            ) from None
        return
    if found := _not_json(answer, "the answer"):
        where, value = found
        kind = type(value)
        raise InputError(
            f"{reference} returned what JSON has no form for: {where} is a "
            f"{kind.__module__}.{kind.__qualname__}.".replace(" builtins.", " "),
            hint=f"Convert it inside {reference}: float(x), int(x) or x.tolist().",
        )


def _not_json(value: Any, where: str) -> tuple[str, Any] | None:
    """The first place that `json.dumps` would refuse."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, (str, int, float, bool, type(None))):
                return f"a key of {where}", key
            if found := _not_json(inner, f"{where}[{key!r}]"):
                return found
        return None
    if isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            if found := _not_json(inner, f"{where}[{index}]"):
                return found
        return None
    if value is None or isinstance(value, (bool, int, float, str)):
        return None
    return where, value
