"""Where a monitoring stands, and what is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_jupyter.protocol.states import ExecutionState, MonitoringStatus
from codex_jupyter.server.clock import now, stamp
from codex_jupyter.server.store import ExecutionRow, MonitoringRow, Store

from .periods import span_at

if TYPE_CHECKING:
    from codex_jupyter.server.platform import Platform

_STATES = {
    ExecutionState.REQUESTED: MonitoringStatus.VALIDATING,
    ExecutionState.RUNNING: MonitoringStatus.VALIDATING,
    ExecutionState.SUCCEEDED: MonitoringStatus.VALIDATED,
    ExecutionState.FAILED: MonitoringStatus.INVALIDATED,
}


def status_of(store: Store, row: MonitoringRow) -> tuple[MonitoringStatus, str | None]:
    """A monitoring's state and message: those of its newest validation."""
    if row.validation is None:
        return MonitoringStatus.UNVALIDATED, None
    execution = store.executions.get(row.validation)
    if execution is None:
        return MonitoringStatus.UNVALIDATED, None
    status = _STATES[execution.state]
    message = execution.message
    if status is MonitoringStatus.INVALIDATED and not message:
        message = "The validation failed."
    return status, message


def described(platform: Platform, row: MonitoringRow) -> dict[str, Any]:
    """Everything that is told of a monitoring."""
    store = platform.store
    status, message = status_of(store, row)
    results = store.monitorings.results(row.hash)
    last = results[-1] if results else None
    is_external = row.model is None
    return {
        "Hash": row.hash,
        "MonitoringHash": row.hash,
        "ModelHash": row.model,
        "Name": row.name,
        "Group": row.group,
        "Kind": "External" if is_external else "Model",
        "Period": row.period,
        "Status": status.value,
        "Message": message,
        "Validation": row.validation,
        "RegisteredAt": stamp(row.registered_at),
        "Creator": row.creator,
        "PreprocessReference": row.preprocess,
        "ShapReference": row.shap,
        "Configuration": row.config,
        "Periods": len(results),
        "Last": None if last is None else {"Label": last.label, **last.summary},
        "Alerts": alerts_of(platform, row),
        "NextRunAt": stamp(span_at(now(), row.period).end),
    }


def alerts_of(platform: Platform, row: MonitoringRow) -> list[str]:
    """The alerts of the newest period with records."""
    for result in reversed(platform.store.monitorings.results(row.hash)):
        if result.summary["Records"]:
            alerts: list[str] = result.summary["Alerts"]
            return alerts
    return []


def label_of(row: ExecutionRow) -> str | None:
    """The period that an execution runs; None for a validation."""
    label = row.details.get("Label")
    return label if isinstance(label, str) else None
