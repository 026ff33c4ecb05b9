"""Executions: how soon one starts, how 200 drain, how long 10,000 take to list."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime

from sqlalchemy import insert
from timing import platform, repeat, show

from codex_jupyter.protocol.states import ExecutionState
from codex_jupyter.server.store import Store
from codex_jupyter.server.store.tables import executions

STARTS, QUEUED, LISTED, LISTINGS = 15, 200, 10_000, 21
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

    fill(f"sqlite:///{root / 'platform.db'}", idle.model_hash)  # type: ignore[attr-defined]
    show(
        f"the newest 100 of {LISTED}, through the client",
        repeat(lambda: idle.list_executions(), LISTINGS),  # type: ignore[attr-defined]
        "ms",
    )
    begun = time.perf_counter()
    rows = idle.list_executions(limit=LISTED)  # type: ignore[attr-defined]
    print(f"all in one answer, for the first time: {time.perf_counter() - begun:.3f} s")
    print(f"a listing has {len(rows)} rows, {len(json.dumps(rows)) / 1e6:.1f} MB")
    show(
        "all in one answer, later",
        repeat(lambda: idle.list_executions(limit=LISTED), LISTINGS),  # type: ignore[attr-defined]
        "ms",
    )
