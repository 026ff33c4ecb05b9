"""Questions about training experiments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Engine

from .rows import ExperimentRow
from .tables import executions, experiments

_COLUMNS = tuple(experiments.c[name] for name in ExperimentRow.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Runs:
    """How many runs an experiment has had, and when it last changed by one."""

    count: int
    changed_at: datetime | None


class ExperimentQueries:
    """Experiments; two of one name are two."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, row: ExperimentRow) -> None:
        """Add an experiment."""
        with self._engine.begin() as connection:
            connection.execute(
                insert(experiments).values(
                    **{name: getattr(row, name) for name in row.__slots__}
                )
            )

    def get(self, experiment: str, group: str | None = None) -> ExperimentRow | None:
        """The experiment of that hash; with a group, only if it belongs to it."""
        query = select(*_COLUMNS).where(experiments.c.hash == experiment)
        if group is not None:
            query = query.where(experiments.c.group == group)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return ExperimentRow(*row) if row else None

    def search(
        self,
        *,
        name: str | None = None,
        group: str | None = None,
        type_: str | None = None,
    ) -> list[ExperimentRow]:
        """Those that fit, newest first; names match in any part and case."""
        query = select(*_COLUMNS).order_by(experiments.c.registered_at.desc())
        if name:
            query = query.where(experiments.c.name.icontains(name, autoescape=True))
        if group:
            query = query.where(experiments.c.group == group)
        if type_:
            query = query.where(experiments.c.type == type_)
        with self._engine.connect() as connection:
            return [ExperimentRow(*row) for row in connection.execute(query)]

    def runs(self, of: Sequence[ExperimentRow]) -> dict[str, Runs]:
        """What is known of the runs of each, by its hash."""
        changed = func.max(
            func.coalesce(executions.c.finished_at, executions.c.requested_at)
        )
        query = (
            select(executions.c.subject, func.count(), changed)
            .where(executions.c.subject.in_([row.hash for row in of]))
            .group_by(executions.c.subject)
        )
        with self._engine.connect() as connection:
            found = {key: Runs(n, at) for key, n, at in connection.execute(query)}
        return {row.hash: found.get(row.hash, Runs(0, None)) for row in of}
