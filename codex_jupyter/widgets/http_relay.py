"""Requests of the API viewer, sent by the kernel on threads of their own.

The page names a request; the model's `relay` decides whether it may be sent, adds the
token and sends it. The answer goes back as a message, its body as a binary part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_jupyter.client.errors_map import new_token_hint
from codex_jupyter.errors import CodexError, InputError
from codex_jupyter.render.words import t

from .bridge import Bridge, Request
from .calls import Calls, Reply

if TYPE_CHECKING:
    from codex_jupyter.client.model import MLOpsModel
    from codex_jupyter.client.platform_api import PlatformApi

MAX_RUNNING = 8
_REFUSED = 401
MAX_REQUEST = 8 * 1024 * 1024
MAX_ANSWER = 16 * 1024 * 1024

# What may set or show a secret stays in the kernel.
_HIDDEN = frozenset({"authorization", "cookie", "set-cookie", "proxy-authorization"})
# They describe the bytes on the wire; the body given on is decoded already.
_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class HttpRelay:
    """Answers the page's ``request`` messages.

    Args:
        calls: of the panel; they answer ``cancel``.
    """

    def __init__(
        self, bridge: Bridge, model: MLOpsModel | PlatformApi, calls: Calls
    ) -> None:
        self._model = model
        self._calls = calls
        bridge.on("request", self._start)

    def _start(self, request: Request) -> None:
        body = b"".join(request.buffers)
        if len(body) > MAX_REQUEST:
            raise InputError(
                t(
                    "The request has {size} MiB; at most 8 are relayed.",
                    size=len(body) >> 20,
                ),
                hint=t("Send it from a cell with %codex predict."),
            )
        self._calls.start(request, lambda _: self._send(request, body))

    def _send(self, request: Request, body: bytes) -> Reply:
        fields = request.fields
        headers = {
            pair["name"]: pair["value"]
            for pair in fields["headers"]
            if pair["name"].lower() not in _HIDDEN
        }
        answer = self._model.relay(fields["method"], fields["url"], headers, body)
        if len(answer.body) > MAX_ANSWER:
            raise CodexError(
                t(
                    "The answer has {size} MiB; at most {most} are shown here.",
                    size=len(answer.body) >> 20,
                    most=MAX_ANSWER >> 20,
                ),
                hint=t("Fetch it from a cell with %codex predict."),
            )
        kept = [
            [name, value]
            for name, value in answer.headers
            if name.lower() not in _HIDDEN | _WIRE
        ]
        told = {"status": answer.status, "reason": answer.reason, "headers": kept}
        return told | {"hint": self._hint(answer.status)}, [answer.body]

    def _hint(self, status: int) -> str:
        """What to type where the platform refused the token; "" elsewhere."""
        if status != _REFUSED:
            return ""
        if group := self._model.group:
            return new_token_hint(group)
        return "Log in again with %codex connect."
