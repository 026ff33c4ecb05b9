"""Byte-compiling of a new environment: in the background, out of everyone's way.

A first import compiles what it imports and takes seconds for it; done beforehand, the
next start is quick. Nothing waits for it and nothing is lost without it.
"""

from __future__ import annotations

import os
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

# Runs in the environment's own Python; ends by itself when the platform is gone.
_SCRIPT = """\
import compileall, os, sys
os.nice(19)
for folder, _, _ in os.walk(sys.argv[1]):
    if os.getppid() != int(sys.argv[2]):
        break
    compileall.compile_dir(folder, maxlevels=0, quiet=2)
"""


class Compilers:
    """The compilations under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: list[subprocess.Popen[bytes]] = []
        self._closed = False

    def start(self, home: Path) -> None:
        """Begin to compile an environment's packages."""
        command = [str(home / "bin" / "python"), "-I", "-c", _SCRIPT]
        with self._lock:
            self._running = [one for one in self._running if one.poll() is None]
            if self._closed:
                return
            with suppress(OSError):
                self._running.append(
                    subprocess.Popen(
                        [*command, str(home / "lib"), str(os.getpid())],
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                        env={},
                        start_new_session=True,
                    )
                )

    def close(self) -> None:
        """End them all; what is compiled stays."""
        with self._lock:
            self._closed = True
            for one in self._running:
                one.kill()
                one.wait()
            self._running.clear()
