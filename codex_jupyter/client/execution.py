"""One execution, of any kind: watching it and fetching what it wrote.

Each kind is a class that names its routes.
"""

from __future__ import annotations

import re
import tempfile
from collections import deque
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Flag
from typing import Any, ClassVar

from codex_jupyter.config import Secret
from codex_jupyter.errors import ExecutionError, InputError, ProtocolError
from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.route import Auth, Route
from codex_jupyter.protocol.states import ExecutionState

from .auth import GroupKeys
from .errors_map import head_and_rest, is_good, member, refusal, value_of
from .group_owned import GroupOwned
from .operation import Answer, Call, Steps, operation
from .saving import read_result, saved_as
from .stream import QUIET, Topic, Watch, heeding
from .transport import Connection
from .waiting import detaching

__all__ = ["MLOpsExecution"]

_SHOWN = 15  # last log lines told with a failure


@dataclass(frozen=True, slots=True)
class ExecutionRoutes:
    """Where the executions of one kind are asked about.

    Args:
        subject: the parameter in the paths that names what runs.
        events: the live stream; where a platform has none, the state is polled.
    """

    subject: str
    status: Route
    describe: Route
    result: Route
    events: Route
    cancel: Route


class MLOpsExecution(GroupOwned):
    """One run; what starts it makes these objects.

    Attributes:
        exec_id: its number, as text.
        subject_hash: the hash of what runs.
        name: the name of what runs.
        status: its state when last seen.
        message: why it failed, when last seen.
        progress: the last that was told of it: ``Elapsed``, ``Estimate``, ``Rows``,
            ``RowsWritten``, ``Fraction``.
    """

    exec_type: ClassVar[str]
    _routes: ClassVar[ExecutionRoutes]
    _getter: ClassVar[str]

    def __init__(
        self,
        connection: Connection,
        keys: GroupKeys,
        *,
        group: str,
        subject_hash: str,
        exec_id: str,
        name: str = "",
        status: str = ExecutionState.REQUESTED.value,
        token: Secret | None = None,
    ) -> None:
        super().__init__(connection, keys, group)
        self._token = token or Secret()
        self.subject_hash = subject_hash
        self.exec_id = exec_id
        self.name = name or subject_hash
        self.status = status
        self.message = ""
        self.progress: dict[str, Any] = {}

    @classmethod
    def _direct(
        cls,
        *,
        parent_id: str,
        exec_type: str,
        group: str = "",
        exec_id: int | str | None = None,
        **user: Any,
    ) -> MLOpsExecution:
        from .model import MLOpsModelClient
        from .script_execution import PreprocessExecution
        from .training_execution import MLOpsTrainingExecution

        number = "" if exec_id is None else exec_id
        if exec_type == "AsyncModel":
            client = MLOpsModelClient(**user)
            return client.get_model_execution(parent_id, number, group)
        if exec_type == MLOpsTrainingExecution.exec_type:
            return MLOpsTrainingExecution._direct(
                training_id=parent_id, group=group, exec_id=number or None, **user
            )
        if exec_type == PreprocessExecution.exec_type:
            return PreprocessExecution._direct(
                preprocess_hash=parent_id, group=group, exec_id=number, **user
            )
        raise InputError(
            f"exec_type is {str(exec_type)[:40]!r}; it is AsyncModel, Training or "
            "AsyncPreprocessing."
        )

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.exec_id}, {self.name!r}, "
            f"group={self.group!r}, {self.status})"
        )

    @property
    def execution_id(self) -> str:
        """Its number, under its longer name."""
        return self.exec_id

    @property
    def _where(self) -> dict[str, str]:
        return {
            "group": self.group,
            "execution": self.exec_id,
            self._routes.subject: self.subject_hash,
        }

    @property
    def _goes_on(self) -> tuple[str, str]:
        """What does when a wait ends, and how to come back; see `Topic`."""
        shown = f'"{self.name}"' if " " in self.name else self.name
        return f"execution {self.exec_id} of '{self.name}'", (
            f"{self._getter}('{self.exec_id}') finds it again, "
            f"%codex attach {shown} {self.exec_id} --wait waits for it"
        )

    def _log_hint(self) -> str:
        """What to type for the whole log."""
        return f"%codex logs {self.name} shows the whole log."

    # State

    @operation
    def get_status(self) -> Steps[dict[str, Any]]:
        """Ask for the state: ``{"ExecutionId", "Status", "Message"}``."""
        call = Call(self._routes.status, self._where)
        body: dict[str, Any] = yield from self._ask(call)
        self.status = member(body, "Status", str, call)
        self.message = str(body.get("Message") or "")
        return body

    aget_status = get_status.twin

    @operation
    def execution_info(self) -> Steps[dict[str, Any]]:
        """Everything the platform knows of the execution."""
        call = Call(self._routes.describe, self._where)
        body = yield from self._ask(call)
        found: dict[str, Any] = member(body, "Description", dict, call)
        self.status = member(found, "ExecutionState", str, call)
        self.name = str(found.get("Name") or self.name)
        return found

    aexecution_info = execution_info.twin

    @operation
    def wait_ready(self, timeout: float | None = None) -> Steps[str]:
        """Wait until the execution has succeeded, and give its state.

        Interrupting the wait does not touch the execution.

        Args:
            timeout: seconds; None for as long as it takes.

        Raises:
            ExecutionError: it failed; the reason and the last log lines.
            WaitTimeoutError: the time is over; the execution goes on.
        """
        if self.status != ExecutionState.SUCCEEDED:
            lines = deque[str](maxlen=_SHOWN)

            def heard(event: Event | None) -> None:
                if event:
                    self._note(event)
                if event and event.name == "log":
                    lines.append(str(event.data.get("OutputData", "")))

            with detaching(*self._goes_on):
                yield from heeding(self._watch(None, timeout).steps(), heard)
            self._check(lines)
        return self.status

    await_ready = wait_ready.twin

    def watch(
        self, stop: Flag | None = None, timeout: float | None = None
    ) -> Iterator[Event]:
        """Events of the execution as they happen, until it is over.

        Args:
            stop: set it from another thread to end the watch within a second.
            timeout: seconds; None for as long as it takes.

        Raises:
            UnreachableError: no contact for half a minute.
            WaitTimeoutError: the time is over; the execution goes on.
        """
        for event in self._connection.stream(self._watch(stop, timeout).steps()):
            self._note(event)
            yield event

    async def awatch(
        self,
        stop: Flag | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the same as its twin
    ) -> AsyncGenerator[Event, None]:
        """Awaitable twin of `watch`."""
        steps = self._watch(stop, timeout).steps()
        async with aclosing(self._connection.astream(steps)) as events:
            async for event in events:
                self._note(event)
                yield event

    def _watch(self, stop: Flag | None, timeout: float | None) -> Watch:
        status, token = self._routes.status, Secret()
        if status.auth is Auth.GROUP:
            token = next(iter(self._tokens()), token)
        topic = Topic(
            Call(self._routes.events, self._where, timeout=QUIET),
            Call(status, self._where, token=token, timeout=QUIET),
            None,
            is_moving,
            "execution",
            self._goes_on,
        )
        return Watch(self._connection, topic, stop, timeout)

    def _note(self, event: Event) -> None:
        if event.name == "state":
            self.status = str(event.data.get("Status", ""))
            self.message = str(event.data.get("Message") or "")
        elif event.name == "progress":
            self.progress = event.data

    def _check(self, lines: deque[str]) -> None:
        """Refuse an execution that did not succeed."""
        if self.status != ExecutionState.FAILED:
            return
        head, rest = head_and_rest(self.message)
        log = "\n".join(line.rstrip() for line in lines if line.strip())
        # The reason is in the log as well: it is told once.
        told = [rest] if rest else [log] if log.strip() != head else []
        raise ExecutionError(
            f"The execution {self.exec_id} of '{self.name}' failed: "
            f"{head or 'no reason was given.'}",
            detail="\n".join(part for part in told if part) or None,
            hint=self._log_hint(),
        )

    # What it wrote

    @operation
    def download_result(
        self, *, path: str | Path = "./", filename: str = "output.zip"
    ) -> Steps[Path]:
        """Save the zip that holds what it wrote, and give its path.

        Args:
            path: the folder to save it in; made when it is missing.
            filename: what to call it there.

        Raises:
            ExecutionError: it has no result, because it still runs or has failed.
            InputError: the file cannot be written.
        """
        with saved_as(path, filename) as part:
            yield from self._fetch(part)
        return Path(path).expanduser() / filename

    adownload_result = download_result.twin

    @operation
    def result(self, timeout: float | None = None) -> Steps[Any]:
        """Wait until it is over, and read what it wrote into a DataFrame.

        Args:
            timeout: seconds to wait; None for as long as it takes.

        Raises:
            ExecutionError: it failed.
            InputError: it wrote something other than csv, parquet or json.
        """
        yield from MLOpsExecution.wait_ready.steps(self, timeout)
        with tempfile.TemporaryDirectory(prefix="codex-") as folder:
            file = Path(folder) / "result.zip"
            yield from self._fetch(file)
            return self._read(file)

    aresult = result.twin

    def _read(self, file: Path) -> Any:
        """The table in what was fetched."""
        return read_result(file)

    def _fetch(self, file: Path) -> Steps[None]:
        call = Call(self._routes.result, self._where, save=file)
        call, answer = yield from self._exchange(call)
        if not is_good(call, answer):
            raise refusal(call, answer, self._connection.settings)

    def _ask(self, call: Call) -> Steps[Any]:
        call, answer = yield from self._exchange(call)
        return value_of(call, answer, self._connection.settings)

    def _exchange(self, call: Call) -> Steps[tuple[Call, Answer]]:
        """Send with the secret that the route takes."""
        if call.route.auth is Auth.GROUP:
            return (yield from self._exchange_as_group(call, Secret()))
        return call, (yield from self._connection.exchange(call))

    @operation
    def cancel(self) -> Steps[str]:
        """End it, whether it waits or runs; its state afterwards.

        Raises:
            ExecutionError: it was over already.
            UnexpectedError: the platform cannot do this.
        """
        yield from self._ask(Call(self._routes.cancel, self._where))
        yield from MLOpsExecution.get_status.steps(self)
        return self.status

    acancel = cancel.twin


def is_moving(state: str) -> bool:
    """True until an execution is over."""
    return state in set(ExecutionState) and ExecutionState(state).is_moving


def execution_id(body: Any, call: Call) -> str:
    """The number in the answer to a start; platforms differ in its type and place.

    Raises:
        ProtocolError: there is none.
    """
    found = body.get("ExecutionId") if isinstance(body, dict) else None
    if isinstance(found, (int, str)) and str(found):
        return str(found)
    told = re.search(r"'(\d+)'", str(body.get("Message")) if body else "")
    if told is None:
        raise ProtocolError(
            f"The answer to {call.route.method} {call.path} names no execution."
        )
    return told.group(1)
