"""Questions about monitorings and the results of their periods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update
from sqlalchemy.engine import Engine

from codex_jupyter.protocol.states import ExecutionState

from .executions import KIND, add_execution, move_execution
from .files import add_files
from .jobs import add_job
from .monitoring_rows import MonitoringRow, ResultRow
from .rows import ExecutionKind, FileRow, JobRow
from .tables import monitoring_results, monitorings

_COLUMNS = tuple(monitorings.c[name] for name in MonitoringRow.__dataclass_fields__)
_RESULTS = tuple(monitoring_results.c[name] for name in ResultRow.__dataclass_fields__)


class MonitoringQueries:
    """Monitorings, the newest of each model and period, and their results."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, row: MonitoringRow, files: Sequence[FileRow]) -> None:
        """Add a monitoring with its files; it takes the place of an older one."""
        with self._engine.begin() as connection:
            connection.execute(
                insert(monitorings).values(
                    **{name: getattr(row, name) for name in row.__slots__}
                )
            )
            add_files(connection, row.hash, files)

    def get(self, monitoring: str, group: str | None = None) -> MonitoringRow | None:
        """The monitoring of that hash.

        Args:
            group: only if it belongs to this group.
        """
        query = select(*_COLUMNS).where(monitorings.c.hash == monitoring)
        if group is not None:
            query = query.where(monitorings.c.group == group)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return MonitoringRow(*row) if row else None

    def search(
        self,
        *,
        group: str | None = None,
        model: str | None = None,
        external: bool = False,
    ) -> list[MonitoringRow]:
        """The monitorings that count, the oldest first.

        Of several of one model and period the newest counts.

        Args:
            external: only those that watch no model of ours.
        """
        query = select(*_COLUMNS).order_by(
            monitorings.c.registered_at, monitorings.c.hash
        )
        if group is not None:
            query = query.where(monitorings.c.group == group)
        if model is not None:
            query = query.where(monitorings.c.model == model)
        if external:
            query = query.where(monitorings.c.model.is_(None))
        with self._engine.connect() as connection:
            rows = [MonitoringRow(*row) for row in connection.execute(query)]
        newest = {(row.model or row.hash, row.period): row.hash for row in rows}
        return [row for row in rows if row.hash in newest.values()]

    def change(self, monitoring: str, **values: Any) -> None:
        """Set columns of a monitoring."""
        with self._engine.begin() as connection:
            _change(connection, monitoring, values)

    def validate(
        self, row: MonitoringRow, at: datetime, details: dict[str, Any]
    ) -> tuple[int, JobRow]:
        """Accept a validation; it is the monitoring's state from now on.

        Returns:
            The execution's id, and its job.
        """
        kind = ExecutionKind.MONITORING
        with self._engine.begin() as connection:
            number = add_execution(
                connection, kind, row.hash, row.group, at, None, details
            )
            _change(connection, row.hash, {"validation": number})
            return number, add_job(connection, KIND, str(number), row.group)

    def succeed(self, execution: int, message: str, result: ResultRow) -> bool:
        """Write a period's result and the end of its run, both or neither.

        Returns:
            False when it was not running any more; nothing is written then.
        """
        with self._engine.begin() as connection:
            moved = move_execution(
                connection,
                execution,
                {ExecutionState.RUNNING},
                ExecutionState.SUCCEEDED,
                message,
                {"finished_at": result.written_at},
            )
            if moved:
                _write(connection, result)
            return moved

    def write(self, result: ResultRow) -> None:
        """Put a result in the place of the one that the period has."""
        with self._engine.begin() as connection:
            _write(connection, result)

    def result(self, monitoring: str, label: str) -> ResultRow | None:
        """The result of one period."""
        found = self.results(monitoring, first=label, last=label)
        return found[0] if found else None

    def results(
        self, monitoring: str, first: str | None = None, last: str | None = None
    ) -> list[ResultRow]:
        """The results of a monitoring's periods, the earliest first."""
        query = (
            select(*_RESULTS)
            .where(monitoring_results.c.monitoring == monitoring)
            .order_by(monitoring_results.c.starts_at)
        )
        if first is not None:
            query = query.where(monitoring_results.c.label >= first)
        if last is not None:
            query = query.where(monitoring_results.c.label <= last)
        with self._engine.connect() as connection:
            return [ResultRow(*row) for row in connection.execute(query)]

    def last_verdicts(self) -> dict[str, tuple[str, str]]:
        """Each model's newest period with records, and the verdict on it.

        Of several monitorings of one model and period the newest counts.
        """
        mine, results = monitorings.c, monitoring_results
        # Labels of one kind of period sort as their times do.
        newest = (
            select(results.c.label)
            .where(results.c.monitoring == mine.hash)
            .where(results.c.summary["Records"].as_integer() > 0)
            .order_by(results.c.label.desc())
            .limit(1)
            .correlate(monitorings)
            .scalar_subquery()
        )
        query = (
            select(
                mine.model,
                mine.period,
                results.c.starts_at,
                results.c.label,
                results.c.summary["Verdict"].as_string(),
            )
            .outerjoin(
                results,
                and_(results.c.monitoring == mine.hash, results.c.label == newest),
            )
            .where(mine.model.is_not(None))
            .order_by(mine.registered_at, mine.hash)
        )
        with self._engine.connect() as connection:
            found = {(row[0], row[1]): row for row in connection.execute(query)}
        told = sorted(
            (row for row in found.values() if row.starts_at is not None),
            key=lambda row: row.starts_at,
        )
        return {row[0]: (row[3], row[4]) for row in told}

    def neighbour(
        self, monitoring: str, starts_at: datetime, *, later: bool
    ) -> ResultRow | None:
        """The result before or after a moment, of the nearest period that has one."""
        moment = monitoring_results.c.starts_at
        query = select(*_RESULTS).where(monitoring_results.c.monitoring == monitoring)
        query = query.where(moment > starts_at if later else moment < starts_at)
        query = query.order_by(moment if later else moment.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return ResultRow(*row) if row else None


def _change(connection: Connection, monitoring: str, values: dict[str, Any]) -> None:
    connection.execute(
        update(monitorings).where(monitorings.c.hash == monitoring).values(**values)
    )


def _write(connection: Connection, result: ResultRow) -> None:
    connection.execute(
        delete(monitoring_results).where(
            monitoring_results.c.monitoring == result.monitoring,
            monitoring_results.c.label == result.label,
        )
    )
    connection.execute(
        insert(monitoring_results).values(
            **{name: getattr(result, name) for name in result.__slots__}
        )
    )
