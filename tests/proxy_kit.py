"""A wire to a platform that can be cut, held and broken while it is used."""

from __future__ import annotations

import asyncio
import re
import threading
from contextlib import suppress

_HOST = "127.0.0.2"  # like any address that is not this machine's own, to the client


def gateway(status: str) -> bytes:
    """What a reverse proxy answers that does not reach what is behind it."""
    page = f"<html><head><title>{status}</title></head><body><h1>{status}</h1></html>"
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nConnection: close\r\n"
    return f"{head}Content-Length: {len(page)}\r\n\r\n{page}".encode()


class Wire:
    """Forwards connections to a port, as long as nothing is broken.

    Args:
        address: of what is behind it.
    """

    def __init__(self, address: str) -> None:
        self.turn_to(address)
        self.mode = "pass"
        """``pass``; ``hold``: nothing gets through; ``down``: nobody is there; bytes:
        the answer to each request."""
        self.cut_answer: tuple[bytes, int] | None = None
        """Begin of a request, and how many bytes of its answer get through; once."""
        self.cut_upload: int | None = None
        """How many bytes of a request get through before it is cut; once."""
        self.requests: list[str] = []
        """The first lines of the requests that were sent."""
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._serve, _HOST, 0))
        port = self._server.sockets[0].getsockname()[1]
        self.address = f"http://{_HOST}:{port}"

    def cut(self) -> None:
        """Break every connection, as a reset does."""

        async def work() -> None:
            for writer in list(self._open):
                writer.transport.abort()

        self._do(work())

    def turn_to(self, address: str) -> None:
        """From now on, forward to another address."""
        self.target = int(address.rsplit(":", 1)[1])

    def later(self, seconds: float, mode: str) -> None:
        """Change the mode by itself after a while."""
        set_mode = lambda: setattr(self, "mode", mode)  # noqa: E731
        self._loop.call_soon_threadsafe(self._loop.call_later, seconds, set_mode)

    def close(self) -> None:
        """End it."""

        async def work() -> None:
            self._server.close()

        self.cut()
        self._do(work())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _serve(self, reader, writer) -> None:
        self._open.add(writer)
        try:
            if self.mode == "down":
                return
            with suppress(OSError):
                await self._talk(reader, writer)
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _talk(self, reader, writer) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        self._open.add(back)
        asked = [b""]
        ways = [
            asyncio.create_task(self._there(reader, back, writer, asked)),
            asyncio.create_task(self._back(there, writer, asked)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        self._open.discard(back)
        back.transport.abort()

    async def _there(self, reader, back, writer, asked) -> None:
        while piece := await reader.read(65536):
            if line := re.match(rb"[A-Z]+ \S+ HTTP/1.1\r\n", piece):
                asked[0] = line[0]
                self.requests.append(line[0].decode().rpartition(" ")[0])
                if isinstance(self.mode, bytes):
                    writer.write(self.mode)
                    await writer.drain()
                    return
            while self.mode == "hold":  # noqa: ASYNC110 - set on another thread
                await asyncio.sleep(0.02)
            if self.cut_upload is not None:
                self.cut_upload -= len(piece)
                if self.cut_upload <= 0:
                    self.cut_upload = None
                    return
            back.write(piece)
            await back.drain()

    async def _back(self, there, writer, asked) -> None:
        while piece := await there.read(65536):
            if self.cut_answer and asked[0].startswith(self.cut_answer[0]):
                (_, most), self.cut_answer = self.cut_answer, None
                writer.write(piece[:most])
                await writer.drain()
                return
            while self.mode == "hold":  # noqa: ASYNC110 - set on another thread
                await asyncio.sleep(0.02)
            writer.write(piece)
            await writer.drain()
