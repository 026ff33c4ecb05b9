"""Questions about datasources."""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from .rows import DatasourceRow
from .tables import datasources

_COLUMNS = tuple(datasources.c[name] for name in DatasourceRow.__dataclass_fields__)


class DatasourceQueries:
    """Datasources by group and name."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, row: DatasourceRow) -> bool:
        """Add a datasource; False when the group has one of that name."""
        values = {name: getattr(row, name) for name in row.__slots__}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(datasources).values(**values))
        except IntegrityError:
            return False
        return True

    def get(self, group: str, name: str) -> DatasourceRow | None:
        """The group's datasource of that name."""
        query = select(*_COLUMNS).where(
            datasources.c.group == group, datasources.c.name == name
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return DatasourceRow(*row) if row else None

    def search(
        self, *, group: str | None = None, provider: str | None = None
    ) -> list[DatasourceRow]:
        """The datasources that fit, the oldest first."""
        query = select(*_COLUMNS).order_by(datasources.c.registered_at)
        if group is not None:
            query = query.where(datasources.c.group == group)
        if provider is not None:
            query = query.where(datasources.c.provider == provider)
        with self._engine.connect() as connection:
            return [DatasourceRow(*row) for row in connection.execute(query)]

    def delete(self, group: str, name: str) -> bool:
        """Forget a datasource; False when there is none."""
        with self._engine.begin() as connection:
            done = connection.execute(
                delete(datasources).where(
                    datasources.c.group == group, datasources.c.name == name
                )
            )
        return done.rowcount > 0
