"""What the rows of a platform that is stopped name: blobs, folders, environments.

It reads whatever tables and columns there are, also those of a newer release: what is
named anywhere is in use.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Executable,
    Select,
    create_engine,
    inspect,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from codex_jupyter.protocol.states import ModelState

from .engine import reason_of
from .tables import files, models, monitorings

HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
"""A blob's name within a text."""

ARCHIVED = ("schema", "requirements", "source")
"""Roles of files that the description of a deleted model is told from."""

_GONE = select(models.c.hash).where(models.c.status == ModelState.DELETED.value)
_DROPPED = files.c.owner.in_(_GONE) & files.c.role.not_in(ARCHIVED)


class Unknown(Exception):
    """Nothing can be said of the database; the text says why."""


@dataclass(frozen=True, slots=True)
class Named:
    """What is in use.

    Args:
        blobs: everything in any row that may be a blob's name.
        archived: of them, what only files of deleted models and scripts name, and
            no description needs.
        folders: hashes that have a folder of files laid out.
        pythons: the interpreters of the environments of models and scripts.
        requirements: blobs of the requirements of all that is not deleted.
    """

    blobs: frozenset[str]
    archived: frozenset[str]
    folders: frozenset[str]
    pythons: tuple[Path, ...]
    requirements: frozenset[str]


def read_named(database: URL) -> Named:
    """What the database of a platform that is stopped names.

    Raises:
        Unknown: there is none, it cannot be read, or it is no platform's.
    """
    is_file = database.get_backend_name() == "sqlite"
    # SQLite would make one.
    if is_file and not Path(str(database.database)).is_file():
        raise Unknown("no such file")
    engine = create_engine(database, poolclass=NullPool)
    try:
        with closing(engine.connect()) as connection:
            if is_file:
                # Without the file of shared memory, which takes room: a disk that is
                # full is a reason to clean it.
                connection.execute(text("PRAGMA locking_mode=EXCLUSIVE"))
            return _read(connection)
    except SQLAlchemyError as error:
        raise Unknown(reason_of(error)) from None
    finally:
        engine.dispose()


def _read(connection: Connection) -> Named:
    tables = inspect(connection).get_table_names()
    lacking = {"models", "files", "monitorings"} - set(tables)
    if lacking:
        raise Unknown(f"it has no table {min(lacking)}")
    kept: set[str] = set()
    for name in tables:
        # As it is stored, whatever columns there are.
        everything: Select[Any] = select(literal_column("*"))
        if name == files.name:
            query = everything.select_from(files).where(~_DROPPED)
        else:
            query = everything.select_from(table(name))
        kept.update(_hashes(connection, query))
    dropped = set(_hashes(connection, select(files.c.blob).where(_DROPPED)))
    alive = models.c.hash.not_in(_GONE)
    folders = select(models.c.hash).where(alive)
    pythons = select(models.c.environment).where(alive, models.c.environment != "")
    required = select(files.c.blob).where(
        files.c.role == "requirements", files.c.owner.not_in(_GONE)
    )
    return Named(
        frozenset(kept | dropped),
        frozenset(dropped - kept),
        frozenset(_column(connection, folders.union(select(monitorings.c.hash)))),
        tuple(Path(one) for one in _column(connection, pythons)),
        frozenset(_column(connection, required)),
    )


def _hashes(connection: Connection, query: Executable) -> Iterator[str]:
    for row in connection.execute(query):
        for value in row:
            # A column of JSON comes as its text from SQLite, and read from others.
            told = json.dumps(value) if isinstance(value, dict | list) else value
            if isinstance(told, str):
                yield from HASH.findall(told)


def _column(connection: Connection, query: Executable) -> list[str]:
    return [str(value) for (value,) in connection.execute(query)]
