"""How the platform and the process of a model talk: both sides read this file.

Every frame is a head (kind: 1 byte, size of the payload: 8 bytes, network order) and
the payload. The platform sends CALL (the input's JSON text, UTF-8), one at a time, and
waits for RESULT (JSON text) or FAULT ({"message", "detail"}). READY comes once, after
the import of the script; NOTE (a log row: {"type", "text"}) may come before any.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

HEAD = struct.Struct("!BQ")
CALL, READY, RESULT, FAULT, NOTE = 1, 2, 3, 4, 5
MOST_ANSWER = 256 << 20
"""Bytes of the longest answer."""

_SMALL = 1 << 16


def receive(channel: socket.socket) -> bytes | None:
    """The payload of the next call, or None when the platform is gone."""
    data = b""
    while len(data) < HEAD.size:
        piece = channel.recv(_SMALL)
        if not piece:
            return None
        data += piece
    _, size = HEAD.unpack_from(data)
    if len(data) == HEAD.size + size:
        return data[HEAD.size :]
    payload = bytearray(size)
    have = len(data) - HEAD.size
    payload[:have] = data[HEAD.size :]
    view = memoryview(payload)
    while have < size:
        count = channel.recv_into(view[have:])
        if not count:
            return None
        have += count
    return bytes(payload)


def send(channel: socket.socket, kind: int, payload: bytes) -> None:
    """Send one frame."""
    head = HEAD.pack(kind, len(payload))
    if len(payload) < _SMALL:
        channel.sendall(head + payload)
    else:
        channel.sendall(head)
        channel.sendall(payload)


def send_note(channel: socket.socket, type_: str, text: str) -> None:
    """Send a row for the log."""
    send(channel, NOTE, json.dumps({"type": type_, "text": text}).encode())


def send_fault(channel: socket.socket, message: str, detail: str) -> None:
    """Send what went wrong."""
    text = json.dumps({"message": message, "detail": detail})
    send(channel, FAULT, text.encode())
