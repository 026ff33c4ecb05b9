"""Processes that hang, crash and grow: the callers hear of it, the model goes on."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from codex_jupyter.protocol.problems import ProblemKind
from codex_jupyter.protocol.states import LogType
from codex_jupyter.server.workers import Pool, Worker, WorkerFault

BAD = """
import ctypes, os, time

def score(data, base_path):
    if data == "hang":
        while True:
            pass
    if data == "exit":
        os._exit(7)
    if data == "crash":
        print("about to crash")
        ctypes.string_at(0)
    if data == "grow":
        held = []
        while True:
            held.append(bytearray(1 << 22))
            time.sleep(0.001)
    if data == "nap":
        time.sleep(0.3)
    return {"data": data, "pid": os.getpid()} if data == "pid" else 1
"""


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        ("hang", ProblemKind.DEADLINE, "did not answer within 0.5 s"),
        ("exit", ProblemKind.WORKER_DIED, "exited with code 7"),
        ("crash", ProblemKind.WORKER_DIED, "crashed (SIGSEGV)"),
        ("grow", ProblemKind.WORKER_DIED, "used more than 200 MiB"),
    ],
)
def test_a_process_that_ends_is_told_and_replaced(ask, rows, data, kind, words):
    limits = {"deadline_s": 0.5} if data == "hang" else {"memory_bytes": 200 << 20}
    fault, answer = ask(BAD, data, "1", **limits)
    assert fault.kind is kind
    assert words in fault.message
    assert answer == "1"
    assert any(t is LogType.ERROR and words in text for t, text in rows)
    if data == "crash":
        assert "about to crash" in fault.detail


def test_calls_that_wait_behind_a_hanging_one_are_all_answered(serving):
    async def main():
        async with serving(BAD, deadline_s=0.5) as worker:
            hanging = asyncio.create_task(worker.call(b"hang"))
            await asyncio.sleep(0)
            waiting = [worker.call(b"1") for _ in range(20)]
            assert await asyncio.gather(*waiting) == [b"1"] * 20
            with pytest.raises(WorkerFault, match="did not answer"):
                await hanging

    asyncio.run(main())


def test_two_hundred_calls_at_once_get_their_own_answers(serving):
    source = "def score(data, base_path): return data"

    async def main():
        async with serving(source) as worker:
            texts = [f'"{number}"'.encode() for number in range(200)]
            assert await asyncio.gather(*map(worker.call, texts)) == texts

    asyncio.run(main())


def test_too_many_waiting_calls_are_refused(make_spec):
    async def main():
        worker = Worker(make_spec(BAD), lambda *row: None, waiting=2)
        try:
            await worker.start()
            calls = [asyncio.create_task(worker.call(b"nap")) for _ in range(3)]
            await asyncio.sleep(0)
            with pytest.raises(WorkerFault) as caught:
                await worker.call(b"1")
            assert caught.value.kind is ProblemKind.OVERLOADED
            assert await asyncio.gather(*calls) == [b"1"] * 3
        finally:
            await worker.stop()

    asyncio.run(main())


def test_a_caller_that_leaves_does_not_shift_the_answers(serving):
    source = """
        import time
        def score(data, base_path):
            time.sleep(0.1)
            return data
    """

    async def main():
        async with serving(source) as worker:
            calls = [
                asyncio.create_task(worker.call(str(number).encode()))
                for number in range(6)
            ]
            await asyncio.sleep(0.05)
            for leaving in (0, 2, 3):
                calls[leaving].cancel()
            answers = await asyncio.gather(*calls, return_exceptions=True)
            assert [answers[n] for n in (1, 4, 5)] == [b"1", b"4", b"5"]
            assert isinstance(answers[0], asyncio.CancelledError)

    asyncio.run(main())


def test_a_script_that_no_longer_starts_fails_the_waiting_calls(serving):
    source = """
        import os
        assert not os.path.exists("ran"), "second start"
        def score(data, base_path):
            open("ran", "w").close()
            os._exit(1)
    """

    async def main():
        async with serving(source) as worker:
            first = asyncio.create_task(worker.call(b"1"))
            await asyncio.sleep(0)
            second = asyncio.create_task(worker.call(b"2"))
            with pytest.raises(WorkerFault, match="exited with code 1"):
                await first
            with pytest.raises(WorkerFault, match="AssertionError: second start"):
                await second
            with pytest.raises(WorkerFault, match="second start"):
                await worker.call(b"3")
            assert not worker.alive

    asyncio.run(main())


def test_a_model_comes_back_when_what_kept_it_from_starting_is_gone(serving, tmp_path):
    source = """
        import os
        assert not os.path.exists("broken")
        def score(data, base_path):
            if data == "break":
                open("broken", "w").close()
                os._exit(1)
            return 1
    """

    async def main():
        async with serving(source) as worker:
            with pytest.raises(WorkerFault):
                await worker.call(b"break")
            with pytest.raises(WorkerFault, match="AssertionError"):
                await worker.call(b"1")
            (tmp_path / "model" / "broken").unlink()
            for _ in range(200):
                with suppress(WorkerFault):
                    assert await worker.call(b"1") == b"1"
                    return
                await asyncio.sleep(0.05)
            pytest.fail("the model did not come back")

    asyncio.run(main())


def test_what_the_script_started_ends_with_it(serving):
    source = """
        import subprocess
        def score(data, base_path):
            child = subprocess.Popen(["sleep", "1000"])
            if data == "hang":
                child.wait()
            return child.pid
    """

    async def main():
        async with serving(source, deadline_s=0.5) as worker:
            child = int(await worker.call(b"1"))
            assert psutil.pid_exists(child)
            with pytest.raises(WorkerFault, match="did not answer"):
                await worker.call(b"hang")
            return child

    child = asyncio.run(main())
    assert _is_gone(child)


def test_stopping_finishes_the_calls_under_way_and_refuses_others(make_spec):
    async def main():
        worker = Worker(make_spec(BAD), lambda *row: None)
        await worker.start()
        pid = worker.pid
        calls = [asyncio.create_task(worker.call(b"nap")) for _ in range(2)]
        await asyncio.sleep(0)
        await worker.stop()
        assert await asyncio.gather(*calls) == [b"1", b"1"]
        with pytest.raises(WorkerFault, match="was stopped"):
            await worker.call(b"1")
        assert not worker.alive
        assert _is_gone(pid)

    asyncio.run(main())


def test_stopping_does_not_wait_for_a_hanging_call(make_spec):
    async def main():
        worker = Worker(make_spec(BAD), lambda *row: None)
        await worker.start()
        pid = worker.pid
        hanging = asyncio.create_task(worker.call(b"hang"))
        await asyncio.sleep(0)
        await worker.stop(grace_s=0.2)
        with pytest.raises(WorkerFault, match="was stopped"):
            await hanging
        assert _is_gone(pid)

    asyncio.run(main())


def test_a_pool_grows_while_calls_wait_and_answers_side_by_side(make_spec, rows):
    async def main():
        pool = Pool(make_spec(BAD), lambda *row: rows.append(row), most=2)
        try:
            await pool.start()
            assert len(pool.pids) == 1
            while len(pool.pids) < 2:
                await asyncio.gather(*(pool.call(b"nap") for _ in range(4)))
            answers = await asyncio.gather(*(pool.call(b"nap") for _ in range(8)))
            assert answers == [b"1"] * 8
        finally:
            await pool.stop()

    asyncio.run(asyncio.wait_for(main(), 60))


def test_the_end_of_one_process_does_not_disturb_the_other(make_spec):
    async def main():
        pool = Pool(make_spec(BAD, deadline_s=5.0), lambda *row: None, most=2)
        try:
            await pool.start()
            while len(pool.pids) < 2:
                await asyncio.gather(*(pool.call(b"nap") for _ in range(4)))
            crashing = asyncio.create_task(pool.call(b"crash"))
            await asyncio.sleep(0)
            assert await asyncio.gather(*(pool.call(b"1") for _ in range(20)))
            with pytest.raises(WorkerFault, match="SIGSEGV"):
                await crashing
        finally:
            await pool.stop()

    asyncio.run(asyncio.wait_for(main(), 60))


def test_a_worker_serves_on_the_platforms_own_event_loop(make_spec):
    uvloop = pytest.importorskip("uvloop")

    async def main():
        worker = Worker(make_spec(BAD), lambda *row: None)
        try:
            await worker.start()
            with pytest.raises(WorkerFault, match="exited with code 7"):
                await worker.call(b"exit")
            assert await worker.call(b"1") == b"1"
        finally:
            await worker.stop()

    uvloop.run(main())


@pytest.mark.skipif(sys.platform != "linux", reason="needs the parent-death signal")
def test_a_killed_platform_leaves_no_process_behind(make_spec, tmp_path):
    spec = make_spec(BAD)
    program = f"""
        import asyncio, sys
        from pathlib import Path
        from codex_jupyter.server.workers import Worker, WorkerSpec

        async def main():
            folder = Path({str(spec.folder)!r})
            spec = WorkerSpec(Path(sys.executable), folder, folder / "app.py", "score",
                              {{}}, 1 << 30, 100.0)
            worker = Worker(spec, lambda *row: None)
            await worker.start()
            print(worker.pid, flush=True)
            await worker.call(b"hang")

        asyncio.run(main())
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdout=subprocess.PIPE,
        text=True,
    ) as platform:
        pid = int(platform.stdout.readline())
        assert psutil.pid_exists(pid)
        platform.send_signal(signal.SIGKILL)
    assert _is_gone(pid)


def test_a_terminals_interrupt_does_not_reach_the_model(serving):
    async def main():
        async with serving(BAD) as worker:
            pid = worker.pid
            os.kill(pid, signal.SIGINT)
            assert await worker.call(b"1") == b"1"
            assert worker.pid == pid

    asyncio.run(main())


def test_a_process_killed_between_calls_is_replaced_unasked(serving, rows):
    async def main():
        async with serving(BAD) as worker:
            first = worker.pid
            os.kill(first, signal.SIGKILL)
            while worker.pid in (first, None) or not worker.alive:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            assert await worker.call(b"1") == b"1"

    asyncio.run(asyncio.wait_for(main(), 30))
    assert any("between two calls" in text for _, text in rows)


def _is_gone(pid: int) -> bool:
    for _ in range(300):
        with suppress(psutil.NoSuchProcess, FileNotFoundError):
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.01)
                continue
        return True
    return not Path(f"/proc/{pid}").exists()
