"""What the platform knows, in a database: users, models, executions, logs, jobs."""

from .engine import Store
from .files import execution_owner
from .rows import (
    DatasetRow,
    DatasourceRow,
    DeployKind,
    ExecutionKind,
    ExecutionRow,
    FileRow,
    GroupRow,
    InputFile,
    JobRow,
    LogRow,
    ModelRow,
)

__all__ = [
    "DatasetRow",
    "DatasourceRow",
    "DeployKind",
    "ExecutionKind",
    "ExecutionRow",
    "FileRow",
    "GroupRow",
    "InputFile",
    "JobRow",
    "LogRow",
    "ModelRow",
    "Store",
    "execution_owner",
]
