"""Groups and their tokens."""

from __future__ import annotations

import asyncio

from starlette.responses import JSONResponse

from codex_jupyter.protocol.names import group_problem
from codex_jupyter.protocol.problems import ProblemKind
from codex_jupyter.server.clock import now, stamp
from codex_jupyter.server.forms import read_form
from codex_jupyter.server.problems import Problem, bad_input, not_found
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import GroupRow

_FORM_LIMIT = 1 << 20


async def list_all(call: Call) -> JSONResponse:
    """List the groups; tokens are never shown again."""
    rows = await asyncio.to_thread(call.platform.store.groups.all)
    return JSONResponse(
        {
            "Results": [
                {
                    "Name": row.name,
                    "Description": row.description,
                    "CreatedAt": stamp(row.created_at),
                    "TokenExpiresAt": stamp(row.token_expires),
                }
                for row in rows
            ]
        }
    )


async def create(call: Call) -> JSONResponse:
    """Create a group and show its token, this once."""
    form = await read_form(call.request, _FORM_LIMIT)
    (name,) = form.need("name")
    if problem := group_problem(name):
        raise bad_input(problem)
    token, digest, expires = call.platform.auth.new_group_token()
    row = GroupRow(name, form.texts.get("description", ""), digest, expires, now())
    if not await asyncio.to_thread(call.platform.store.groups.add, row):
        raise Problem(
            409, ProblemKind.GROUP_EXISTS, f"The group '{name}' exists already."
        )
    return JSONResponse({"Token": token, "Message": f"Group '{name}' created"}, 201)


async def refresh(call: Call) -> JSONResponse:
    """Give a group a new token; a valid one is replaced only by force."""
    name, groups = call.param("name"), call.platform.store.groups
    row = await asyncio.to_thread(groups.get, name)
    if row is None:
        raise not_found(f"There is no group '{name}'.")
    force = (call.query("force") or "").lower() in ("true", "1")
    if not force and row.token_expires > now():
        raise Problem(
            409,
            ProblemKind.WRONG_STATE,
            f"The token of the group '{name}' is valid until "
            f"{row.token_expires:%Y-%m-%d}. Ask with force=true to replace it.",
        )
    token, digest, expires = call.platform.auth.new_group_token()
    await asyncio.to_thread(groups.set_token, name, digest, expires)
    call.platform.auth.forget_groups()
    return JSONResponse({"Token": token}, 201)
