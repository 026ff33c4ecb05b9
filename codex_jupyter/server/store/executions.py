"""Questions about executions of every kind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Exists,
    Select,
    String,
    cast,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Engine

from codex_jupyter.protocol.states import ExecutionState

from .datasets import add_dataset
from .files import add_files, execution_owner
from .jobs import add_job
from .rows import (
    DatasetRow,
    ExecutionKind,
    ExecutionRow,
    FileRow,
    InputFile,
    JobRow,
)
from .tables import executions, files, jobs

KIND = "execute"
"""The kind of the job that runs an execution."""

COLUMNS = tuple(executions.c[name] for name in ExecutionRow.__dataclass_fields__)
LISTED = (
    *("id", "state", "message", "requested_at", "started_at", "finished_at"),
    *("input_name", "input_size", "input_rows", "input_dataset"),
    *("output_name", "output_size", "output_dataset"),
)
"""What `ExecutionQueries.listed` gives of each, in this order."""

_LISTED = tuple(
    cast(executions.c[name], String) if name.endswith("_at") else executions.c[name]
    for name in LISTED
)
_STATE = list(ExecutionRow.__dataclass_fields__).index("state")
_KIND = list(ExecutionRow.__dataclass_fields__).index("kind")


class ExecutionQueries:
    """Executions and their states."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def register(
        self,
        kind: ExecutionKind,
        subject: str,
        group: str,
        at: datetime,
        details: dict[str, Any] | None = None,
        *,
        input: InputFile | None = None,  # noqa: A002 - the field's own word
        dataset: DatasetRow | None = None,
        files: Sequence[FileRow] = (),
    ) -> int:
        """Make an execution that `start` will begin, with its files; its id.

        Args:
            dataset: what its input is known as from now on.
        """
        with self._engine.begin() as connection:
            number = add_execution(connection, kind, subject, group, at, input, details)
            if dataset is not None:
                add_dataset(connection, replace(dataset, execution=number))
            add_files(connection, execution_owner(number), files)
            return number

    def start(
        self,
        execution: int,
        *,
        state: ExecutionState = ExecutionState.REQUESTED,
        **values: Any,
    ) -> JobRow | None:
        """Accept a registered execution's job.

        Args:
            state: what it is shown as until its turn comes.
            values: columns to set with it.

        Returns:
            None when it was started before, or is over.
        """
        with self._engine.begin() as connection:
            change = (
                update(executions)
                .where(executions.c.id == execution)
                .where(executions.c.state == ExecutionState.REQUESTED.value)
                .where(~_has_job(execution))
                .values(state=state.value, **values)
                .returning(executions.c.group)
            )
            row = connection.execute(change).first()
            return add_job(connection, KIND, str(execution), row[0]) if row else None

    def accept(
        self,
        kind: ExecutionKind,
        subject: str,
        group: str,
        at: datetime,
        *,
        input: InputFile | None = None,  # noqa: A002 - the field's own word
        details: dict[str, Any] | None = None,
    ) -> tuple[int, JobRow]:
        """Register and start an execution, both or neither.

        Returns:
            The execution's id, and the job.
        """
        with self._engine.begin() as connection:
            number = add_execution(connection, kind, subject, group, at, input, details)
            return number, add_job(connection, KIND, str(number), group)

    def get(
        self,
        execution: int,
        group: str | None = None,
        kind: ExecutionKind | None = None,
    ) -> ExecutionRow | None:
        """The execution of that id.

        Args:
            group: only if it belongs to this group.
            kind: only if it is of this kind.
        """
        query = select(*COLUMNS).where(executions.c.id == execution)
        if group is not None:
            query = query.where(executions.c.group == group)
        if kind is not None:
            query = query.where(executions.c.kind == kind.value)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return execution_of(row) if row else None

    def of(
        self,
        subject: str,
        *,
        state: str | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[ExecutionRow]:
        """The executions of a model, script or training, the newest first.

        Args:
            before: only those with a smaller id.
        """
        query = _listing(COLUMNS, subject, state, before, limit)
        with self._engine.connect() as connection:
            return [execution_of(row) for row in connection.execute(query)]

    def ids(
        self,
        subject: str,
        *,
        state: str | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[int]:
        """The ids of those that `of` gives."""
        query = _listing((executions.c.id,), subject, state, before, limit)
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def newest(self) -> int:
        """The id of the newest execution of all; 0 when there was none."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.max(executions.c.id))).scalar() or 0

    def listed(
        self, subject: str | None, first: int, last: int
    ) -> Sequence[Sequence[Any]]:
        """Executions whose ids are from `first` to `last`, both among them.

        Each is what `LISTED` names, with times and states as texts: making objects of
        ten thousand takes longer than reading them.

        Args:
            subject: None for those of every model, script and training.
        """
        query = select(*_LISTED).where(executions.c.id.between(first, last))
        if subject is not None:
            query = query.where(executions.c.subject == subject)
        with self._engine.connect() as connection:
            return connection.execute(query).fetchall()

    def between(
        self, subject: str, start: datetime, end: datetime
    ) -> list[ExecutionRow]:
        """Those that succeeded and were requested from `start` on and before `end`.

        They come in the order of their requests.
        """
        query = (
            select(*COLUMNS)
            .where(executions.c.subject == subject)
            .where(executions.c.state == ExecutionState.SUCCEEDED.value)
            .where(executions.c.requested_at >= start, executions.c.requested_at < end)
            .order_by(executions.c.id)
        )
        with self._engine.connect() as connection:
            return [execution_of(row) for row in connection.execute(query)]

    def count(self, subject: str, state: str | None = None) -> int:
        """How many executions it has had."""
        query = select(func.count()).where(executions.c.subject == subject)
        if state is not None:
            query = query.where(executions.c.state == state)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def requested(self) -> dict[str, tuple[int, datetime]]:
        """How many executions each model was asked for, and when the last was."""
        query = (
            select(
                executions.c.subject,
                func.count(),
                func.max(executions.c.requested_at),
            )
            .where(executions.c.kind == ExecutionKind.MODEL.value)
            .group_by(executions.c.subject)
        )
        with self._engine.connect() as connection:
            return {row[0]: (row[1], row[2]) for row in connection.execute(query)}

    def amend(
        self,
        execution: int,
        details: dict[str, Any],
        *,
        dataset: DatasetRow | None = None,
        **values: Any,
    ) -> ExecutionRow | None:
        """Add to the details of an execution that was not started.

        Args:
            dataset: what its input is known as from now on.
            values: columns to set with them.

        Returns:
            The execution as it is then; None when it was started.
        """
        with self._engine.begin() as connection:
            query = select(*COLUMNS).where(executions.c.id == execution)
            row = connection.execute(query).first()
            if row is None or not _is_unstarted(connection, execution):
                return None
            known = execution_of(row)
            if dataset is not None:
                add_dataset(connection, replace(dataset, execution=execution))
            values["details"] = known.details | details
            connection.execute(
                update(executions).where(executions.c.id == execution).values(**values)
            )
            return execution_of(connection.execute(query).one())

    def discard_unfed(self, kind: ExecutionKind, before: datetime) -> int:
        """Forget what was registered long ago and never got a file; how many.

        Args:
            before: only those registered earlier.
        """
        owner = "execution " + cast(executions.c.id, String)
        unfed = (
            delete(executions)
            .where(executions.c.kind == kind.value)
            .where(executions.c.state == ExecutionState.REQUESTED.value)
            .where(executions.c.requested_at < before)
            .where(executions.c.input_blob.is_(None))
            .where(~select(files.c.owner).where(files.c.owner == owner).exists())
            .where(
                ~select(jobs.c.id)
                .where(jobs.c.kind == KIND)
                .where(jobs.c.subject == cast(executions.c.id, String))
                .exists()
            )
        )
        with self._engine.begin() as connection:
            return connection.execute(unfed).rowcount

    def move(
        self,
        execution: int,
        allowed: Collection[ExecutionState],
        state: ExecutionState,
        message: str | None = None,
        **values: Any,
    ) -> bool:
        """Change a state if it is one of the allowed; False when it was none."""
        with self._engine.begin() as connection:
            return move_execution(
                connection, execution, allowed, state, message, values
            )

    def succeed(
        self,
        execution: int,
        dataset: DatasetRow | None = None,
        message: str | None = None,
        **values: Any,
    ) -> bool:
        """Write the result, once; the dataset of its output appears with it.

        Returns:
            False when it was not running any more; nothing is written then.
        """
        with self._engine.begin() as connection:
            moved = move_execution(
                connection,
                execution,
                {ExecutionState.RUNNING},
                ExecutionState.SUCCEEDED,
                message,
                values | ({"output_dataset": dataset.hash} if dataset else {}),
            )
            if moved and dataset is not None:
                add_dataset(connection, dataset)
            return moved


def add_execution(
    connection: Connection,
    kind: ExecutionKind,
    subject: str,
    group: str,
    at: datetime,
    given: InputFile | None,
    details: dict[str, Any] | None,
) -> int:
    """Add an execution within a transaction; its id."""
    values: dict[str, Any] = {
        "kind": kind.value,
        "subject": subject,
        "group": group,
        "state": ExecutionState.REQUESTED.value,
        "requested_at": at,
        "details": details or {},
    }
    if given is not None:
        values |= {
            "input_name": given.name,
            "input_blob": given.blob,
            "input_size": given.size,
            "input_dataset": given.dataset,
            "input_rows": given.rows,
        }
    key = connection.execute(insert(executions).values(values)).inserted_primary_key
    return int(key[0]) if key else 0


def _is_unstarted(connection: Connection, execution: int) -> bool:
    found = (
        select(executions.c.id)
        .where(executions.c.id == execution)
        .where(executions.c.state == ExecutionState.REQUESTED.value)
        .where(~_has_job(execution))
    )
    return connection.execute(found).first() is not None


def _has_job(execution: int) -> Exists:
    return (
        select(jobs.c.id)
        .where(jobs.c.kind == KIND, jobs.c.subject == str(execution))
        .exists()
    )


def move_execution(
    connection: Connection,
    execution: int,
    allowed: Collection[ExecutionState],
    state: ExecutionState,
    message: str | None,
    values: dict[str, Any],
) -> bool:
    """Change a state within a transaction; False when it was none of the allowed."""
    change = (
        update(executions)
        .where(executions.c.id == execution)
        .where(executions.c.state.in_([s.value for s in allowed]))
        .values(state=state.value, message=message, **values)
    )
    return connection.execute(change).rowcount > 0


def _listing(
    columns: Sequence[ColumnElement[Any]],
    subject: str,
    state: str | None,
    before: int | None,
    limit: int,
) -> Select[Any]:
    query = (
        select(*columns)
        .where(executions.c.subject == subject)
        .order_by(executions.c.id.desc())
        .limit(limit)
    )
    if state is not None:
        query = query.where(executions.c.state == state)
    if before is not None:
        query = query.where(executions.c.id < before)
    return query


def execution_of(row: Sequence[Any]) -> ExecutionRow:
    """A row of those columns as an object."""
    # By position: a listing may have ten thousand of them.
    values = list(row)
    values[_STATE] = ExecutionState(values[_STATE])
    values[_KIND] = ExecutionKind(values[_KIND])
    return ExecutionRow(*values)
