"""Questions about executions of asynchronous models."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.engine import Engine, Row

from codex_jupyter.protocol.states import ExecutionState

from .datasets import add_dataset
from .jobs import add_job
from .rows import DatasetRow, ExecutionRow, JobRow
from .tables import executions

KIND = "execute"
"""The kind of the job that runs an execution."""

_COLUMNS = tuple(executions.c[name] for name in ExecutionRow.__dataclass_fields__)
_STATE = list(ExecutionRow.__dataclass_fields__).index("state")


class ExecutionQueries:
    """Executions and their states."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        *,
        model: str,
        group: str,
        at: datetime,
        name: str,
        blob: str,
        size: int,
        dataset: str | None,
        rows: int | None,
    ) -> tuple[int, JobRow]:
        """Accept an execution with the job that will run it, both or neither.

        Returns:
            The execution's id, and the job.
        """
        with self._engine.begin() as connection:
            done = connection.execute(
                insert(executions).values(
                    model=model,
                    group=group,
                    state=ExecutionState.REQUESTED.value,
                    requested_at=at,
                    input_name=name,
                    input_blob=blob,
                    input_size=size,
                    input_dataset=dataset,
                    input_rows=rows,
                )
            )
            key = done.inserted_primary_key
            number = int(key[0]) if key else 0
            return number, add_job(connection, KIND, str(number), group)

    def get(self, execution: int, group: str | None = None) -> ExecutionRow | None:
        """The execution of that id; with a group, only if it belongs to it."""
        query = select(*_COLUMNS).where(executions.c.id == execution)
        if group is not None:
            query = query.where(executions.c.group == group)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return _execution(row) if row else None

    def of_model(
        self,
        model: str,
        *,
        state: str | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[ExecutionRow]:
        """A model's executions, the newest first.

        Args:
            before: only those with a smaller id.
        """
        query = (
            select(*_COLUMNS)
            .where(executions.c.model == model)
            .order_by(executions.c.id.desc())
            .limit(limit)
        )
        if state is not None:
            query = query.where(executions.c.state == state)
        if before is not None:
            query = query.where(executions.c.id < before)
        with self._engine.connect() as connection:
            return [_execution(row) for row in connection.execute(query)]

    def count(self, model: str, state: str | None = None) -> int:
        """How many executions a model has had."""
        query = select(func.count()).where(executions.c.model == model)
        if state is not None:
            query = query.where(executions.c.state == state)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

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
            return _move(connection, execution, allowed, state, message, values)

    def succeed(self, execution: int, dataset: DatasetRow, **values: Any) -> bool:
        """Write the result, once; the dataset of its output appears with it.

        Returns:
            False when it was not running any more; nothing is written then.
        """
        with self._engine.begin() as connection:
            moved = _move(
                connection,
                execution,
                {ExecutionState.RUNNING},
                ExecutionState.SUCCEEDED,
                None,
                values | {"output_dataset": dataset.hash},
            )
            if moved:
                add_dataset(connection, dataset)
            return moved


def _move(
    connection: Connection,
    execution: int,
    allowed: Collection[ExecutionState],
    state: ExecutionState,
    message: str | None,
    values: dict[str, Any],
) -> bool:
    change = (
        update(executions)
        .where(executions.c.id == execution)
        .where(executions.c.state.in_([s.value for s in allowed]))
        .values(state=state.value, message=message, **values)
    )
    return connection.execute(change).rowcount > 0


def _execution(row: Row[Any]) -> ExecutionRow:
    # By position: a listing may have ten thousand of them.
    values = list(row)
    values[_STATE] = ExecutionState(values[_STATE])
    return ExecutionRow(*values)
