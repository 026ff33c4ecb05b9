"""Questions about jobs: work that was accepted and not yet finished."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Engine

from codex_jupyter.server.clock import now

from .rows import JobRow
from .tables import jobs


class JobQueries:
    """Accepted work, in the order of its arrival."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def unfinished(self, kind: str | None = None) -> list[JobRow]:
        """Jobs that are queued, or were running when a platform ended.

        Args:
            kind: only those of this kind.
        """
        query = (
            select(
                jobs.c.id, jobs.c.kind, jobs.c.subject, jobs.c.attempts, jobs.c.group
            )
            .where(jobs.c.finished_at.is_(None))
            .order_by(jobs.c.id)
        )
        if kind is not None:
            query = query.where(jobs.c.kind == kind)
        with self._engine.connect() as connection:
            return [JobRow(*row) for row in connection.execute(query)]

    def begin(self, job: JobRow) -> None:
        """Count one attempt more than the job had when it was taken.

        However often it is begun until the platform ends, that is one.
        """
        self._set(job, "running", job.attempts + 1)

    def finish(self, job: int) -> None:
        """The job is done, well or badly; its subject tells which."""
        with self._engine.begin() as connection:
            connection.execute(
                update(jobs)
                .where(jobs.c.id == job)
                .values(state="finished", finished_at=now())
            )

    def put_back(self, job: JobRow) -> None:
        """The platform stops: the attempt does not count, the next start takes it."""
        self._set(job, "queued", job.attempts)

    def _set(self, job: JobRow, state: str, attempts: int) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                update(jobs)
                .where(jobs.c.id == job.id)
                .values(state=state, attempts=attempts)
            )


def add_job(
    connection: Connection, kind: str, subject: str, group: str | None = None
) -> JobRow:
    """Accept work, within the transaction that makes its subject expect it."""
    done = connection.execute(
        insert(jobs).values(
            kind=kind,
            subject=subject,
            group=group,
            state="queued",
            attempts=0,
            created_at=now(),
        )
    )
    key = done.inserted_primary_key
    return JobRow(int(key[0]) if key else 0, kind, subject, 0, group)
