"""Executions: how soon one starts, how 200 drain, how long 10,000 take to list."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime

from sqlalchemy import insert
from timing import platform, repeat, show, started

from codex_jupyter.client import local
from codex_jupyter.config import DataDir
from codex_jupyter.protocol.states import ExecutionState
from codex_jupyter.server.store import Store
from codex_jupyter.server.store.tables import executions

STARTS, QUEUED, LISTED, LISTINGS = 15, 200, 10_000, 21
SETTLED_S = 3
WORK = """
import json
import time


def score(data_path, model_path):
    begun = time.time()
    until = time.process_time() + BUSY
    while time.process_time() < until:
        pass
    with open(data_path + "/output.json", "w") as file:
        json.dump([{"begun": begun, "ended": time.time()}], file)
    return data_path + "/output.json"
"""
BUSY_S = 0.2


def deploy(name: str, busy: float) -> object:
    """A model whose function is busy for so many seconds."""
    return client.create_model(
        model_name=name,
        model_reference="score",
        source_file=("score.py", WORK.replace("BUSY", str(busy)).encode()),
        model_file=("model.pkl", b""),
        requirements_file=("requirements.txt", b""),
        schema=("rows.json", b'[{"x": 1}]'),
        operation="Async",
        input_type="json",
        group="bench",
    )


def start_times(model: object) -> list[float]:
    """Seconds from sending the input until the user's function began."""
    seconds = []
    for _ in range(STARTS):
        sent = time.time()
        run = model.predict(data=("rows.json", b'[{"x": 1}]'))  # type: ignore[attr-defined]
        seconds.append(float(run.result()["begun"][0]) - sent)
    return seconds


def drain(model: object) -> tuple[float, float]:
    """Seconds until all are done, and the seconds that they were busy in all."""
    begun = time.time()
    runs = [
        model.predict(data=("rows.json", b'[{"x": 1}]'))  # type: ignore[attr-defined]
        for _ in range(QUEUED)
    ]
    ends = [float(run.result()["ended"][0]) for run in runs]
    return max(ends) - begun, QUEUED * BUSY_S


def fill(url: str, model: str) -> None:
    """Write the rows of many executions that are over."""
    store, now = Store(url), datetime.now(UTC).replace(tzinfo=None)
    row = {
        "kind": "model",
        "subject": model,
        "group": "bench",
        "state": ExecutionState.SUCCEEDED.value,
        "requested_at": now,
        "started_at": now,
        "finished_at": now,
        "input_name": "rows.json",
        "input_blob": "0" * 64,
        "input_size": 10,
        "details": {},
    }
    with store.engine.begin() as connection:
        connection.execute(insert(executions), [row] * LISTED)
    store.close()


with platform() as (client, root):
    idle = deploy("idle", 0.0)
    start_times(idle)
    show("from sending an input to the function's first line", start_times(idle), "ms")

    took, busy = drain(deploy("busy", BUSY_S))
    cores = os.cpu_count() or 1
    print(
        f"{QUEUED} executions of {BUSY_S} s on {cores} cores: {took:.1f} s, "
        f"{took / (busy / cores):.2f} times what their work alone needs"
    )

    data, name = DataDir(root), idle.model_hash  # type: ignore[attr-defined]
    local.stop(data)
    fill(f"sqlite:///{root / 'platform.db'}", name)
    idle = started(data).get_model(group="bench", model_hash=name)
    for wait_s in (0, SETTLED_S):
        time.sleep(wait_s)
        begun = time.perf_counter()
        rows = idle.list_executions(limit=LISTED)
        took_ms = 1000 * (time.perf_counter() - begun)
        print(
            f"all of {len(rows)} in one answer, {wait_s} s after a start: "
            f"{took_ms:.0f} ms"
        )
    print(f"they have {len(json.dumps(rows)) / 1e6:.1f} MB")
    show(
        "all in one answer, again",
        repeat(lambda: idle.list_executions(limit=LISTED), LISTINGS),
        "ms",
    )
    show(
        f"the newest 100 of {len(rows)}, through the client",
        repeat(lambda: idle.list_executions(), LISTINGS),
        "ms",
    )
