"""Registering a model's files."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Sequence
from typing import BinaryIO

from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse

from codex_jupyter.protocol import names
from codex_jupyter.protocol.states import LogType, ModelState, Routine
from codex_jupyter.protocol.texts import parse_env
from codex_jupyter.server.clock import now
from codex_jupyter.server.environments import BuildFault, pick_interpreter
from codex_jupyter.server.forms import Form, read_form
from codex_jupyter.server.inputs import TYPES, examine
from codex_jupyter.server.modelfiles import script_name
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import bad_input, not_found
from codex_jupyter.server.routing import Call
from codex_jupyter.server.sources import script_text
from codex_jupyter.server.store import DeployKind, FileRow, ModelRow, new_hash

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
    await asyncio.to_thread(add, platform, form, row)
    return JSONResponse(
        {"ModelHash": row.hash, "Message": f"Model '{row.name}' inserted"}, 201
    )


def add(
    platform: Platform, form: Form, row: ModelRow, own: Sequence[FileRow] = ()
) -> None:
    """Keep what was sent as a new model or script.

    Args:
        own: files that it gets besides; of an extra one of the same name, what was
            sent counts.

    Raises:
        Problem: 400, a file cannot be used, or there is no such Python.
    """
    check_python(platform, row.python)
    files = _keep(platform, form, row, own)
    platform.store.models.add(row, files)
    total = sum(file.size for file in files)
    platform.logbook.add(
        row.hash,
        LogType.OK,
        Routine.HOST,
        f"{len(files)} files received, {_size(total)}.",
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
    operation = operation_of(operation)
    input_type = (form.texts.get("input_type") or "json").lower()
    if operation == "Sync" and input_type != "json":
        raise bad_input(f"A Sync model takes json, not '{input_type[:20]}'.")
    if input_type not in TYPES:
        raise bad_input(
            f"An Async model takes {', '.join(TYPES)}, not '{input_type[:20]}'."
        )
    need_files(form, _REQUIRED)
    return ModelRow(
        hash=new_hash("M"),
        group=group,
        name=name,
        operation=operation,
        reference=reference,
        input_type=input_type,
        python=python_of(python),
        creator=user,
        uploaded_at=now(),
        status=ModelState.READY,
        message=None,
        changed_at=now(),
        stages=[],
        environment=None,
        answer=None,
    )


def operation_of(text: str) -> str:
    """Sync or Async.

    Raises:
        Problem: 400, it is neither.
    """
    if text.title() not in ("Sync", "Async"):
        raise bad_input(f"The operation is Sync or Async, not '{text[:20]}'.")
    return text.title()


def python_of(text: str) -> str:
    """A Python version as it is kept.

    Raises:
        Problem: 400, it is none.
    """
    minor = names.python_minor(text)
    if minor is None:
        raise bad_input(f"'{text[:20]}' is not a Python version such as Python311.")
    return f"Python3{minor}"


def need_files(form: Form, roles: Sequence[str]) -> None:
    """Refuse a form in which one of the files is missing.

    Raises:
        Problem: 400, naming every one.
    """
    missing = [role for role in roles if role not in form.files]
    if missing:
        raise bad_input(f"Missing files: {', '.join(missing)}.")


def check_python(platform: Platform, python: str) -> None:
    """Refuse a Python version that this platform does not have.

    Raises:
        Problem: 400, with those that it has.
    """
    try:
        pick_interpreter(names.python_minor(python) or 0, platform.interpreters())
    except BuildFault as fault:
        raise bad_input(fault.message) from None


def _keep(
    platform: Platform, form: Form, row: ModelRow, own: Sequence[FileRow]
) -> list[FileRow]:
    kept: list[FileRow] = []
    taken: dict[str, str] = {}
    for file in own:
        if file.role != "extra":
            claim(taken, file.name, file.role)
            kept.append(file)
    for role, default in _DEFAULTS.items():
        parts = form.files.get(role, [])
        for part in parts if role == "extra" else parts[:1]:
            name = names.file_name(part.filename or "", default)
            content: BinaryIO = part.file
            if role == "env":
                content = sealed(platform, part)
            else:
                claim(taken, name, role)
            if role == "source":
                check_source(part)
                claim(taken, script_name(name), role)
            if role == "schema":
                _check_schema(platform, part, row)
            blob, size = platform.artifacts.put(content)
            kept.append(FileRow(role, name, blob, size))
    kept += [f for f in own if f.role == "extra" and names.kept_as(f.name) not in taken]
    return kept


def claim(taken: dict[str, str], name: str, role: str) -> None:
    """Refuse two files of one name: they lie in one folder and would hide each other.

    Raises:
        Problem: 400.
    """
    other = taken.get(names.kept_as(name))
    if other is not None and (other != role or role == "extra"):
        raise bad_input(f"Two files are called '{name}'. Rename one of them.")
    taken[names.kept_as(name)] = role


def check_source(part: UploadFile) -> None:
    """Refuse what is neither a script nor a notebook.

    Raises:
        Problem: 400.
    """
    try:
        script_text(part.file.read())
    except ValueError as error:
        raise bad_input(f"The source cannot be used: {error}") from None
    part.file.seek(0)


def _check_schema(platform: Platform, part: UploadFile, row: ModelRow) -> None:
    if row.operation == "Async":
        limit = platform.limits.input_bytes
        # A script reads any table; its parameters say how.
        wanted = None if row.kind is DeployKind.SCRIPT else row.input_type
        try:
            examine(part.file, part.filename or "", wanted, limit)
        except ValueError as error:
            raise bad_input(f"The schema cannot be used: {error}") from None
        return
    try:
        json.loads(part.file.read())
    except RecursionError:
        raise bad_input("The schema is nested too deeply.") from None
    except ValueError as error:
        raise bad_input(
            f"The schema is not JSON: {error}. Give one sample input as JSON."
        ) from None
    part.file.seek(0)


def sealed(platform: Platform, part: UploadFile) -> BinaryIO:
    """A .env file, encrypted.

    Raises:
        Problem: 400, it cannot be read.
    """
    raw = part.file.read()
    try:
        parse_env(raw)
    except ValueError as error:
        raise bad_input(f"The .env file cannot be read: {error}") from None
    return io.BytesIO(platform.keys.encrypt(raw))
