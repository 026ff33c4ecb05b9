"""Questions about log rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Engine

from codex_jupyter.protocol.states import LogType, Routine

from .rows import LogRow
from .tables import logs

_COLUMNS = (
    logs.c.subject,
    logs.c.at,
    logs.c.type,
    logs.c.routine,
    logs.c.text,
    logs.c.id,
    logs.c.execution,
)


class LogQueries:
    """Log rows of models and scripts; ids grow with time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, rows: Sequence[LogRow]) -> list[LogRow]:
        """Store rows in one transaction; the same rows with their ids come back."""
        stored: list[LogRow] = []
        with self._engine.begin() as connection:
            for row in rows:
                done = connection.execute(
                    insert(logs).values(
                        subject=row.subject,
                        at=row.at,
                        type=row.type.value,
                        routine=row.routine.value,
                        text=row.text,
                        execution=row.execution,
                    )
                )
                key = done.inserted_primary_key
                stored.append(replace(row, id=int(key[0]) if key else None))
        return stored

    def search(
        self,
        subject: str,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        routine: str | None = None,
        type_: str | None = None,
        execution: int | None = None,
        after: int = 0,
        limit: int = 10_000,
    ) -> list[LogRow]:
        """Rows of one subject in the order of time; the newest ones when too many.

        Args:
            start: inclusive.
            end: exclusive.
            after: only rows with a larger id.
        """
        query = (
            select(*_COLUMNS)
            .where(logs.c.subject == subject, logs.c.id > after)
            .order_by(logs.c.id.desc())
            .limit(limit)
        )
        if start is not None:
            query = query.where(logs.c.at >= start)
        if end is not None:
            query = query.where(logs.c.at < end)
        if execution is not None:
            query = query.where(logs.c.execution == execution)
        if routine:
            query = query.where(logs.c.routine == routine)
        if type_:
            query = query.where(logs.c.type == type_)
        with self._engine.connect() as connection:
            rows = [_row(row) for row in connection.execute(query)]
        return rows[::-1]


def _row(row: Any) -> LogRow:
    return LogRow(
        subject=row.subject,
        at=row.at,
        type=LogType(row.type),
        routine=Routine(row.routine),
        text=row.text,
        id=row.id,
        execution=row.execution,
    )
