"""The errors under the module name of the platform's documented SDK."""

from __future__ import annotations

from codex_jupyter.errors import (
    AuthenticationError,
    CredentialError,
    DatasetNotFoundError,
    DataSourceError,
    ExecutionError,
    ExternalMonitoringError,
    GroupError,
    InputError,
    ModelError,
    PipelineError,
    PreprocessingError,
    ServerError,
    TrainingError,
    UnexpectedError,
)

# The SDK spells it so; an except clause written for it must keep working.
DataSorceError = DataSourceError

__all__ = [
    "AuthenticationError",
    "CredentialError",
    "DataSorceError",
    "DataSourceError",
    "DatasetNotFoundError",
    "ExecutionError",
    "ExternalMonitoringError",
    "GroupError",
    "InputError",
    "ModelError",
    "PipelineError",
    "PreprocessingError",
    "ServerError",
    "TrainingError",
    "UnexpectedError",
]
