"""The database connection and every question asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from .datasets import DatasetQueries
from .datasources import DatasourceQueries
from .executions import ExecutionQueries
from .experiments import ExperimentQueries
from .files import FileQueries
from .groups import GroupQueries
from .jobs import JobQueries
from .logs import LogQueries
from .models import ModelQueries
from .monitorings import MonitoringQueries
from .users import UserQueries

# Any number will do that is the same for every platform.
CLAIM = 7_310_945_001
"""The advisory lock of PostgreSQL that says that a platform works with a database."""
_WRITER = 7_310_945_002
_WRITES = "writes"
NEWEST = "0007"
"""The newest migration; a test compares it with the migrations folder."""


class NewerSchema(Exception):
    """The database was migrated by a newer release."""


class Store:
    """Everything that is known, by noun. Every method may be called on any thread.

    Args:
        url: an SQLAlchemy address, such as ``sqlite:////data/platform.db``.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database cannot be opened or migrated.
        NewerSchema: this release does not know its tables.
    """

    def __init__(self, url: str | URL) -> None:
        self.engine = _engine(url)
        self._migrate()
        self.users = UserQueries(self.engine)
        self.groups = GroupQueries(self.engine)
        self.models = ModelQueries(self.engine)
        self.files = FileQueries(self.engine)
        self.logs = LogQueries(self.engine)
        self.jobs = JobQueries(self.engine)
        self.executions = ExecutionQueries(self.engine)
        self.experiments = ExperimentQueries(self.engine)
        self.datasets = DatasetQueries(self.engine)
        self.datasources = DatasourceQueries(self.engine)
        self.monitorings = MonitoringQueries(self.engine)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _migrate(self) -> None:
        with self.engine.connect() as connection:
            if inspect(connection).has_table("alembic_version"):
                asked = text("SELECT version_num FROM alembic_version")
                found = str(connection.execute(asked).scalar() or "")
                if found > NEWEST:
                    raise NewerSchema
                if found == NEWEST:
                    # Spares every later start the import of alembic.
                    return
        from .migrations import upgrade

        upgrade(self.engine)


def reason_of(error: SQLAlchemyError) -> str:
    """What a database says of a failure, without the statement."""
    said = str(getattr(error, "orig", None) or error)
    return said.partition("\nLINE ")[0].strip()


def _engine(url: str | URL) -> Engine:
    # Errors are logged, and what people sent is none of the log's business.
    if make_url(url).get_backend_name() != "sqlite":
        # A server may have closed what was idle.
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
        event.listen(engine, "before_cursor_execute", _without_nul, retval=True)
        event.listen(engine, "before_cursor_execute", _write_alone)
        event.listen(engine, "begin", _forget_lock)
        event.listen(engine, "connect", _claim)
        return engine
    engine = create_engine(url, connect_args={"timeout": 30}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    return engine


def _claim(connection: Any, _record: object) -> None:
    # Each connection does, so that the claim outlives a restart of the server.
    connection.execute(f"SELECT pg_advisory_lock_shared({CLAIM})")
    connection.commit()


def _forget_lock(connection: Connection) -> None:
    connection.info.pop(_WRITES, None)


def _write_alone(
    connection: Connection,
    cursor: Any,
    _statement: str,
    _parameters: object,
    context: Any,
    _many: object,
) -> None:
    # A condition such as "and it has no job yet" holds in two transactions at once,
    # because neither sees what the other has not committed: one writes at a time, as
    # in SQLite, from its first change on.
    is_change = context.isinsert or context.isupdate or context.isdelete
    if is_change and _WRITES not in connection.info:
        cursor.execute(f"SELECT pg_advisory_xact_lock({_WRITER})")
        connection.info[_WRITES] = True


def _without_nul(
    _connection: object,
    _cursor: object,
    statement: str,
    parameters: Any,
    _context: object,
    _many: object,
) -> tuple[str, Any]:
    # PostgreSQL takes no text with a NUL, which any model's code may print.
    if isinstance(parameters, Mapping):
        return statement, {name: _writable(one) for name, one in parameters.items()}
    return statement, [
        {name: _writable(one) for name, one in row.items()} for row in parameters
    ]


def _writable(value: Any) -> Any:
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value
