"""The embedded platform on this machine: starting it, finding it, ending it.

It runs in a session of its own, so neither an interrupted cell nor a restarted
kernel touches it. Who starts it and who comes later find it by its data folder.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from codex_jupyter.config import (
    DataDir,
    Secret,
    Settings,
    base_address,
    default_data_dir,
    load_settings,
    read_json,
)
from codex_jupyter.errors import ConfigError, InputError, LocalPlatformError
from codex_jupyter.protocol.routes import HEALTH

__all__ = ["LocalPlatform", "astart", "astop", "find", "start", "stop"]

_NEEDED = ("uvicorn", "starlette", "sqlalchemy", "uv", "pyarrow")
_LOOK_AGAIN = 0.05  # seconds
_STOP_SECONDS = 75.0  # it finishes the requests it has begun
_TAIL = 4000  # bytes of its log told with an error


@dataclass(frozen=True, slots=True)
class LocalPlatform:
    """A platform that runs on this machine.

    Attributes:
        address: as it announces itself, without ``/api``.
        attached: True when it ran already, False when this call started it.
    """

    address: str
    pid: int
    data_dir: DataDir
    attached: bool

    @property
    def settings(self) -> Settings:
        """The address with the user that was set up at its first start.

        Raises:
            LocalPlatformError: that user came from ``MLOPS_USER`` and
                ``MLOPS_PASSWORD``, and they are not set now.
        """
        address = base_address(self.address)
        admin = read_json(self.data_dir.admin)
        if "user" in admin and "password" in admin:
            return Settings(
                address,
                str(admin["user"]),
                Secret(str(admin["password"])),
                platform=self.data_dir.identity,
            )
        try:
            found = load_settings(url=self.address)
        except ConfigError:
            raise LocalPlatformError(
                f"The platform in {self.data_dir.root} was set up with MLOPS_USER and "
                "MLOPS_PASSWORD, and they are not set here.",
                hint="Set both, then try again.",
            ) from None
        return Settings(
            address,
            found.user,
            found.password,
            found.tenant,
            platform=self.data_dir.identity,
        )


def find(data_dir: DataDir | None = None) -> LocalPlatform | None:
    """The platform that runs on the folder and answers, or None."""
    folder = data_dir or default_data_dir()
    told = _announced(folder)
    if told is None or not _answers(told.address) or not is_locked(folder):
        return None
    return told


def start(data_dir: DataDir | None = None, timeout: float = 30.0) -> LocalPlatform:
    """Start a platform on the folder, or attach to the one that runs there.

    Args:
        data_dir: where it keeps all its data; the user's data folder if None.
        timeout: seconds until it must be ready.

    Raises:
        LocalPlatformError: it cannot be started; with the end of its log.
    """
    folder = data_dir or default_data_dir()
    if found := find(folder):
        return found
    need_extra("The embedded platform")
    until = time.monotonic() + timeout
    process, log_from, attempts = None, 0, 0
    while True:
        # Whether it ended is asked first: what it announced before that is then seen.
        ended = process is None or process.poll() is not None
        if found := find(folder):
            ours = process is not None and found.pid == process.pid
            return LocalPlatform(found.address, found.pid, folder, attached=not ours)
        if ended and not is_locked(folder):
            # Once more when another one had the folder and went away meanwhile.
            if process and (attempts == 2 or process.returncode not in (0, 2)):
                raise _died(folder, process.returncode, log_from)
            process, log_from = _spawn(folder)
            attempts += 1
        if time.monotonic() > until:
            raise _late(folder, None if ended else process, timeout, log_from)
        time.sleep(_LOOK_AGAIN)


def stop(data_dir: DataDir | None = None) -> bool:
    """End the platform that runs on the folder, after the requests it has begun.

    Returns:
        False when none ran.

    Raises:
        LocalPlatformError: it does not end.
    """
    folder = data_dir or default_data_dir()
    told = _announced(folder)
    if told is None or not is_locked(folder):
        return False
    try:
        os.kill(told.pid, signal.SIGTERM)
    except ProcessLookupError:
        return False
    except PermissionError:
        raise LocalPlatformError(
            f"The platform (process {told.pid}) belongs to another user."
        ) from None
    until = time.monotonic() + _STOP_SECONDS
    while is_locked(folder):
        if time.monotonic() > until:
            raise LocalPlatformError(
                f"The platform (process {told.pid}) has not ended in "
                f"{_STOP_SECONDS:g} s.",
                hint=f"Look into {folder.log}, or end it: kill -9 {told.pid}",
            )
        time.sleep(_LOOK_AGAIN)
    return True


async def astart(
    data_dir: DataDir | None = None,
    timeout: float = 30.0,  # noqa: ASYNC109 - the same as its twin
) -> LocalPlatform:
    """Awaitable twin of `start`."""
    return await asyncio.to_thread(start, data_dir, timeout)


async def astop(data_dir: DataDir | None = None) -> bool:
    """Awaitable twin of `stop`."""
    return await asyncio.to_thread(stop, data_dir)


def _announced(folder: DataDir) -> LocalPlatform | None:
    """What the folder says of a running platform, if that process is alive."""
    told = read_json(folder.running)
    pid, address = told.get("pid"), told.get("address")
    if not isinstance(pid, int) or not isinstance(address, str) or not _is_alive(pid):
        return None
    try:
        base_address(address)
    except InputError:
        return None
    return LocalPlatform(address, pid, folder, attached=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def is_locked(folder: DataDir) -> bool:
    """True while a platform has the folder: its lock ends with it, however it ends."""
    import fcntl

    try:
        with folder.lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _answers(address: str) -> bool:
    # Only here: looking for a platform where none is announced costs no import.
    import httpx

    from .transport import trusted

    try:
        answer = httpx.get(
            base_address(address) + HEALTH.path,
            timeout=2.0,
            trust_env=False,
            verify=trusted(),
        )
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    return answer.status_code == HEALTH.ok


def need_extra(what: str) -> None:
    """Make sure that the packages of the embedded platform are here.

    Args:
        what: the beginning of the sentence that says that they are not.

    Raises:
        LocalPlatformError: some are missing.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise LocalPlatformError(
            f"{what} needs packages that are missing here: {', '.join(missing)}.",
            hint="Install them: pip install 'codex_jupyter[local]'",
        )


