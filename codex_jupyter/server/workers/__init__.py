"""The processes that run uploaded code, supervised on the event loop."""

from .once import Once
from .pool import Pool, Worker
from .spec import WorkerFault, WorkerSpec

__all__ = ["Once", "Pool", "Worker", "WorkerFault", "WorkerSpec"]
