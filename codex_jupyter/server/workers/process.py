"""One process of a model, from its start to its end; one call at a time."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import psutil

from codex_jupyter.protocol.problems import ProblemKind
from codex_jupyter.protocol.states import LogType
from codex_jupyter.server.jsontext import read_json
from codex_jupyter.server.runner import frames

from .channel import Channel
from .output import Output
from .spec import WorkerFault, WorkerSpec

_HOST = Path(frames.__file__).with_name("host.py")
_MIB = 1 << 20
# How long a dead process's last words may take to arrive.
_SETTLE_S = 1.0


@dataclass(slots=True, eq=False)
class Call:
    """One call and who waits for it."""

    payload: bytes
    answer: asyncio.Future[bytes] = field(repr=False)

    def fail(self, fault: WorkerFault) -> None:
        """Tell the caller, unless it is gone."""
        if not self.answer.done():
            self.answer.set_exception(fault)


class ModelProcess:
    """A process that has imported a model's script.

    Args:
        output: takes what it prints.
        on_free: called when it can take the next call.
        on_end: called once when it ended after its start had succeeded.
    """

    def __init__(
        self,
        spec: WorkerSpec,
        output: Output,
        on_free: Callable[[], None],
        on_end: Callable[[ModelProcess, WorkerFault], None],
    ) -> None:
        self._spec = spec
        self._output = output
        self._on_free = on_free
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._started: asyncio.Future[None] = self._loop.create_future()
        self._channel = Channel(self._on_frame, self._on_lost)
        self._pipes = _Pipes(self)
        self._transport: asyncio.SubprocessTransport | None = None
        self._watched: psutil.Process | None = None
        self._call: Call | None = None
        self._since = self._loop.time()
        self._reason: WorkerFault | None = None
        self._burial: asyncio.Task[None] | None = None
        self.is_ready = False
        self.has_ended = False
        self.pid: int | None = None

    @property
    def is_free(self) -> bool:
        """True when it can take a call."""
        return self.is_ready and self._call is None

    @property
    def is_busy(self) -> bool:
        """True while it imports its script or runs a call."""
        return not self.has_ended and not self.is_free

    @property
    def idle_s(self) -> float:
        """Seconds since the last call ended; 0.0 while busy."""
        return self._loop.time() - self._since if self.is_free else 0.0

    async def start(self) -> float:
        """Start the process and wait until the script is imported.

        Returns:
            The seconds that this took.

        Raises:
            WorkerFault: the script cannot be imported, or not in time.
        """
        begun = self._loop.time()
        try:
            await self._spawn()
            async with asyncio.timeout(self._spec.start_timeout_s):
                await asyncio.shield(self._started)
        except TimeoutError:
            fault = WorkerFault(
                ProblemKind.DEADLINE,
                f"Importing {self._spec.script.name} took longer than "
                f"{self._spec.start_timeout_s:g} s, so it was ended.",
                self._output.tail(),
            )
            self.end(fault)
            await self.close(0)
            raise fault from None
        except BaseException:
            await self.close(0)
            raise
        return self._loop.time() - begun

    def run(self, call: Call) -> None:
        """Begin a call; only while it `is_free`."""
        self._call = call
        self._since = self._loop.time()
        self._channel.call(call.payload)

    def check(self) -> None:
        """End the process if it is beyond its deadline or its memory limit."""
        if not self.is_busy or self._watched is None:
            return
        try:
            used = self._watched.memory_info().rss
        except psutil.Error:
            return
        spec = self._spec
        if used > spec.memory_bytes:
            text = (
                f"{self._subject()} used more than {spec.memory_bytes // _MIB} MiB of "
                "memory, so its process was ended."
            )
            if spec.deadline_option:
                text += _allow(
                    "Load less at once", "--memory", 2 * spec.memory_bytes // _MIB
                )
            self.end(WorkerFault(ProblemKind.WORKER_DIED, text))
        elif (
            self._call is not None and self._loop.time() - self._since > spec.deadline_s
        ):
            text = (
                f"{spec.reference}() did not answer within {spec.deadline_s:g} s, so "
                "its process was ended."
            )
            if spec.deadline_option:
                more = 3 * spec.deadline_s
                text += _allow("Let it do less", spec.deadline_option, more)
            self.end(WorkerFault(ProblemKind.DEADLINE, text, self._output.tail()))

    def end(self, reason: WorkerFault) -> None:
        """Kill the process; whoever waits for it is told the reason."""
        if self._reason is None:
            self._reason = reason
        self.is_ready = False
        self._kill()

    async def close(self, grace_s: float) -> None:
        """End the process: when its call is done, or by force after the grace.

        Args:
            grace_s: seconds.
        """
        if self._transport is None:
            self._channel.abort()
            return
        self.is_ready = False
        if self._reason is None:
            self._reason = WorkerFault(
                ProblemKind.WORKER_DIED, "The model was stopped before it answered."
            )
        self._channel.close()
        try:
            async with asyncio.timeout(grace_s):
                await asyncio.shield(self._pipes.exited)
        except TimeoutError:
            pass
        finally:
            self._kill()
        await asyncio.shield(self._pipes.exited)
        if self._burial is not None:
            await asyncio.shield(self._burial)

    def pipe_data(self, fd: int, data: bytes) -> None:
        """Take a piece of what was printed: 1 standard output, 2 standard error."""
        type_ = LogType.DEBUG if fd == 1 else LogType.WARNING
        if not self._output.feed(type_, data) and self._transport is not None:
            # Who prints faster than anyone reads is slowed, not the platform.
            pipe = cast(asyncio.ReadTransport, self._transport.get_pipe_transport(fd))
            pipe.pause_reading()
            self._loop.call_later(0.05, _resume, pipe)

    def spawned(self, transport: asyncio.SubprocessTransport) -> None:
        """The process exists."""
        self._transport = transport
        self.pid = transport.get_pid()
        with suppress(psutil.Error):
            self._watched = psutil.Process(self.pid)

    def exited(self) -> None:
        """The process is gone: settle what it leaves behind."""
        self.is_ready = False
        # Whatever it started must not outlive it, nor hold its pipes open.
        self._kill()
        self.pid = None
        self._burial = self._loop.create_task(self._bury())

    async def _spawn(self) -> None:
        spec = self._spec
        try:
            ours, theirs = socket.socketpair()
        except OSError as error:
            raise _not_started(error) from error
        options = json.dumps(
            {
                "folder": str(spec.folder),
                "script": str(spec.script),
                "reference": spec.reference,
                "memory_bytes": spec.memory_bytes,
                "memoise": spec.memoise,
                "data": None if spec.data is None else str(spec.data),
                "mode": spec.mode,
            }
        )
        try:
            ours.setblocking(False)  # noqa: FBT003 - socket's own signature
            await self._loop.create_unix_connection(lambda: self._channel, sock=ours)
            await self._loop.subprocess_exec(
                lambda: self._pipes,
                str(spec.python),
                str(_HOST),
                str(theirs.fileno()),
                str(os.getpid()),
                options,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                pass_fds=(theirs.fileno(),),
                cwd=str(spec.data or spec.folder),
                env=spec.environ(),
                start_new_session=True,
            )
        except OSError as error:
            raise _not_started(error) from error
        finally:
            theirs.close()

    def _on_frame(self, kind: int, payload: bytes) -> None:
        if kind == frames.NOTE:
            note: dict[str, str] = read_json(payload)
            self._output.say(LogType(note["type"]), note["text"])
            return
        if kind == frames.READY:
            self.is_ready = True
            self._since = self._loop.time()
            if not self._started.done():
                self._started.set_result(None)
            return
        call, self._call = self._call, None
        self._since = self._loop.time()
        if kind == frames.RESULT:
            if call is not None and not call.answer.done():
                call.answer.set_result(payload)
        else:
            told: dict[str, Any] = read_json(payload)
            fault = WorkerFault(
                ProblemKind.MODEL_FAILED, told["message"], told["detail"]
            )
            if call is not None:
                call.fail(fault)
            elif self._reason is None:
                # The import failed: the process ends by itself, and this is why.
                self._reason = fault
        if self.is_ready:
            self._on_free()

    def _on_lost(self) -> None:
        # The process closes its end by ending. If it does so otherwise, it is of no
        # use any more.
        self._loop.call_later(_SETTLE_S, self._cut_off)

    def _cut_off(self) -> None:
        if self.pid is not None and self._reason is None:
            text = "The model's process closed its connection to the platform."
            self.end(WorkerFault(ProblemKind.WORKER_DIED, text, self._output.tail()))

    def _kill(self) -> None:
        if self.pid is not None:
            # Its session is its own, so its group is it and what it started.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    async def _bury(self) -> None:
        await asyncio.wait([self._channel.lost, self._pipes.closed], timeout=_SETTLE_S)
        self._channel.abort()
        transport = cast(asyncio.SubprocessTransport, self._transport)
        fault = self._reason or self._obituary(transport.get_returncode() or 0)
        transport.close()
        self._output.close()
        self.has_ended = True
        call, self._call = self._call, None
        if call is not None:
            call.fail(fault)
        if self._started.done():
            self._on_end(self, fault)
        else:
            self._started.set_exception(fault)
            # Nobody may be waiting any more, and that is no news either.
            self._started.exception()

    def _subject(self) -> str:
        if not self._started.done():
            return f"Importing {self._spec.script.name}"
        return f"{self._spec.reference}()"

    def _obituary(self, code: int) -> WorkerFault:
        if not self._started.done():
            doing = f"while importing {self._spec.script.name}"
        elif self._call is not None:
            doing = f"during {self._spec.reference}()"
        else:
            doing = "between two calls"
        return WorkerFault(
            ProblemKind.WORKER_DIED,
            f"The model's process ended {doing}: {_cause(code)}.",
            self._output.tail(),
        )


class _Pipes(asyncio.SubprocessProtocol):
    """Passes on what the event loop tells of the process."""

    def __init__(self, process: ModelProcess) -> None:
        self._process = process
        loop = asyncio.get_running_loop()
        self.exited: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._process.spawned(cast(asyncio.SubprocessTransport, transport))

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._process.pipe_data(fd, data)

    def process_exited(self) -> None:
        self.exited.set_result(None)
        self._process.exited()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        self.closed.set_result(None)


def _resume(pipe: asyncio.ReadTransport) -> None:
    if not pipe.is_closing():
        pipe.resume_reading()


def _not_started(error: OSError) -> WorkerFault:
    return WorkerFault(
        ProblemKind.WORKER_DIED,
        f"The model's process could not be started: {error.strerror}.",
        str(error),
    )


def _allow(less: str, option: str, more: float) -> str:
    """What to do about a limit; a space before it."""
    return f" {less}, or allow more: codex-jupyter serve {option} {more:g}"


def _cause(code: int) -> str:
    if code >= 0:
        return f"it exited with code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        return f"signal {-code} ended it"
    if name == "SIGKILL":
        return "it was killed (SIGKILL), as the system does when memory runs out"
    if name in ("SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT"):
        return f"compiled code in it crashed ({name})"
    return f"signal {name} ended it"
