"""Questions about users."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Engine

from codex_jupyter.server.clock import now

from .tables import users


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user and the salted hash of the password."""

    name: str
    salt: bytes
    password: bytes
    role: str


class UserQueries:
    """Users of the platform."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, name: str) -> UserRow | None:
        """The user of that name."""
        columns = (users.c.name, users.c.salt, users.c.password, users.c.role)
        with self._engine.connect() as connection:
            row = connection.execute(
                select(*columns).where(users.c.name == name)
            ).first()
        return UserRow(*row) if row else None

    def put(self, user: UserRow) -> None:
        """Add the user, or replace the one of that name."""
        with self._engine.begin() as connection:
            connection.execute(delete(users).where(users.c.name == user.name))
            connection.execute(
                insert(users).values(
                    name=user.name,
                    salt=user.salt,
                    password=user.password,
                    role=user.role,
                    created_at=now(),
                )
            )
