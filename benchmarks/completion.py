"""Tab in a kernel: milliseconds of an answer where the platform holds 5,000 models."""

from __future__ import annotations

import hashlib
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel
from sqlalchemy import insert
from timing import platform, show

from codex_jupyter.server.store import Store
from codex_jupyter.server.store.tables import models

MODELS, KERNELS, TIMES = 5_000, 3, 15
STALE_S = 6.0  # seconds after which an answer is asked for anew
SETUP = "%load_ext codex_jupyter\nrow, frame = {'x': 1}, [1]"
LINES = {
    "commands": "%codex ",
    "options": "%codex deploy m --",
    "option values": "%codex monitor m --period ",
    "variables": "%codex predict m ro",
    "files": "%codex pipeline ",
    "groups": "%codex models --group be",
    "11 names of 5,000": "%codex predict model-432",
    "1,111 names of 5,000": "%codex predict model-4",
    "every name": "%codex predict ",
    "hashes": "%codex predict Mab",
}


def fill(url: str) -> None:
    """Write the rows of many models."""
    store, now = Store(url), datetime.now(UTC).replace(tzinfo=None)
    row = {
        "group": "bench", "operation": "Sync", "reference": "score",
        "input_type": "json", "python": "Python311", "creator": "bench",
        "status": "Disabled", "changed_at": now, "stages": [], "kind": "model",
        "details": {},
    }  # fmt: skip
    rows = [
        row
        | {
            "hash": "M" + hashlib.sha256(str(n).encode()).hexdigest()[1:],
            "name": f"model-{n}",
            "uploaded_at": now - timedelta(minutes=n),
        }
        for n in range(MODELS)
    ]
    with store.engine.begin() as connection:
        connection.execute(insert(models), rows)
    store.close()


def tab(client: BlockingKernelClient, line: str) -> tuple[float, int]:
    """Seconds until the answer is there, and how many completions it has."""
    begun = time.perf_counter()
    reply = client.complete(line, len(line), reply=True, timeout=60)
    seconds = time.perf_counter() - begun
    return seconds, len(reply["content"]["matches"])


def kernel() -> tuple[KernelManager, BlockingKernelClient]:
    """A kernel that loaded the extension and knows the platform of its home."""
    manager, client = start_new_kernel(kernel_name="python3")
    client.execute_interactive(SETUP, timeout=60)
    # IPython's own first completion imports jedi; that is not ours to measure.
    tab(client, "row.")
    return manager, client


with platform() as (_, root):
    fill(f"sqlite:///{root / 'platform.db'}")
    os.environ["CODEX_JUPYTER_HOME"] = str(Path(root).parent)
    cold: dict[str, list[float]] = {"%codex ": [], "%codex predict model-4": []}
    for _ in range(KERNELS):
        for line, taken in cold.items():
            manager, client = kernel()
            taken.append(tab(client, line)[0])
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    for line, taken in cold.items():
        show(f"cold, the first Tab in a kernel: {line!r}", taken, "ms")
    manager, client = kernel()
    while not tab(client, LINES["11 names of 5,000"])[1]:
        time.sleep(0.1)
    for what, line in LINES.items():
        answers = [tab(client, line) for _ in range(TIMES)]
        count = answers[-1][1]
        show(f"warm: {what} ({count} found)", [s for s, _ in answers], "ms")
    stale = []
    for _ in range(5):
        time.sleep(STALE_S)
        stale.append(tab(client, LINES["11 names of 5,000"])[0])
    show("stale: while the answer is asked for anew", stale, "ms")
    client.stop_channels()
    manager.shutdown_kernel(now=True)
