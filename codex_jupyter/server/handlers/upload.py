"""Registering a model's files."""

from __future__ import annotations

import asyncio
import io
import json
import secrets
from typing import BinaryIO

from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse

from codex_jupyter.protocol import names
from codex_jupyter.protocol.states import LogType, ModelState, Routine
from codex_jupyter.server.clock import now
from codex_jupyter.server.environments import BuildFault, pick_interpreter
from codex_jupyter.server.forms import Form, read_form
from codex_jupyter.server.inputs import TYPES, examine
from codex_jupyter.server.modelfiles import script_name
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import bad_input, not_found
from codex_jupyter.server.routing import Call
from codex_jupyter.server.sources import parse_env, script_text
from codex_jupyter.server.store import FileRow, ModelRow

_DEFAULTS = {
    "source": "script.py",
    "model": "model.pkl",
    "requirements": "requirements.txt",
    "schema": "schema.json",
    "env": "env",
    "extra": "extra",
}
_REQUIRED = ("source", "model", "requirements", "schema")


async def upload(call: Call) -> JSONResponse:
    """Check everything that can be checked without running code, then keep it."""
    platform, group = call.platform, call.param("group")
    if await asyncio.to_thread(platform.store.groups.get, group) is None:
        raise not_found(f"There is no group '{group}'. Create it first.")
    form = await read_form(call.request, platform.limits.upload_bytes)
    row = _described(form, group, call.user)
    await asyncio.to_thread(_check_python, platform, row.python)
    files = await asyncio.to_thread(_keep, platform, form, row)
    await asyncio.to_thread(platform.store.models.add, row, files)
    total = sum(file.size for file in files)
    platform.logbook.add(
        row.hash,
        LogType.OK,
        Routine.HOST,
        f"{len(files)} files received, {_size(total)}.",
    )
    return JSONResponse(
        {"ModelHash": row.hash, "Message": f"Model '{row.name}' inserted"}, 201
    )


def _size(count: int) -> str:
    return f"{count / 2**20:.1f} MiB" if count >= 2**20 else f"{count / 2**10:.1f} KiB"


def _described(form: Form, group: str, user: str) -> ModelRow:
    name, reference, operation, python = form.need(
        "name", "model_reference", "operation", "python_version"
    )
    for problem in (names.model_problem(name), names.reference_problem(reference)):
        if problem:
            raise bad_input(problem)
    operation = operation.title()
    if operation not in ("Sync", "Async"):
        raise bad_input(f"The operation is Sync or Async, not '{operation[:20]}'.")
    input_type = (form.texts.get("input_type") or "json").lower()
    if operation == "Sync" and input_type != "json":
        raise bad_input(f"A Sync model takes json, not '{input_type[:20]}'.")
    if input_type not in TYPES:
        raise bad_input(
            f"An Async model takes {', '.join(TYPES)}, not '{input_type[:20]}'."
        )
    missing = [role for role in _REQUIRED if role not in form.files]
    if missing:
        raise bad_input(f"Missing files: {', '.join(missing)}.")
    minor = names.python_minor(python)
    if minor is None:
        raise bad_input(f"'{python[:20]}' is not a Python version such as Python311.")
    return ModelRow(
        hash=f"M{secrets.token_hex(32)[:63]}",
        group=group,
        name=name,
        operation=operation,
        reference=reference,
        input_type=input_type,
        python=f"Python3{minor}",
        creator=user,
        uploaded_at=now(),
        status=ModelState.READY,
        message=None,
        changed_at=now(),
        stages=[],
        environment=None,
        answer=None,
    )


def _check_python(platform: Platform, python: str) -> None:
    try:
        pick_interpreter(names.python_minor(python) or 0, platform.interpreters())
    except BuildFault as fault:
        raise bad_input(fault.message) from None


def _keep(platform: Platform, form: Form, row: ModelRow) -> list[FileRow]:
    kept: list[FileRow] = []
    taken: dict[str, str] = {}
    for role, default in _DEFAULTS.items():
        parts = form.files.get(role, [])
        for part in parts if role == "extra" else parts[:1]:
            name = names.file_name(part.filename or "", default)
            content: BinaryIO = part.file
            if role == "env":
                content = _sealed(platform, part)
            else:
                _claim(taken, name, role)
            if role == "source":
                _check_source(part)
                _claim(taken, script_name(name), role)
            if role == "schema":
                _check_schema(platform, part, row)
            blob, size = platform.artifacts.put(content)
            kept.append(FileRow(role, name, blob, size))
    return kept


def _claim(taken: dict[str, str], name: str, role: str) -> None:
    """All files lie in one folder, so two of one name would hide each other."""
    other = taken.get(name.casefold())
    if other is not None and (other != role or role == "extra"):
        raise bad_input(f"Two files are called '{name}'. Rename one of them.")
    taken[name.casefold()] = role


def _check_source(part: UploadFile) -> None:
    try:
        script_text(part.file.read())
    except ValueError as error:
        raise bad_input(f"The source cannot be used: {error}") from None
    part.file.seek(0)


def _check_schema(platform: Platform, part: UploadFile, row: ModelRow) -> None:
    if row.operation == "Async":
        limit = platform.limits.input_bytes
        try:
            examine(part.file, part.filename or "", row.input_type, limit)
        except ValueError as error:
            raise bad_input(f"The schema cannot be used: {error}") from None
        return
    try:
        json.loads(part.file.read())
    except ValueError as error:
        raise bad_input(
            f"The schema is not JSON: {error}. Give one sample input as JSON."
        ) from None
    part.file.seek(0)


def _sealed(platform: Platform, part: UploadFile) -> BinaryIO:
    raw = part.file.read()
    try:
        parse_env(raw)
    except ValueError as error:
        raise bad_input(f"The .env file cannot be read: {error}") from None
    return io.BytesIO(platform.keys.encrypt(raw))
