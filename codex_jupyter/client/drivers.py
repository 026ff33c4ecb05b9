"""The two sides that perform requests: `Blocking` and `Awaiting`.

Each serves one run of steps and holds at most one open stream, which it closes at
the end of the run however that came about.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event as Flag
from threading import Lock
from typing import TYPE_CHECKING, Any

from .faults import HTTPX_ERRORS, fault_of
from .operation import Call, Open, Outcome, Pause, Request, Steps
from .operation import Together as Many
from .pipes import AwaitingPipe, BlockingPipe
from .wire import answer_of, not_saved, prepare, save_to

if TYPE_CHECKING:
    from .transport import Connection


class Blocking:
    """Performs requests on the calling thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._pipe: BlockingPipe | None = None

    def perform(self, request: Request) -> Outcome:
        """Do one request and give its outcome."""
        match request:
            case Call():
                return self._send(request)
            case Pause(seconds):
                time.sleep(seconds)
                return None
            case Many(jobs, places):
                return self._together(jobs, places)
            case Open(call):
                self.close()
                self._pipe = BlockingPipe(
                    self._connection.client(),
                    self._connection.address,
                    call,
                    self._connection.seconds(call),
                )
                return None
        assert self._pipe is not None, "Read comes after Open"  # noqa: S101
        return self._pipe.read()

    def close(self) -> None:
        """End the stream, if one is open."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None

    def _send(self, call: Call) -> Outcome:
        client, address = self._connection.client(), self._connection.address
        seconds = self._connection.seconds(call)
        with ExitStack() as opened:
            try:
                request = prepare(client, address, call, seconds, opened)
                response = client.send(request, stream=True)
                opened.callback(response.close)
                file = save_to(call, response, opened)
                if file is None:
                    return answer_of(response, response.read())
                for piece in response.iter_bytes():
                    file.write(piece)
                return answer_of(response, b"")
            except HTTPX_ERRORS as error:
                return fault_of(error, address, call, seconds)
            except OSError as error:
                raise not_saved(call, error) from None

    def _together(self, jobs: Iterator[Steps[Any]], places: int) -> list[Any]:
        results: dict[int, Any] = {}
        numbered, lock, failed = enumerate(jobs), Lock(), Flag()

        def work() -> None:
            while not failed.is_set():
                with lock:
                    place, steps = next(numbered, (-1, None))
                if steps is None:
                    return
                try:
                    results[place] = self._connection.run(steps)
                except BaseException:
                    failed.set()
                    raise

        with ThreadPoolExecutor(places, "codex-client") as pool:
            try:
                for future in [pool.submit(work) for _ in range(places)]:
                    future.result()
            finally:
                # An interrupted cell must not wait for rows not yet begun.
                failed.set()
        return [results[place] for place in sorted(results)]


class Awaiting:
    """Performs requests on the running event loop."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._pipe: AwaitingPipe | None = None

    async def perform(self, request: Request) -> Outcome:
        """Do one request and give its outcome."""
        match request:
            case Call():
                return await self._send(request)
            case Pause(seconds):
                await asyncio.sleep(seconds)
                return None
            case Many(jobs, places):
                return await self._together(jobs, places)
            case Open(call):
                await self.close()
                self._pipe = AwaitingPipe(
                    await self._connection.aclient(),
                    self._connection.address,
                    call,
                    self._connection.seconds(call),
                )
                return None
        assert self._pipe is not None, "Read comes after Open"  # noqa: S101
        return await self._pipe.read()

    async def close(self) -> None:
        """End the stream, if one is open."""
        if self._pipe is not None:
            await self._pipe.close()
            self._pipe = None

    async def _send(self, call: Call) -> Outcome:
        client, address = await self._connection.aclient(), self._connection.address
        seconds = self._connection.seconds(call)
        with ExitStack() as opened:
            try:
                request = prepare(client, address, call, seconds, opened)
                response = await client.send(request, stream=True)
                try:
                    file = save_to(call, response, opened)
                    if file is None:
                        return answer_of(response, await response.aread())
                    async for piece in response.aiter_bytes():
                        file.write(piece)
                    return answer_of(response, b"")
                finally:
                    await response.aclose()
            except HTTPX_ERRORS as error:
                return fault_of(error, address, call, seconds)
            except OSError as error:
                raise not_saved(call, error) from None

    async def _together(self, jobs: Iterator[Steps[Any]], places: int) -> list[Any]:
        results: dict[int, Any] = {}
        numbered = enumerate(jobs)

        async def work() -> None:
            for place, steps in numbered:
                results[place] = await self._connection.arun(steps)

        tasks = [asyncio.ensure_future(work()) for _ in range(places)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return [results[place] for place in sorted(results)]
