"""Trying a cell in the Python that it would run in, on this machine, apart from all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from codex_jupyter.config import DataDir, default_data_dir
from codex_jupyter.errors import LocalPlatformError
from codex_jupyter.protocol.checks import Check, CheckFile, CheckKind, Watched
from codex_jupyter.protocol.events import Event, EventDecoder

from .local import need_extra

__all__ = ["Check", "CheckFile", "CheckKind", "Watched", "check"]

_LOG = "check.log"
_PIECE = 1 << 16
_GRACE_S = 10.0
_TAIL = 2000


def check(
    request: Check, folder: Path, data_dir: DataDir | None = None
) -> Iterator[Event]:
    """Try a cell as its deployment would be tried; nothing is sent to a platform.

    The environment is built below the data folder of the embedded platform, which need
    not run, and kept: the next check and the deployment find it there.

    Args:
        folder: an empty one, for what the check writes.
        data_dir: whose environments are used; the user's data folder if None.

    Yields:
        What happens, as `protocol.checks` tells; the last is ``passed`` or ``failed``.

    Raises:
        LocalPlatformError: packages are missing here, or the check itself broke.
        OSError: the folder cannot be written.
    """
    need_extra("A check builds the environment on this machine, which")
    home = data_dir or default_data_dir()
    request.write(folder)
    command = [
        # Without -P a notebook's folder with a random.py of its own could break it.
        *(sys.executable, "-P", "-m", "codex_jupyter.server"),
        *("check", "--data-dir", str(home.root), str(folder)),
    ]
    last = ""
    with (
        (folder / _LOG).open("wb") as log,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=folder,
            # Its own session: an interrupt of the kernel reaches us, and we end it.
            start_new_session=True,
        ) as process,
    ):
        try:
            for event in _events(process):
                last = event.name
                yield event
        finally:
            _end(process)
    if last not in ("passed", "failed"):
        raise LocalPlatformError(
            f"The check ended before it was over (exit status {process.returncode}).",
            detail=_tail(folder / _LOG),
        )


def _events(process: subprocess.Popen[bytes]) -> Iterator[Event]:
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    decoder = EventDecoder()
    while piece := os.read(process.stdout.fileno(), _PIECE):
        # What is told is JSON in ASCII: no character is ever cut in two.
        yield from decoder.feed(piece.decode("ascii"))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let it end what it started, by force after a while."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(_GRACE_S)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _tail(path: Path) -> str | None:
    with suppress(OSError):
        return path.read_text("utf-8", "replace")[-_TAIL:].strip() or None
    return None
