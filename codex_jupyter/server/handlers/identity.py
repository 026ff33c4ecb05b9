"""Health, login and what this platform offers."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

from starlette.responses import JSONResponse

from codex_jupyter import __version__
from codex_jupyter.server.forms import read_form
from codex_jupyter.server.routing import Call

PROTOCOL_VERSION = "1.0"
_FORM_LIMIT = 1 << 20


async def health(_call: Call) -> JSONResponse:
    """Say that the platform is up."""
    return JSONResponse(
        {"Version": PROTOCOL_VERSION, "Platform": f"codex-jupyter {__version__}"}
    )


async def login(call: Call) -> JSONResponse:
    """Exchange user and password for a token."""
    form = await read_form(call.request, _FORM_LIMIT)
    user, password = form.need("user", "password")
    # On a thread: hashing a password that was not seen yet is slow on purpose.
    token = await asyncio.to_thread(
        call.platform.auth.login, user, password, form.texts.get("tenant")
    )
    return JSONResponse({"Token": token})


async def info(call: Call) -> JSONResponse:
    """Tell the Python versions on offer and the limits."""
    found = await asyncio.to_thread(call.platform.interpreters)
    return JSONResponse(
        {
            "Version": __version__,
            "User": call.user,
            "Pythons": [python.label for python in found],
            "Limits": asdict(call.platform.limits),
        }
    )
