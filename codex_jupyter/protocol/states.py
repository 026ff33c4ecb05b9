"""The states that the protocol knows, spelled as on the wire.

Clients of the platform crash on unknown names, so nothing may be added here
that the protocol does not define.
"""

from __future__ import annotations

from enum import StrEnum


class ModelState(StrEnum):
    """State of a model or of a preprocessing script."""

    READY = "Ready"
    BUILDING = "Building"
    RECOVERING = "Recovering"
    FAILED_RECOVERY = "FailedRecovery"
    FAILED = "Failed"
    DEPLOYED = "Deployed"
    DISABLED = "Disabled"
    DISABLED_RECOVERY = "DisabledRecovery"
    DISABLED_FAILED = "DisabledFailed"
    DELETED = "Deleted"

    @property
    def is_moving(self) -> bool:
        """True while the platform is still working on it."""
        return self in _MOVING


_MOVING = frozenset({ModelState.READY, ModelState.BUILDING, ModelState.RECOVERING})

_S = ModelState
# What a user may ask for in each state; anything else is answered with 409.
ALLOWED_ACTIONS: dict[ModelState, frozenset[str]] = {
    _S.READY: frozenset({"host", "delete"}),
    _S.BUILDING: frozenset(),
    _S.RECOVERING: frozenset(),
    _S.FAILED: frozenset({"host", "delete"}),
    _S.FAILED_RECOVERY: frozenset({"restart", "delete"}),
    _S.DEPLOYED: frozenset({"predict", "restart", "disable", "delete"}),
    _S.DISABLED: frozenset({"restart", "delete"}),
    _S.DISABLED_RECOVERY: frozenset({"restart", "delete"}),
    _S.DISABLED_FAILED: frozenset({"delete"}),
    _S.DELETED: frozenset(),
}


class ExecutionState(StrEnum):
    """State of an execution: of an asynchronous model, a training or a script."""

    REQUESTED = "Requested"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"

    @property
    def is_moving(self) -> bool:
        """True until it is over."""
        return self in (ExecutionState.REQUESTED, ExecutionState.RUNNING)


class MonitoringStatus(StrEnum):
    """State of a monitoring: registered, then tried on real records."""

    UNVALIDATED = "Unvalidated"
    VALIDATING = "Validating"
    VALIDATED = "Validated"
    INVALIDATED = "Invalidated"


MODEL_TYPES = ("Classification", "Regression", "Unsupervised")
"""What a training experiment makes models for."""


class Stage(StrEnum):
    """Steps of a deployment, in order; reported beside the state by our platform."""

    RESOLVE = "resolve"
    INSTALL = "install"
    START = "start"
    TEST = "test"


class LogType(StrEnum):
    """``OutputType`` of a log row."""

    OK = "Ok"
    ERROR = "Error"
    DEBUG = "Debug"
    WARNING = "Warning"


class Routine(StrEnum):
    """``Routine`` of a log row: building a model, or running it."""

    HOST = "Host"
    RUN = "Run"
