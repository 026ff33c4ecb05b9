"""Datasources: credentials that are kept and never shown, and imports by them."""

from __future__ import annotations

import asyncio
import json
import secrets

from starlette.responses import JSONResponse

from codex_jupyter.protocol import names
from codex_jupyter.protocol.credentials import (
    Provider,
    parse_credentials,
    provider_of,
)
from codex_jupyter.protocol.problems import ProblemKind
from codex_jupyter.protocol.states import ExecutionState
from codex_jupyter.server.clock import now, stamp
from codex_jupyter.server.datasources import Found, Unreadable
from codex_jupyter.server.detached import detached
from codex_jupyter.server.forms import Form, read_form
from codex_jupyter.server.importing import source_of
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import Problem, bad_input, not_found
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import DatasetRow, DatasourceRow
from codex_jupyter.server.store.datasets import DATASOURCE

_FORM_LIMIT = 1 << 20
# Clients of the protocol wait 60 s.
_LOOKING_S = 45.0
_LONGEST_URI = 2000


async def register(call: Call) -> JSONResponse:
    """Check the credentials' form and keep them, encrypted."""
    platform, group = call.platform, call.param("group")
    form = await read_form(call.request, _FORM_LIMIT)
    row = await asyncio.to_thread(_kept, platform, call.user, group, form)
    return JSONResponse({"Message": f"DataSource '{row.name}' was registered!"})


async def list_all(call: Call) -> JSONResponse:
    """The datasources; nothing tells what their credentials are."""
    given = call.query("provider")
    rows = await asyncio.to_thread(
        call.platform.store.datasources.search,
        group=call.query("group"),
        provider=_provider(given) if given else None,
    )
    return JSONResponse(
        {
            "Results": [
                {
                    "Name": row.name,
                    "Provider": row.provider,
                    "Group": row.group,
                    "RegisteredAt": stamp(row.registered_at),
                }
                for row in rows
            ]
        }
    )


async def import_files(call: Call) -> JSONResponse:
    """Look which files are meant, and let the copying of each wait for its turn."""
    platform, group, name = call.platform, call.param("group"), call.param("name")
    form = await read_form(call.request, _FORM_LIMIT)
    uri, label = (text.strip() for text in form.need("uri", "name"))
    if problem := names.dataset_problem(label):
        raise bad_input(problem)
    if len(uri) > _LONGEST_URI or not uri.isprintable():
        raise bad_input(
            f"The uri has characters that cannot be printed, or over {_LONGEST_URI}."
        )
    row = await asyncio.to_thread(platform.store.datasources.get, group, name)
    if row is None:
        raise not_found(f"There is no datasource '{name}' in the group '{group}'.")
    found = await asyncio.to_thread(_look, platform, row, uri)
    force = (call.query("force") or "").lower() in ("true", "1")
    hashes, new = await asyncio.to_thread(_accept, platform, row, label, found, force)
    text = (
        f"Datasource {name} import process started! Use the {hashes[0]} on the "
        "/datasets/status endpoint to follow it."
        if new
        else f"It was imported from {name} before; force=true imports it again."
    )
    return JSONResponse(
        {"ExternalHash": hashes[0], "Datasets": hashes, "Message": text}
    )


async def delete(call: Call) -> JSONResponse:
    """Forget the credentials; what was imported stays."""
    group, name = call.param("group"), call.param("name")
    if not await asyncio.to_thread(call.platform.store.datasources.delete, group, name):
        raise not_found(f"There is no datasource '{name}' in the group '{group}'.")
    return JSONResponse({"Message": f"DataSource {name} was deleted!"})


def _kept(platform: Platform, user: str, group: str, form: Form) -> DatasourceRow:
    name, given = form.need("name", "provider")
    known = platform.store.users.get(user)
    if known is None or known.role != "master":
        # Clients of the protocol look for these words.
        raise bad_input(
            f"The user '{user}' is not in the master group, so it registers no "
            "datasources."
        )
    if platform.store.groups.get(group) is None:
        raise not_found(f"There is no group '{group}'. Create it first.")
    if problem := names.datasource_problem(name):
        raise bad_input(problem)
    provider = _provider(given)
    parts = form.files.get("credentials", [])
    raw = parts[0].file.read() if parts else b""
    if not parts:
        # Some clients send it as a text.
        raw = form.texts.get("credentials", "").encode()
    try:
        credentials = parse_credentials(provider, raw)
        if provider is Provider.LOCAL:
            platform.folders.view(credentials.get("folder"))
    except (ValueError, Unreadable) as error:
        raise Problem(400, ProblemKind.CREDENTIALS, str(error)) from None
    sealed = platform.keys.encrypt(json.dumps(credentials).encode())
    row = DatasourceRow(group, name, provider.value, sealed, now())
    if not platform.store.datasources.add(row):
        # Clients of the protocol look for the first words.
        raise bad_input(
            f"Database produced an unexpected error: the group '{group}' has a "
            f"datasource '{name}' already. Delete that one first, or choose another "
            "name."
        )
    return row


def _provider(text: str) -> Provider:
    try:
        return provider_of(text)
    except ValueError as error:
        raise bad_input(str(error)) from None


def _look(platform: Platform, row: DatasourceRow, uri: str) -> list[Found]:
    try:
        source = source_of(platform, row)
        return detached(lambda: source.find(uri), lambda: platform.stopping, _LOOKING_S)
    except Unreadable as error:
        kind = ProblemKind.CREDENTIALS if error.is_refusal else ProblemKind.BAD_INPUT
        raise Problem(400, kind, error.text) from None
    except TimeoutError:
        raise bad_input(
            f"The provider did not list {uri} within {_LOOKING_S:g} s. Name a smaller "
            "folder, or try again."
        ) from None


def _accept(
    platform: Platform,
    datasource: DatasourceRow,
    label: str,
    found: list[Found],
    force: bool,  # noqa: FBT001
) -> tuple[list[str], int]:
    """The datasets that stand for the files, and how many of them are new."""
    many = len(found) > 1
    rows = [
        DatasetRow(
            hash=f"D{secrets.token_hex(32)[:63]}",
            group=datasource.group,
            name=f"{label}_{number}" if many else label,
            origin=DATASOURCE,
            origin_id=datasource.name,
            execution=None,
            status=ExecutionState.REQUESTED.value,
            log="",
            blob="",
            member=None,
            size=0,
            created_at=now(),
            uri=one.uri,
        )
        for number, one in enumerate(found)
    ]
    since = None if force else datasource.registered_at
    hashes, jobs = platform.store.datasets.add_imports(rows, reuse_since=since)
    for job in jobs:
        platform.jobs.put(job)
    return hashes, len(jobs)
