"""The command ``check``: it tells events on its standard output until it is over."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from codex_jupyter.config import DataDir
from codex_jupyter.protocol.checks import Check
from codex_jupyter.protocol.events import Event
from codex_jupyter.server.environments import BuildFault
from codex_jupyter.server.environments.keeping import borrowing
from codex_jupyter.server.workers import WorkerFault

from .desk import Desk
from .trial import Trial

Tell = Callable[[str, dict[str, Any]], None]

_GLANCE_S = 0.5


def run_check(folder: Path, data: DataDir) -> int:
    """Run the check in the folder; 0 when it was told how it ended.

    Args:
        folder: holds what `Check.write` wrote; the check works below it.
        data: whose environments are used.
    """
    # What any library prints must not get in between the events.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0) as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        return asyncio.run(_run(folder, data, out))


async def _run(folder: Path, data: DataDir, out: IO[bytes]) -> int:
    def tell(name: str, told: dict[str, Any]) -> None:
        out.write(Event(name, told).encode())

    def fail(message: str, detail: str = "") -> int:
        tell("failed", {"Message": message, "Detail": detail})
        return 0

    try:
        check = Check.read(folder)
        data.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        desk = Desk(folder / "work", data, check)
    except (OSError, ValueError) as error:
        return fail(str(error))
    trial, parent = Trial(desk, check, tell), os.getppid()
    try:
        with borrowing(data.root / "environments"):
            async with _Stoppable(trial):
                tell("passed", await trial.run())
    except asyncio.CancelledError:
        return 1
    except (BuildFault, WorkerFault) as fault:
        return fail(fault.message, fault.detail)
    except (OSError, ValueError) as error:
        return fail(str(error))
    finally:
        desk.close()
        if os.getppid() != parent:
            # Who asked is gone, and with it who would clear up.
            shutil.rmtree(folder, ignore_errors=True)
    return 0


class _Stoppable:
    """Within it, a signal or the end of who asked stops the trial."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._watching: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine that runs has one

        def stop() -> None:
            self._trial.cancelled = True
            task.cancel()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        self._watching = loop.create_task(_orphaned(os.getppid(), stop))

    async def __aexit__(self, *_: object) -> None:
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching


async def _orphaned(parent: int, stop: Callable[[], None]) -> None:
    while os.getppid() == parent:  # noqa: ASYNC110 - a parent's end is no event
        await asyncio.sleep(_GLANCE_S)
    stop()
