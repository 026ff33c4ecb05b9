"""One platform process on one data folder: lock, socket, signals, orderly end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import uvicorn

from codex_jupyter import __version__
from codex_jupyter.config import DataDir, read_json, write_private

from .app import make_app
from .database import claimed, database_of, keep_database, opening
from .datasources import default_folders
from .limits import Limits
from .platform import Platform

_DRAIN_S = 60


class HostError(Exception):
    """The platform cannot be started here; the text says why and what to do."""


class _Server(uvicorn.Server):
    """uvicorn, with an orderly end as a success and live streams that end with it."""

    def __init__(
        self,
        config: uvicorn.Config,
        platform: Platform,
        on_started: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._platform = platform
        self._on_started = on_started

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn's own version raises the signal again after the shutdown, so the
        # process would end by SIGTERM instead of with 0.
        for wanted in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wanted, self._on_signal)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_started()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.should_exit = True
        # Streams never end by themselves; uvicorn would wait for them.
        self._platform.loop.call_soon_threadsafe(self._platform.bus.close)


def serve(
    data: DataDir,
    host: str,
    port: int,
    limits: Limits,
    local_data: Sequence[Path] | None = None,
    database: str | None = None,
) -> None:
    """Run until SIGTERM or SIGINT, then drain.

    Args:
        local_data: folders that Local datasources may read; None for what is safe.
        database: the address of a PostgreSQL database; None for a file of the folder.

    Raises:
        HostError: another platform runs on the folder, or the port is taken.
        DatabaseError: the database cannot be used.
        OSError: the folder cannot be written.
    """
    data.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.ExitStack() as held:
        held.enter_context(locked(data))
        url = database_of(data, database)
        held.enter_context(claimed(url))
        listener = held.enter_context(_bound(host, port, data))
        address = _address(listener)
        folders = default_folders(host) if local_data is None else local_data
        with opening(url):
            platform = Platform(data, url, limits, folders)
        keep_database(data, url)
        config = uvicorn.Config(
            make_app(platform),
            log_level="warning",
            lifespan="on",
            server_header=False,
            access_log=False,
            timeout_graceful_shutdown=_DRAIN_S,
        )
        server = _Server(config, platform, lambda: _announce(data, address))
        try:
            server.run(sockets=[listener])
        finally:
            data.running.unlink(missing_ok=True)
        if not server.started:
            raise HostError("The platform could not start; the lines above say why.")


def running(data: DataDir) -> dict[str, object] | None:
    """What the platform running on the folder says of itself, or None."""
    try:
        with data.lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return read_json(data.running) or None
    return None


@contextlib.contextmanager
def locked(data: DataDir, advice: str = "") -> Iterator[None]:
    """Keep every platform off the folder.

    Args:
        advice: what to do when one runs there; how to use or stop it if not given.

    Raises:
        HostError: one runs there.
    """
    with data.lock.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            address = read_json(data.running).get("address")
            if not address and not advice:
                raise HostError(
                    f"A platform starts on {data.root}, or it is being cleaned.\n"
                    "Try again in a moment."
                ) from None
            where = f" at {address}" if address else ""
            use = f"Use it, or stop it: codex-jupyter stop --data-dir {data.root}"
            raise HostError(
                f"A platform is already running on {data.root}{where}.\n{advice or use}"
            ) from None
        yield


@contextlib.contextmanager
def _bound(host: str, port: int, data: DataDir) -> Iterator[socket.socket]:
    last = read_json(data.root / "port.json").get("port", 0)
    # With no port asked for, the last one is tried first: saved addresses stay true.
    listener = _bind(host, last) if port == 0 and last else None
    try:
        listener = listener or _bind(host, port, must=True)
    except OSError as error:
        raise HostError(
            f"Port {port} of {host} cannot be used: {os.strerror(error.errno or 0)}.\n"
            "Choose another with --port, or --port 0 for a free one."
        ) from None
    assert listener is not None  # noqa: S101 - _bind(must=True) returns or raises
    with listener:
        write_private(data.root / "port.json", {"port": listener.getsockname()[1]})
        yield listener


def _bind(host: str, port: int, *, must: bool = False) -> socket.socket | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        if must:
            raise
        return None
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _announce(data: DataDir, address: str) -> None:
    write_private(
        data.running,
        {
            "pid": os.getpid(),
            "address": address,
            "version": __version__,
            "started": datetime.now(UTC).isoformat(timespec="seconds"),
        },
    )
    # What starts the platform waits for this line; a pipe would hold it back.
    sys.stdout.write(f"listening on {address}\n")
    sys.stdout.flush()
