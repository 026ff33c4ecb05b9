"""What a database server that is away, for a while or for good, does to work."""

from __future__ import annotations

import time
from contextlib import contextmanager

import psycopg
import pytest
from postgres_kit import serving
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from codex_jupyter.config import DataDir
from codex_jupyter.protocol.states import LogType, Routine
from codex_jupyter.server.bus import Bus
from codex_jupyter.server.database import database_of
from codex_jupyter.server.logbook import Logbook
from codex_jupyter.server.outages import is_away, unless_away, until_answered
from codex_jupyter.server.store import Store

pytestmark = [pytest.mark.platform]

PATIENT = """
import os
import time

HERE = {here!r}


def wait(name):
    with open(HERE + "/" + name, "a") as file:
        file.write("x")
    while not os.path.exists(HERE + "/go"):
        time.sleep(0.02)
    print("through the outage")
    open(HERE + "/" + name + " is done", "w").close()
"""
BATCH = """

def score(data_path, model_path):
    wait("batch")
    with open(data_path + "/output.csv", "w") as file:
        file.write("id")
    return data_path + "/output.csv"
"""
SYNC = """

def score(data, base_path):
    wait("sync")
    return {"done": 1}
"""


@pytest.fixture(scope="module")
def server():
    with serving() as made:
        yield made


@contextmanager
def outage(server):
    server.stop()
    try:
        yield
    finally:
        server.start()


def when(condition):
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_work_that_runs_goes_on_and_ends_once(
    own_platform, server, tmp_path, monkeypatch
):
    monkeypatch.setenv("CODEX_JUPYTER_DATABASE", server.database())
    running, here = own_platform(), tmp_path / "seen"
    here.mkdir()
    (here / "go").touch()
    patient = PATIENT.format(here=str(here))
    batch = running.deploy_batch(patient + BATCH)
    for file in here.iterdir():
        file.unlink()
    run = running.execute(batch)
    model = running.upload(patient + SYNC).json()["ModelHash"]
    running.get(f"/model/sync/host/demo/{model}")
    when(lambda: (here / "batch").exists() and (here / "sync").exists())

    with outage(server):
        path = f"/model/async/status/demo/{run}"
        assert running.as_group(path).status_code == 503
        time.sleep(1)  # each is asked about five times
        (here / "go").touch()
        when(lambda: len(list(here.glob("* is done"))) == 2)
        time.sleep(1)  # and the end of each is tried to be written

    running.wait_run(run)
    status = running.wait(model)
    assert status["Status"] == "Deployed", status
    assert running.run(model, {"x": 1}).json() == {"done": 1}
    assert [(here / name).read_text() for name in ("batch", "sync")] == ["x", "xx"]
    for subject in (batch, model):
        rows = running.get(f"/model/logs/demo/{subject}").json()["Results"]
        told = [row["OutputData"] for row in rows]
        assert told.count("through the outage") == 2, told
    assert running.stop()[0] == 0


def test_log_rows_wait_and_tell_how_many_were_too_many(server, tmp_path):
    store = Store(database_of(DataDir(tmp_path), server.database()))
    book = Logbook(store, Bus(), most=3)

    def say(*texts):
        for one in texts:
            book.add("M1", LogType.OK, Routine.RUN, one)

    say("before")
    book.flush()
    with outage(server):
        say("1")
        with pytest.raises(OperationalError) as met:
            book.flush()
        assert is_away(met.value)
        say("2", "3", "4", "5")
    book.flush()
    say("after")
    book.flush()
    told = [row.text for row in store.logs.search("M1")]
    assert told[:4] == ["before", "1", "2", "3"]
    assert told[4].startswith("2 lines are missing here")
    assert told[5:] == ["after"]

    with outage(server):
        say("lost")
        book.close()
        assert not book._thread.is_alive()
    store.close()


def test_what_does_not_pass_is_no_outage(server):
    url = server.address("postgres").replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(url, connect_args={"options": "-c statement_timeout=10"})

    def ask():
        with engine.connect() as connection:
            return connection.execute(text("SELECT pg_sleep(30)")).scalar()

    with pytest.raises(OperationalError, match="statement timeout") as met:
        until_answered(ask, lambda: False)
    with pytest.raises(OperationalError):
        unless_away(ask, otherwise="away")
    assert not is_away(met.value)
    engine.dispose()


@pytest.mark.parametrize(
    ("state", "passes"),
    [
        ("08006", True),
        ("57P01", True),
        ("57P03", True),
        ("53300", True),
        ("40P01", True),
        ("28P01", False),
        ("53100", False),
        ("53200", False),
        ("54001", False),
        ("55000", False),
        ("57014", False),
        ("58030", False),
    ],
)
def test_some_failures_pass(state, passes):
    error = OperationalError("SELECT 1", {}, psycopg.errors.lookup(state)())
    assert is_away(error) is passes


def test_a_lost_connection_passes_unless_the_platform_stops():
    error = OperationalError("SELECT 1", {}, psycopg.OperationalError("refused"))
    answers = iter([error, "kept"])

    def ask():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert unless_away(ask, otherwise="away") == "away"
    answers = iter([error, "kept"])
    assert until_answered(ask, lambda: False) == "kept"
    answers = iter([error])
    with pytest.raises(OperationalError):
        until_answered(ask, lambda: True)
