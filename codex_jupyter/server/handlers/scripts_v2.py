"""Scripts of the second generation: registered part by part, tables by their names."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import PurePosixPath
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse

from codex_jupyter.protocol import names
from codex_jupyter.protocol.states import ExecutionState, ModelState
from codex_jupyter.server.clock import now, stamp
from codex_jupyter.server.forms import Form, read_form, read_object
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import bad_input, not_found, wrong_state
from codex_jupyter.server.routing import Call
from codex_jupyter.server.scripts import is_named
from codex_jupyter.server.store import (
    DatasetRow,
    DeployKind,
    FileRow,
    ModelRow,
    new_hash,
)

from .script_runs import table_input
from .scripts import (
    begin_hosting,
    check_group,
    new_script,
    script_data,
    script_described,
    search_scripts,
)
from .upload import check_python, check_source, python_of, sealed

_BODY = 1 << 16
_MOST_NAME = 200
_OPEN = {ModelState.READY, ModelState.FAILED}
_PARTS = {"schema": "schema", "source": "script-file", "requirements": "requirements"}


async def find_named(call: Call) -> ModelRow:
    """The script that the path names, if it is of this generation.

    Raises:
        Problem: 404, also for scripts of the first one: clients ask here first.
    """
    row = await asyncio.to_thread(
        call.platform.store.models.get, call.param("script"), None, DeployKind.SCRIPT
    )
    if row is None or not is_named(row):
        raise not_found("There is no such script here.")
    return row


async def list_all(call: Call) -> JSONResponse:
    """The scripts of both generations with their datasets: clients list here only."""
    rows = await search_scripts(call)
    made = await asyncio.to_thread(
        call.platform.store.datasets.search, origin="Preprocessing"
    )
    datasets: dict[tuple[str, bool], list[dict[str, str]]] = defaultdict(list)
    for one in made:
        told = {"DatasetHash": one.hash, "DatasetName": one.name}
        datasets[one.origin_id, one.execution is None].append(told)
    return JSONResponse(
        {
            "Result": [
                script_data(row)
                | {
                    "ScriptHash": row.hash,
                    "ScriptName": row.name,
                    "ScriptGroupName": row.group,
                    "State": row.status.value,
                    "RegisteredAt": stamp(row.uploaded_at),
                    "UploadedDatasets": datasets[row.hash, True],
                    "GeneratedDatasets": datasets[row.hash, False],
                }
                for row in rows
            ]
        }
    )


async def register(call: Call) -> JSONResponse:
    """Make a script that has no parts yet."""
    platform, group = call.platform, call.param("group")
    await check_group(platform, group)
    told = await read_object(call.request, _BODY)
    name, operation = told.get("Name"), told.get("Operation", "Async")
    if not isinstance(name, str) or not isinstance(operation, str):
        raise bad_input('Send {"Name": "…", "Operation": "Async"}.')
    if operation.title() != "Async":
        raise bad_input(
            "Only Async scripts are registered here; a Sync one at "
            "/preprocessing/register."
        )
    row = new_script(
        name=name, group=group, operation="Async", user=call.user, generation=2
    )
    await asyncio.to_thread(platform.store.models.add, row, [])
    return JSONResponse(
        {"PreprocessHash": row.hash, "Message": f"Script '{name}' created"}, 201
    )


async def describe(call: Call) -> JSONResponse:
    """Everything known of the script."""
    row = await find_named(call)
    told = await script_described(call.platform, row)
    return JSONResponse(told | {"State": row.status.value})


async def status(call: Call) -> JSONResponse:
    """The script's state; once it is deployed, the dataset of its first sample."""
    row = await find_named(call)
    told: dict[str, Any] = {"Status": row.status.value, "Message": row.message}
    if row.status is ModelState.DEPLOYED:
        files = await asyncio.to_thread(call.platform.store.files.of, row.hash)
        told["DatasetHash"] = next((f.dataset for f in files if f.dataset), None)
    return JSONResponse(told)


async def host(call: Call) -> JSONResponse:
    """Start the deployment, once every part is there."""
    row = await find_named(call)
    files = await asyncio.to_thread(call.platform.store.files.of, row.hash)
    roles = {file.role for file in files}
    missing = [part for role, part in _PARTS.items() if role not in roles]
    if missing:
        raise bad_input(f"Parts of the script are missing: {', '.join(missing)}.")
    return await begin_hosting(call, row)


async def schema(call: Call) -> JSONResponse:
    """Add the sample of one of the tables; it is a dataset from now on."""
    row, form = await _part(call)
    file = await asyncio.to_thread(_table, call.platform, row, form, "schema_file")
    await asyncio.to_thread(
        call.platform.store.files.put, row.hash, [file], replace_named=True
    )
    return JSONResponse({"DatasetHash": file.dataset, "DatasetName": file.name}, 201)


