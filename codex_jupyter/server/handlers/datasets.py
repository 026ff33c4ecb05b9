"""Datasets: files that are listed, fetched and used as inputs by their hash."""

from __future__ import annotations

import asyncio
import zipfile
from typing import IO, Any

from starlette.responses import JSONResponse, Response

from codex_jupyter.protocol.routes import DATASET_RESULT
from codex_jupyter.protocol.states import ExecutionState
from codex_jupyter.server.clock import stamp
from codex_jupyter.server.downloads import download
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import bad_input, not_found, wrong_state
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import DatasetRow

_ORIGINS = ("Training", "Preprocessing", "Datasource", "Model")


async def list_all(call: Call) -> JSONResponse:
    """The datasets, the newest first."""
    origin = call.query("origin")
    if origin is not None and origin not in _ORIGINS:
        raise bad_input(f"origin is one of {', '.join(_ORIGINS)}, not '{origin[:20]}'.")
    if call.query("datasource") and origin != "Datasource":
        raise bad_input("datasource is used together with origin=Datasource only.")
    rows = await asyncio.to_thread(
        call.platform.store.datasets.search,
        group=call.query("group"),
        origin=origin,
        origin_id=call.query("origin_id"),
        datasource=call.query("datasource"),
    )
    return JSONResponse({"Results": [_row(row) for row in rows]})


async def status(call: Call) -> JSONResponse:
    """Whether the dataset is there; Requested and Running while it is imported."""
    row = await _find(call)
    return JSONResponse({"Status": row.status, "Log": row.log})


async def result(call: Call) -> Response:
    """The dataset's own bytes."""
    row = await _find(call)
    check_there(row)
    file = await asyncio.to_thread(open_content, call.platform, row)
    return download(file, row.file_name, row.size, DATASET_RESULT.media.value)


async def delete(call: Call) -> JSONResponse:
    """Forget the dataset; the result that it came from stays."""
    row = await _find(call)
    await asyncio.to_thread(call.platform.store.datasets.delete, row.hash, row.group)
    return JSONResponse({"Message": "Dataset removed"})


def check_there(row: DatasetRow) -> None:
    """Refuse a dataset whose file is not here yet, or never will be.

    Raises:
        Problem: 409.
    """
    if row.status == ExecutionState.FAILED:
        raise wrong_state(f"The import of '{row.name}' failed: {row.log}")
    if row.status != ExecutionState.SUCCEEDED:
        raise wrong_state(
            f"The import of '{row.name}' has not ended. Ask its status, then try again."
        )


async def _find(call: Call) -> DatasetRow:
    dataset, group = call.param("dataset"), call.param("group")
    row = await asyncio.to_thread(call.platform.store.datasets.get, dataset, group)
    if row is None:
        raise not_found(f"There is no such dataset in the group '{group}'.")
    return row


def open_content(platform: Platform, row: DatasetRow) -> IO[bytes]:
    """A dataset's own bytes, also where they lie in a zip."""
    file = platform.artifacts.open(row.blob)
    # The member keeps the zip open, and the zip the file.
    return file if row.member is None else zipfile.ZipFile(file).open(row.member)


def _row(row: DatasetRow) -> dict[str, Any]:
    return {
        "Id": row.hash,
        "Hash": row.hash,
        "DatasetHash": row.hash,
        "Name": row.name,
        "Group": row.group,
        "Origin": row.origin,
        "OriginId": row.origin_id,
        "ExecutionId": row.execution,
        "CreationDate": stamp(row.created_at),
        "Size": row.size,
        "Status": row.status,
        "Log": row.log,
        "Format": row.format,
        "Uri": row.uri,
    }
