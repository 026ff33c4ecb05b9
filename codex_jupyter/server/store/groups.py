"""Questions about groups."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from .rows import GroupRow
from .tables import groups

_COLUMNS = (
    groups.c.name,
    groups.c.description,
    groups.c.token,
    groups.c.token_expires,
    groups.c.created_at,
)


class GroupQueries:
    """Groups and the hashes of their tokens."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[GroupRow]:
        """Every group, by name."""
        with self._engine.connect() as connection:
            found = connection.execute(select(*_COLUMNS).order_by(groups.c.name))
            return [GroupRow(*row) for row in found]

    def get(self, name: str) -> GroupRow | None:
        """The group of exactly that name."""
        return self._one(groups.c.name == name)

    def by_token(self, token: str) -> GroupRow | None:
        """The group whose token has that SHA-256."""
        return self._one(groups.c.token == token)

    def add(self, group: GroupRow) -> bool:
        """Add a group; False when the name is taken."""
        try:
            with self._engine.begin() as connection:
                connection.execute(
                    insert(groups).values(
                        name=group.name,
                        description=group.description,
                        token=group.token,
                        token_expires=group.token_expires,
                        created_at=group.created_at,
                    )
                )
        except IntegrityError:
            return False
        return True

    def set_token(self, name: str, token: str, expires: datetime) -> None:
        """Replace a group's token."""
        with self._engine.begin() as connection:
            connection.execute(
                update(groups)
                .where(groups.c.name == name)
                .values(token=token, token_expires=expires)
            )

    def _one(self, condition: object) -> GroupRow | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(*_COLUMNS).where(condition)).first()  # type: ignore[arg-type]
        return GroupRow(*row) if row else None
