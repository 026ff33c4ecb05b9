"""Models: deploying them, finding them, and `MLOpsModel` itself."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from codex_jupyter.config import Secret
from codex_jupyter.errors import InputError, ModelError
from codex_jupyter.protocol import names, routes
from codex_jupyter.protocol.monitoring_routes import MONITORING_COLUMNS, MONITORING_LIST
from codex_jupyter.protocol.states import ModelState

from .base import BaseMLOpsClient
from .begun import after_upload, if_answered
from .days import log_query, moment
from .errors_map import member
from .execution import MLOpsExecution
from .files import File
from .hosted import MLOpsModel
from .model_execution import ModelExecution
from .newer_names import AsyncModel, SyncModel, model_of
from .operation import Call, Steps, operation
from .stream import is_moving
from .upload import upload_call
from .waiting import failure

__all__ = [
    "AsyncModel",
    "MLOpsExecution",
    "MLOpsModel",
    "MLOpsModelClient",
    "ModelExecution",
    "SyncModel",
]


class MLOpsModelClient(BaseMLOpsClient):
    """Deploys models and finds them; see `BaseMLOpsClient` for the arguments."""

    @operation
    def create_model(
        self,
        *,
        model_name: str,
        model_reference: str,
        source_file: File,
        model_file: File,
        requirements_file: File,
        schema: Any,
        group: str,
        operation: str = "Sync",
        input_type: str | None = None,
        extra_files: File | Iterable[File] | None = None,
        env: File | Mapping[str, str] | None = None,
        python_version: str | None = None,
        wait_for_ready: bool = True,
        timeout: float | None = None,
    ) -> Steps[MLOpsModel]:
        """Upload a model's files, deploy it and wait until it answers.

        A file is a path, or a pair of its name and its bytes.

        Args:
            model_reference: the name of the function in the source file to call.
            schema: a sample input that the platform tries the model on: a file, or a
                dict, list, Series or DataFrame, whose first row is taken.
            operation: ``Sync`` or ``Async``.
            input_type: ``json`` for Sync; by the schema's kind for Async if None.
            env: environment variables of the model, a ``.env`` file or a dict.
            python_version: such as ``3.11``; the running Python's if None.
            wait_for_ready: False to return as soon as the deployment has begun.
            timeout: seconds to wait for it; None for as long as it takes.

        Raises:
            InputError: something is missing, not allowed, or two files clash.
            GroupError: there is no such group.
            ModelError: the deployment failed; the reason and the last log lines.
            WaitTimeoutError: the time is over; the deployment goes on.
        """
        upload = upload_call(
            name=model_name,
            reference=model_reference,
            source=source_file,
            model=model_file,
            requirements=requirements_file,
            schema=schema,
            group=group,
            operation=operation,
            input_type=input_type,
            extra=extra_files,
            env=env,
            python_version=python_version,
        )
        yield from self._check_group(group)
        body = yield from self._connection.ask(upload)
        row = {
            "ModelHash": member(body, "ModelHash", str, upload),
            "Name": model_name,
            "Group": group,
            "Operation": upload.fields["operation"],
            "Input": upload.fields["input_type"],
            "Status": ModelState.READY.value,
        }
        model = model_of(self._connection, self._keys, row)
        where = {
            "group": group,
            "model": model.model_hash,
            "op": model.operation.lower(),
        }
        host = Call(routes.MODEL_HOST, where)
        yield from after_upload(self._connection.ask(host))
        if wait_for_ready:
            yield from MLOpsModel.wait_ready.steps(model, timeout)
        else:
            yield from if_answered(MLOpsModel.refresh.steps(model))
        return model

    acreate_model = create_model.twin

    @operation
    def get_model(
        self,
        model_id: str | None = None,
        group: str = "",
        group_token: str | Secret | None = None,
        *,
        model_hash: str | None = None,
        wait_for_ready: bool = True,
        timeout: float | None = None,
    ) -> Steps[MLOpsModel]:
        """One model by its hash.

        Args:
            model_id: the hash; ``model_hash`` is its newer name.
            group_token: used for running the model.
            wait_for_ready: wait while it is being deployed.
            timeout: seconds to wait; None for as long as it takes.

        Raises:
            InputError: no hash or no group was given.
            ModelError: there is none, or its deployment failed.
            WaitTimeoutError: the time is over; the deployment goes on.
        """
        chosen = model_hash or model_id
        if not group:
            raise InputError(
                "No group was named.",
                hint="Give group; client.find_model(name) needs none.",
            )
        if not chosen:
            raise InputError(
                "No model was named.",
                hint="Give model_id; client.find_model(name) finds one by its name.",
            )
        model = yield from self._described(chosen, group)
        if group_token:
            model.set_token(group_token)
        if wait_for_ready and is_moving(model.status):
            yield from MLOpsModel.wait_ready.steps(model, timeout)
        elif wait_for_ready and model.status == ModelState.FAILED.value:
            call = Call(routes.MODEL_STATUS, {"group": group, "model": chosen})
            body = yield from self._connection.ask(call)
            raise failure(model.name, str(body.get("Message") or ""), [])
        return model

    aget_model = get_model.twin

    @operation
    def get_model_execution(
        self,
        model_id: str | None = None,
        exec_id: int | str = "",
        group: str = "",
        *,
        model_hash: str | None = None,
        group_token: str | Secret | None = None,
    ) -> Steps[ModelExecution]:
        """One execution of an asynchronous model, by its number.

        Args:
            model_id: the model's hash; ``model_hash`` is its newer name.
            exec_id: the number.

        Raises:
            InputError: one of the three is missing.
            ExecutionError: there is no such execution.
        """
        chosen = model_hash or model_id
        if not (chosen and exec_id and group):
            raise InputError("Give model_id, exec_id and group.")
        found = ModelExecution(
            self._connection,
            self._keys,
            group=group,
            subject_hash=chosen,
            exec_id=str(exec_id),
        )
        if group_token:
            found.set_token(group_token)
        yield from MLOpsExecution.execution_info.steps(found)
        return found

    aget_model_execution = get_model_execution.twin

    @operation
    def rows(
        self,
        name: str | None = None,
        state: str | None = None,
        group: str | None = None,
        *,
        activity: bool = False,
    ) -> Steps[list[dict[str, Any]]]:
        """The platform's own rows of the models, in one request.

        Args:
            activity: with calls, the last call and the last drift verdict, from a
                platform that tells them.
        """
        given = {"name": name, "state": state, "group": group}
        if activity:
            given["activity"] = "true"
        call = Call(
            routes.MODEL_SEARCH, query={k: v for k, v in given.items() if v is not None}
        )
        body = yield from self._connection.ask(call)
        return member(body, "Results", list, call)

    arows = rows.twin

    @operation
    def search_models(
        self,
        name: str | None = None,
        state: str | None = None,
        group: str | None = None,
        only_deployed: bool = False,  # noqa: FBT001, FBT002 - documented so
    ) -> Steps[list[MLOpsModel]]:
        """The models, all of them or those of a name, state or group."""
        wanted = ModelState.DEPLOYED.value if only_deployed else state
        found = yield from MLOpsModelClient.rows.steps(self, name, wanted, group)
        return [model_of(self._connection, self._keys, row) for row in found]

    asearch_models = search_models.twin

    @operation
    def find_model(
        self, name_or_hash: str, group: str | None = None
    ) -> Steps[MLOpsModel]:
        """One model by its hash or name.

        Of several with that name, a deployed one is preferred, then the newest;
        deleted ones are not found by name.

        Raises:
            ModelError: there is none.
        """
        if names.is_hash(name_or_hash) and group:
            return (yield from self._described(name_or_hash, group))
        known = yield from MLOpsModelClient.rows.steps(self, group=group)
        wanted = [r for r in known if r.get("ModelHash") == name_or_hash] or [
            row
            for row in known
            if row.get("Name") == name_or_hash
            and row.get("Status") != ModelState.DELETED
        ]
        if wanted:
            return model_of(self._connection, self._keys, max(wanted, key=_rank))
        where = f" in the group '{group}'" if group else ""
        raise ModelError(
            f"There is no model '{name_or_hash}'{where}.",
            status=404,
            hint=_suggestion(name_or_hash, known),
        )

    afind_model = find_model.twin

    @operation
    def get_logs(
        self,
        model_id: str | None = None,
        start: str | date | None = None,
        end: str | date | None = None,
        routine: str | None = None,
        type: str | None = None,  # noqa: A002 - the documented name
        *,
        model_hash: str | None = None,
        log_type: str | None = None,
    ) -> Steps[dict[str, Any]]:
        """A model's log rows by its hash alone; see `MLOpsModel.get_logs`."""
        chosen = model_hash or model_id
        if not chosen:
            raise InputError("No model was named.", hint="Give model_id.")
        query = log_query(start, end, routine, log_type or type)
        call = Call(routes.MODEL_LOGS_ANY, {"model": chosen}, query)
        body = yield from self._connection.ask(call)
        member(body, "Results", list, call)
        return cast("dict[str, Any]", body)

    aget_logs = get_logs.twin

    @operation
    def status(self, model_hash: str, group: str) -> Steps[str]:
        """The state of a model.

        Raises:
            ModelError: there is none.
        """
        call = Call(routes.MODEL_STATUS, {"group": group, "model": model_hash})
        body = yield from self._connection.ask(call)
        return member(body, "Status", str, call)

    astatus = status.twin

    @operation
    def monitorings(self, group: str | None = None) -> Steps[list[dict[str, Any]]]:
        """Every monitoring, with its state and its last verdict, the newest first."""
        query = {"group": group} if group else {}
        call = Call(MONITORING_LIST, query=query)
        body = yield from self._connection.ask(call)
        return member(body, "Results", list, call)

    amonitorings = monitorings.twin

    @operation
    def training_columns(
        self, group: str, execution: int | str
    ) -> Steps[dict[str, list[str]]]:
        """What a training run can be watched by: ``InputCols`` and ``OutputCols``."""
        where = {"group": group, "execution": str(execution)}
        call = Call(MONITORING_COLUMNS, where)
        body: dict[str, list[str]] = yield from self._connection.ask(call)
        member(body, "InputCols", list, call)
        return body

    atraining_columns = training_columns.twin

    def _described(self, model: str, group: str) -> Steps[MLOpsModel]:
        call = Call(routes.MODEL_DESCRIBE, {"group": group, "model": model})
        body = yield from self._connection.ask(call)
        found: dict[str, Any] = member(body, "Description", dict, call)
        row = found | {"ModelHash": model, "Group": group}
        return model_of(self._connection, self._keys, row)


def _rank(row: Mapping[str, Any]) -> tuple[bool, Any]:
    return row.get("Status") == ModelState.DEPLOYED, moment(row.get("UploadedAt"))


def _suggestion(name: str, known: Iterable[Mapping[str, Any]]) -> str:
    alive = {str(r.get("Name")) for r in known if r.get("Status") != ModelState.DELETED}
    if near := difflib.get_close_matches(name, sorted(alive), n=2):
        return f"Did you mean {' or '.join(repr(n) for n in near)}?"
    if not alive:
        return "No model is there yet; %%codex deploy makes one."
    return "%codex models shows those there are."
