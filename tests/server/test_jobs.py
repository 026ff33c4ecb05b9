"""Lanes: so many jobs at a time, the groups taking turns, none lost."""

from __future__ import annotations

import asyncio
import errno
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from codex_jupyter.server.jobs import Jobs, Lane, PutBack, on_loop
from codex_jupyter.server.store import JobRow, Store
from codex_jupyter.server.store.jobs import add_job
from codex_jupyter.server.store.tables import jobs as table


@pytest.fixture
def store(tmp_path):
    made = Store(f"sqlite:///{tmp_path / 'a.db'}")
    yield made
    made.close()


def accept(store, groups):
    """One job a letter, of the group that it names."""
    with store.engine.begin() as connection:
        return [add_job(connection, "execute", str(n), g) for n, g in enumerate(groups)]


def kept(store):
    """State and counted attempts of every job, by its subject."""
    columns = (table.c.subject, table.c.state, table.c.attempts)
    with store.engine.connect() as connection:
        found = connection.execute(select(*columns).order_by(table.c.id))
        return {row.subject: (row.state, row.attempts) for row in found}


def lane(store, run, places=1, give_up=lambda job: None):
    return Lane(store, ThreadPoolExecutor(places), run, give_up)


def finish(made):
    """Wait until everything that was put in has run."""
    made._executor.shutdown()


def test_the_groups_take_turns_and_each_keeps_its_order(store):
    order, gate = [], threading.Event()

    def run(job):
        gate.wait(30)
        order.append(job.subject)

    made = lane(store, run)
    for job in accept(store, "aaaabbc"):
        made.put(job)
    gate.set()
    finish(made)
    assert order == ["0", "4", "6", "1", "5", "2", "3"]


def test_a_group_that_runs_already_lets_the_other_go_first(store):
    begun, gates = [], {"0": threading.Event(), "1": threading.Event()}
    running = threading.Semaphore(0)

    def run(job):
        begun.append(job.subject)
        running.release()
        if job.subject in gates:
            gates[job.subject].wait(30)

    made = lane(store, run, places=2)
    for job in accept(store, "aaab"):
        made.put(job)
        if job.subject in gates:
            running.acquire()
    # Both places hold the first group; the one that is free next goes to the other.
    gates["1"].set()
    running.acquire()
    gates["0"].set()
    finish(made)
    assert begun == ["0", "1", "3", "2"]


def test_a_job_is_finished_put_back_left_or_given_up(store):
    def run(job):
        if job.subject == "1":
            raise PutBack
        if job.subject == "2":
            raise OSError("the store is away")

    given_up = []
    made = lane(store, run, give_up=given_up.append)
    done, back, left, often = accept(store, "aaaa")
    for job in (done, back, left):
        made.put(job)
    made.put(JobRow(often.id, often.kind, often.subject, 3, often.group))
    finish(made)
    assert kept(store) == {
        "0": ("finished", 1),
        "1": ("queued", 0),
        "2": ("running", 1),
        "3": ("finished", 0),
    }
    assert [job.subject for job in given_up] == ["3"]
    assert [job.subject for job in store.jobs.unfinished()] == ["1", "2"]


def test_a_job_that_met_a_full_disk_is_run_again_without_a_restart(store):
    done, tries = threading.Event(), []

    def run(job):
        tries.append(job.subject)
        if len(tries) < 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        done.set()

    made = Lane(store, ThreadPoolExecutor(1), run, lambda job: None, again_s=0.01)
    made.put(*accept(store, "a"))
    assert done.wait(30)
    finish(made)
    # The platform ended never meanwhile: the tries are one attempt.
    assert kept(store)["0"] == ("finished", 1)


def test_a_job_is_taken_once_whoever_offers_it(store):
    ran = []
    made = lane(store, lambda job: ran.append(job.subject))
    jobs = Jobs(store, {"execute": made})
    accepted = accept(store, "ab")
    threads = [threading.Thread(target=jobs.take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for job in accepted:
        jobs.put(job)
    for thread in threads:
        thread.join()
    finish(made)
    assert sorted(ran) == ["0", "1"]


def test_a_lane_that_closes_ends_what_runs_and_leaves_what_waits(store):
    begun, gate = threading.Event(), threading.Event()
    ran = []

    def run(job):
        begun.set()
        gate.wait(30)
        ran.append(job.subject)

    made = lane(store, run)
    first, second, third = accept(store, "aaa")
    made.put(first)
    begun.wait(30)
    made.put(second)
    closing = threading.Thread(target=made.close)
    closing.start()
    while not made._executor._shutdown:
        time.sleep(0.001)
    gate.set()
    closing.join(30)
    made.put(third)
    assert ran == ["0"]
    assert [job.subject for job in store.jobs.unfinished()] == ["1", "2"]


def test_what_nobody_waits_for_any_more_is_told_so():
    loop, left = asyncio.new_event_loop(), threading.Event()
    turning = threading.Thread(target=loop.run_forever)
    turning.start()

    async def work():
        try:
            await asyncio.Event().wait()
        finally:
            left.set()

    def ask():
        raise LookupError

    with pytest.raises(LookupError):
        on_loop(work(), loop, ask)
    assert left.wait(30)
    loop.call_soon_threadsafe(loop.stop)
    turning.join(30)
    loop.close()
