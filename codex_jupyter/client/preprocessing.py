"""Preprocessing scripts: deploying them, finding them, and `MLOpsPreprocessing`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from codex_jupyter.config import Secret
from codex_jupyter.errors import InputError, PreprocessingError
from codex_jupyter.protocol import names
from codex_jupyter.protocol import script_routes as routes
from codex_jupyter.protocol.states import ModelState

from .base import BaseMLOpsClient
from .begun import if_answered
from .days import days, log_query, moment
from .errors_map import member
from .files import File
from .operation import Call, Steps, operation
from .script import MLOpsPreprocessing
from .script_execution import NamedPreprocessExecution, PreprocessExecution
from .script_upload import ScriptUpload
from .stream import is_moving
from .waiting import failure

__all__ = [
    "MLOpsPreprocessing",
    "MLOpsPreprocessingClient",
    "NamedPreprocessExecution",
    "PreprocessExecution",
]


class MLOpsPreprocessingClient(BaseMLOpsClient):
    """Deploys scripts and finds them; see `BaseMLOpsClient` for the arguments."""

    @operation
    def create(
        self,
        *,
        preprocessing_name: str,
        preprocessing_reference: str,
        source_file: File,
        requirements_file: File,
        group: str,
        schema: Any = None,
        extra_files: File | Iterable[File] | None = None,
        env: File | Mapping[str, str] | None = None,
        python_version: str | None = None,
        operation: str = "Sync",
        input_type: str | None = None,
        wait_for_ready: bool = True,
        wait_complete: bool | None = None,
        timeout: float | None = None,
    ) -> Steps[MLOpsPreprocessing]:
        """Upload a script's files, deploy it and wait until it can run.

        A file is a path, or a pair of its name and its bytes.

        Args:
            preprocessing_reference: the name of the function in the source to call.
            schema: the sample that the platform tries it on. Of a synchronous script
                one input: a file, a dict, a Series or a one-row DataFrame. Of an
                asynchronous one a table: a path or a DataFrame; or, for a function that
                takes its tables by name, a dict of tables or pairs of name and table.
            operation: ``Sync`` or ``Async``.
            env: environment variables of the script, a ``.env`` file or a dict.
            python_version: such as ``3.11``; the running Python's if None.
            input_type: not needed: the schema tells it.
            wait_for_ready: False to return as soon as the deployment has begun;
                ``wait_complete`` is its newer name.
            timeout: seconds to wait for it; None for as long as it takes.

        Raises:
            InputError: something is missing, not allowed, or two files clash.
            GroupError: there is no such group.
            PreprocessingError: the deployment failed; its reason and last log lines.
        """
        del input_type
        upload = ScriptUpload(
            name=preprocessing_name,
            reference=preprocessing_reference,
            source=source_file,
            requirements=requirements_file,
            schema=schema,
            group=group,
            operation=operation,
            extra=extra_files,
            env=env,
            python_version=python_version,
        )
        yield from self._check_group(group)
        row = yield from upload.send(self._connection)
        script = MLOpsPreprocessing(self._connection, self._keys, row)
        if wait_for_ready if wait_complete is None else wait_complete:
            yield from MLOpsPreprocessing.wait_ready.steps(script, timeout)
        else:
            yield from if_answered(MLOpsPreprocessing.refresh.steps(script))
        return script

    acreate = create.twin

    @operation
    def get_preprocessing(
        self,
        preprocessing_id: str | None = None,
        *,
        group: str,
        preprocessing_hash: str | None = None,
        group_token: str | Secret | None = None,
        wait_for_ready: bool = True,
        wait_complete: bool | None = None,
        timeout: float | None = None,
    ) -> Steps[MLOpsPreprocessing]:
        """One script by its hash.

        Args:
            preprocessing_id: the hash; ``preprocessing_hash`` is its newer name.
            group_token: used for running the script.
            wait_for_ready: wait while it is being deployed; ``wait_complete`` is its
                newer name.
            timeout: seconds to wait for it; None for as long as it takes.

        Raises:
            InputError: no hash was given.
            PreprocessingError: there is none, or its deployment failed.
        """
        chosen = preprocessing_hash or preprocessing_id
        if not chosen:
            raise InputError("No script was named.", hint="Give preprocessing_id.")
        script = yield from self._described(chosen, group)
        if group_token:
            script.set_token(group_token)
        wait = wait_for_ready if wait_complete is None else wait_complete
        if wait and is_moving(script.status):
            yield from MLOpsPreprocessing.wait_ready.steps(script, timeout)
        elif wait and script.status == ModelState.FAILED.value:
            call = Call(routes.SCRIPT_STATUS, {"group": group, "script": chosen})
            body = yield from self._connection.ask(call)
            reason = str(body.get("Message") or "")
            raise failure(script.name, reason, [], PreprocessingError)
        return script

    aget_preprocessing = get_preprocessing.twin

    @operation
    def search_preprocessing(
        self,
        name: str | None = None,
        state: str | None = None,
        group: str | None = None,
        start: str | date | None = None,
        end: str | date | None = None,
        only_deployed: bool = False,  # noqa: FBT001, FBT002 - documented so
    ) -> Steps[list[dict[str, Any]]]:
        """The platform's rows of the scripts, all of them or those that fit.

        Args:
            start: first day of the registration.
            end: last day of it.
        """
        given = {"name": name, "state": state, "group": group}
        query = {key: value for key, value in given.items() if value is not None}
        if only_deployed:
            query["state"] = ModelState.DEPLOYED.value
        if start or end:
            query |= days(start, end)
        call = Call(routes.SCRIPT_SEARCH, query=query)
        body = yield from self._connection.ask(call)
        return member(body, "Results", list, call)

    asearch_preprocessing = search_preprocessing.twin

    @operation
    def search_named(
        self, state: str | None = None, group: str | None = None
    ) -> Steps[list[dict[str, Any]]]:
        """The rows of the newer listing, each with the datasets of its script."""
        given = {"state": state, "group": group}
        query = {key: value for key, value in given.items() if value is not None}
        call = Call(routes.SCRIPT2_LIST, query=query)
        body = yield from self._connection.ask(call)
        return member(body, "Result", list, call)

    asearch_named = search_named.twin

    @operation
    def find_preprocessing(
        self, name_or_hash: str, group: str | None = None
    ) -> Steps[MLOpsPreprocessing]:
        """One script by its hash or name.

        Of several with that name, a deployed one is preferred, then the newest;
        deleted ones are not found by name.

        Raises:
            PreprocessingError: there is none.
        """
        if names.is_hash(name_or_hash) and group:
            return (yield from self._described(name_or_hash, group))
        search = MLOpsPreprocessingClient.search_preprocessing.steps
        known = yield from search(self, group=group)
        wanted = [row for row in known if row.get("Hash") == name_or_hash] or [
            row
            for row in known
            if row.get("Name") == name_or_hash
            and row.get("Status") != ModelState.DELETED
        ]
        if wanted:
            row = max(wanted, key=_rank)
            return (yield from self._described(str(row["Hash"]), str(row["Group"])))
        where = f" in the group '{group}'" if group else ""
        raise PreprocessingError(
            f"There is no script '{name_or_hash}'{where}.",
            status=404,
            hint="%codex preprocess lists those there are.",
        )

    afind_preprocessing = find_preprocessing.twin

    @operation
    def get_execution(
        self,
        preprocessing_id: str,
        exec_id: int | str,
        group: str | None = None,
    ) -> Steps[PreprocessExecution]:
        """One execution of an asynchronous script, by its number.

        Raises:
            InputError: the group is missing.
            ExecutionError: there is no such execution.
        """
        if not group:
            raise InputError("Give preprocessing_id, exec_id and group.")
        script = yield from self._described(preprocessing_id, group)
        steps = MLOpsPreprocessing.get_preprocessing_execution.steps
        return cast("PreprocessExecution", (yield from steps(script, exec_id)))

    aget_execution = get_execution.twin

    @operation
    def get_logs(
        self,
        preprocessing_id: str,
        start: str | date | None = None,
        end: str | date | None = None,
        routine: str | None = None,
        type: str | None = None,  # noqa: A002 - the documented name
    ) -> Steps[dict[str, Any]]:
        """A script's log rows by its hash alone; see `MLOpsPreprocessing.get_logs`."""
        query = log_query(start, end, routine, type)
        call = Call(routes.SCRIPT_LOGS_ANY, {"script": preprocessing_id}, query)
        body = yield from self._connection.ask(call)
        member(body, "Results", list, call)
        return cast("dict[str, Any]", body)

    aget_logs = get_logs.twin

    def _described(self, script: str, group: str) -> Steps[MLOpsPreprocessing]:
        call = Call(routes.SCRIPT_DESCRIBE, {"group": group, "script": script})
        body = yield from self._connection.ask(call)
        found: dict[str, Any] = member(body, "Description", dict, call)
        row = found | {"Hash": script, "Group": group}
        return MLOpsPreprocessing(self._connection, self._keys, row)


def _rank(row: Mapping[str, Any]) -> tuple[bool, Any]:
    return row.get("Status") == ModelState.DEPLOYED, moment(row.get("UploadedAt"))
