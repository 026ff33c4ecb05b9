"""Monitoring of hosted models: register, host, status."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.responses import JSONResponse, Response

from codex_jupyter.protocol.names import file_name
from codex_jupyter.protocol.states import MonitoringStatus
from codex_jupyter.server.environments import BuildFault
from codex_jupyter.server.forms import Form, read_answered, read_body, read_form
from codex_jupyter.server.monitoring.configuration import period_of, read_configuration
from codex_jupyter.server.monitoring.explaining import explain as explain_prediction
from codex_jupyter.server.monitoring.functions import Unready
from codex_jupyter.server.monitoring.reference import columns_of
from codex_jupyter.server.monitoring.registering import find_training, register_hosted
from codex_jupyter.server.monitoring.scheduling import start_validation
from codex_jupyter.server.monitoring.state import alerts_of, status_of
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import bad_input, not_found, wrong_state
from codex_jupyter.server.routing import Call
from codex_jupyter.server.sources import script_text
from codex_jupyter.server.store import FileRow, ModelRow, MonitoringRow

from .models import find

_MIB = 1 << 20
_DEFAULTS = {"source": "preprocess.py", "requirements": "requirements.txt"}


async def register(call: Call) -> JSONResponse:
    """Check the configuration against the training's data, then keep it."""
    model = await find(call)
    form = await read_form(call.request, call.platform.limits.upload_bytes)
    row, odd = await asyncio.to_thread(_register, call, model, form)
    text = "Monitoring created"
    if odd:
        text += f". Nothing is known of these keys: {', '.join(odd[:5])}"
    return JSONResponse(
        {"ModelHash": model.hash, "MonitoringHash": row.hash, "Message": text}, 201
    )


def _register(
    call: Call, model: ModelRow, form: Form
) -> tuple[MonitoringRow, list[str]]:
    preprocess, shap = form.need("preprocess_reference", "shap_reference")
    parts = form.files.get("configuration", [])
    # A client may send it as a text field: one that has no file to open.
    raw = parts[0].file.read(_MIB + 1) if parts else None
    if raw is None and "configuration" in form.texts:
        raw = form.texts["configuration"].encode()
    if raw is None:
        raise bad_input("Missing files: configuration.")
    if len(raw) > _MIB:
        raise bad_input("The configuration has more than 1 MiB.")
    try:
        config, odd = read_configuration(raw)
        row = register_hosted(
            call.platform,
            model,
            config,
            preprocess=preprocess,
            shap=shap,
            files=_kept(call.platform, form),
            creator=call.user,
        )
    except ValueError as error:
        raise bad_input(str(error)) from None
    return row, odd


def _kept(platform: Platform, form: Form) -> list[FileRow]:
    kept = []
    for role, default in _DEFAULTS.items():
        for part in form.files.get(role, [])[:1]:
            if role == "source":
                script_text(part.file.read())
                part.file.seek(0)
            blob, size = platform.artifacts.put(part.file)
            name = file_name(part.filename or "", default)
            kept.append(FileRow(role, name, blob, size))
    return kept


async def columns(call: Call) -> JSONResponse:
    """What a training execution can be watched by."""
    text = call.param("execution")
    if not text.isdecimal() or len(text) > 9:
        raise not_found(f"There is no training execution '{text[:20]}'.")

    def found() -> dict[str, list[str]]:
        try:
            training = find_training(call.platform, int(text), call.param("group"))
            return columns_of(call.platform.artifacts, training)
        except ValueError as error:
            raise not_found(str(error)) from None

    return JSONResponse(await asyncio.to_thread(found))


async def explain(call: Call) -> Response:
    """What moved one prediction, by the model's own get_shap()."""
    model = await find(call)
    if model.operation != "Sync":
        raise bad_input(
            f"The model '{model.name}' answers files; single predictions of "
            "synchronous models are explained."
        )
    body = await read_body(call.request, call.platform.limits.row_bytes)
    answered = read_answered(body)
    try:
        told = await explain_prediction(call.platform, model, answered)
    except Unready as error:
        raise wrong_state(str(error)) from None
    except BuildFault as fault:
        text = "\n".join(t for t in (fault.message, fault.detail) if t)
        raise wrong_state(text) from None
    # Escaped: what users' tables hold need not have a form in UTF-8.
    return Response(json.dumps(told), media_type="application/json")


async def host(call: Call) -> JSONResponse:
    """Start the validation, unless one is under way."""
    row = await _find_hosted(call)
    platform = call.platform
    status, _ = await asyncio.to_thread(status_of, platform.store, row)
    number = row.validation
    if status is not MonitoringStatus.VALIDATING:
        number = await asyncio.to_thread(start_validation, platform, row)
    return JSONResponse(
        {
            "Message": f"The monitoring of '{row.name}' by {row.period} is being "
            "validated.",
            "ExecutionId": number,
        }
    )


async def status(call: Call) -> JSONResponse:
    """Where the monitoring stands, and what it last warned of."""
    row = await _find_hosted(call)
    return JSONResponse(await asyncio.to_thread(status_data, call.platform, row))


def status_data(platform: Platform, row: MonitoringRow) -> dict[str, Any]:
    """The answer of every status route of monitorings."""
    state, message = status_of(platform.store, row)
    return {
        "Status": state.value,
        "Message": message,
        "ExecutionId": row.validation,
        "Alerts": alerts_of(platform, row),
    }


async def _find_hosted(call: Call) -> MonitoringRow:
    model = await find(call)
    try:
        period = period_of(call.param("period"))
    except ValueError as error:
        raise bad_input(str(error)) from None
    rows = await asyncio.to_thread(
        call.platform.store.monitorings.search, model=model.hash
    )
    for row in rows:
        if row.period == period:
            return row
    known = ", ".join(row.period for row in rows)
    raise not_found(
        f"The model '{model.name}' has no monitoring by {period}."
        + (f" It has one by: {known}." if known else " Register one first.")
    )
