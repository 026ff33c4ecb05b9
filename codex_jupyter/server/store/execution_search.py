"""Executions of every kind in one list, found by what people know of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, func, or_, select
from sqlalchemy.engine import Engine

from .executions import COLUMNS, execution_of
from .rows import ExecutionKind, ExecutionRow
from .tables import executions, experiments, models, monitorings

_MOST_DIGITS = 9
_NAME = func.coalesce(models.c.name, experiments.c.name, monitorings.c.name)
_FROM: FromClause = (
    executions.outerjoin(models, models.c.hash == executions.c.subject)
    .outerjoin(experiments, experiments.c.hash == executions.c.subject)
    .outerjoin(monitorings, monitorings.c.hash == executions.c.subject)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which executions; None where all fit.

    Args:
        subject: the hash of what they run.
        text: part of its name in any case, or an execution's number.
        since: requested at this time or later, UTC.
    """

    kind: ExecutionKind | None = None
    state: str | None = None
    group: str | None = None
    subject: str | None = None
    text: str | None = None
    since: datetime | None = None


def search(
    engine: Engine, wanted: Wanted, *, skip: int = 0, limit: int = 100
) -> tuple[int, list[tuple[ExecutionRow, str]]]:
    """How many fit, and some of them with the name of what they ran, newest first.

    Args:
        skip: leave out so many first.
    """
    fits = _fits(wanted)
    count = select(func.count()).select_from(_FROM).where(*fits)
    rows = (
        select(*COLUMNS, _NAME)
        .select_from(_FROM)
        .where(*fits)
        .order_by(executions.c.id.desc())
        .offset(skip)
        .limit(limit)
    )
    with engine.connect() as connection:
        total = int(connection.execute(count).scalar_one())
        return total, [
            (execution_of(row[:-1]), row[-1] or row.subject)
            for row in connection.execute(rows)
        ]


def _fits(wanted: Wanted) -> list[ColumnElement[bool]]:
    told = {
        executions.c.kind: wanted.kind and wanted.kind.value,
        executions.c.state: wanted.state,
        executions.c.group: wanted.group,
        executions.c.subject: wanted.subject,
    }
    made: list[ColumnElement[bool]] = [
        column == value for column, value in told.items() if value
    ]
    if wanted.since is not None:
        made.append(executions.c.requested_at >= wanted.since)
    if text := wanted.text:
        named = _NAME.icontains(text, autoescape=True)
        is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
        made.append(or_(named, executions.c.id == int(text)) if is_number else named)
    return made
