"""Questions about uploaded files: whose they are, in the order of their upload."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.engine import Engine

from .rows import FileRow
from .tables import files

_COLUMNS = tuple(files.c[name] for name in FileRow.__dataclass_fields__)


class FileQueries:
    """Files by their owner: a hash, or an execution as `execution_owner` names it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, owner: str) -> list[FileRow]:
        """The owner's files in the order of their upload."""
        query = (
            select(*_COLUMNS).where(files.c.owner == owner).order_by(files.c.position)
        )
        with self._engine.connect() as connection:
            return [FileRow(*row) for row in connection.execute(query)]

    def put(
        self,
        owner: str,
        added: Sequence[FileRow],
        *,
        replace: bool = False,
        replace_named: bool = False,
    ) -> None:
        """Add files to those that the owner has.

        Args:
            replace: files of the same roles are forgotten first.
            replace_named: only those that have the same name too.
        """
        with self._engine.begin() as connection:
            for file in added if replace or replace_named else ():
                same = delete(files).where(
                    files.c.owner == owner, files.c.role == file.role
                )
                if replace_named:
                    same = same.where(files.c.name == file.name)
                connection.execute(same)
            last = connection.execute(
                select(func.max(files.c.position)).where(files.c.owner == owner)
            ).scalar()
            add_files(connection, owner, added, 0 if last is None else last + 1)


def execution_owner(execution: int) -> str:
    """The owner's name of an execution's files."""
    return f"execution {execution}"


def add_files(
    connection: Connection, owner: str, added: Sequence[FileRow], position: int = 0
) -> None:
    """Add files, within the transaction that makes their owner."""
    if added:
        connection.execute(
            insert(files),
            [
                {
                    "owner": owner,
                    "position": position + i,
                    "role": file.role,
                    "name": file.name,
                    "blob": file.blob,
                    "size": file.size,
                    "dataset": file.dataset,
                }
                for i, file in enumerate(added)
            ],
        )
