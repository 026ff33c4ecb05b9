"""One model of a platform: running, watching and managing it."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from datetime import date
from threading import Event as Flag
from typing import Any, cast

from codex_jupyter.config import Secret
from codex_jupyter.errors import (
    CodexError,
    InputError,
    PlatformError,
    ProtocolError,
)
from codex_jupyter.protocol import routes
from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.route import Auth, Route

from .auth import GroupKeys
from .batch import batch_call
from .batch_snippets import batch_snippet
from .days import log_query
from .errors_map import member
from .execution import MLOpsExecution, execution_id
from .group_owned import GroupOwned, secret
from .model_execution import ModelExecution
from .operation import Call, Steps, operation, together
from .payload import answers_frame, encode, is_frame, model_input, rows_of
from .relay import RelayedAnswer, relay_call, relayed
from .snippets import snippet
from .stream import Watch, model_topic
from .transport import Connection
from .waiting import wait_steps

PLACES = 8  # rows of a DataFrame that are predicted at a time
_NO_SAMPLE = {"DATA": "DATA"}


class MLOpsModel(GroupOwned):
    """One model of a platform; clients make these objects.

    Attributes:
        name: the model's name.
        group: the group it belongs to.
        operation: ``Sync`` or ``Async``.
        input_type: what it reads: ``json``, ``csv`` or ``parquet``.
        status: its state when last seen.
        schema: the sample input, or None while it is not known.
    """

    def __init__(
        self, connection: Connection, keys: GroupKeys, row: Mapping[str, Any]
    ) -> None:
        super().__init__(connection, keys, str(row["Group"]))
        self.model_hash = str(row["ModelHash"])
        self.schema: Any = None
        self.input_type = "json"
        self._learn(row)

    def _learn(self, row: Mapping[str, Any]) -> None:
        self.name = str(row.get("Name") or self.model_hash)
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

    def __repr__(self) -> str:
        token = "set" if self._tokens() else "not set"
        return (
            f"MLOpsModel({self.name!r}, group={self.group!r}, {self.operation}, "
            f"{self.status}, {self.model_hash[:12]}…, group token {token})"
        )

    @property
    def model_id(self) -> str:
        """The model's hash, under its older name."""
        return self.model_hash

    @property
    def docs(self) -> str:
        """The address of the model's documentation page."""
        return self.base_url + routes.MODEL_DOCS.url(
            op=self.operation.lower(), **self._where
        )

    @property
    def _where(self) -> dict[str, str]:
        return {"group": self.group, "model": self.model_hash}

    # Running

    @operation
    def predict(
        self,
        data: Any = None,
        *,
        dataset: str | None = None,
        group_token: str | Secret | None = None,
        preprocessing: str | None = None,
        wait_complete: bool = False,
    ) -> Steps[Any]:
        """Predict, and give what the model's function returned.

        An asynchronous model reads a file: give its path, a pair of name and bytes, a
        DataFrame, or the hash of a dataset; a `ModelExecution` comes back.

        Args:
            data: one input: a dict, a list, a JSON text, the path of a JSON file, a
                Series or a one-row DataFrame; missing values are sent as null. Or a
                DataFrame of several rows: each is predicted on its own.
            dataset: the hash of a dataset, in the place of the data.
            group_token: instead of the group's known token.
            preprocessing: the hash of a script to run on the input first.
            wait_complete: of an asynchronous model, wait until the execution is over.

        Returns:
            The answer; for a DataFrame of several rows, a DataFrame with its index;
            from an asynchronous model the execution.

        Raises:
            InputError: the data is empty or has no JSON form.
            AuthenticationError: no token of the group is known, or it is refused.
            PredictionError: the model's own code failed on this input.
            ModelError: the model is not deployed.
            ExecutionError: it was waited for, and it failed.
        """
        if self.operation == "Async":
            if preprocessing is not None:
                raise InputError(
                    "An asynchronous model takes no script beside its input.",
                    hint="Run the script alone, and predict with what it gave.",
                )
            given = data if dataset is None else dataset
            execution = yield from self._start(given, secret(group_token))
            if wait_complete:
                yield from MLOpsExecution.wait_ready.steps(execution)
            return execution
        if dataset is not None:
            raise InputError(f"'{self.name}' answers rows; it takes no dataset.")
        token = secret(group_token)
        extra = {"ScriptHash": preprocessing} if preprocessing else {}
        if not is_frame(data) or len(data) == 1:
            return (yield from self._run(model_input(data), extra, token))
        if len(data) == 0:
            raise InputError("There is nothing to predict: the DataFrame has no rows.")
        rows = zip(data.index, rows_of(data), strict=True)
        jobs = (self._run_row(label, row, extra, token) for label, row in rows)
        answers = yield from together(jobs, min(PLACES, len(data)))
        return answers_frame(data, answers)

    apredict = predict.twin

    def __call__(self, data: Any = None, **options: Any) -> Any:
        """The same as `predict`."""
        return self.predict(data, **options)

    @operation
    def health(self) -> Steps[str]:
        """What the model's process says of itself: ``OK`` when it answers.

        Raises:
            ModelError: it does not.
        """
        call = Call(routes.MODEL_HEALTH, self._where)
        body = yield from self._ask_as_group(call, Secret())
        return member(body, "Message", str, call)

    ahealth = health.twin

    def _start(self, data: Any, token: Secret) -> Steps[ModelExecution]:
        if isinstance(data, MLOpsExecution):
            # What one model wrote is what the next one reads.
            info = yield from MLOpsExecution.execution_info.steps(data)
            data = str(info.get("DatasetHash") or "")
        call = batch_call(self._where, data, self.input_type)
        body = yield from self._ask_as_group(call, token)
        return ModelExecution(
            self._connection,
            self._keys,
            group=self.group,
            subject_hash=self.model_hash,
            exec_id=execution_id(body, call),
            name=self.name,
            token=token or self._token,
        )

    @operation
    def list_executions(
        self, state: str | None = None, limit: int = 100
    ) -> Steps[list[dict[str, Any]]]:
        """The rows of an asynchronous model's executions, the newest first.

        Args:
            state: ``Requested``, ``Running``, ``Succeeded`` or ``Failed`` only.
        """
        query = {"limit": str(limit)} | ({"state": state} if state else {})
        call = Call(routes.EXECUTION_LIST, self._where, query)
        body = yield from self._connection.ask(call)
        return member(body, "Results", list, call)

    alist_executions = list_executions.twin

    def _run(self, value: Any, extra: dict[str, str], token: Secret) -> Steps[Any]:
        content = encode({"Input": value} | extra)
        call = Call(routes.MODEL_RUN, self._where, content=content)
        return (yield from self._ask_as_group(call, token))

    def _run_row(
        self, label: Any, row: Any, extra: dict[str, str], token: Secret
    ) -> Steps[Any]:
        try:
            return (yield from self._run(row, extra, token))
        except CodexError as error:
            error.message = f"Row {label}: {error.message}"
            raise

    # State

    @operation
    def refresh(self) -> Steps[str]:
        """Ask for the state, keep it in ``status`` and give it."""
        call = Call(routes.MODEL_STATUS, self._where)
        body = yield from self._connection.ask(call)
        self.status = member(body, "Status", str, call)
        return self.status

    arefresh = refresh.twin

    @operation
    def wait_ready(self, timeout: float | None = None) -> Steps[str]:
        """Wait until the model is deployed, and give its state.

        Interrupting the wait does not touch the deployment.

        Args:
            timeout: seconds; None for as long as it takes.

        Raises:
            ModelError: the deployment failed; the reason and the last log lines.
            WaitTimeoutError: the time is over; the deployment goes on.
        """
        watch = self._watch(timeout=timeout, logs=False)
        try:
            return (yield from wait_steps(watch, self.name))
        finally:
            self.status = watch.state or self.status

    await_ready = wait_ready.twin

    def watch(
        self, stop: Flag | None = None, timeout: float | None = None
    ) -> Iterator[Event]:
        """Events of the model as they happen, until its state is final.

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
        topic = model_topic(self.group, self.model_hash)
        return Watch(self._connection, topic, stop, timeout, logs)

    def _note(self, event: Event) -> None:
        if event.name == "state":
            self.status = str(event.data.get("Status", ""))

    # Managing

    @operation
    def model_info(self) -> Steps[dict[str, Any]]:
        """Everything the platform knows of the model."""
        call = Call(routes.MODEL_DESCRIBE, self._where)
        body = yield from self._connection.ask(call)
        found: dict[str, Any] = member(body, "Description", dict, call)
        self._learn(found)
        return found

    amodel_info = model_info.twin

    @operation
    def get_logs(
        self,
        start: str | date | None = None,
        end: str | date | None = None,
        routine: str | None = None,
        type: str | None = None,  # noqa: A002 - the documented name
    ) -> Steps[dict[str, Any]]:
        """The model's log rows of some days.

        Args:
            start: first day, a date, dd-MM-yyyy or yyyy-MM-dd; 6 days before the end.
            end: last day; today, or 6 days after the start.
            routine: ``Run`` or ``Host``.
            type: ``Ok``, ``Error``, ``Debug`` or ``Warning``.

        Returns:
            ``{"Results": [{"RegisteredAt", "OutputType", "OutputData", "Routine"}]}``.

        Raises:
            InputError: a date cannot be read.
        """
        query = log_query(start, end, routine, type)
        call = Call(routes.MODEL_LOGS, self._where, query)
        body = yield from self._connection.ask(call)
        member(body, "Results", list, call)
        return cast("dict[str, Any]", body)

    aget_logs = get_logs.twin

    @operation
    def disable(self) -> Steps[str]:
        """Stop serving the model, keep its files; what the platform says to it."""
        return (yield from self._change(routes.MODEL_DISABLE))

    adisable = disable.twin

    @operation
    def delete(self) -> Steps[str]:
        """Remove the model; what the platform says to it."""
        return (yield from self._change(routes.MODEL_DELETE))

    adelete = delete.twin

    @operation
    def restart_model(self, wait_for_ready: bool = True) -> Steps[str]:  # noqa: FBT001, FBT002 - documented so
        """Start the model's process anew; its state afterwards.

        Raises:
            ModelError: the state does not allow it, or it did not come up again.
        """
        yield from self._connection.ask(Call(routes.MODEL_RESTART, self._where))
        if wait_for_ready:
            return (yield from MLOpsModel.wait_ready.steps(self))
        return (yield from MLOpsModel.refresh.steps(self))

    arestart_model = restart_model.twin

    def _change(self, route: Route) -> Steps[str]:
        body = yield from self._connection.ask(Call(route, self._where))
        try:
            yield from MLOpsModel.refresh.steps(self)
        except PlatformError:
            pass  # the change is done; its state is shown at the next look
        return str(body.get("Message", "")) if isinstance(body, dict) else str(body)

    # Documentation

    @operation
    def openapi(self) -> Steps[dict[str, Any]]:
        """The model's OpenAPI 3.1 document.

        Raises:
            ModelError: the platform has none for it.
        """
        where = self._where | {"op": self.operation.lower()}
        call = Call(routes.MODEL_OPENAPI, where)
        found = yield from self._connection.ask(call)
        paths = member(found, "paths", dict, call)
        run = paths.get(routes.MODEL_RUN.url(**self._where))
        self.schema = _example(run) or self.schema
        return cast("dict[str, Any]", found)

    aopenapi = openapi.twin

    @operation
    def generate_predict_code(self, language: str = "curl") -> Steps[str]:
        """Code that calls the model with its sample input, ready to paste.

        For an asynchronous model it sends a file ``rows.csv`` (or what the model
        reads), waits, and saves the result. The token is read from the environment
        variable ``MLOPS_GROUP_TOKEN``.

        Args:
            language: ``curl``, ``python`` or ``javascript``.

        Raises:
            InputError: it is none of these.
        """
        if self.operation == "Async":
            return batch_snippet(language, self.base_url, self._where, self.input_type)
        if self.schema is None:
            try:
                yield from MLOpsModel.openapi.steps(self)
            except (PlatformError, ProtocolError):
                pass  # a platform without the document: the shape without the values
        url = self.base_url + routes.MODEL_RUN.url(**self._where)
        return snippet(language, url, self.schema or _NO_SAMPLE)

    agenerate_predict_code = generate_predict_code.twin

    @operation
    def relay(
        self,
        method: str,
        path_or_url: str,
        headers: Mapping[str, str],
        body: bytes = b"",
    ) -> Steps[RelayedAnswer]:
        """Send one request of the API viewer to this platform, with the right token.

        Args:
            path_or_url: below the platform's base address; anything else is refused.
            headers: of the page; tokens and cookies among them are left out.

        Returns:
            The answer, whatever its status.

        Raises:
            InputError: the request is for another place or no documented route.
            TransportError: no answer came.
        """
        call = relay_call(self.base_url, method, path_or_url, headers, body)
        if call.route.auth is not Auth.GROUP:
            return relayed((yield from self._connection.exchange(call)))
        _, answer = yield from self._exchange_as_group(call, Secret())
        return relayed(answer)

    arelay = relay.twin


def _example(path: Any) -> Any:
    """The sample input in one path of an OpenAPI document, None without one."""
    for name in ("post", "requestBody", "content", "application/json", "example"):
        path = path.get(name) if isinstance(path, dict) else None
    return path.get("Input") if isinstance(path, dict) else None
