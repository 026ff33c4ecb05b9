"""Mounts the protocol's routes: who may call, which handler answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as WebRoute

from codex_jupyter.protocol.route import Auth, Route
from codex_jupyter.protocol.routes import ROUTES

from .problems import not_found

if TYPE_CHECKING:
    from .platform import Platform


@dataclass(slots=True)
class Call:
    """One request, with who sent it and the platform it is for."""

    request: Request
    platform: Platform
    user: str
    """The user's name; empty on routes that take no user token."""

    def param(self, name: str) -> str:
        """A parameter of the path."""
        return str(self.request.path_params[name])

    def query(self, name: str) -> str | None:
        """A field of the query; None when absent or empty."""
        return self.request.query_params.get(name) or None


Handler = Callable[[Call], Awaitable[Response]]


def mount(platform: Platform, handlers: Mapping[str, Handler]) -> list[WebRoute]:
    """Web routes for the whole protocol.

    Raises:
        KeyError: a route has no handler.
    """
    return [
        WebRoute(
            f"/api{route.path}",
            _endpoint(platform, route, handlers[route.name]),
            methods=[route.method],
            name=route.name,
        )
        for route in ROUTES
    ]


def _endpoint(
    platform: Platform, route: Route, handler: Handler
) -> Callable[[Request], Awaitable[Response]]:
    auth = platform.auth

    async def endpoint(request: Request) -> Response:
        params = request.path_params
        if params.get("op", "sync") not in ("sync", "async"):
            raise not_found("There is no such path.")
        header = request.headers.get("authorization")
        user = ""
        if route.auth is Auth.USER:
            user = auth.user(header)
        elif route.auth is Auth.GROUP:
            auth.group(header, params["group"])
        return await handler(Call(request, platform, user))

    return endpoint
