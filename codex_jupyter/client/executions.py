"""Executions of every kind in one list, and each as the object that it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from codex_jupyter.errors import InputError
from codex_jupyter.protocol import routes

from .base import BaseMLOpsClient
from .errors_map import member
from .execution import MLOpsExecution
from .model_execution import ModelExecution
from .monitoring_execution import MonitoringRun
from .operation import Call, Steps, operation
from .script_execution import PreprocessExecution
from .training_execution import MLOpsTrainingExecution

__all__ = ["ExecutionsClient"]

_KINDS: dict[str, type[MLOpsExecution]] = {
    "model": ModelExecution,
    "script": PreprocessExecution,
    "training": MLOpsTrainingExecution,
    "monitoring": MonitoringRun,
}


class ExecutionsClient(BaseMLOpsClient):
    """Finds executions; see `BaseMLOpsClient` for the arguments."""

    @operation
    def search(
        self,
        *,
        kind: str | None = None,
        state: str | None = None,
        group: str | None = None,
        name: str | None = None,
        subject: str | None = None,
        since: datetime | None = None,
        skip: int = 0,
        limit: int = 100,
    ) -> Steps[tuple[int, list[dict[str, Any]]]]:
        """How many there are, and the platform's rows of some, the newest first.

        Args:
            kind: ``model``, ``script``, ``training`` or ``monitoring``.
            state: ``Requested``, ``Running``, ``Succeeded`` or ``Failed``.
            name: part of the name of what they run, or an execution's number.
            subject: the hash of what they run.
            since: only those requested from then on; aware.
            skip: leave out so many first.
            limit: at most so many, 1,000 at most.

        Raises:
            UnexpectedError: the platform cannot list them.
        """
        given = {
            "kind": kind,
            "state": state,
            "group": group,
            "name": name,
            "subject": subject,
            "since": None if since is None else since.isoformat(),
            "skip": str(skip) if skip else None,
            "limit": str(limit),
        }
        call = Call(
            routes.EXECUTIONS, query={k: v for k, v in given.items() if v is not None}
        )
        body = yield from self._connection.ask(call)
        return member(body, "Count", int, call), member(body, "Results", list, call)

    asearch = search.twin

    def execution(self, row: Mapping[str, Any]) -> MLOpsExecution:
        """The execution that such a row is of; nothing is asked.

        Raises:
            InputError: it is of a kind that is not known here.
        """
        kind = _KINDS.get(str(row.get("Kind")))
        if kind is None:
            raise InputError(f"Executions of {row.get('Kind')} are not known here.")
        made = kind(
            self._connection,
            self._keys,
            group=str(row["Group"]),
            subject_hash=str(row["Hash"]),
            exec_id=str(row["ExecutionId"]),
            name=str(row.get("Name") or ""),
            status=str(row.get("ExecutionState") or ""),
        )
        if isinstance(made, MonitoringRun):
            made.label = str(row.get("Label") or "")
        return made
