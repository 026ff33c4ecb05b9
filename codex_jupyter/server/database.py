"""Where a platform's rows are: a file of its data folder, or a PostgreSQL database."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from codex_jupyter.config import DataDir, read_json, write_private
from codex_jupyter.server.store.engine import CLAIM, NewerSchema, reason_of

VARIABLE = "CODEX_JUPYTER_DATABASE"
"""The environment variable that names the database: no other user can read it."""

_DRIVER = "postgresql+psycopg"
_NAMES = ("postgresql", "postgres", _DRIVER)


class DatabaseError(Exception):
    """The database cannot be used; the text says why and what to do."""


def database_of(data: DataDir, asked: str | None) -> URL:
    """The database of a folder's platform.

    A folder stays with its database: with another one its models would seem gone.

    Args:
        asked: such as ``postgresql://user:password@host/name``; None for the file.

    Raises:
        DatabaseError: no such address, or not the one that the folder is used with.
    """
    noted = _noted(data)
    if not asked:
        if noted:
            raise DatabaseError(
                f"The rows of {data.root} are in {noted}.\nName it with its password: "
                f"{VARIABLE}=postgresql://… codex-jupyter …"
            )
        return URL.create("sqlite", database=str(_file(data)))
    url = _parsed(asked)
    if noted and noted != shown(url):
        raise DatabaseError(
            f"The rows of {data.root} are in {noted}, not in {shown(url)}.\n"
            "Name that one, or another --data-dir."
        )
    if not noted and _file(data).exists():
        raise DatabaseError(
            f"The rows of {data.root} are in its file platform.db.\n"
            "Start it without --database, or name another --data-dir."
        )
    return url


def has_database(data: DataDir) -> bool:
    """Whether the folder says where its rows are, as one does that was in use."""
    return bool(_noted(data)) or _file(data).is_file()


def keep_database(data: DataDir, url: URL) -> None:
    """Note in the folder where its rows are.

    Raises:
        OSError: the folder cannot be written.
    """
    if url.drivername == _DRIVER and _noted(data) != shown(url):
        write_private(data.root / "database.json", {"database": shown(url)})


def shown(url: URL) -> str:
    """The address without user and password; a file's is its path."""
    if url.drivername != _DRIVER:
        return str(url.database)
    plain = URL.create(
        "postgresql", host=url.host, port=url.port or 5432, database=url.database
    )
    return plain.render_as_string()


@contextmanager
def opening(url: URL) -> Iterator[None]:
    """Tell what a database refuses as a platform begins to work with it.

    Raises:
        DatabaseError: it has other tables, may not be written, or is none.
    """
    try:
        yield
    except NewerSchema:
        raise DatabaseError(
            f"The database {shown(url)} is of a newer codex_jupyter.\n"
            "Install that one: pip install -U codex_jupyter"
        ) from None
    except SQLAlchemyError as error:
        own = (
            "\nA platform needs a database of its own, in which its user may make "
            "tables."
        )
        raise DatabaseError(
            f"The database {shown(url)} cannot be used: {reason_of(error)}"
            + (own if url.drivername == _DRIVER else "")
        ) from None


@contextmanager
def claimed(url: URL) -> Iterator[None]:
    """Keep every other platform off a PostgreSQL database; a file has its folder's.

    Raises:
        DatabaseError: it cannot be opened, or another platform works with it.
    """
    if url.drivername != _DRIVER:
        yield
        return
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        connection = engine.connect()
    except SQLAlchemyError as error:
        raise DatabaseError(
            f"The database {shown(url)} cannot be opened: {reason_of(error)}"
        ) from None
    with connection:
        lock = text("SELECT pg_try_advisory_lock(:key)")
        if not connection.execute(lock, {"key": CLAIM}).scalar():
            raise DatabaseError(
                f"Another platform works with the database {shown(url)}.\n"
                "Stop that one, or name another database."
            )
        # Alone for a moment; from now on with the platform's other connections.
        shared = text("SELECT pg_advisory_lock_shared(:key), pg_advisory_unlock(:key)")
        connection.execute(shared, {"key": CLAIM})
        yield


def _file(data: DataDir) -> Path:
    return data.root / "platform.db"


def _noted(data: DataDir) -> str:
    return str(read_json(data.root / "database.json").get("database", ""))


def _parsed(asked: str) -> URL:
    try:
        url = make_url(asked)
    except (ArgumentError, ValueError):
        # The text may have a password: it is not repeated.
        url = URL.create("none")
    # A host with an @ is the end of a password that was not escaped.
    if url.drivername not in _NAMES or not url.database or "@" in (url.host or ""):
        raise DatabaseError(
            "--database takes an address such as postgresql://user:password@host/name"
            "\nIn a password, write %40 for @, %2F for /, %3A for : and %25 for %."
        )
    if importlib.util.find_spec("psycopg") is None:
        raise DatabaseError(
            "A PostgreSQL database needs a package that is missing: psycopg.\n"
            "Install it: pip install 'codex_jupyter[postgres]'"
        )
    return url.set(drivername=_DRIVER)
