"""The platform's end of the frames that a model's process speaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from codex_jupyter.server.runner.frames import CALL, HEAD, MOST_ANSWER

_SMALL = 1 << 16


class Channel(asyncio.Protocol):
    """Sends calls and takes frames apart, whatever pieces they arrive in.

    Args:
        on_frame: called with the kind and the payload of every whole frame.
        on_lost: called when nothing more will come.
    """

    def __init__(
        self, on_frame: Callable[[int, bytes], None], on_lost: Callable[[], None]
    ) -> None:
        self._on_frame = on_frame
        self._on_lost = on_lost
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self.lost = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        """Tell that nothing more will come."""
        self.lost.set_result(None)
        self._on_lost()

    def call(self, payload: bytes) -> None:
        """Send one call."""
        if self._transport is None:
            return
        head = HEAD.pack(CALL, len(payload))
        if len(payload) < _SMALL:
            self._transport.write(head + payload)
        else:
            self._transport.write(head)
            self._transport.write(payload)

    def close(self) -> None:
        """Close this end: the process ends when its call is done."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close this end and forget what was not sent."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Hand over the frames that the piece completes."""
        buffer = self._buffer
        buffer += data
        while len(buffer) >= HEAD.size:
            kind, size = HEAD.unpack_from(buffer)
            if size > MOST_ANSWER:
                # Only a process whose memory was trampled on would say so.
                self.abort()
                return
            end = HEAD.size + size
            if len(buffer) < end:
                return
            payload = bytes(memoryview(buffer)[HEAD.size : end])
            del buffer[:end]
            self._on_frame(kind, payload)
