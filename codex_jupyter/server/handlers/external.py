"""External monitoring: registered for a datasource, given its files, hosted."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import JSONResponse

from codex_jupyter.protocol.names import file_name, reference_problem
from codex_jupyter.protocol.states import MonitoringStatus
from codex_jupyter.server.forms import Form, read_form, read_object
from codex_jupyter.server.monitoring.external import register_external
from codex_jupyter.server.monitoring.scheduling import start_validation
from codex_jupyter.server.monitoring.state import described, status_of
from codex_jupyter.server.problems import bad_input, not_found
from codex_jupyter.server.routing import Call
from codex_jupyter.server.sources import script_text
from codex_jupyter.server.store import FileRow, MonitoringRow

from .monitoring import status_data
from .upload import check_python, python_of

_MIB = 1 << 20
_ROLES = {"model": "model", "requirements": "requirements", "script": "source"}
_DEFAULTS = {
    "model": "model.pkl",
    "requirements": "requirements.txt",
    "script": "script.py",
}


async def register(call: Call) -> JSONResponse:
    """Check everything against the training's data, then keep it."""
    given = await read_object(call.request, _MIB)
    # Of older clients the path names the group.
    group = call.request.path_params.get("group") or str(given.get("Group") or "")
    if not group:
        raise bad_input("The body has no member 'Group', the name of a group.")
    if await asyncio.to_thread(call.platform.store.groups.get, group) is None:
        raise not_found(f"There is no group '{group[:60]}'. Create it first.")

    def add() -> MonitoringRow:
        try:
            return register_external(call.platform, given, group, call.user)
        except ValueError as error:
            raise bad_input(str(error)) from None

    row = await asyncio.to_thread(add)
    text = f"External monitoring '{row.name}' was registered"
    return JSONResponse({"ExternalMonitoringHash": row.hash, "Message": text}, 201)


async def list_all(call: Call) -> JSONResponse:
    """Every external monitoring, the oldest first."""
    platform = call.platform

    def rows() -> list[dict[str, Any]]:
        found = platform.store.monitorings.search(external=True)
        return [described(platform, row) for row in found]

    made = await asyncio.to_thread(rows)
    return JSONResponse({"Result": made, "Count": len(made)})


async def get(call: Call) -> JSONResponse:
    """One external monitoring."""
    row = await _find(call)
    return JSONResponse(await asyncio.to_thread(described, call.platform, row))


async def put_model(call: Call) -> JSONResponse:
    """Keep its model."""
    return await _put(call, "model")


async def put_requirements(call: Call) -> JSONResponse:
    """Keep its requirements."""
    return await _put(call, "requirements")


async def put_script(call: Call) -> JSONResponse:
    """Keep its script, and the names of its functions."""
    return await _put(call, "script")


async def host(call: Call) -> JSONResponse:
    """Start the validation, unless one is under way."""
    row = await _find(call)
    platform = call.platform
    state, _ = await asyncio.to_thread(status_of, platform.store, row)
    if state is not MonitoringStatus.VALIDATING:
        # What was uploaded since the last time must be laid out anew.
        await asyncio.to_thread(platform.files.remove, row.hash)
        await asyncio.to_thread(start_validation, platform, row)
    text = f"The external monitoring '{row.name}' is being validated."
    is_older = "group" in call.request.path_params
    return JSONResponse({"Message": text}, 200 if is_older else 202)


async def status(call: Call) -> JSONResponse:
    """Where it stands, and what it last warned of."""
    row = await _find(call)
    return JSONResponse(await asyncio.to_thread(status_data, call.platform, row))


async def _put(call: Call, field: str) -> JSONResponse:
    row, platform = await _find(call), call.platform
    form = await read_form(call.request, platform.limits.upload_bytes)
    await asyncio.to_thread(_keep, call, row, form, field)
    return JSONResponse({"Message": f"The {field} of '{row.name}' was received."}, 201)


def _keep(call: Call, row: MonitoringRow, form: Form, field: str) -> None:
    parts = form.files.get(field, [])
    if not parts:
        raise bad_input(f"Missing files: {field}.")
    part, platform = parts[0], call.platform
    values: dict[str, Any] = {}
    if field == "script":
        preprocess, shap = form.need("preprocess_reference", "shap_reference")
        for reference in (preprocess, shap):
            if problem := reference_problem(reference):
                raise bad_input(problem)
        try:
            script_text(part.file.read())
        except ValueError as error:
            raise bad_input(f"The script cannot be used: {error}") from None
        part.file.seek(0)
        values = {"preprocess": preprocess, "shap": shap}
        if version := form.texts.get("python_version"):
            values["python"] = python_of(version)
            check_python(platform, values["python"])
    blob, size = platform.artifacts.put(part.file)
    name = file_name(part.filename or "", _DEFAULTS[field])
    kept = FileRow(_ROLES[field], name, blob, size)
    platform.store.files.put(row.hash, [kept], replace=True)
    if values:
        platform.store.monitorings.change(row.hash, **values)


async def _find(call: Call) -> MonitoringRow:
    group = call.request.path_params.get("group")
    row = await asyncio.to_thread(
        call.platform.store.monitorings.get, call.param("external"), group
    )
    if row is None or row.model is not None:
        raise not_found("There is no such external monitoring.")
    return row
