"""An open event stream that can be waited for in short moments and closed any time."""

from __future__ import annotations

import asyncio
import queue
import socket
import threading
from contextlib import ExitStack
from typing import Any

import httpx

from codex_jupyter.errors import CodexError

from .faults import HTTPX_ERRORS, fault_of
from .operation import CLOSED, Answer, Call, Closed, Fault
from .wire import answer_of, prepare

MOMENT = 0.25  # seconds; how soon a wish to stop is seen
_AHEAD = 256  # pieces read before the consumer takes them

Piece = Answer | Fault | Closed | str
_News = Piece | CodexError


class BlockingPipe:
    """Reads the stream on a thread of its own.

    httpx ends a response at its first read timeout, so short waits are not possible
    on the reading thread itself; shutting its socket down wakes it at once.
    """

    def __init__(
        self, client: httpx.Client, address: str, call: Call, seconds: float
    ) -> None:
        self._news: queue.Queue[_News] = queue.Queue(_AHEAD)
        self._closed = threading.Event()
        self._socket: socket.socket | None = None
        self._thread = threading.Thread(
            target=self._pump,
            args=(client, address, call, seconds),
            name="codex-stream",
            daemon=True,
        )
        self._thread.start()

    def read(self) -> Piece | None:
        """The next piece, or None when a moment passed without one."""
        try:
            news = self._news.get(timeout=MOMENT)
        except queue.Empty:
            return None
        if isinstance(news, CodexError):
            raise news
        return news

    def close(self) -> None:
        """Stop reading; safe while the reader waits."""
        self._closed.set()
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it ended by itself
        self._thread.join(MOMENT)

    def _put(self, news: _News) -> None:
        while not self._closed.is_set():
            try:
                self._news.put(news, timeout=MOMENT)
            except queue.Full:
                continue
            return

    def _pump(
        self, client: httpx.Client, address: str, call: Call, seconds: float
    ) -> None:
        try:
            with ExitStack() as opened:
                request = prepare(client, address, call, seconds, opened)
                response = client.send(request, stream=True)
                opened.callback(response.close)
                network = response.extensions["network_stream"]
                self._socket = network.get_extra_info("socket")
                head = answer_of(response, b"")
                if not head.is_event_stream:
                    self._put(answer_of(response, response.read()))
                    return
                self._put(head)
                for piece in response.iter_text():
                    if self._closed.is_set():
                        return
                    self._put(piece)
            self._put(CLOSED)
        except HTTPX_ERRORS as error:
            self._put(fault_of(error, address, call, seconds))
        except CodexError as error:
            self._put(error)
        except (OSError, RuntimeError):
            # The socket was shut down, or the client closed, under the reader's feet.
            self._put(CLOSED)


class AwaitingPipe:
    """Reads the stream in a task."""

    def __init__(
        self, client: httpx.AsyncClient, address: str, call: Call, seconds: float
    ) -> None:
        self._news: asyncio.Queue[_News] = asyncio.Queue(_AHEAD)
        self._task = asyncio.ensure_future(self._pump(client, address, call, seconds))
        self._next: asyncio.Future[_News] | None = None

    async def read(self) -> Piece | None:
        """The next piece, or None when a moment passed without one."""
        # Not wait_for: Python 3.11's loses a cancellation that comes with the news.
        if self._next is None:
            self._next = asyncio.ensure_future(self._news.get())
        await asyncio.wait({self._next}, timeout=MOMENT)
        if not self._next.done():
            return None
        news, self._next = self._next.result(), None
        if isinstance(news, CodexError):
            raise news
        return news

    async def close(self) -> None:
        """Stop reading."""
        ended: list[asyncio.Future[Any]] = [self._task]
        if self._next is not None:
            ended.append(self._next)
        for one in ended:
            one.cancel()
        await asyncio.gather(*ended, return_exceptions=True)

    async def _pump(
        self, client: httpx.AsyncClient, address: str, call: Call, seconds: float
    ) -> None:
        try:
            with ExitStack() as opened:
                request = prepare(client, address, call, seconds, opened)
                response = await client.send(request, stream=True)
                try:
                    head = answer_of(response, b"")
                    if not head.is_event_stream:
                        await self._news.put(
                            answer_of(response, await response.aread())
                        )
                        return
                    await self._news.put(head)
                    async for piece in response.aiter_text():
                        await self._news.put(piece)
                finally:
                    await response.aclose()
            await self._news.put(CLOSED)
        except HTTPX_ERRORS as error:
            await self._news.put(fault_of(error, address, call, seconds))
        except CodexError as error:
            await self._news.put(error)
