"""Calls as httpx requests, and httpx responses as answers."""

from __future__ import annotations

from contextlib import ExitStack
from typing import IO, Any

import httpx

from codex_jupyter.errors import InputError

from .operation import Answer, Call, Part

CONNECT_SECONDS = 10.0


def prepare(
    client: httpx.Client | httpx.AsyncClient,
    address: str,
    call: Call,
    seconds: float,
    opened: ExitStack,
) -> httpx.Request:
    """The httpx request for a call.

    Args:
        seconds: how long each part of the answer may take.
        opened: takes the opened files; they must stay open while sending.

    Raises:
        InputError: a file cannot be read, or the token cannot be one.
    """
    headers = dict(call.headers)
    if call.token:
        headers["Authorization"] = f"Bearer {_sendable(call.token.reveal())}"
    if call.content is not None:
        headers.setdefault("Content-Type", "application/json")
    return client.build_request(
        call.route.method,
        address + call.path,
        params=dict(call.query) or None,
        data=dict(call.fields) or None,
        files=[(p.part, (p.name, _content(p, opened))) for p in call.files] or None,
        content=call.content,
        headers=headers,
        # Calls beyond the pool's size queue instead of failing.
        timeout=httpx.Timeout(seconds, connect=CONNECT_SECONDS, pool=None),
    )


def save_to(
    call: Call, response: httpx.Response, opened: ExitStack
) -> IO[bytes] | None:
    """The file that takes the answer's content; None when it is kept in memory.

    Args:
        opened: closes the file.

    Raises:
        OSError: the file cannot be written.
    """
    if call.save is None or response.status_code != call.route.ok:
        return None
    return opened.enter_context(call.save.open("wb"))


def not_saved(call: Call, error: OSError) -> InputError:
    """The error of an answer that cannot be written to its file."""
    return InputError(
        f"The answer cannot be written to {call.save}: {error.strerror or error}."
    )


def answer_of(response: httpx.Response, content: bytes) -> Answer:
    """A response with the part of its body that was read."""
    headers = tuple((k.lower(), v) for k, v in response.headers.multi_items())
    return Answer(response.status_code, response.reason_phrase, headers, content)


def _sendable(token: str) -> str:
    if not (token.isascii() and token.isprintable()):
        raise InputError(
            "The token holds characters that no token has.",
            hint="Copy it again, without quotes and line breaks.",
        )
    return token


def _content(part: Part, opened: ExitStack) -> Any:
    if isinstance(part.source, bytes):
        return part.source
    try:
        return opened.enter_context(part.source.open("rb"))
    except OSError as error:
        raise InputError(
            f"The file {part.source} cannot be read: {error.strerror}."
        ) from None
