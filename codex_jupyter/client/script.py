"""One preprocessing script of a platform: running, watching and managing it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from codex_jupyter.config import Secret
from codex_jupyter.errors import InputError, PlatformError, PreprocessingError
from codex_jupyter.protocol import routes as of_all
from codex_jupyter.protocol import script_routes as routes

from .auth import GroupKeys
from .datasets import MLOpsDataset
from .deployed import Deployed, DeployedRoutes
from .errors_map import member
from .execution import MLOpsExecution, execution_id
from .group_owned import secret
from .operation import Call, Steps, counting, operation, together
from .payload import answers_frame, encode, is_frame, model_input, rows_of
from .script_execution import NamedPreprocessExecution, PreprocessExecution
from .script_inputs import fill, named
from .transport import Connection

__all__ = ["MLOpsPreprocessing"]

PLACES = 8  # rows of a DataFrame that are run at a time
_DATASET = re.compile(r"'(D[0-9a-f]{63})'")


class MLOpsPreprocessing(Deployed):
    """One preprocessing script of a platform; clients make these objects.

    Attributes:
        name: the script's name.
        group: the group it belongs to.
        operation: ``Sync`` or ``Async``.
        status: its state when last seen.
        schema: the sample input, or None while it is not known.
        tables: the names of its tables, of those that take them by name.
    """

    _routes = DeployedRoutes(
        subject="script",
        status=routes.SCRIPT_STATUS,
        describe=routes.SCRIPT_DESCRIBE,
        events=routes.SCRIPT_EVENTS,
        logs=routes.SCRIPT_LOGS,
        file=routes.SCRIPT_FILE,
        executions=routes.SCRIPT_EXECUTION_LIST,
        restart=routes.SCRIPT_RESTART,
        disable=routes.SCRIPT_DISABLE,
        delete=routes.SCRIPT_DELETE,
    )
    _noun = "script"
    _getter = "get_preprocessing"
    _error = PreprocessingError

    def __init__(
        self, connection: Connection, keys: GroupKeys, row: Mapping[str, Any]
    ) -> None:
        self.tables: list[str] = []
        self._named: bool | None = None
        super().__init__(connection, keys, row, str(row["Hash"]))

    @classmethod
    def _direct(
        cls,
        *,
        preprocessing_id: str | None = None,
        group: str = "",
        group_token: str | Secret | None = None,
        **user: Any,
    ) -> MLOpsPreprocessing:
        from .preprocessing import MLOpsPreprocessingClient

        return MLOpsPreprocessingClient(**user).get_preprocessing(
            preprocessing_id,
            group=group,
            group_token=group_token,
            wait_for_ready=False,
        )

    def _learn(self, row: Mapping[str, Any]) -> None:
        super()._learn(row)
        self.operation = self.operation.capitalize()
        if isinstance(found := row.get("Named"), bool):
            self._named = found
        if isinstance(tables := row.get("Tables"), list):
            self.tables = [str(one) for one in tables]

    def _status_call(self) -> Call:
        if not self._named:
            return super()._status_call()
        return Call(routes.SCRIPT2_STATUS, {"script": self._hash})

    @property
    def preprocessing_id(self) -> str:
        """What the script is known by."""
        return self._hash

    @property
    def preprocessing_hash(self) -> str:
        """The same, under its newer name."""
        return self._hash

    @operation
    def run(
        self,
        data: Any = None,
        *,
        group_token: str | Secret | None = None,
        wait_complete: bool = False,
        timeout: float | None = None,
        progress: Callable[[int, int], object] | None = None,
    ) -> Steps[Any]:
        """Run the script, and give what it returned.

        Args:
            data: for a synchronous script one input (a dict, a list, a JSON text, a
                Series or a one-row DataFrame), or a DataFrame whose rows are run one by
                one. For an asynchronous one a table: a path, a pair of name and bytes,
                a DataFrame, a dataset or its hash, or an execution whose result it is.
                For one that takes its tables by name a dict of them, or pairs.
            group_token: instead of the group's known token.
            wait_complete: of an asynchronous script, wait until it is over.
            timeout: seconds: of each answer, or of the wait for an execution.
            progress: called with the rows that are done and all rows, as they are.

        Returns:
            The answer; for a DataFrame of several rows a DataFrame; from an
            asynchronous script a `PreprocessExecution`.

        Raises:
            InputError: the data cannot be used.
            AuthenticationError: no token of the group is known, or it is refused.
            PredictionError: the script failed on this input.
            PreprocessingError: it is not deployed.
            ExecutionError: it was waited for, and it failed.
            WaitTimeoutError: the time is over; the execution goes on.
        """
        token = secret(group_token)
        if self.operation != "Async":
            return (yield from self._rows(data, token, timeout, progress))
        data = yield from _without_executions(data)
        is_named = yield from self._is_named()
        start = self._start_named if is_named else self._start
        execution = yield from start(data, token)
        if wait_complete:
            yield from MLOpsExecution.wait_ready.steps(execution, timeout)
        return execution

    arun = run.twin

    def __call__(self, data: Any = None, **options: Any) -> Any:
        """The same as `run`."""
        return self.run(data, **options)

    preprocessing_info = Deployed.info
    apreprocessing_info = Deployed.info.twin

    @operation
    def get_preprocessing_execution(self, exec_id: int | str) -> Steps[Any]:
        """One of its executions, by its number.

        Raises:
            ExecutionError: there is no such execution.
        """
        is_named = yield from self._is_named()
        execution = self._execution(str(exec_id), Secret(), is_named=is_named)
        # Not every platform describes those of the first generation.
        yield from type(execution).get_status.steps(execution)
        return execution

    aget_preprocessing_execution = get_preprocessing_execution.twin

    def execution(self, exec_id: int | str) -> PreprocessExecution:
        """`get_preprocessing_execution` under the name that models have it by."""
        found: PreprocessExecution = self.get_preprocessing_execution(exec_id)
        return found

    @operation
    def get_datasets(self) -> Steps[list[MLOpsDataset]]:
        """The datasets that were uploaded for it, and those that it made."""
        query = {"origin": "Preprocessing", "origin_id": self._hash}
        call = Call(of_all.DATASET_LIST, query=query | {"group": self.group})
        body = yield from self._connection.ask(call)
        rows = member(body, "Results", list, call)
        return [MLOpsDataset(self._connection, row, self.group) for row in rows]

    aget_datasets = get_datasets.twin

    def _rows(
        self,
        data: Any,
        token: Secret,
        timeout: float | None,
        progress: Callable[[int, int], object] | None,
    ) -> Steps[Any]:
        if not is_frame(data) or len(data) == 1:
            return (yield from self._row(model_input(data), token, timeout))
        if len(data) == 0:
            raise InputError("There is nothing to run: the DataFrame has no rows.")
        jobs: Iterator[Steps[Any]] = (
            self._row(row, token, timeout) for row in rows_of(data)
        )
        if progress is not None:
            jobs = counting(jobs, lambda done: progress(done, len(data)))
        answers = yield from together(jobs, min(PLACES, len(data)))
        return answers_frame(data, answers)

    def _row(self, value: Any, token: Secret, timeout: float | None) -> Steps[Any]:
        content = encode({"Input": value})
        call = Call(routes.SCRIPT_RUN, self._where, content=content, timeout=timeout)
        return (yield from self._ask_as_group(call, token))

    def _start(self, data: Any, token: Secret) -> Steps[PreprocessExecution]:
        call = Call(routes.SCRIPT_RUN_ASYNC, self._where)
        call = fill(call, "dataset", data, self._kind)
        body = yield from self._ask_as_group(call, token)
        started = self._execution(execution_id(body, call), token, is_named=False)
        told = _DATASET.search(str(body.get("Message")))
        started.dataset_hash = told[1] if told else ""
        return started

    def _start_named(self, data: Any, token: Secret) -> Steps[PreprocessExecution]:
        if not self.tables:
            yield from self._parts()
        tables = named(data, self.tables)
        where = {"script": self._hash}
        # Looked at before anything is registered.
        calls = [
            fill(Call(routes.SCRIPT2_EXECUTION_INPUT, where), "input", one, "csv", name)
            for name, one in tables
        ]
        call = Call(routes.SCRIPT2_EXECUTION, where)
        body = yield from self._connection.ask(call)
        number = execution_id(body, call)
        there = where | {"execution": number}
        for one in calls:
            yield from self._connection.ask(_at(one, there))
        yield from self._connection.ask(Call(routes.SCRIPT2_EXECUTION_RUN, there))
        return self._execution(number, token, is_named=True)

    @property
    def _kind(self) -> str:
        return self.input_type if self.input_type != "json" else "csv"

    def _execution(
        self, number: str, token: Secret, *, is_named: bool
    ) -> PreprocessExecution:
        kind = NamedPreprocessExecution if is_named else PreprocessExecution
        return kind(
            self._connection,
            self._keys,
            group=self.group,
            subject_hash=self._hash,
            exec_id=number,
            name=self.name,
            token=token or self._token,
        )

    def _is_named(self) -> Steps[bool]:
        """Whether it takes its tables by name, which only the newer routes tell."""
        if self._named is None:
            try:
                yield from self._parts()
                self._named = True
            except PlatformError as error:
                if error.status not in (404, 405):
                    raise
                self._named = False
        return self._named

    def _parts(self) -> Steps[None]:
        call = Call(routes.SCRIPT2_DESCRIBE, {"script": self._hash})
        found = yield from self._connection.ask(call)
        member(found, "State", str, call)
        if isinstance(tables := found.get("Tables"), list):
            self.tables = [str(one) for one in tables]


def _without_executions(data: Any) -> Steps[Any]:
    """The data, an execution in it replaced by the dataset that it made."""
    if not isinstance(data, MLOpsExecution):
        return data
    info = yield from type(data).execution_info.steps(data)
    return str(info.get("DatasetHash") or "")


def _at(call: Call, where: Mapping[str, str]) -> Call:
    return Call(
        call.route,
        where,
        fields=call.fields,
        files=call.files,
        timeout=call.timeout,
    )
