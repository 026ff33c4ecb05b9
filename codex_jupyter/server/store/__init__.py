"""What the platform knows, in a database: users, groups, models, logs, jobs."""

from .engine import Store
from .rows import GroupRow, JobRow, LogRow, ModelFile, ModelRow

__all__ = ["GroupRow", "JobRow", "LogRow", "ModelFile", "ModelRow", "Store"]
