"""What runs in a process of its own and leaves a result: executions, by kind."""

from __future__ import annotations

from codex_jupyter.server.store import ExecutionKind

from .base import Execution, Unusable
from .model import ModelExecution
from .monitoring import MonitoringExecution
from .script import ScriptExecution
from .training import TrainingExecution

BY_KIND: dict[ExecutionKind, type[Execution]] = {
    ExecutionKind.MODEL: ModelExecution,
    ExecutionKind.SCRIPT: ScriptExecution,
    ExecutionKind.TRAINING: TrainingExecution,
    ExecutionKind.MONITORING: MonitoringExecution,
}

__all__ = ["BY_KIND", "Execution", "Unusable"]
