"""The one place that sends to the page, and that takes what the page sends.

Every request is answered with a reply or a fault that carries its id. Handlers may be
called on any thread, so they only look and hand on; what takes time runs on a panel's
own thread and answers later through its `Request`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from codex_jupyter.errors import CodexError
from codex_jupyter.render.said import said
from codex_jupyter.render.words import speaking, spoken, t

from .messages import FROM_PAGE, TO_PAGE, problem

# Fields that people read, written by the client, the platform or a rule of ours.
_SAID = frozenset(
    {"alerts", "blocked", "error", "hint", "line", "message", "note", "notes"}
    | {"problem", "reason", "told", "warning"}
)

Send = Callable[[dict[str, Any], list[bytes] | None], None]


@dataclass(frozen=True, slots=True)
class Request:
    """One request of the page.

    Args:
        buffers: its binary parts.
    """

    id: str
    kind: str
    fields: Mapping[str, Any]
    buffers: Sequence[bytes]
    bridge: Bridge

    def acknowledge(self) -> None:
        """Tell the page that the request arrived and that the answer takes time."""
        self.bridge.send("ack", id=self.id, platform=self.bridge.platform)

    def reply(self, result: Any = None, buffers: list[bytes] | None = None) -> None:
        """End the request with its result."""
        self.bridge.send("reply", buffers, id=self.id, result=result)

    def fault(self, error: Exception) -> None:
        """End the request with the reason why it failed.

        Only errors of ours are told in full: another's text may hold anything.
        """
        if isinstance(error, CodexError):
            message, hint = error.message, error.hint or ""
        else:
            message = t(
                "The kernel failed on this request ({error}).",
                error=type(error).__name__,
            )
            hint = ""
        self.bridge.send("fault", id=self.id, message=message, hint=hint)


Handler = Callable[[Request], None]


class Bridge:
    """Typed messages over a widget's comm.

    Args:
        send: puts one message with its binary parts on the comm, from any thread.

    Attributes:
        language: of every text that it carries, whatever the process speaks later.
        platform: address of the platform that requests go on to, for the page to tell
            what it waits for; "" where that is not known.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self.language = spoken()
        self.platform = ""
        self._handlers: dict[str, Handler] = {"ping": Request.reply}

    def on(self, kind: str, handler: Handler) -> None:
        """Handle requests of that kind."""
        self._handlers[kind] = handler

    def send(
        self, kind: str, buffers: list[bytes] | None = None, /, **fields: Any
    ) -> None:
        """Send one message to every view of the panel.

        Raises:
            ValueError: the fields are not those of the message table.
        """
        wrong = problem(fields, TO_PAGE[kind])
        if wrong:
            raise ValueError(f"message {kind}: {wrong}")
        with speaking(self.language):
            told = _in_words(fields)
        self._send({"kind": kind, **told}, buffers)

    def receive(self, content: Any, buffers: Sequence[Any] | None) -> None:
        """Take one message of the page; one without an id cannot be answered."""
        if not isinstance(content, dict) or not isinstance(content.get("id"), str):
            return
        fields = {k: v for k, v in content.items() if k not in ("kind", "id")}
        kind = str(content.get("kind"))
        parts = [bytes(part) for part in buffers or ()]
        request = Request(content["id"], kind, fields, parts, self)
        with speaking(self.language):
            self._handle(request)

    def _handle(self, request: Request) -> None:
        kind, fields = request.kind, request.fields
        handler = self._handlers.get(kind)
        wrong = (
            f"unknown request {kind[:40]}"
            if handler is None or kind not in FROM_PAGE
            else problem(fields, FROM_PAGE[kind])
        )
        if wrong or handler is None:
            request.fault(
                CodexError(
                    f"The page sent what this kernel does not know: {wrong}.",
                    hint="Reload the page; it may come from another version.",
                )
            )
            return
        try:
            handler(request)
        except Exception as error:  # noqa: BLE001 - every request is answered
            request.fault(error)


def _in_words(fields: dict[str, Any]) -> dict[str, Any]:
    """A message's fields with their texts in the language in use."""
    if spoken() == "en":
        return fields
    return {name: _said(value, is_text=name in _SAID) for name, value in fields.items()}


def _said(value: Any, *, is_text: bool) -> Any:
    if isinstance(value, str):
        return said(value) if is_text else value
    if isinstance(value, dict):
        return _in_words(value)
    if isinstance(value, list | tuple):
        return [_said(one, is_text=is_text) for one in value]
    return value
