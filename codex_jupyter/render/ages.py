"""How long ago something was, in two or three characters."""

from __future__ import annotations

from datetime import UTC, datetime

_UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


def age(moment: str, now: datetime) -> str:
    """The time from an ISO 8601 moment (UTC where it names no zone) until now.

    Returns:
        Such as ``5 m``; "" when the text is no moment.
    """
    try:
        then = datetime.fromisoformat(moment)
    except ValueError:
        return ""
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    seconds = int((now - then).total_seconds())
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return "0 s"
