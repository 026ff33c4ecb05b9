"""The platform as an ASGI application; no socket in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import RedirectResponse
from starlette.routing import Mount
from starlette.routing import Route as WebRoute
from starlette.staticfiles import StaticFiles

from .handlers import HANDLERS
from .platform import Platform
from .problems import (
    Problem,
    on_anything,
    on_disconnect,
    on_http,
    on_problem,
    on_storage,
    on_worker_fault,
)
from .routing import mount
from .workers import WorkerFault

STATIC = Path(__file__).parent.parent / "static"


def make_app(platform: Platform) -> Starlette:
    """The application of one platform; its lifespan opens and closes it."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await platform.open()
        yield
        await platform.close()

    app = Starlette(
        routes=[
            *mount(platform, HANDLERS),
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
            WebRoute("/", lambda _request: RedirectResponse("/api/health")),
        ],
        exception_handlers={
            Problem: on_problem,
            WorkerFault: on_worker_fault,
            HTTPException: on_http,
            ClientDisconnect: on_disconnect,
            OSError: on_storage,
            OperationalError: on_storage,
            Exception: on_anything,
        },
        lifespan=lifespan,
    )
    # Clients of the protocol would follow a redirect, and send a GET for a POST.
    app.router.redirect_slashes = False
    return app