async def source(call: Call) -> JSONResponse:
    """Add the script itself, with its function's name and its Python."""
    row, form = await _part(call)
    reference, python = form.need("preprocess_reference", "python_version")
    if problem := names.reference_problem(reference):
        raise bad_input(problem)
    python = python_of(python)
    await asyncio.to_thread(check_python, call.platform, python)
    file = _file(form, "script")
    await asyncio.to_thread(check_source, file)
    await asyncio.to_thread(_keep, call.platform, row, "source", file, "script.py")
    await asyncio.to_thread(
        call.platform.store.models.move,
        row.hash,
        {row.status},
        row.status,
        row.message,
        reference=reference,
        python=python,
    )
    return _added("Script file")


async def requirements(call: Call) -> JSONResponse:
    """Add the requirements."""
    row, form = await _part(call)
    file = _file(form, "requirements")
    name = "requirements.txt"
    await asyncio.to_thread(_keep, call.platform, row, "requirements", file, name)
    return _added("Requirements file")


async def extra(call: Call) -> JSONResponse:
    """Add any other file; one of the same name is replaced."""
    row, form = await _part(call)
    file = _file(form, "extra_file")
    name = form.texts.get("extra_file_name") or file.filename or ""
    await asyncio.to_thread(_keep, call.platform, row, "extra", file, "extra", name)
    return _added("Extra file")


async def env(call: Call) -> JSONResponse:
    """Add the environment variables, which are kept encrypted."""
    row, form = await _part(call)
    file = _file(form, "env")
    await asyncio.to_thread(_keep, call.platform, row, "env", file, ".env")
    return _added("Env file")


async def _part(call: Call) -> tuple[ModelRow, Form]:
    row = await find_named(call)
    if row.status not in _OPEN:
        raise wrong_state(
            f"The script '{row.name}' is {row.status.value}: its parts are settled. "
            "Register a new one."
        )
    return row, await read_form(call.request, call.platform.limits.upload_bytes)


def _file(form: Form, part: str) -> UploadFile:
    if not form.files.get(part):
        raise bad_input(f"Missing files: {part}.")
    return form.files[part][0]


def _keep(
    platform: Platform,
    row: ModelRow,
    role: str,
    file: UploadFile,
    default: str,
    name: str | None = None,
) -> None:
    shown = names.file_name(name or file.filename or "", default)
    taken = platform.store.files.of(row.hash)
    if role != "env" and any(
        names.kept_as(f.name) == names.kept_as(shown)
        for f in taken
        if f.role not in (role, "env", "schema")
    ):
        raise bad_input(f"Two files are called '{shown}'. Rename one of them.")
    content = sealed(platform, file) if role == "env" else file.file
    blob, size = platform.artifacts.put(content)
    kept = FileRow(role, shown, blob, size)
    is_extra = role == "extra"
    platform.store.files.put(
        row.hash, [kept], replace=not is_extra, replace_named=is_extra
    )


def _table(platform: Platform, row: ModelRow, form: Form, part: str) -> FileRow:
    """One of the script's tables, as a sample or an input; a file becomes a dataset."""
    given = table_input(platform, row, form, part)
    name = form.texts.get("dataset_name", "").strip()
    if not name:
        name = PurePosixPath(given.name).stem if given.dataset is None else given.name
    if len(name) > _MOST_NAME or not name.isprintable():
        raise bad_input("A dataset's name has at most 200 characters, all printable.")
    dataset = given.dataset or new_hash("D")
    if given.dataset is None:
        platform.store.datasets.add(
            DatasetRow(
                hash=dataset,
                group=row.group,
                name=name,
                origin="Preprocessing",
                origin_id=row.hash,
                execution=None,
                status=ExecutionState.SUCCEEDED.value,
                log="",
                blob=given.blob,
                member=None,
                size=given.size,
                created_at=now(),
            )
        )
    return FileRow("schema", name, given.blob, given.size, dataset)


def input_table(
    platform: Platform, row: ModelRow, form: Form, known: list[str]
) -> FileRow:
    """One of an execution's inputs, under a name that the script knows.

    Args:
        known: the names of the script's tables.

    Raises:
        Problem: 400 or 404, it cannot be used.
    """
    name = form.texts.get("dataset_name", "").strip()
    if name and name not in known:
        shown = ", ".join(f"'{one}'" for one in known)
        raise bad_input(
            f"The script '{row.name}' has no dataset '{name[:80]}'; it has {shown}."
        )
    file = _table(platform, row, form, "input")
    if file.name not in known:
        if len(known) != 1:
            shown = ", ".join(f"'{one}'" for one in known)
            raise bad_input(
                f"Which of the script's datasets is '{file.name[:80]}'? Send "
                f"dataset_name: {shown}."
            )
        file = FileRow("input", known[0], file.blob, file.size, file.dataset)
    return FileRow("input", file.name, file.blob, file.size, file.dataset)


def _added(what: str) -> JSONResponse:
    return JSONResponse({"Message": f"{what} inserted"}, 201)
