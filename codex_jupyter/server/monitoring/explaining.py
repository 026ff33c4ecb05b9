"""Why one prediction came out so: the monitoring's functions on a single record."""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
from typing import TYPE_CHECKING, Any

from codex_jupyter.protocol.states import LogType, MonitoringStatus, Routine
from codex_jupyter.server.jsontext import read_json
from codex_jupyter.server.store import ModelRow, MonitoringRow
from codex_jupyter.server.workers import Once, WorkerSpec

from .functions import Functions, Unready
from .state import status_of
from .workspace import workspaces

if TYPE_CHECKING:
    from codex_jupyter.server.forms import Answered
    from codex_jupyter.server.platform import Platform


async def explain(
    platform: Platform, model: ModelRow, answered: Answered
) -> dict[str, Any]:
    """What get_shap() says of one prediction, in a process started for it.

    Raises:
        Unready: nothing is registered that could explain it, or a file is gone.
        BuildFault: the environment of the functions cannot be built.
        WorkerFault: one of the functions failed.
    """
    row = await asyncio.to_thread(_chosen, platform, model)
    folder = workspaces(platform.data.root) / f"one-{secrets.token_hex(8)}"
    files = await asyncio.to_thread(platform.store.files.of, row.hash)
    functions = Functions(platform, row, model, files, folder)
    task = {
        "do": "one",
        "reference": row.shap,
        "input": answered.payload,
        "output": answered.output,
        "inputs": row.config["InputCols"],
    }

    def on_log(type_: LogType, text: str) -> None:
        platform.logbook.add(model.hash, type_, Routine.RUN, text)

    def prepared() -> WorkerSpec:
        python = functions.python(on_log, lambda: platform.stopping)
        return functions.spec(python, deadline_s=platform.limits.deadline_s)

    async with platform.explaining:
        try:
            once = Once(await asyncio.to_thread(prepared), on_log)
            try:
                await once.start()
                told = read_json(await once.call(json.dumps(task).encode()))
            finally:
                await once.stop()
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    return {
        "Function": row.shap,
        "Period": row.period,
        "Rows": told["rows"],
        "Base": told["base"],
        "Columns": [
            {
                "Name": one["name"],
                "Value": one["value"],
                "Contribution": one["contribution"],
            }
            for one in told["columns"]
        ],
    }


def _chosen(platform: Platform, model: ModelRow) -> MonitoringRow:
    """Of the model's monitorings a validated one, else the newest."""
    rows = platform.store.monitorings.search(model=model.hash)
    if not rows:
        raise Unready(
            f"The model '{model.name}' has no monitoring, and the get_shap() of a "
            "monitoring is what explains a prediction."
        )
    for row in reversed(rows):
        if status_of(platform.store, row)[0] is MonitoringStatus.VALIDATED:
            return row
    return rows[-1]
