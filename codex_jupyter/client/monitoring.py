"""The monitoring of a model: registering it, its state, its runs, its results."""

from __future__ import annotations

import json
import time
from abc import abstractmethod
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from codex_jupyter.errors import (
    InputError,
    ModelError,
    UnexpectedError,
    WaitTimeoutError,
)
from codex_jupyter.protocol import monitoring_routes as routes
from codex_jupyter.protocol.states import MonitoringStatus

from .days import days
from .errors_map import head_and_rest, member
from .files import File, part
from .group_owned import GroupOwned
from .monitoring_execution import MonitoringRun
from .operation import Call, Part, Steps, operation, pause
from .payload import encode, model_input
from .waiting import detaching

__all__ = ["Monitored"]

_NOT_FOUND, _CONFLICT = 404, 409
_EXPLAINING = 240.0  # seconds; a process is started for it
_FIRST_POLL, _LAST_POLL = 0.2, 5.0  # seconds between polls
_MOVING = (MonitoringStatus.UNVALIDATED, MonitoringStatus.VALIDATING)


class Monitored(GroupOwned):
    """What can be asked of a model's monitoring.

    Attributes:
        name: the model's name.
    """

    name: str

    @property
    @abstractmethod
    def model_hash(self) -> str:
        """The model's hash."""

    @operation
    def register_monitoring(
        self,
        *,
        preprocess_reference: str,
        shap_reference: str,
        configuration_file: File | Mapping[str, Any],
        preprocess_file: File | None = None,
        requirements_file: File | None = None,
        wait_complete: bool = True,
        timeout: float | None = None,
    ) -> Steps[str]:
        """Register the model's monitoring, and start its validation.

        Args:
            preprocess_reference: the function that makes two frames of a record.
            shap_reference: the function that explains the first of them.
            configuration_file: a JSON file, or its content as a dict.
            preprocess_file: the script of both functions; the model's own if None.
            requirements_file: of that script; the model's environment if None.
            wait_complete: wait until it is validated; False to return at once.
            timeout: seconds to wait for it; None for as long as it takes.

        Returns:
            The model's hash.

        Raises:
            InputError: the configuration cannot be used; what is wrong with it.
            ModelError: it was waited for, and it is not valid.
            WaitTimeoutError: the time is over; the validation goes on.
        """
        configuration, period = _configuration(configuration_file)
        call = Call(
            routes.MONITORING_REGISTER,
            {"group": self.group, "model": self.model_hash},
            fields={
                "preprocess_reference": preprocess_reference,
                "shap_reference": shap_reference,
            },
            files=tuple(_files(configuration, preprocess_file, requirements_file)),
            # The training's data is read before the answer.
            timeout=600.0,
        )
        body = yield from self._connection.ask(call)
        yield from Monitored.host_monitoring.steps(self, period)
        if wait_complete:
            yield from Monitored.wait_monitoring.steps(self, period, timeout)
        return member(body, "ModelHash", str, call)

    aregister_monitoring = register_monitoring.twin

    @operation
    def host_monitoring(self, period: str) -> Steps[str]:
        """Start the validation; what the platform says to it.

        Args:
            period: ``Day``, ``Week``, ``Month``, ``Quarter`` or ``Year``.
        """
        call = Call(routes.MONITORING_HOST, self._of(period))
        body = yield from self._connection.ask(call)
        return str(body.get("Message", ""))

    ahost_monitoring = host_monitoring.twin

    @operation
    def host_monitoring_status(self, period: str) -> Steps[str]:
        """``Unvalidated``, ``Validating``, ``Validated`` or ``Invalidated``."""
        body = yield from Monitored.monitoring_status.steps(self, period)
        return str(body["Status"])

    ahost_monitoring_status = host_monitoring_status.twin

    @operation
    def monitoring_status(self, period: str) -> Steps[dict[str, Any]]:
        """The state with its message; our platform adds ``Alerts``."""
        call = Call(routes.MONITORING_STATUS, self._of(period))
        body: dict[str, Any] = yield from self._connection.ask(call)
        member(body, "Status", str, call)
        return body

    amonitoring_status = monitoring_status.twin

    @operation
    def wait_monitoring(
        self, period: str, timeout: float | None = None
    ) -> Steps[dict[str, Any]]:
        """Wait until the monitoring is validated; its state with the message.

        Args:
            timeout: seconds; None for as long as it takes.

        Raises:
            ModelError: it is not valid; the platform's reason.
            WaitTimeoutError: the time is over; the validation goes on.
        """
        until = None if timeout is None else time.monotonic() + timeout
        wait = _FIRST_POLL
        shown = f'"{self.name}"' if " " in self.name else self.name
        again = (
            f"model.wait_monitoring('{period}') waits for it again, "
            f"%codex monitor {shown} shows where it stands"
        )
        with detaching(f"the validation of the monitoring of '{self.name}'", again):
            while True:
                body = yield from Monitored.monitoring_status.steps(self, period)
                if body["Status"] not in _MOVING:
                    break
                if until is not None and time.monotonic() > until:
                    raise WaitTimeoutError(
                        f"The monitoring of '{self.name}' is {body['Status']} after "
                        f"{timeout:g} s; the validation goes on.",
                        hint=f"{again}.",
                    )
                yield from pause(wait)
                wait = min(_LAST_POLL, wait * 1.5)
        if body["Status"] == MonitoringStatus.INVALIDATED:
            head, rest = head_and_rest(str(body.get("Message") or ""))
            raise ModelError(
                f"The monitoring of '{self.name}' is not valid: "
                f"{head or 'no reason was given.'}",
                detail=rest,
                hint=f"%codex explain {self.name} says what to do.",
            )
        return body

    await_monitoring = wait_monitoring.twin

    @operation
    def monitorings(self) -> Steps[list[dict[str, Any]]]:
        """The model's monitorings, with their state and their last verdict.

        Raises:
            UnexpectedError: the platform cannot tell.
        """
        query = {"group": self.group, "model": self.model_hash}
        call = Call(routes.MONITORING_LIST, query=query)
        body = yield from self._connection.ask(call)
        return member(body, "Results", list, call)

    amonitorings = monitorings.twin

    @operation
    def validation(self, period: str) -> Steps[MonitoringRun | None]:
        """The newest validation of the monitoring by that period, to be watched.

        Returns:
            None when there is none, or the platform does not tell.
        """
        try:
            rows = yield from Monitored.monitorings.steps(self)
        except (ModelError, UnexpectedError):
            return None
        for row in rows:
            if str(row.get("Period", "")).lower() == period.lower() and (
                number := row.get("Validation")
            ):
                return MonitoringRun(
                    self._connection,
                    self._keys,
                    group=self.group,
                    subject_hash=str(row.get("MonitoringHash")),
                    exec_id=str(number),
                    name=self.name,
                )
        return None

    avalidation = validation.twin

    @operation
    def monitoring_results(
        self,
        period: str | None = None,
        *,
        first: str | None = None,
        last: str | None = None,
    ) -> Steps[dict[str, Any]]:
        """All that the platform knows of the drift, in counts and in one request.

        Args:
            period: which monitoring, where the model has several.
            first: the first period wanted, such as 2026-W14.
            last: the last one.

        Returns:
            ``Monitoring``; ``Periods``, from each label to its result; ``Runs``.
        """
        query = _given(period=period, first=first, last=last)
        call = Call(routes.MONITORING_RESULTS, self._subject, query)
        body: dict[str, Any] = yield from self._connection.ask(call)
        member(body, "Periods", dict, call)
        return body

    amonitoring_results = monitoring_results.twin

    @operation
    def monitoring_result(
        self, label: str, period: str | None = None
    ) -> Steps[dict[str, Any]]:
        """The result of one period, in counts."""
        where = self._subject | {"label": label}
        call = Call(routes.MONITORING_RESULT, where, _given(period=period))
        body: dict[str, Any] = yield from self._connection.ask(call)
        return body

    amonitoring_result = monitoring_result.twin

    @operation
    def run_monitoring(
        self,
        period: str | None = None,
        *,
        first: str | None = None,
        last: str | None = None,
    ) -> Steps[list[MonitoringRun]]:
        """Run periods now: the present one, one again, or a range of them.

        Args:
            period: which monitoring, where the model has several.
            first: a period's label or a day of it; today if None.
            last: the last period of a range.

        Raises:
            ModelError: there is no such monitoring, or it is not validated.
        """
        query = _given(period=period, first=first, last=last)
        call = Call(routes.MONITORING_RUN, self._subject, query)
        try:
            body = yield from self._connection.ask(call)
        except ModelError as error:
            if error.status == _NOT_FOUND:
                error.hint = register_hint(self.name)
            raise
        made = []
        for one in member(body, "Executions", list, call):
            run = MonitoringRun(
                self._connection,
                self._keys,
                group=self.group,
                subject_hash=member(body, "MonitoringHash", str, call),
                exec_id=str(one["ExecutionId"]),
                name=self.name,
            )
            run.label = str(one["Label"])
            made.append(run)
        return made

    arun_monitoring = run_monitoring.twin

    @operation
    def monitoring_records(
        self,
        start: str | date | None = None,
        end: str | date | None = None,
        *,
        limit: int = 100,
        skip: int = 0,
    ) -> Steps[dict[str, Any]]:
        """The model's predictions of some days, as they were asked and answered.

        Args:
            start: first day; 6 days before the end.
            end: last day; today, or 6 days after the start.
            limit: at most so many.
            skip: leave out so many first.

        Returns:
            ``Count`` of all in those days, and ``Results``.
        """
        query = days(start, end) | {"limit": str(limit), "skip": str(skip)}
        call = Call(routes.MONITORING_RECORDS, self._subject, query)
        body: dict[str, Any] = yield from self._connection.ask(call)
        return body

    amonitoring_records = monitoring_records.twin

    @operation
    def explain(self, data: Any, answer: Any) -> Steps[dict[str, Any]]:
        """What moved one prediction, by the get_shap() of the model's monitoring.

        Args:
            data: the input, as `predict` takes a single one.
            answer: what the model answered to it.

        Returns:
            ``Columns``, each with its ``Name``, its ``Value`` as text and its
            ``Contribution`` (None where it is no number); ``Base``, what they start
            from, where the function tells it, else None; ``Function``, its name;
            ``Rows``, how many rows parse() made, of which the first is explained.

        Raises:
            InputError: the input is empty or has no JSON form.
            ModelError: the model has no monitoring that could explain it.
            PredictionError: parse() or get_shap() failed on it.
            UnexpectedError: the platform does not explain predictions.
        """
        content = encode({"Input": model_input(data), "Output": answer})
        where = {"group": self.group, "model": self.model_hash}
        call = Call(
            routes.MONITORING_EXPLAIN, where, content=content, timeout=_EXPLAINING
        )
        try:
            body: dict[str, Any] = yield from self._connection.ask(call)
        except ModelError as error:
            if error.status == _CONFLICT:
                error.hint = register_hint(self.name)
            if error.kind is None:
                raise UnexpectedError(
                    "This platform does not explain predictions.", status=error.status
                ) from None
            raise
        member(body, "Columns", list, call)
        return body

    aexplain = explain.twin

    @property
    def _subject(self) -> dict[str, str]:
        return {"group": self.group, "subject": self.model_hash}

    def _of(self, period: str) -> dict[str, str]:
        return {"group": self.group, "model": self.model_hash, "period": period}


