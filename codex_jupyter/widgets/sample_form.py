"""A form's fields from a model's sample input: kinds, steps and sensible ranges.

Values travel as JSON text, so that 1.0 stays 1.0 and a long customer number keeps its
last digits, which a browser's own numbers would not.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?\Z")
_DATES = {"date": _DATE, "moment": _MOMENT}
_SOURCES = ("training", "records")
MAX_CHOICES = 200


def json_text(value: Any, indent: int | None = None) -> str:
    """A JSON value as text, accents kept."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode()
    except UnicodeEncodeError:
        # Half of a pair of surrogates: only escaped can it travel.
        return json.dumps(value, indent=indent)
    return text


def object_text(value: Any) -> str:
    """A JSON value as an editor shows it: an object's members a line each."""
    if not isinstance(value, dict) or not value:
        return json_text(value, indent=2)
    lines = [f"  {json_text(str(k))}: {json_text(v)}" for k, v in value.items()]
    return "{\n" + ",\n".join(lines) + "\n}"


def fields_of(
    sample: Any,
    document: Mapping[str, Any],
    ranges: Iterable[Mapping[str, Any]] = (),
) -> list[dict[str, Any]]:
    """One field a member of the sample; none when the sample is no object.

    Args:
        sample: the model's sample input, any JSON value.
        document: the model's OpenAPI document, or {}; choices, bounds and formats that
            it names are taken.
        ranges: what the fields' values were like before, as `MLOpsModel.ranges` tells.

    Returns:
        The fields of the ``field`` shape.
    """
    if not isinstance(sample, dict):
        return []
    known, learned = _properties(document), {one.get("Name"): one for one in ranges}
    return [
        _field(str(name), value, known.get(name), learned.get(name, {}))
        for name, value in sample.items()
    ]


def _field(
    name: str, value: Any, schema: Any, learned: Mapping[str, Any]
) -> dict[str, Any]:
    schema = schema if isinstance(schema, dict) else {}
    choices = [json_text(c) for c in _list(schema.get("enum"))[:MAX_CHOICES]]
    kind = _kind(value, schema, choices)
    seen = seen_of(kind, learned)
    is_open = False
    if seen and kind in ("text", "json") and learned["Kind"] == "choice":
        kind, is_open = "choice", True
        choices = [json_text(one) for one in learned["Choices"][:MAX_CHOICES]]
        choices += ["null"] if value is None else []
    elif seen and kind == "json":
        kind = "number"  # a sample that is null says less than what was seen
    low = high = step = None
    if kind == "number":
        if isinstance(value, (int, float)):
            low, high = _reach(value)
            step = _step(value)
        if seen:
            low, high = float(learned["Low"]), float(learned["High"])
        low = _number(schema.get("minimum"), low)
        high = _number(schema.get("maximum"), high)
        if low is not None and high is not None and low >= high:
            low = high = None
    return {
        "name": name,
        "kind": kind,
        "text": json_text(value),
        "low": low,
        "high": high,
        "step": step,
        "whole": isinstance(value, int) or schema.get("type") == "integer",
        "choices": choices,
        "open": is_open,
        "seen": seen,
    }


def seen_of(kind: str, learned: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a platform learned, as the ``seen`` shape; None where it does not fit.

    Args:
        kind: of the field by its sample; ``json`` is that of a null.
    """
    what, count = learned.get("Kind"), learned.get("Count")
    if learned.get("Source") not in _SOURCES or not isinstance(count, int):
        return None
    ends = [learned.get("Low"), learned.get("High")]
    usual: list[Any] = []
    if what == "number" and kind in ("number", "json"):
        usual = _list(learned.get("Quantiles"))
        if not all(_number(one, None) is not None for one in [*ends, *usual]):
            return None
    elif what == "date" and kind in _DATES:
        if not all(isinstance(one, str) and _DATES[kind].match(one) for one in ends):
            return None
    elif what == "choice" and kind in ("text", "json", "choice"):
        choices = _list(learned.get("Choices"))
        if not choices or not all(isinstance(one, str) for one in choices):
            return None
        ends = []
    else:
        return None
    return {
        "source": learned["Source"],
        "count": count,
        "ends": [one if isinstance(one, str) else json_text(one) for one in ends],
        "usual": [json_text(one) for one in usual],
    }


def _kind(value: Any, schema: Mapping[str, Any], choices: list[str]) -> str:
    if choices and (value is None or json_text(value) in choices):
        return "choice"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        if _DATE.match(value) or schema.get("format") == "date":
            return "date"
        return "moment" if _MOMENT.match(value) else "text"
    if value is None and schema.get("type") in ("number", "integer"):
        return "number"
    return "json"


def _reach(value: float) -> tuple[float, float]:
    """A range that a slider can cross; both signs where the value is negative."""
    size = abs(value)
    if isinstance(value, float) and (size == 0 or 0.05 <= size <= 1):
        high = 1.0  # it looks like a share or a probability
    else:
        high = _nice(2 * size) if size else 10.0
    return (-high if value < 0 else 0.0), high


def _step(value: float) -> float:
    """What one press of an arrow key changes: about a hundredth of the value."""
    if isinstance(value, int):
        return 1 if abs(value) < 10_000 else 10.0 ** (len(str(abs(value))) - 4)
    if value == 0:
        return 0.1
    return float(f"1e{math.floor(math.log10(abs(value))) - 2}")


def _nice(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50, … at or above the value."""
    if not math.isfinite(value) or value > 1e300:
        return 1e300
    power = math.floor(math.log10(value))
    for digit in (1, 2, 5):
        found = float(f"{digit}e{power}")
        if value <= found:
            return found
    return float(f"1e{power + 1}")


def _properties(document: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of each member of the input that a model's document describes."""
    for methods in _dict(document.get("paths")).values():
        found: Any = methods
        for name in ("post", "requestBody", "content", "application/json", "schema",
                     "properties", "Input", "properties"):  # fmt: skip
            found = _dict(found).get(name)
        if found:
            return _dict(found)
    return {}


def _number(value: Any, other: float | None) -> float | None:
    usable = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if usable and math.isfinite(value) else other


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
