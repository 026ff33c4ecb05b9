"""Days and times as the platform writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from codex_jupyter.errors import InputError

_WINDOW = timedelta(days=6)


def days(start: str | date | None, end: str | date | None) -> dict[str, str]:
    """The query of a range of days, both included, as dd-MM-yyyy.

    What is not given is six days away from the other end, or today.

    Raises:
        InputError: a day cannot be read, or the end lies before the start.
    """
    first, last = _day(start), _day(end)
    last = last or (min(first + _WINDOW, _today()) if first else _today())
    first = first or last - _WINDOW
    if last < first:
        raise InputError(f"The last day, {last}, lies before the first, {first}.")
    return {"start": f"{first:%d-%m-%Y}", "end": f"{last:%d-%m-%Y}"}


def log_query(
    start: str | date | None,
    end: str | date | None,
    routine: str | None,
    kind: str | None,
) -> dict[str, str]:
    """The query for log rows.

    Raises:
        InputError: a day cannot be read.
    """
    query = days(start, end)
    if routine:
        query["routine"] = routine.capitalize()
    if kind:
        query["type"] = kind.capitalize()
    return query


def moment(text: object) -> datetime:
    """A time stamp of the platform; the beginning of time when it cannot be read."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _today() -> date:
    return datetime.now(UTC).date()


def _day(given: str | date | None) -> date | None:
    if given is None or (isinstance(given, date) and not isinstance(given, datetime)):
        return given
    if isinstance(given, datetime):
        return given.date()
    for form in ("%d-%m-%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(given, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise InputError(
        f"'{given[:40]}' is not a day.", hint="Write it as 31-12-2025 or 2025-12-31."
    )
