"""Questions about datasets."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, or_, select
from sqlalchemy.engine import Engine

from .rows import DatasetRow
from .tables import datasets

# Of an execution's number; longer ones fit no column.
_DIGITS = 10

_COLUMNS = tuple(datasets.c[name] for name in DatasetRow.__dataclass_fields__)


class DatasetQueries:
    """Files that are known by a hash."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, dataset: str, group: str) -> DatasetRow | None:
        """The dataset of that hash, if it belongs to the group."""
        query = select(*_COLUMNS).where(
            datasets.c.hash == dataset, datasets.c.group == group
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return DatasetRow(*row) if row else None

    def search(
        self,
        *,
        group: str | None = None,
        origin: str | None = None,
        origin_id: str | None = None,
    ) -> list[DatasetRow]:
        """The datasets that fit, the newest first.

        Args:
            origin_id: the hash of what made them, or the number of its execution.
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
        with self._engine.connect() as connection:
            return [DatasetRow(*row) for row in connection.execute(query)]

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
