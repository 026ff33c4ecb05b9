"""Questions about models."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Engine, Row

from codex_jupyter.protocol.states import ModelState
from codex_jupyter.server.clock import now

from .files import add_files
from .jobs import add_job
from .rows import Build, DeployKind, FileRow, ModelRow
from .tables import files, models

_COLUMNS = tuple(models.c[name] for name in ModelRow.__dataclass_fields__)


class ModelQueries:
    """What is deployed, models and scripts, and their states."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, model: ModelRow, files: Sequence[FileRow]) -> None:
        """Add a model with its files, all or nothing."""
        with self._engine.begin() as connection:
            connection.execute(
                insert(models).values(
                    **{name: getattr(model, name) for name in model.__slots__}
                )
            )
            add_files(connection, model.hash, files)

    def get(
        self,
        model: str,
        group: str | None = None,
        kind: DeployKind | None = None,
    ) -> ModelRow | None:
        """The model or script of that hash.

        Args:
            group: only if it belongs to this group.
            kind: only if it is of this kind.
        """
        query = select(*_COLUMNS).where(models.c.hash == model)
        if group is not None:
            query = query.where(models.c.group == group)
        if kind is not None:
            query = query.where(models.c.kind == kind.value)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return _model(row) if row else None

    def search(
        self,
        *,
        name: str | None = None,
        state: str | None = None,
        group: str | None = None,
        kind: DeployKind | None = None,
    ) -> list[ModelRow]:
        """Those that fit, newest first; names match in any part and case."""
        query = select(*_COLUMNS).order_by(models.c.uploaded_at.desc())
        if name:
            query = query.where(models.c.name.icontains(name, autoescape=True))
        if state:
            query = query.where(models.c.status == state)
        if group:
            query = query.where(models.c.group == group)
        if kind is not None:
            query = query.where(models.c.kind == kind.value)
        with self._engine.connect() as connection:
            return [_model(row) for row in connection.execute(query)]

    def move(
        self,
        model: str,
        allowed: Collection[ModelState],
        status: ModelState,
        message: str | None = None,
        *,
        job: str | None = None,
        **values: Any,
    ) -> bool:
        """Change a model's state if it is in one of the allowed ones.

        Args:
            job: also accept a job of this kind, in the same transaction.
            values: other columns to set.

        Returns:
            False when the model was in none of the allowed states.
        """
        change = (
            update(models)
            .where(models.c.hash == model)
            .where(models.c.status.in_([s.value for s in allowed]))
            .values(status=status.value, message=message, changed_at=now(), **values)
        )
        with self._engine.begin() as connection:
            if connection.execute(change).rowcount == 0:
                return False
            if job is not None:
                add_job(connection, job, model)
        return True

    def builds(self, model: ModelRow, limit: int) -> list[Build]:
        """Other builds with its Python and operation that came to their end.

        Newest first; those of the same requirements before the others.
        """
        wanted = select(files.c.blob).where(
            files.c.owner == model.hash, files.c.role == "requirements"
        )
        is_same = (files.c.blob == wanted.scalar_subquery()).label("is_same")
        query = (
            select(models.c.stages, models.c.environment, is_same)
            .join_from(
                models,
                files,
                (files.c.owner == models.c.hash) & (files.c.role == "requirements"),
            )
            .where(
                models.c.hash != model.hash,
                models.c.python == model.python,
                models.c.operation == model.operation,
                models.c.kind == model.kind.value,
                models.c.answer.is_not(None),
            )
            .order_by(is_same.desc(), models.c.uploaded_at.desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [
                Build(stages, environment, bool(same))
                for stages, environment, same in connection.execute(query)
            ]

    def set_stages(self, model: str, stages: list[dict[str, Any]]) -> None:
        """Keep the stages of the present or the last deployment."""
        with self._engine.begin() as connection:
            connection.execute(
                update(models).where(models.c.hash == model).values(stages=stages)
            )


def _model(row: Row[Any]) -> ModelRow:
    values = dict(row._mapping)
    values["status"] = ModelState(values["status"])
    values["kind"] = DeployKind(values["kind"])
    return ModelRow(**values)
