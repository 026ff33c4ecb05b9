"""Requests of the API viewer, sent by the kernel on threads of their own.

The page names a request; the model's `relay` decides whether it may be sent, adds the
token and sends it. The answer goes back as a message, its body as a binary part.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from codex_jupyter.errors import CodexError, InputError

from .bridge import Bridge, Request

if TYPE_CHECKING:
    from codex_jupyter.client.model import MLOpsModel

MAX_RUNNING = 8
MAX_REQUEST = 8 * 1024 * 1024
MAX_ANSWER = 16 * 1024 * 1024

# What may set or show a secret stays in the kernel.
_HIDDEN = frozenset({"authorization", "cookie", "set-cookie", "proxy-authorization"})
# They describe the bytes on the wire; the body given on is decoded already.
_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class HttpRelay:
    """Answers the page's ``request`` and ``cancel`` messages.

    A cancelled request's answer is dropped: what was sent cannot be called back, but
    nobody waits for it any more.
    """

    def __init__(self, bridge: Bridge, model: MLOpsModel) -> None:
        self._model = model
        self._lock = threading.Lock()
        self._running: dict[str, Request] = {}
        bridge.on("request", self._start)
        bridge.on("cancel", self._cancel)

    def _start(self, request: Request) -> None:
        body = b"".join(request.buffers)
        if len(body) > MAX_REQUEST:
            raise InputError(
                f"The request has {len(body) >> 20} MiB; at most 8 are relayed.",
                hint="Send it from a cell with %codex predict.",
            )
        with self._lock:
            if len(self._running) >= MAX_RUNNING:
                raise CodexError(
                    f"{MAX_RUNNING} requests are running already.",
                    hint="Wait for one of them, or cancel one.",
                )
            self._running[request.id] = request
        request.acknowledge()
        threading.Thread(
            target=self._send, args=(request, body), name="codex-relay", daemon=True
        ).start()

    def _send(self, request: Request, body: bytes) -> None:
        fields = request.fields
        headers = {
            pair["name"]: pair["value"]
            for pair in fields["headers"]
            if pair["name"].lower() not in _HIDDEN
        }
        failure: Exception | None = None
        try:
            answer = self._model.relay(fields["method"], fields["url"], headers, body)
            if len(answer.body) > MAX_ANSWER:
                failure = CodexError(
                    f"The answer has {len(answer.body) >> 20} MiB; at most "
                    f"{MAX_ANSWER >> 20} are shown here.",
                    hint="Fetch it from a cell with %codex predict.",
                )
        except Exception as error:  # noqa: BLE001 - every request is answered
            failure = error
        if not self._take(request.id):
            return
        if failure is not None:
            request.fault(failure)
            return
        kept = [
            [name, value]
            for name, value in answer.headers
            if name.lower() not in _HIDDEN | _WIRE
        ]
        request.reply(
            {"status": answer.status, "reason": answer.reason, "headers": kept},
            [answer.body],
        )

    def _cancel(self, request: Request) -> None:
        self._take(request.fields["request"])
        request.reply()

    def _take(self, wanted: str) -> bool:
        """Forget the running request; False when it was cancelled already."""
        with self._lock:
            return self._running.pop(wanted, None) is not None
