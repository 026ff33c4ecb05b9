"""What a worker is told, and how it fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from codex_jupyter.protocol.problems import ProblemKind

# Passed on from the platform's own environment; nothing else is.
_PASSED_ON = (
    "TZ",
    "TMPDIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
)
# One request at a time and one process a core: more threads only fight each other.
_THREADS = (
    "OMP_NUM_THREADS",
    "OMP_THREAD_LIMIT",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
)


@dataclass(frozen=True, slots=True)
class WorkerSpec:
    """Everything that a model's process needs.

    Args:
        python: the Python of the model's environment.
        folder: the model's folder: working directory, home and ``base_path``.
        script: the user's script, a ``.py`` file.
        reference: the name of the function to call.
        env: variables of the model's own; win over the defaults.
        memory_bytes: resident memory above which the process is ended.
        deadline_s: seconds one call may run.
        deadline_option: the option of ``codex-jupyter serve`` that sets the deadline,
            for those who can be told so; their reasons then say how to allow more.
        start_timeout_s: seconds the import of the script may take.
        memoise: keep what the script loads from unchanged files. Objects other than
            plain containers, arrays and frames are then shared between calls.
        data: the folder of one execution, which the function is called with and works
            in; None for a model that is asked by JSON texts.
        threads: how many the numeric libraries may use.
        mode: how a call becomes an answer; one of those in ``runner/modes.py``.
    """

    python: Path
    folder: Path
    script: Path
    reference: str
    env: Mapping[str, str] = field(repr=False)
    memory_bytes: int
    deadline_s: float
    start_timeout_s: float = 120.0
    memoise: bool = True
    data: Path | None = None
    threads: int = 1
    mode: str = "rows"
    deadline_option: str = ""

    def environ(self) -> dict[str, str]:
        """The process's whole environment, made from nothing of the platform's."""
        made = dict.fromkeys(_THREADS, str(self.threads))
        made.update({n: os.environ[n] for n in _PASSED_ON if n in os.environ})
        made["PATH"] = os.pathsep.join((str(self.python.parent), os.defpath))
        made["HOME"] = str(self.folder)
        if sys.platform == "linux":
            made["LANG"] = made["LC_ALL"] = "C.UTF-8"
        made["PYTHONUNBUFFERED"] = "1"
        # A print of any text must not fail on its encoding.
        made["PYTHONIOENCODING"] = "utf-8:backslashreplace"
        made.update(self.env)
        return made


class WorkerFault(Exception):
    """A call, or the start of a process, failed.

    Args:
        kind: MODEL_FAILED, DEADLINE, WORKER_DIED or OVERLOADED.
        message: one or two sentences.
        detail: the user's traceback, or the last lines the process printed; or "".
    """

    def __init__(self, kind: ProblemKind, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.detail = detail

    @property
    def text(self) -> str:
        """The message, and the detail below it if there is one."""
        return "\n".join(part for part in (self.message, self.detail) if part)
