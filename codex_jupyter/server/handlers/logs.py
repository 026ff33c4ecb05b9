"""Log rows by day, routine and type."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from starlette.responses import JSONResponse

from codex_jupyter.protocol.states import LogType, Routine
from codex_jupyter.server.clock import now
from codex_jupyter.server.logbook import log_data
from codex_jupyter.server.problems import bad_input
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import DeployKind

from .models import find

_WINDOW = timedelta(days=6)
_FORMATS = ("%d-%m-%Y", "%Y-%m-%d")
# Days beyond these mean "from the beginning" and "to the end"; further ones have no
# days before or after them.
_FIRST, _LAST = datetime(1970, 1, 1), datetime(9000, 1, 1)  # noqa: DTZ001 - in UTC


async def of_model(call: Call) -> JSONResponse:
    """A model's log rows in the order of time; the last seven days by default."""
    return await list_rows(call, (await find(call)).hash)


async def of_script(call: Call) -> JSONResponse:
    """The same of a script."""
    return await list_rows(call, (await find(call, DeployKind.SCRIPT)).hash)


async def list_rows(
    call: Call, subject: str, execution: int | None = None
) -> JSONResponse:
    """The log rows of a model, script or training, as the query wants them.

    Args:
        execution: only those of this execution.
    """
    start, end = window(call.query("start"), call.query("end"))
    routine, type_ = call.query("routine"), call.query("type")
    if routine is not None and routine not in set(Routine):
        raise bad_input(f"routine is Run or Host, not '{routine[:20]}'.")
    if type_ is not None and type_ not in set(LogType):
        raise bad_input(f"type is Ok, Error, Debug or Warning, not '{type_[:20]}'.")
    await asyncio.to_thread(call.platform.logbook.flush)
    rows = await asyncio.to_thread(
        lambda: call.platform.store.logs.search(
            subject,
            start=start,
            end=end,
            routine=routine,
            type_=type_,
            execution=execution,
        )
    )
    return JSONResponse({"Results": [log_data(row) for row in rows]})


def window(start: str | None, end: str | None) -> tuple[datetime, datetime]:
    """The first moment of some days and the last; seven days by default.

    Raises:
        Problem: 400, a day cannot be read.
    """
    first, last = _day("start", start), _day("end", end)
    if last is None:
        last = first + _WINDOW if first else _midnight(now())
    if first is None:
        first = last - _WINDOW
    if first > last:
        raise bad_input("start is later than end.")
    return first, last + timedelta(days=1)


def _day(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    for form in _FORMATS:
        try:
            day = datetime.strptime(text, form)  # noqa: DTZ007 - a day, in UTC
            return min(max(day, _FIRST), _LAST)
        except ValueError:
            continue
    raise bad_input(f"{name} is a day such as 31-12-2026 or 2026-12-31.")


def _midnight(time: datetime) -> datetime:
    return time.replace(hour=0, minute=0, second=0, microsecond=0)
