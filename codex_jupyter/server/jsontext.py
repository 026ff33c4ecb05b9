"""JSON that came from outside, as values that can be stored and sent on."""

from __future__ import annotations

import json
import math
import re
from typing import Any

# Half of a surrogate pair, escaped or not; whole pairs match too, which is no harm.
_HALF = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
_HALF_BYTES = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")


def is_text(value: str) -> bool:
    """False for what holds half of a surrogate pair: JSON can, UTF-8 cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def read_json(raw: str | bytes, *, only_finite: bool = False) -> Any:
    """The value of a JSON text, each half of a surrogate pair replaced by ``?``.

    Neither a database nor an answer can hold such a half, and whoever writes a
    script's messages, names and keys can write one.

    Args:
        only_finite: NaN, infinities and numbers that are too large for a float become
            null, as no answer can hold them.

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is nested too deeply.
    """
    if only_finite:
        found = json.loads(raw, parse_constant=lambda _name: None, parse_float=_finite)
    else:
        found = json.loads(raw)
    pattern: re.Pattern[Any] = _HALF if isinstance(raw, str) else _HALF_BYTES
    if pattern.search(raw) is None:
        return found
    whole = json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")
    return json.loads(whole)


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None
