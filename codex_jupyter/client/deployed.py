"""What models and scripts have in common: they are deployed, watched and managed.

Each kind is a class that names its routes.
"""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date
from threading import Event as Flag
from typing import Any, ClassVar, cast

from codex_jupyter.errors import PlatformError
from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.route import Route

from .auth import GroupKeys
from .days import log_query
from .errors_map import is_good, member, refusal
from .execution import MLOpsExecution
from .group_owned import GroupOwned
from .model_status import ModelStatus
from .operation import Call, Steps, operation
from .stream import QUIET, Topic, Watch, is_moving
from .transport import Connection
from .waiting import detaching, wait_steps


@dataclass(frozen=True, slots=True)
class DeployedRoutes:
    """Where the deployed things of one kind are asked about.

    Args:
        subject: the parameter in the paths that names one.
    """

    subject: str
    status: Route
    describe: Route
    events: Route
    logs: Route
    file: Route
    executions: Route
    restart: Route
    disable: Route
    delete: Route


class Deployed(GroupOwned):
    """A model or a script of a platform.

    Attributes:
        name: its name.
        group: the group it belongs to.
        operation: ``Sync`` or ``Async``.
        input_type: what it reads: ``json``, ``csv`` or ``parquet``.
        schema: the sample input, or None while it is not known.
    """

    _routes: ClassVar[DeployedRoutes]
    _noun: ClassVar[str]
    _getter: ClassVar[str]
    _error: ClassVar[type[PlatformError]]

    def __init__(
        self,
        connection: Connection,
        keys: GroupKeys,
        row: Mapping[str, Any],
        hash_: str,
    ) -> None:
        super().__init__(connection, keys, str(row["Group"]))
        self._hash = hash_
        self.schema: Any = None
        self.input_type = "json"
        self._learn(row)

    def __repr__(self) -> str:
        token = "set" if self._tokens() else "not set"
        return (
            f"{type(self).__name__}({self.name!r}, group={self.group!r}, "
            f"{self.operation}, {self.status}, {self._hash[:12]}…, group token {token})"
        )

    @property
    def status(self) -> ModelStatus:
        """The state when last seen; calling it, ``status()``, asks for it anew."""
        return ModelStatus(self._status, self.refresh)

    @status.setter
    def status(self, state: str) -> None:
        self._status = str(state)

    @property
    def hash(self) -> str:
        """What it is known by."""
        return self._hash

    @property
    def noun(self) -> str:
        """What it is: a model or a script."""
        return self._noun

    @property
    def _where(self) -> dict[str, str]:
        return {"group": self.group, self._routes.subject: self._hash}

    @abstractmethod
    def execution(self, exec_id: int | str) -> MLOpsExecution:
        """One of its executions, by its number.

        Raises:
            ExecutionError: there is no such execution.
        """

    def _learn(self, row: Mapping[str, Any]) -> None:
        self.name = str(row.get("Name") or self._hash)
        self.operation = str(row.get("Operation") or "Sync")
        self.status = str(row.get("Status") or "")
        if isinstance(kind := row.get("Input"), str):
            self.input_type = kind.lower()
        sample = row.get("Schema")
        try:
            found = json.loads(sample) if isinstance(sample, str) else sample
        except ValueError:
            found = None
        self.schema = found or self.schema

    def _status_call(self) -> Call:
        return Call(self._routes.status, self._where)

    # State

    @operation
    def refresh(self) -> Steps[str]:
        """Ask for the state, keep it in ``status`` and give it."""
        call = self._status_call()
        body = yield from self._connection.ask(call)
        self.status = member(body, "Status", str, call)
        return self.status

    arefresh = refresh.twin

    @operation
    def wait_ready(self, timeout: float | None = None) -> Steps[str]:
        """Wait until it is deployed, and give its state.

        Interrupting the wait does not touch the deployment.

        Args:
            timeout: seconds; None for as long as it takes.

        Raises:
            PlatformError: the deployment failed (a `ModelError` of models, a
                `PreprocessingError` of scripts); its
                reason and the last log lines.
            WaitTimeoutError: the time is over; the deployment goes on.
        """
        watch = self._watch(timeout=timeout, logs=False)
        try:
            with detaching(*watch.topic.goes_on):
                return (yield from wait_steps(watch, self.name, self._error))
        finally:
            self.status = watch.state or self.status

    await_ready = wait_ready.twin

    def watch(
        self, stop: Flag | None = None, timeout: float | None = None
    ) -> Iterator[Event]:
        """Events as they happen, until its state is final.

        They come from the platform's live stream, which is taken up again after a lost
        connection, or are made by polling where there is no such stream.

        Args:
            stop: set it from another thread to end the watch within a second.
            timeout: seconds; None for as long as it takes.

        Raises:
            UnreachableError: no contact for half a minute.
            WaitTimeoutError: the time is over; the deployment goes on.
        """
        steps = self._watch(stop=stop, timeout=timeout).steps()
        for event in self._connection.stream(steps):
            self._note(event)
            yield event

    async def awatch(
        self,
        stop: Flag | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the same as its twin
    ) -> AsyncGenerator[Event, None]:
        """Awaitable twin of `watch`."""
        steps = self._watch(stop=stop, timeout=timeout).steps()
        async with aclosing(self._connection.astream(steps)) as events:
            async for event in events:
                self._note(event)
                yield event

    def _watch(
        self,
        *,
        stop: Flag | None = None,
        timeout: float | None = None,
        logs: bool = True,
    ) -> Watch:
        shown = f'"{self.name}"' if " " in self.name else self.name
        again = (
            f"client.{self._getter}('{self._hash}', group='{self.group}') waits for it "
            f"again, %codex status {shown} shows how far it is"
        )
        topic = Topic(
            Call(self._routes.events, self._where, timeout=QUIET),
            replace(self._status_call(), timeout=QUIET),
            Call(self._routes.logs, self._where, timeout=QUIET),
            is_moving,
            self._noun,
            (f"the deployment of '{self.name}'", again),
        )
        return Watch(self._connection, topic, stop, timeout, logs)

    def _note(self, event: Event) -> None:
        if event.name == "state":
            self.status = str(event.data.get("Status", ""))

    # Managing

    @operation
    def info(self) -> Steps[dict[str, Any]]:
        """Everything the platform knows of it."""
        call = Call(self._routes.describe, self._where)
        body = yield from self._connection.ask(call)
        found: dict[str, Any] = member(body, "Description", dict, call)
        self._learn(found)
        return found

    ainfo = info.twin

    @operation
    def get_logs(
        self,
        start: str | date | None = None,
        end: str | date | None = None,
        routine: str | None = None,
        type: str | None = None,  # noqa: A002 - the documented name
        *,
        log_type: str | None = None,
    ) -> Steps[dict[str, Any]]:
        """Its log rows of some days.

        Args:
            start: first day, a date, dd-MM-yyyy or yyyy-MM-dd; 6 days before the end.
            end: last day; today, or 6 days after the start.
            routine: ``Run`` or ``Host``.
            type: ``Ok``, ``Error``, ``Debug`` or ``Warning``; ``log_type`` is its newer
                name.

        Returns:
            ``{"Results": [{"RegisteredAt", "OutputType", "OutputData", "Routine"}]}``.

        Raises:
            InputError: a date cannot be read.
        """
        query = log_query(start, end, routine, log_type or type)
        call = Call(self._routes.logs, self._where, query)
        body = yield from self._connection.ask(call)
        member(body, "Results", list, call)
        return cast("dict[str, Any]", body)

    aget_logs = get_logs.twin

    @operation
    def file_content(self, name: str) -> Steps[bytes]:
        """One of the files that it was made of, as it was uploaded.

        Args:
            name: one of ``info()["Files"]``; never the ``.env`` file.

        Raises:
            PlatformError: there is no such file, or the platform hands none out.
        """
        call = Call(self._routes.file, {**self._where, "name": name})
        answer = yield from self._connection.exchange(call)
        if not is_good(call, answer):
            raise refusal(call, answer, self._connection.settings)
        return answer.content

    afile_content = file_content.twin

    @operation
    def disable(self) -> Steps[str]:
        """Stop serving it, keep its files; what the platform says to it."""
        return (yield from self._change(self._routes.disable))

    adisable = disable.twin

    @operation
    def delete(self) -> Steps[str]:
        """Remove it; what the platform says to it."""
        return (yield from self._change(self._routes.delete))

    adelete = delete.twin

    @operation
    def restart(
        self,
        wait_for_ready: bool = True,  # noqa: FBT001, FBT002 - documented so
        timeout: float | None = None,
    ) -> Steps[str]:
        """Start its process anew; its state afterwards.

        Args:
            timeout: seconds to wait for it; None for as long as it takes.

        Raises:
            PlatformError: the state does not allow it, or it did not come up again.
            WaitTimeoutError: the time is over; the restart goes on.
        """
        yield from self._connection.ask(Call(self._routes.restart, self._where))
        if wait_for_ready:
            return (yield from Deployed.wait_ready.steps(self, timeout))
        return (yield from Deployed.refresh.steps(self))

    arestart = restart.twin

    def _change(self, route: Route) -> Steps[str]:
        body = yield from self._connection.ask(Call(route, self._where))
        try:
            yield from Deployed.refresh.steps(self)
        except PlatformError:
            pass  # the change is done; its state is shown at the next look
        return str(body.get("Message", "")) if isinstance(body, dict) else str(body)

    @operation
    def list_executions(
        self, state: str | None = None, limit: int = 100
    ) -> Steps[list[dict[str, Any]]]:
        """The rows of its executions, if it is asynchronous, the newest first.

        Args:
            state: ``Requested``, ``Running``, ``Succeeded`` or ``Failed`` only.
        """
        query = {"limit": str(limit)} | ({"state": state} if state else {})
        call = Call(self._routes.executions, self._where, query)
        body = yield from self._connection.ask(call)
        return member(body, "Results", list, call)

    alist_executions = list_executions.twin
