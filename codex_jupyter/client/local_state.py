"""How the embedded platform of a folder is, whether it runs or not."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from codex_jupyter.config import DataDir, default_data_dir, read_json

from .local import find, is_locked, log_tail

RUNNING, STOPPED, SILENT, CRASHED = "running", "stopped", "silent", "crashed"


@dataclass(frozen=True, slots=True)
class LocalState:
    """One look at a platform of this machine.

    Attributes:
        state: ``running``; ``silent``, it has the folder and does not answer (it
            starts, stops or is stuck); ``crashed``, it ended without being asked to;
            ``stopped``.
        address: "" while it does not run.
        detail: the end of its log where it crashed, or "".
    """

    state: str
    folder: Path
    address: str = ""
    pid: int | None = None
    version: str = ""
    detail: str = ""


def look(data_dir: DataDir | None = None) -> LocalState:
    """How the platform of the folder is now; answers within some seconds."""
    folder = data_dir or default_data_dir()
    told = read_json(folder.running)
    pid = told.get("pid") if isinstance(told.get("pid"), int) else None
    if found := find(folder):
        version = str(told.get("version") or "")
        return LocalState(RUNNING, folder.root, found.address, found.pid, version)
    if is_locked(folder):
        return LocalState(SILENT, folder.root, pid=pid)
    if pid is not None and read_json(folder.running) == told:
        # An orderly end takes the file away; a killed process cannot.
        detail = log_tail(folder) or ""
        return LocalState(CRASHED, folder.root, pid=pid, detail=detail)
    return LocalState(STOPPED, folder.root)


def disk_used(root: Path, seconds: float = 3.0) -> tuple[int, bool]:
    """Bytes that the folder takes on the disk, and whether all of it was counted.

    A file that several environments share is counted once.

    Args:
        seconds: after which the counting ends.
    """
    until = time.monotonic() + seconds
    seen: set[tuple[int, int]] = set()
    total, waiting = 0, [root]
    while waiting:
        if time.monotonic() > until:
            return total, False
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    found = entry.stat(follow_symlinks=False)
                    if stat.S_ISDIR(found.st_mode):
                        waiting.append(Path(entry.path))
                        continue
                    key = (found.st_dev, found.st_ino)
                    if found.st_nlink == 1 or key not in seen:
                        total += found.st_blocks * 512
                    if found.st_nlink > 1:
                        seen.add(key)
        except OSError:
            # It went away meanwhile, or belongs to somebody else.
            continue
    return total, True
