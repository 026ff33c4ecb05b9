"""What the platform knows, in a database: users, models, executions, logs, jobs."""

from .engine import Store
from .files import execution_owner
from .monitoring_rows import MonitoringRow, ResultRow
from .rows import (
    Build,
    DatasetRow,
    DatasourceRow,
    DeployKind,
    ExecutionKind,
    ExecutionRow,
    ExperimentRow,
    FileRow,
    GroupRow,
    InputFile,
    JobRow,
    LogRow,
    ModelRow,
    new_hash,
)

__all__ = [
    "Build",
    "DatasetRow",
    "DatasourceRow",
    "DeployKind",
    "ExecutionKind",
    "ExecutionRow",
    "ExperimentRow",
    "FileRow",
    "GroupRow",
    "InputFile",
    "JobRow",
    "LogRow",
    "ModelRow",
    "MonitoringRow",
    "ResultRow",
    "Store",
    "execution_owner",
    "new_hash",
]
