"""Preprocessing scripts: registration, deployment, state, description, end."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.responses import JSONResponse, StreamingResponse

from codex_jupyter.protocol import names
from codex_jupyter.protocol.states import ModelState
from codex_jupyter.server.clock import now, stamp
from codex_jupyter.server.forms import Form, read_form
from codex_jupyter.server.inputs import kind_of_sample
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import bad_input, not_found
from codex_jupyter.server.routing import Call
from codex_jupyter.server.scripts import is_named
from codex_jupyter.server.store import DeployKind, FileRow, ModelRow, new_hash

from . import events
from .logs import window
from .models import begin, end, files_data, find, forget
from .upload import add, need_files, operation_of, python_of

_REQUIRED = ("source", "requirements", "schema")


async def find_script(call: Call) -> ModelRow:
    """The script that the path names, of either generation.

    Raises:
        Problem: 404.
    """
    return await find(call, DeployKind.SCRIPT)


async def check_group(platform: Platform, group: str) -> None:
    """Refuse a group that there is not.

    Raises:
        Problem: 404.
    """
    if await asyncio.to_thread(platform.store.groups.get, group) is None:
        raise not_found(f"There is no group '{group}'. Create it first.")


async def register(call: Call) -> JSONResponse:
    """Check everything that can be checked without running code, then keep it."""
    platform, group = call.platform, call.param("group")
    await check_group(platform, group)
    form = await read_form(call.request, platform.limits.upload_bytes)
    row = await asyncio.to_thread(_described, form, group, call.user)
    await asyncio.to_thread(add, platform, form, row)
    return JSONResponse({"Hash": row.hash, "Message": "Script was registered!"}, 201)


def new_script(
    *,
    name: str,
    group: str,
    operation: str,
    user: str,
    reference: str = "",
    input_type: str = "csv",
    python: str = "",
    generation: int = 1,
) -> ModelRow:
    """A script that was registered just now.

    Raises:
        Problem: 400, the name is not allowed.
    """
    if problem := names.model_problem(name, "script"):
        raise bad_input(problem)
    return ModelRow(
        hash=new_hash("S"),
        group=group,
        name=name,
        operation=operation,
        reference=reference,
        input_type=input_type,
        python=python,
        creator=user,
        uploaded_at=now(),
        status=ModelState.READY,
        message=None,
        changed_at=now(),
        stages=[],
        environment=None,
        answer=None,
        kind=DeployKind.SCRIPT,
        details={"generation": generation},
    )


def _described(form: Form, group: str, user: str) -> ModelRow:
    name, reference, operation, python = form.need(
        "name", "script_reference", "operation", "python_version"
    )
    if problem := names.reference_problem(reference):
        raise bad_input(problem)
    operation = operation_of(operation)
    need_files(form, _REQUIRED)
    kind = "json"
    if operation == "Async":
        sample = form.files["schema"][0]
        kind = kind_of_sample(sample.file, sample.filename or "")
    return new_script(
        name=name,
        group=group,
        operation=operation,
        user=user,
        reference=reference,
        input_type=kind,
        python=python_of(python),
    )


async def host(call: Call) -> JSONResponse:
    """Start the deployment."""
    return await begin_hosting(call, await find_script(call))


async def begin_hosting(call: Call, row: ModelRow) -> JSONResponse:
    """The answer to the wish for a deployment, in either generation."""
    await begin(call.platform, row, "host")
    return JSONResponse({"Message": f"Script '{row.name}' is being deployed"}, 202)


async def restart(call: Call) -> JSONResponse:
    """Build again what is missing, and start the process anew."""
    row = await find_script(call)
    await begin(call.platform, row, "restart")
    await call.platform.hosting.remove(row.hash)
    return JSONResponse({"Message": f"Script {row.hash} is restarting."})


async def disable(call: Call) -> JSONResponse:
    """Stop running the script."""
    row = await find_script(call)
    await end(call.platform, row, "disable", ModelState.DISABLED)
    return JSONResponse({"Message": f"Script {row.hash} is now disabled."})


async def delete(call: Call) -> JSONResponse:
    """Remove the script; its description, its results and datasets stay."""
    row = await find_script(call)
    await end(call.platform, row, "delete", ModelState.DELETED)
    await asyncio.to_thread(forget, call.platform, row)
    return JSONResponse({"Message": "Script removed"})


async def status(call: Call) -> JSONResponse:
    """The script's state, with the reason when it failed."""
    row = await find_script(call)
    return JSONResponse({"Status": row.status.value, "Message": row.message})


async def describe(call: Call) -> JSONResponse:
    """Everything known of the script."""
    row = await find_script(call)
    return JSONResponse({"Description": await script_described(call.platform, row)})


async def search(call: Call) -> JSONResponse:
    """Find scripts by part of the name, state, group, operation and day."""
    rows = await search_scripts(call)
    return JSONResponse(
        {"Count": len(rows), "Results": [script_data(row) for row in rows]}
    )


async def search_scripts(call: Call) -> list[ModelRow]:
    """The scripts that the query wants."""
    rows = await asyncio.to_thread(
        call.platform.store.models.search,
        name=call.query("name"),
        state=call.query("state"),
        group=call.query("group"),
        kind=DeployKind.SCRIPT,
    )
    if operation := call.query("operation"):
        rows = [row for row in rows if row.operation == operation_of(operation)]
    if call.query("start") or call.query("end"):
        first, last = window(call.query("start"), call.query("end"))
        rows = [row for row in rows if first <= row.uploaded_at < last]
    return rows


async def stream(call: Call) -> StreamingResponse:
    """What happens to the script, as it happens."""
    return await events.of_model(call, DeployKind.SCRIPT)


def script_data(row: ModelRow) -> dict[str, Any]:
    """A script as a row of a search."""
    return {
        "Hash": row.hash,
        "Name": row.name,
        "Operation": row.operation,
        "PythonVersion": row.python,
        "Status": row.status.value,
        "Message": row.message,
        "Group": row.group,
        "UploadedAt": stamp(row.uploaded_at),
        "ChangedAt": stamp(row.changed_at),
        "ScriptReference": row.reference,
        "Input": row.input_type,
        "CreatorUserId": row.creator,
        "Named": is_named(row),
    }


async def script_described(platform: Platform, row: ModelRow) -> dict[str, Any]:
    """A script with what was uploaded for it."""
    files = await asyncio.to_thread(platform.store.files.of, row.hash)
    tables = [file for file in files if file.role == "schema"]
    sample = await asyncio.to_thread(_sample, platform, tables)
    requirements = await asyncio.to_thread(platform.files.requirements, files)
    runs = await asyncio.to_thread(platform.store.executions.count, row.hash)
    return script_data(row) | {
        "Schema": json.dumps(sample),
        "Tables": [file.name for file in tables] if is_named(row) else [],
        "Requirements": requirements,
        "Files": files_data(files),
        "HasEnv": any(file.role == "env" for file in files),
        "NumOfExecutions": runs,
        "Stages": row.stages,
    }


def _sample(platform: Platform, tables: list[FileRow]) -> Any:
    return platform.files.sample(tables) if tables else None
