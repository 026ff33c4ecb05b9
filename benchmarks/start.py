"""The platform's start, from the command to its first answer."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from timing import repeat, show

from codex_jupyter.client import local
from codex_jupyter.config import DataDir

TIMES = 7

folder = Path(tempfile.mkdtemp())
data = DataDir(folder / "platform")


def first() -> None:
    """Start on an empty folder."""
    shutil.rmtree(data.root, ignore_errors=True)
    local.start(data)


seconds = []
for _ in range(TIMES):
    seconds += repeat(first, 1)
    local.stop(data)
show("start on an empty folder (creates the database)", seconds)
seconds = []
for _ in range(TIMES):
    seconds += repeat(lambda: local.start(data), 1)
    local.stop(data)
show("start on a folder that was used before", seconds)
shutil.rmtree(folder)
