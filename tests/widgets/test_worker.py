"""The panel's thread and its brake."""

from __future__ import annotations

import threading
import time

import pytest
from widget_kit import until

from codex_jupyter.errors import ServerError, UnreachableError
from codex_jupyter.widgets.probe import Probe
from codex_jupyter.widgets.worker import Pulse, Worker


def test_jobs_run_in_order_on_one_thread_that_is_not_the_callers():
    worker, seen = Worker("test"), []
    done = threading.Event()
    for number in range(20):
        worker.submit(lambda n=number: seen.append((n, threading.get_ident())))
    worker.submit(done.set)
    assert done.wait(10)
    worker.close()
    assert [number for number, _ in seen] == list(range(20))
    assert {ident for _, ident in seen}.isdisjoint({threading.get_ident()})
    assert len({ident for _, ident in seen}) == 1


def test_a_job_that_fails_does_not_end_the_thread(caplog):
    worker, done = Worker("test"), threading.Event()
    worker.submit(lambda: 1 / 0)
    worker.submit(done.set)
    assert done.wait(10)
    worker.close()
    assert "a job failed" in caplog.text


def test_closing_ends_the_thread():
    worker = Worker("test-closing")
    worker.submit(lambda: None)
    worker.close()
    worker.join(10)
    assert not any(t.name == "test-closing" for t in threading.enumerate())


def test_a_thousand_changes_make_few_beats_and_the_last_change_is_seen():
    value, seen = [0], []
    pulse = Pulse(lambda: seen.append(value[0]), every=0.05)
    began = time.monotonic()
    for number in range(1, 1001):
        value[0] = number
        pulse.touch()
    spent = time.monotonic() - began
    until(lambda: seen[-1] == 1000)
    assert seen == sorted(seen)
    assert len(seen) <= 2 + (spent + 0.05) / 0.05


def test_the_first_change_is_seen_at_once():
    seen = []
    Pulse(lambda: seen.append(1), every=60).touch()
    assert seen == [1]


def test_beats_never_run_at_the_same_time():
    inside, most = [0], [0]

    def beat():
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        time.sleep(0.005)
        inside[0] -= 1

    pulse = Pulse(beat, every=0)
    threads = [threading.Thread(target=pulse.flush) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


@pytest.mark.parametrize(
    ("answer", "told"),
    [(None, True), (UnreachableError("gone"), False), (ServerError("busy"), True)],
)
def test_a_silent_platform_is_asked_whether_it_is_there(answer, told):
    heard = []

    def ask():
        if answer:
            raise answer

    with Probe(ask, lambda *said: heard.append(said), quiet=0.02):
        until(lambda: heard)
    assert heard[0] == (told, "" if told else "gone")


def test_a_question_that_hangs_is_told_before_it_gives_up():
    heard, held = [], threading.Event()
    with Probe(lambda: held.wait(30), lambda *said: heard.append(said), quiet=0.02):
        until(lambda: heard)
        assert heard == [(False, "")]
        held.set()
        until(lambda: len(heard) > 1)
    assert heard[1] == (True, "")


@pytest.mark.parametrize("ends", [True, False])
def test_a_failure_that_comes_late_is_not_told(ends):
    """What was asked before the stream spoke, or ended, says nothing of now."""
    heard, asked, held, failed = [], [], threading.Event(), threading.Event()

    def ask():
        asked.append(1)
        if len(asked) == 1:
            held.wait(30)
            failed.set()
            raise UnreachableError("gone")

    with Probe(ask, lambda *said: heard.append(said), quiet=0.02) as probe:
        until(lambda: heard)
        if not ends:
            probe.heard()
            held.set()
            until(lambda: len(heard) > 1)
    held.set()
    assert failed.wait(30)
    until(lambda: not [t for t in threading.enumerate() if t.name == "codex-probe"])
    assert [answers for answers, _ in heard].count(False) == 1


def test_a_platform_that_is_heard_is_not_asked():
    asked = []
    with Probe(lambda: asked.append(1), lambda *_: None, quiet=0.4) as probe:
        for _ in range(20):
            probe.heard()
            time.sleep(0.03)
    assert asked == []
