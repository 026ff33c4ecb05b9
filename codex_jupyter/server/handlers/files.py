"""The files that a model or a script was made of."""

from __future__ import annotations

import asyncio

from starlette.responses import Response

from codex_jupyter.protocol.routes import MODEL_FILE
from codex_jupyter.server.downloads import download
from codex_jupyter.server.problems import not_found
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import DeployKind

from .models import find


async def of_model(call: Call) -> Response:
    """One file as it was uploaded; the file of environment variables is never told."""
    return await _file(call, DeployKind.MODEL)


async def of_script(call: Call) -> Response:
    """The same of a script; its samples have the names that it knows them by."""
    return await _file(call, DeployKind.SCRIPT)


async def _file(call: Call, kind: DeployKind) -> Response:
    made, name = await find(call, kind), call.param("name")
    kept = await asyncio.to_thread(call.platform.store.files.of, made.hash)
    # Compared with the names that are kept: what was asked for is never a path.
    row = next((f for f in kept if f.name == name and f.role != "env"), None)
    if row is None:
        raise not_found(f"The {kind} has no such file.")
    try:
        file = await asyncio.to_thread(call.platform.artifacts.open, row.blob)
    except FileNotFoundError:
        raise not_found("The file is no longer kept.") from None
    return download(file, row.name, row.size, MODEL_FILE.media.value)
