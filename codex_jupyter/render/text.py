"""Plain text that is safe to show: what came from elsewhere cannot steer a terminal."""

from __future__ import annotations

import re

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-_]|[\x00-\x08\x0b-\x1f\x7f-\x9f]"
)


def clean(value: object) -> str:
    """The value as text without terminal sequences and control characters.

    Line breaks and tabs stay.
    """
    return _ESCAPES.sub("", str(value))


def one_line(value: object, width: int = 200) -> str:
    """The value on a single line, cut to the width with an ellipsis."""
    text = " ".join(clean(value).split())
    return text if len(text) <= width else text[: width - 1] + "…"