def _spawn(folder: DataDir) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server; its process, and where in the log its own words begin."""
    command = [
        sys.executable,
        # Without -P a notebook's folder with a random.py of its own could break it.
        *("-P", "-m", "codex_jupyter.server"),
        *("serve", "--data-dir", str(folder.root)),
    ]
    try:
        folder.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _log_file(folder.log) as log:
            log_from = os.fstat(log).st_size
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder.root,
                start_new_session=True,
                close_fds=True,
            )
    except OSError as error:
        raise LocalPlatformError(
            f"The folder {folder.root} cannot be used: {error.strerror}.",
            hint="Name another: %codex local --data-dir DIR",
        ) from None
    # Someone must collect its exit status, or it would stay in the process table.
    threading.Thread(target=process.wait, name="codex-local", daemon=True).start()
    return process, log_from


@contextmanager
def _log_file(path: Path) -> Iterator[int]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def log_tail(folder: DataDir, log_from: int = 0) -> str | None:
    """The last lines of the platform's log, from a place in it on; None without any."""
    try:
        with folder.log.open("rb") as file:
            file.seek(log_from)
            text = file.read()[-_TAIL:].decode("utf-8", "replace")
    except OSError:
        return None
    return "\n".join(text.strip().splitlines()[-20:]) or None


def _died(folder: DataDir, code: int, log_from: int) -> LocalPlatformError:
    return LocalPlatformError(
        f"The embedded platform ended while starting (exit status {code}).",
        detail=log_tail(folder, log_from),
        hint=f"Its whole log is {folder.log}",
    )


def _late(
    folder: DataDir,
    process: subprocess.Popen[bytes] | None,
    timeout: float,
    log_from: int,
) -> LocalPlatformError:
    if process is None:
        return LocalPlatformError(
            f"A platform has the folder {folder.root}, but it does not answer.",
            hint="End it with %codex local stop, then try again.",
            detail=log_tail(folder, log_from),
        )
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
    return LocalPlatformError(
        f"The embedded platform was not ready within {timeout:g} s, so it was ended.",
        detail=log_tail(folder, log_from),
        hint=f"Its whole log is {folder.log}",
    )