def register_hint(name: str) -> str:
    """What registers a monitoring of the model."""
    shown = f'"{name}"' if " " in name else name
    return (
        f"%%codex monitor {shown} --training EXPERIMENT:RUN --period week registers "
        "one; the cell defines parse() and get_shap()."
    )


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _configuration(given: File | Mapping[str, Any]) -> tuple[Part, str]:
    """The configuration's file, and the period in it.

    Raises:
        InputError: there is no such file, it is not JSON, or names no period.
    """
    if isinstance(given, Mapping):
        content = json.dumps(given).encode()
    else:
        found = part("configuration", given, "configuration file")
        content = (
            found.source.read_bytes()
            if isinstance(found.source, Path)
            else found.source
        )
    try:
        told = json.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        raise InputError(f"The configuration is not JSON: {error}.") from None
    period = None
    if isinstance(told, dict):
        period = next((v for k, v in told.items() if k.lower() == "period"), None)
    if not isinstance(period, str) or not period.strip():
        raise InputError(
            "The configuration names no Period.",
            hint='Such as {"Period": "Week", "TrainData": {…}, "InputCols": […], …}',
        )
    return Part("configuration", "configuration.json", content), period.strip()


def _files(
    configuration: Part, script: File | None, requirements: File | None
) -> list[Part]:
    made = [configuration]
    if script is not None:
        found = part("source", script, "preprocess file")
        suffix = found.name.rpartition(".")[2]
        made.append(Part("source", f"preprocess.{suffix}", found.source))
    if requirements is not None:
        found = part("requirements", requirements, "requirements file")
        made.append(Part("requirements", "requirements.txt", found.source))
    return made
