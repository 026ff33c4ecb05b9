"""Every error that codex_jupyter raises, one sentence each.

CodexError                      anything below; catch this to catch all of ours
 +- InputError                  a given value is missing, of a wrong type, not allowed
 +- ConfigError                 no address or credentials were given, or they disagree
 +- DriftError                  the data or options of a drift comparison do not fit
 +- LocalPlatformError          the embedded platform cannot be started or stopped
 +- CheckError                  a cell failed where it was tried before its deployment
 +- InstallationError           a built part of the package is missing or out of date
 +- TransportError              no usable answer came back from the platform
 |   +- UnreachableError        nothing answers at the address
 |   |   +- GatewayError        a proxy answers in the platform's place (502 to 504)
 |   +- WaitTimeoutError        no answer or final state within the given time
 |   +- ProtocolError           the answer is not what the protocol says
 +- PlatformError               the platform answered, and the answer is an error
     +- AuthenticationError     the token is wrong, expired or missing (401)
     +- ServerError             the platform failed while answering (500 and above)
     |   +- GatewayError        the same as above: it is both
     +- UnexpectedError         any status that the protocol does not foresee
     +- GroupError              the group does not exist, or exists already
     +- ModelError              the model is absent, failed, or in the wrong state
     |   +- PredictionError     the model's own code failed on this input
     +- ExecutionError          an asynchronous execution failed or does not exist
     +- TrainingError           a training experiment or run failed or does not exist
     +- PreprocessingError      a preprocessing script failed or does not exist
     +- PipelineError           a pipeline file is wrong, or one of its stages failed
     +- DataSourceError         a data source could not be registered or read
     +- DatasetNotFoundError    the dataset does not exist
     +- CredentialError         a data source refused its credentials
     +- ExternalMonitoringError an external monitoring could not be registered or read

The names below PlatformError are those of the platform's documented SDK, so that code
written for it keeps its except clauses; PredictionError narrows ModelError.
"""

from __future__ import annotations

__all__ = [
    "AuthenticationError",
    "CheckError",
    "CodexError",
    "ConfigError",
    "CredentialError",
    "DataSourceError",
    "DatasetNotFoundError",
    "DriftError",
    "ExecutionError",
    "ExternalMonitoringError",
    "GatewayError",
    "GroupError",
    "InputError",
    "InstallationError",
    "LocalPlatformError",
    "ModelError",
    "PipelineError",
    "PlatformError",
    "PredictionError",
    "PreprocessingError",
    "ProtocolError",
    "ServerError",
    "TrainingError",
    "TransportError",
    "UnexpectedError",
    "UnreachableError",
    "WaitTimeoutError",
]


class CodexError(Exception):
    """Base of every error of ours.

    Args:
        message: what was wrong, in one or two plain sentences.
        hint: the next thing to type, or None when there is nothing to add.
        detail: a longer text (a build log's end, a user's traceback), or None.

    Attributes:
        in_doubt: what was asked for may have been done all the same, or a part of it.
    """

    in_doubt = False

    def __init__(
        self, message: str, *, hint: str | None = None, detail: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail

    def __str__(self) -> str:
        return "\n".join(
            part for part in (self.message, self.detail, self.hint) if part
        )


class InputError(CodexError, ValueError):
    """A value given to us is missing, of the wrong type or not allowed."""


class ConfigError(CodexError):
    """No platform address or credentials were given, or they contradict."""


class DriftError(CodexError, ValueError):
    """The data or the options of a drift comparison do not fit together."""


class LocalPlatformError(CodexError):
    """The embedded platform could not be started, found or stopped."""


class CheckError(CodexError):
    """A cell failed in the Python that it would run in; nothing was uploaded.

    Args:
        failure: what the rules of ``%codex explain`` look at.
    """

    def __init__(
        self,
        message: str,
        *,
        failure: object = None,
        hint: str | None = None,
        detail: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.failure = failure


class InstallationError(CodexError):
    """A built part of the package, such as the front end, is missing or stale."""


class TransportError(CodexError):
    """No usable answer came back from the platform."""


class UnreachableError(TransportError):
    """Nothing answers at the platform's address."""


class WaitTimeoutError(TransportError):
    """No answer, or no final state, within the time that was given."""


class ProtocolError(TransportError):
    """The platform's answer is not what the protocol says."""


class PlatformError(CodexError):
    """The platform answered, and the answer is an error.

    Args:
        status: the HTTP status code, or None when a state told of the failure.
        kind: the error body's ``Type``, or None.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        kind: str | None = None,
        hint: str | None = None,
        detail: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.status = status
        self.kind = kind


class AuthenticationError(PlatformError):
    """The user or group token is wrong, expired or missing."""


class ServerError(PlatformError):
    """The platform failed while answering."""


class GatewayError(ServerError, UnreachableError):
    """A proxy answered in the place of a platform that it does not reach."""


class UnexpectedError(PlatformError):
    """A status that the protocol does not foresee."""


class GroupError(PlatformError):
    """The group does not exist, or exists already."""


class ModelError(PlatformError):
    """The model does not exist, failed, or is in the wrong state."""


class PredictionError(ModelError):
    """The model's own code failed on this input."""


class ExecutionError(PlatformError):
    """An asynchronous execution failed or does not exist."""


class TrainingError(PlatformError):
    """A training experiment or run failed or does not exist."""


class PreprocessingError(PlatformError):
    """A preprocessing script failed or does not exist."""


class PipelineError(PlatformError):
    """A pipeline file is wrong, or one of its stages failed."""


class DataSourceError(PlatformError):
    """A data source could not be registered or read."""


class DatasetNotFoundError(PlatformError):
    """The dataset does not exist."""


class CredentialError(PlatformError):
    """A data source refused its credentials."""


class ExternalMonitoringError(PlatformError):
    """An external monitoring could not be registered or read."""
