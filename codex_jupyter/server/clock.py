"""The platform's clock: UTC everywhere."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The time in UTC, without a zone: as the database keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


def stamp(time: datetime) -> str:
    """A time as it travels, such as ``2026-03-19T12:38:18.716037+00:00``."""
    return time.replace(tzinfo=UTC).isoformat()
