"""The platform's own API: its document, and requests of the API viewer to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from codex_jupyter.protocol import routes
from codex_jupyter.protocol.route import Auth

from .base import BaseMLOpsClient
from .group_owned import GroupOwned
from .operation import Call, Steps, operation
from .relay import RelayedAnswer, gives_token, relay_call, relayed

__all__ = ["PlatformApi"]


class PlatformApi(BaseMLOpsClient):
    """What the API viewer shows of a whole platform.

    See `BaseMLOpsClient` for the arguments.
    """

    name = "Platform"
    group = ""
    has_token = True
    """Who made a client is logged in."""

    @property
    def docs(self) -> str:
        """Where the document is; its addresses are relative to that."""
        return f"{self.base_url}{routes.PLATFORM_OPENAPI.path}"

    @operation
    def openapi(self) -> Steps[dict[str, Any]]:
        """The platform's OpenAPI document, without what answers with a token.

        Raises:
            UnexpectedError: the platform has none.
        """
        call = Call(routes.PLATFORM_OPENAPI)
        document: dict[str, Any] = yield from self._connection.ask(call)
        hidden = {
            (route.path, route.method.lower())
            for route in routes.ROUTES
            if gives_token(route)
        }
        paths = {
            path: {
                method: told
                for method, told in methods.items()
                if (path, method) not in hidden
            }
            for path, methods in document.get("paths", {}).items()
        }
        return {**document, "paths": {k: v for k, v in paths.items() if v}}

    aopenapi = openapi.twin

    @operation
    def relay(
        self,
        method: str,
        path_or_url: str,
        headers: Mapping[str, str],
        body: bytes = b"",
    ) -> Steps[RelayedAnswer]:
        """Send one request of the API viewer, with the token that its route takes.

        See `MLOpsModel.relay`.
        """
        call = relay_call(self.base_url, method, path_or_url, headers, body)
        if call.route.auth is Auth.GROUP:
            group = GroupOwned(self._connection, self._keys, call.params["group"])
            return relayed((yield from group.exchange(call)))
        return relayed((yield from self._connection.exchange(call)))

    arelay = relay.twin
