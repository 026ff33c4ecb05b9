"""External monitoring: tables that a datasource leads to, against a training."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date
from typing import Any

from codex_jupyter.errors import (
    ExecutionError,
    ExternalMonitoringError,
    InputError,
    WaitTimeoutError,
)
from codex_jupyter.protocol import external_routes as routes
from codex_jupyter.protocol import names
from codex_jupyter.protocol.monitoring_routes import (
    MONITORING_RECORDS,
    MONITORING_RESULTS,
)
from codex_jupyter.protocol.route import Route
from codex_jupyter.protocol.states import MonitoringStatus

from .auth import GroupKeys
from .base import BaseMLOps, BaseMLOpsClient
from .days import days
from .errors_map import head_and_rest, member
from .files import File, part
from .operation import Call, Part, Steps, operation, pause
from .payload import encode
from .transport import Connection
from .waiting import detaching

__all__ = ["MLOpsExternalMonitoring", "MLOpsExternalMonitoringClient"]

_FIRST_POLL, _LAST_POLL = 0.2, 5.0  # seconds between polls
_FINAL = (MonitoringStatus.VALIDATED, MonitoringStatus.INVALIDATED)


class MLOpsExternalMonitoring(BaseMLOps):
    """One external monitoring; the client makes these objects.

    Attributes:
        group: its group.
        ex_monitoring_hash: its hash.
        status: its state when last seen.
    """

    _places = (
        ("group", "ex_monitoring_hash", "status", "login", "password", "url"),
        ("group", "ex_monitoring_hash", "login", "password", "tenant", "status"),
    )

    def __init__(
        self,
        connection: Connection,
        keys: GroupKeys,
        *,
        group: str,
        ex_monitoring_hash: str,
        status: str = MonitoringStatus.UNVALIDATED.value,
    ) -> None:
        self._connection = connection
        self._keys = keys
        self.group = group
        self.ex_monitoring_hash = ex_monitoring_hash
        self.status = status

    @classmethod
    def _direct(
        cls,
        *,
        ex_monitoring_hash: str,
        group: str | None = None,
        status: str | None = None,
        **user: Any,
    ) -> MLOpsExternalMonitoring:
        # The platform knows its group and its state.
        del group, status
        client = MLOpsExternalMonitoringClient(**user)
        return client.get_external_monitoring(ex_monitoring_hash)

    def __repr__(self) -> str:
        return (
            f"MLOpsExternalMonitoring({self.ex_monitoring_hash[:12]}…, "
            f"group={self.group!r}, {self.status})"
        )

    @property
    def _where(self) -> dict[str, str]:
        return {"external": self.ex_monitoring_hash}

    @property
    def _subject(self) -> dict[str, str]:
        return {"group": self.group, "subject": self.ex_monitoring_hash}

    @operation
    def upload_file(
        self,
        *,
        model_file: File | None = None,
        requirements_file: File | None = None,
        preprocess_file: File | None = None,
        preprocess_reference: str | None = None,
        shap_reference: str | None = None,
        python_version: str | None = "3.10",
    ) -> Steps[None]:
        """Upload the model, the requirements, the script, or some of them.

        Raises:
            InputError: a file does not exist, or the script's functions are not named.
            ExternalMonitoringError: the platform refuses one of them.
        """
        if preprocess_file is not None and not (
            preprocess_reference and shap_reference
        ):
            raise InputError("Give preprocess_reference and shap_reference too.")
        sent: list[tuple[Route, Part, dict[str, str]]] = []
        if model_file is not None:
            found = part("model", model_file, "model file")
            sent.append((routes.EXTERNAL_MODEL, found, {}))
        if requirements_file is not None:
            found = part("requirements", requirements_file, "requirements file")
            sent.append((routes.EXTERNAL_REQUIREMENTS, found, {}))
        if preprocess_file is not None:
            found = part("script", preprocess_file, "preprocess file")
            is_notebook = found.name.endswith(".ipynb")
            name = "notebook.ipynb" if is_notebook else "script.py"
            fields = {
                "preprocess_reference": str(preprocess_reference),
                "shap_reference": str(shap_reference),
                "python_version": names.python_field(python_version or "3.10"),
            }
            script = Part("script", name, found.source)
            sent.append((routes.EXTERNAL_SCRIPT, script, fields))
        if not sent:
            raise InputError("Nothing was given to upload.")
        for route, one, fields in sent:
            call = Call(route, self._where, fields=fields, files=(one,), timeout=600.0)
            yield from self._connection.ask(call)

    aupload_file = upload_file.twin

    @operation
    def host(
        self,
        wait: bool = False,  # noqa: FBT001, FBT002 - documented so
        timeout: float | None = None,
    ) -> Steps[str]:
        """Start the validation; the hash.

        Args:
            timeout: seconds to wait for it; None for as long as it takes.

        Raises:
            ExecutionError: it was waited for, and it is not valid.
        """
        yield from self._connection.ask(Call(routes.EXTERNAL_HOST, self._where))
        self.status = MonitoringStatus.VALIDATING.value
        if wait:
            yield from MLOpsExternalMonitoring.wait_ready.steps(self, timeout)
        return self.ex_monitoring_hash

    ahost = host.twin

    @operation
    def get_status(self) -> Steps[dict[str, Any]]:
        """The state with its message."""
        call = Call(routes.EXTERNAL_STATUS, self._where)
        body: dict[str, Any] = yield from self._connection.ask(call)
        self.status = member(body, "Status", str, call)
        return body

    aget_status = get_status.twin

    @operation
    def wait_ready(self, timeout: float | None = None) -> Steps[str]:
        """Wait until it is validated; its state.

        Raises:
            ExecutionError: it is not valid; the platform's reason.
            WaitTimeoutError: the time is over; the validation goes on.
        """
        until = None if timeout is None else time.monotonic() + timeout
        wait = _FIRST_POLL
        again = (
            f"client.get_external_monitoring('{self.ex_monitoring_hash}')"
            ".wait_ready() waits for it again"
        )
        with detaching("the validation of the external monitoring", again):
            while True:
                body = yield from MLOpsExternalMonitoring.get_status.steps(self)
                if self.status in _FINAL:
                    break
                if until is not None and time.monotonic() > until:
                    raise WaitTimeoutError(
                        f"The external monitoring is {self.status} after "
                        f"{timeout:g} s.",
                        hint=f"{again}."
                        if self.status == MonitoringStatus.VALIDATING
                        else "monitoring.host() starts the validation.",
                    )
                yield from pause(wait)
                wait = min(_LAST_POLL, wait * 1.5)
        if self.status == MonitoringStatus.INVALIDATED:
            head, rest = head_and_rest(str(body.get("Message") or ""))
            raise ExecutionError(
                f"The external monitoring is not valid: {head or 'no reason given.'}",
                detail=rest,
            )
        return self.status

    await_ready = wait_ready.twin

    @operation
    def logs(
        self, start: str | date | None = None, end: str | date | None = None
    ) -> Steps[dict[str, Any]]:
        """What its runs of some days read and found."""
        call = Call(MONITORING_RECORDS, self._subject, days(start, end))
        body: dict[str, Any] = yield from self._connection.ask(call)
        return body

    alogs = logs.twin

    @operation
    def results(self) -> Steps[dict[str, Any]]:
        """The results of all periods, as `MLOpsModel.monitoring_results` gives them."""
        call = Call(MONITORING_RESULTS, self._subject)
        body: dict[str, Any] = yield from self._connection.ask(call)
        member(body, "Periods", dict, call)
        return body

    aresults = results.twin


class MLOpsExternalMonitoringClient(BaseMLOpsClient):
    """Registers and finds external monitorings; see `BaseMLOpsClient`."""

    @operation
    def register_monitoring(
        self,
        *,
        name: str,
        group: str,
        training_execution_id: int,
        period: str,
        input_cols: list[str],
        output_cols: list[str],
        datasource_name: str,
        extraction_type: str,
        datasource_uri: str,
        column_name: str | None = None,
        reference_date: str | None = None,
        python_version: str | None = None,
        thresholds: Mapping[str, Any] | None = None,
        webhook: str | None = None,
    ) -> Steps[MLOpsExternalMonitoring]:
        """Register the monitoring of a table that a datasource leads to.

        Args:
            training_execution_id: what it is compared with.
            extraction_type: ``Full``, or ``Incremental`` by ``column_name``.
            datasource_uri: the address of the table, a folder or a pattern.
            column_name: the column that holds the day of each row.
            reference_date: rows before it are left out.

        Raises:
            InputError: something is missing or not allowed.
            ExternalMonitoringError: the platform refuses it.
        """
        given = {
            "Name": name,
            "Group": group,
            "TrainingExecutionId": training_execution_id,
            "Period": period.capitalize(),
            "InputCols": input_cols,
            "OutputCols": output_cols,
            "DataSourceName": datasource_name,
            "ExtractionType": extraction_type.capitalize(),
            "DataSourceUri": datasource_uri,
            "ColumnName": column_name,
            "ReferenceDate": reference_date,
            "Thresholds": dict(thresholds) if thresholds else None,
            "Webhook": webhook,
        }
        if python_version:
            given["PythonVersion"] = names.python_field(python_version)
        content = encode({k: v for k, v in given.items() if v is not None})
        call = Call(routes.EXTERNAL_REGISTER, content=content, timeout=600.0)
        body = yield from self._connection.ask(call)
        found = member(body, "ExternalMonitoringHash", str, call)
        return MLOpsExternalMonitoring(
            self._connection, self._keys, group=group, ex_monitoring_hash=found
        )

    aregister_monitoring = register_monitoring.twin

    @operation
    def list_hosted_external_monitorings(self) -> Steps[list[dict[str, Any]]]:
        """The platform's rows of all external monitorings."""
        call = Call(routes.EXTERNAL_LIST)
        body = yield from self._connection.ask(call)
        return member(body, "Result", list, call)

    alist_hosted_external_monitorings = list_hosted_external_monitorings.twin

    @operation
    def get_external_monitoring(
        self, external_monitoring_hash: str
    ) -> Steps[MLOpsExternalMonitoring]:
        """One external monitoring by its hash, whatever its state is.

        Raises:
            ExternalMonitoringError: there is none.
        """
        rows = yield from (
            MLOpsExternalMonitoringClient.list_hosted_external_monitorings.steps(self)
        )
        for row in rows:
            if row.get("Hash") == external_monitoring_hash:
                return MLOpsExternalMonitoring(
                    self._connection,
                    self._keys,
                    group=str(row["Group"]),
                    ex_monitoring_hash=external_monitoring_hash,
                    status=str(row.get("Status") or ""),
                )
        raise ExternalMonitoringError(
            f"There is no external monitoring {external_monitoring_hash[:20]}.",
            status=404,
            hint="client.list_hosted_external_monitorings() shows them.",
        )

    aget_external_monitoring = get_external_monitoring.twin
