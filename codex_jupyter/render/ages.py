"""How long ago something was, in two or three characters."""

from __future__ import annotations

from datetime import UTC, datetime

_UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


def moment_of(stamp: object) -> datetime | None:
    """An ISO 8601 moment, UTC where it names no zone; None when it is none."""
    try:
        moment = datetime.fromisoformat(str(stamp))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def seconds_of(stamp: object) -> float | None:
    """Seconds since 1970 of an ISO 8601 moment; None when it is none."""
    moment = moment_of(stamp)
    return None if moment is None else moment.timestamp()


def age(moment: str, now: datetime) -> str:
    """The time from an ISO 8601 moment (UTC where it names no zone) until now.

    Returns:
        Such as ``5 m``; "" when the text is no moment.
    """
    then = moment_of(moment)
    if then is None:
        return ""
    seconds = int((now - then).total_seconds())
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return "0 s"
