"""The platform's clock: UTC everywhere."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The time in UTC, without a zone: as the database keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


def stamp(time: datetime | str) -> str:
    """A time as it travels, such as ``2026-03-19T12:38:18.716037+00:00``.

    Args:
        time: as the database keeps it, or as the text that it makes of it.
    """
    if isinstance(time, str):
        return f"{time[:10]}T{time[11:].removesuffix('.000000')}+00:00"
    return time.replace(tzinfo=UTC).isoformat()


def seconds_between(begun: datetime | str, ended: datetime | str) -> float:
    """Seconds from one time to another, each as `stamp` takes them."""
    first, last = (
        datetime.fromisoformat(one) if isinstance(one, str) else one
        for one in (begun, ended)
    )
    return (last - first).total_seconds()
