"""OpenAPI documents, and the page that shows a model's."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse

from codex_jupyter import __version__
from codex_jupyter.protocol.openapi import (
    batch_document,
    model_document,
    platform_document,
)
from codex_jupyter.server.jsontext import read_json
from codex_jupyter.server.problems import not_found
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import ModelRow

from .models import find

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Model documentation</title>
<script type="module" src="{static}/docs.js"></script>
</head>
<body style="margin:0">
<main id="docs" data-openapi="{document}">
<noscript>This page needs JavaScript. The document itself:
<a href="{document}">openapi.json</a></noscript>
</main>
</body>
</html>
"""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
)


async def page(call: Call) -> HTMLResponse:
    """The page; everything in it comes from this platform."""
    row = await _living(call)
    # Relative, so that the page works behind any prefix; the hash is hexadecimal.
    html = _PAGE.format(
        static="../../../../../static", document=f"{row.hash}/openapi.json"
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": _POLICY})


async def model_openapi(call: Call) -> JSONResponse:
    """The document of one model, made from its sample and its answer to it."""
    row = await _living(call)
    platform = call.platform
    files = await asyncio.to_thread(platform.store.files.of, row.hash)
    sample = await asyncio.to_thread(platform.files.sample, files)
    answer = read_json(row.answer) if row.answer else None
    known: dict[str, Any] = {
        "name": row.name,
        "group": row.group,
        "model": row.hash,
        "sample": sample,
        "server": _base(call),
    }
    if row.operation == "Async":
        written = answer["file"] if answer else None
        return JSONResponse(
            batch_document(input_type=row.input_type, output=written, **known)
        )
    return JSONResponse(model_document(answer=answer, **known))


async def platform_openapi(call: Call) -> JSONResponse:
    """The document of the whole platform."""
    return JSONResponse(platform_document(__version__, _base(call)))


async def _living(call: Call) -> ModelRow:
    row = await find(call)
    if row.status == "Deleted":
        raise not_found("The model was deleted.")
    return row


def _base(call: Call) -> str:
    return f"{str(call.request.base_url).rstrip('/')}/api"
