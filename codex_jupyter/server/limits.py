"""What one request, one model and one machine may use."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import psutil

MIB = 1 << 20
RUN_TIME = "--run-time"
"""The option of ``codex-jupyter serve`` that sets `Limits.execution_s`."""


def _memory() -> int:
    return max(512 * MIB, psutil.virtual_memory().total // 2)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a platform.

    Args:
        deadline_s: seconds that one prediction may take. Clients of the protocol
            wait 60 s, so the default leaves room for the answer to travel.
        memory_bytes: resident memory of one model's process.
        row_bytes: size of one prediction's body.
        upload_bytes: size of all files of one upload.
        input_bytes: size of the input of one execution, packed and unpacked, and of
            one file that is imported.
        execution_s: seconds that one execution may run.
        executions: how many of them run at once.
        builds: deployments under way at once.
        imports: files of datasources copied at once.
    """

    deadline_s: float = 50.0
    memory_bytes: int = field(default_factory=_memory)
    row_bytes: int = 16 * MIB
    upload_bytes: int = 4096 * MIB
    input_bytes: int = 4096 * MIB
    execution_s: float = 6 * 3600.0
    executions: int = field(default_factory=lambda: os.cpu_count() or 1)
    builds: int = 2
    imports: int = 4

    def __post_init__(self) -> None:
        """Refuse limits that nothing could meet."""
        for name in self.__slots__:
            if getattr(self, name) <= 0:
                raise ValueError(f"the limit {name} must be above zero")
