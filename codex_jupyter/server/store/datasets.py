"""Questions about datasets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.engine import Engine

from codex_jupyter.protocol.states import ExecutionState

from .jobs import add_job
from .rows import DatasetRow, JobRow
from .tables import datasets

KIND = "import"
"""The kind of the job that copies a file from a datasource."""

DATASOURCE = "Datasource"
"""The origin of what was imported."""

# Of an execution's number; longer ones fit no column.
_DIGITS = 10

_COLUMNS = tuple(datasets.c[name] for name in DatasetRow.__dataclass_fields__)


class DatasetQueries:
    """Files that are known by a hash."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._accepting = Lock()

    def add(self, row: DatasetRow) -> None:
        """Add one that no execution made."""
        with self._engine.begin() as connection:
            add_dataset(connection, row)

    def get(self, dataset: str, group: str | None = None) -> DatasetRow | None:
        """The dataset of that hash; with a group, only if it belongs to it."""
        query = select(*_COLUMNS).where(datasets.c.hash == dataset)
        if group is not None:
            query = query.where(datasets.c.group == group)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return DatasetRow(*row) if row else None

    def search(
        self,
        *,
        group: str | None = None,
        origin: str | None = None,
        origin_id: str | None = None,
        datasource: str | None = None,
    ) -> list[DatasetRow]:
        """The datasets that fit, the newest first.

        Args:
            origin_id: the hash of what made them, or the number of its execution.
            datasource: the name of the one that they were imported from.
        """
        query = select(*_COLUMNS).order_by(datasets.c.created_at.desc())
        if group is not None:
            query = query.where(datasets.c.group == group)
        if origin is not None:
            query = query.where(datasets.c.origin == origin)
        if origin_id is not None:
            fits = datasets.c.origin_id == origin_id
            if origin_id.isdecimal() and len(origin_id) < _DIGITS:
                fits = or_(fits, datasets.c.execution == int(origin_id))
            query = query.where(fits)
        if datasource is not None:
            query = query.where(
                datasets.c.origin == DATASOURCE, datasets.c.origin_id == datasource
            )
        with self._engine.connect() as connection:
            return [DatasetRow(*row) for row in connection.execute(query)]

    def add_imports(
        self, rows: Sequence[DatasetRow], *, reuse_since: datetime | None
    ) -> tuple[list[str], list[JobRow]]:
        """Accept imports with the jobs that will run them, all or none.

        Args:
            reuse_since: what was imported from the same address since then, or is
                being imported, is taken in the place of a new copy; None for never.

        Returns:
            The hash that stands for each row, and the jobs of the new ones.
        """
        # Two at a time would not see each other's.
        with self._accepting, self._engine.begin() as connection:
            held: dict[str, str] = {}
            if reuse_since is not None and rows:
                held = _imported(connection, rows[0], reuse_since)
            new = [row for row in rows if row.uri not in held]
            for row in new:
                add_dataset(connection, row)
            jobs = [add_job(connection, KIND, row.hash, row.group) for row in new]
        return [held.get(row.uri or "", row.hash) for row in rows], jobs

    def move(
        self,
        dataset: str,
        allowed: Collection[ExecutionState],
        state: ExecutionState,
        log: str = "",
        **values: Any,
    ) -> bool:
        """Change an import's state if it is one of the allowed; False if it was none.

        Args:
            values: columns to write with it.
        """
        change = (
            update(datasets)
            .where(datasets.c.hash == dataset)
            .where(datasets.c.status.in_([one.value for one in allowed]))
            .values(status=state.value, log=log, **values)
        )
        with self._engine.begin() as connection:
            return connection.execute(change).rowcount > 0

    def delete(self, dataset: str, group: str) -> bool:
        """Forget a dataset; False when there is none."""
        with self._engine.begin() as connection:
            done = connection.execute(
                delete(datasets).where(
                    datasets.c.hash == dataset, datasets.c.group == group
                )
            )
        return done.rowcount > 0


def add_dataset(connection: Connection, row: DatasetRow) -> None:
    """Add a dataset, within the transaction that makes it."""
    connection.execute(
        insert(datasets).values(**{name: getattr(row, name) for name in row.__slots__})
    )


def _imported(
    connection: Connection, like: DatasetRow, since: datetime
) -> dict[str, str]:
    """Addresses that a datasource was asked for before, with the newest hash."""
    query = (
        select(datasets.c.uri, datasets.c.hash)
        .where(datasets.c.group == like.group, datasets.c.origin == like.origin)
        .where(datasets.c.origin_id == like.origin_id)
        .where(datasets.c.created_at >= since)
        .where(datasets.c.status != ExecutionState.FAILED.value)
        .order_by(datasets.c.created_at)
    )
    return {str(uri): str(hash_) for uri, hash_ in connection.execute(query)}
