"""What the platform knows, in a database: users, models, executions, logs, jobs."""

from .engine import Store
from .rows import (
    DatasetRow,
    ExecutionRow,
    GroupRow,
    JobRow,
    LogRow,
    ModelFile,
    ModelRow,
)

__all__ = [
    "DatasetRow",
    "ExecutionRow",
    "GroupRow",
    "JobRow",
    "LogRow",
    "ModelFile",
    "ModelRow",
    "Store",
]
