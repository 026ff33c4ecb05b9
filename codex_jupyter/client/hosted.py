"""One model of a platform: running, watching and managing it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from codex_jupyter.config import Secret
from codex_jupyter.errors import (
    CodexError,
    InputError,
    ModelError,
    PlatformError,
    ProtocolError,
)
from codex_jupyter.protocol import routes
from codex_jupyter.protocol.route import Auth

from .auth import GroupKeys
from .batch import batch_call
from .batch_snippets import batch_snippet
from .deployed import Deployed, DeployedRoutes
from .errors_map import member
from .execution import MLOpsExecution, execution_id
from .group_owned import secret
from .model_execution import ModelExecution
from .monitoring import Monitored
from .operation import Call, Steps, counting, operation, together
from .payload import answers_frame, encode, is_frame, model_input, rows_of
from .relay import RelayedAnswer, relay_call, relayed
from .script import MLOpsPreprocessing
from .script_execution import PreprocessExecution
from .snippets import snippet
from .transport import Connection

if TYPE_CHECKING:
    from .training_execution import MLOpsTrainingExecution

PLACES = 8  # rows of a DataFrame that are predicted at a time
_USER = ("group", "login", "password")
_NO_SAMPLE = {"DATA": "DATA"}


class MLOpsModel(Deployed, Monitored):
    """One model of a platform; clients make these objects.

    Attributes:
        name: the model's name.
        group: the group it belongs to.
        operation: ``Sync`` or ``Async``.
        input_type: what it reads: ``json``, ``csv`` or ``parquet``.
        schema: the sample input, or None while it is not known.
    """

    _routes = DeployedRoutes(
        subject="model",
        status=routes.MODEL_STATUS,
        describe=routes.MODEL_DESCRIBE,
        events=routes.MODEL_EVENTS,
        logs=routes.MODEL_LOGS,
        file=routes.MODEL_FILE,
        executions=routes.EXECUTION_LIST,
        restart=routes.MODEL_RESTART,
        disable=routes.MODEL_DISABLE,
        delete=routes.MODEL_DELETE,
    )
    _noun = "model"
    _getter = "get_model"
    _error = ModelError

    _places = (
        ("name", "model_hash", *_USER, "group_token", "url"),
        ("name", "model_hash", *_USER, "tenant", "group_token"),
    )

    def __init__(
        self, connection: Connection, keys: GroupKeys, row: Mapping[str, Any]
    ) -> None:
        super().__init__(connection, keys, row, str(row["ModelHash"]))

    @classmethod
    def _direct(
        cls,
        *,
        model_id: str | None = None,
        name: str | None = None,
        model_hash: str | None = None,
        group: str = "",
        group_token: str | Secret | None = None,
        **user: Any,
    ) -> MLOpsModel:
        from .model import MLOpsModelClient

        client = MLOpsModelClient(**user)
        chosen = model_hash or model_id
        if chosen is None and name is not None:
            chosen = client.find_model(name, group or None).model_hash
        found = client.get_model(chosen, group, group_token, wait_for_ready=False)
        if not isinstance(found, cls):
            raise InputError(
                f"'{found.name}' is no {cls.__name__}.",
                hint=f"{type(found).__name__}(…) gives it.",
            )
        return found

    @property
    def model_hash(self) -> str:
        """What the model is known by."""
        return self._hash

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

    # Running

    @operation
    def predict(
        self,
        data: Any = None,
        preprocessing: MLOpsPreprocessing | str | None = None,
        group_token: str | Secret | None = None,
        wait_complete: bool = False,  # noqa: FBT001, FBT002 - documented so
        *,
        dataset: str | None = None,
        json_data: Any = None,
        timeout: float | None = None,
        progress: Callable[[int, int], object] | None = None,
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
            preprocessing: a script to run on the input first, or its hash.
            wait_complete: of an asynchronous model, wait until the execution is over.
            json_data: the newer name of ``data``.
            timeout: seconds: of each answer, or of the wait for an execution.
            progress: called with the rows that are done and all rows, as they are.

        Returns:
            The answer; for a DataFrame of several rows, a DataFrame with its index;
            from an asynchronous model the execution.

        Raises:
            InputError: the data is empty or has no JSON form.
            AuthenticationError: no token of the group is known, or it is refused.
            PredictionError: the model's own code failed on this input.
            ModelError: the model is not deployed.
            ExecutionError: it was waited for, and it failed.
            WaitTimeoutError: the time is over; the execution goes on.
        """
        data = json_data if data is None else data
        if self.operation == "Async":
            given = data if dataset is None else dataset
            if preprocessing is not None:
                given = yield from self._prepared(preprocessing, given, group_token)
            execution = yield from self._start(given, secret(group_token))
            if wait_complete:
                yield from MLOpsExecution.wait_ready.steps(execution, timeout)
            return execution
        if dataset is not None:
            raise InputError(f"'{self.name}' answers rows; it takes no dataset.")
        token = secret(group_token)
        script = getattr(preprocessing, "preprocessing_id", preprocessing)
        extra = {"ScriptHash": str(script)} if script else {}
        if not is_frame(data) or len(data) == 1:
            return (yield from self._run(model_input(data), extra, token, timeout))
        if len(data) == 0:
            raise InputError("There is nothing to predict: the DataFrame has no rows.")
        rows = zip(data.index, rows_of(data), strict=True)
        jobs: Iterator[Steps[Any]] = (
            self._run_row(label, row, extra, token, timeout) for label, row in rows
        )
        if progress is not None:
            jobs = counting(jobs, lambda done: progress(done, len(data)))
        answers = yield from together(jobs, min(PLACES, len(data)))
        return answers_frame(data, answers)

    apredict = predict.twin

    def __call__(self, *args: Any, **options: Any) -> Any:
        """The same as `predict`."""
        return self.predict(*args, **options)

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

    def _prepared(
        self,
        script: MLOpsPreprocessing | str,
        data: Any,
        group_token: str | Secret | None,
    ) -> Steps[Any]:
        """What an asynchronous script makes of the input: a dataset, or its file."""
        if isinstance(script, str):
            row = {"Hash": script, "Group": self.group, "Operation": "Async"}
            script = MLOpsPreprocessing(self._connection, self._keys, row)
            script.set_token(self._token)
            yield from MLOpsPreprocessing.info.steps(script)
        if script.operation != "Async":
            raise InputError(
                f"'{script.name}' prepares rows; '{self.name}' reads files.",
                hint="Give a script that was deployed with operation Async.",
            )
        run = MLOpsPreprocessing.run.steps
        execution: PreprocessExecution = yield from run(
            script, data, group_token=group_token, wait_complete=True
        )
        dataset = yield from PreprocessExecution.output_dataset.steps(execution)
        if dataset:
            return dataset
        return ("preprocessed_data.parquet", (yield from execution.content()))

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

    def _run(
        self, value: Any, extra: dict[str, str], token: Secret, timeout: float | None
    ) -> Steps[Any]:
        content = encode({"Input": value} | extra)
        call = Call(routes.MODEL_RUN, self._where, content=content, timeout=timeout)
        return (yield from self._ask_as_group(call, token))

    def _run_row(
        self,
        label: Any,
        row: Any,
        extra: dict[str, str],
        token: Secret,
        timeout: float | None,
    ) -> Steps[Any]:
        try:
            return (yield from self._run(row, extra, token, timeout))
        except CodexError as error:
            error.message = f"Row {label}: {error.message}"
            raise

    @operation
    def ranges(self) -> Steps[list[dict[str, Any]]]:
        """What values the fields of the input had, where that is known.

        Returns:
            Of each field its ``Name``; its ``Source``, ``training`` or ``records``; the
            ``Count`` of rows that had it; and its ``Kind``: a ``number`` with ``Low``,
            ``High`` and ``Quantiles`` (5, 25, 50, 75 and 95 %), a ``date`` with ``Low``
            and ``High``, a ``choice`` with ``Choices``, the most frequent first.

        Raises:
            ModelError: there is no such model, or the platform cannot tell.
        """
        call = Call(routes.MODEL_RANGES, self._where)
        body = yield from self._connection.ask(call)
        return member(body, "Fields", list, call)

    aranges = ranges.twin

    @operation
    def training_run(self) -> Steps[MLOpsTrainingExecution | None]:
        """The training run that it was promoted from; None if it was uploaded.

        Raises:
            TrainingError: the run is gone.
        """
        # Here and not at the top: a run makes models, and is imported after them.
        from .training_execution import MLOpsTrainingExecution

        info = yield from Deployed.info.steps(self)
        experiment, number = info.get("TrainingHash"), info.get("TrainingExecution")
        if not experiment or number is None:
            return None
        run = MLOpsTrainingExecution(
            self._connection,
            self._keys,
            group=self.group,
            subject_hash=str(experiment),
            exec_id=str(number),
        )
        yield from MLOpsTrainingExecution.execution_info.steps(run)
        return run

    atraining_run = training_run.twin

    # Managing

    model_info = Deployed.info
    amodel_info = Deployed.info.twin

    def execution(self, exec_id: int | str) -> ModelExecution:
        """One of its executions, by its number.

        Raises:
            ExecutionError: there is no such execution.
        """
        found = ModelExecution(
            self._connection,
            self._keys,
            group=self.group,
            subject_hash=self.model_hash,
            exec_id=str(exec_id),
            name=self.name,
            token=self._token,
        )
        found.execution_info()
        return found

    restart_model = Deployed.restart
    arestart_model = Deployed.restart.twin

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
        return relayed((yield from self.exchange(call)))

    arelay = relay.twin


def _example(path: Any) -> Any:
    """The sample input in one path of an OpenAPI document, None without one."""
    for name in ("post", "requestBody", "content", "application/json", "example"):
        path = path.get(name) if isinstance(path, dict) else None
    return path.get("Input") if isinstance(path, dict) else None
