"""The processes that run uploaded code, supervised on the event loop."""

from .pool import Pool, Worker
from .spec import WorkerFault, WorkerSpec

__all__ = ["Pool", "Worker", "WorkerFault", "WorkerSpec"]
