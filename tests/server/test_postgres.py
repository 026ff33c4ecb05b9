"""A platform whose rows are in PostgreSQL, and what is said where that cannot be."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from postgres_kit import PASSWORD, serving
from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from training_kit import Trainer

from codex_jupyter.config import DataDir
from codex_jupyter.protocol.states import ExecutionState
from codex_jupyter.server.database import DatabaseError, claimed, database_of
from codex_jupyter.server.execution_texts import ExecutionTexts
from codex_jupyter.server.handlers.executions import execution_row
from codex_jupyter.server.jobs import Lane
from codex_jupyter.server.problems import on_storage
from codex_jupyter.server.store import ExecutionKind, GroupRow, InputFile, Store

sys.path.insert(0, str(Path(__file__).parents[1] / "monitoring"))

from monitoring_kit import Kit

pytestmark = [pytest.mark.platform]

DAY = datetime(2026, 1, 2)  # noqa: DTZ001 - the database keeps UTC without a zone
TRAIN = """
class Mean:
    def __init__(self, value):
        self.value = value


def train_model(df, base_path):
    print("fitted\\0")
    return {
        "X_train": df[["age", "income"]],
        "y_train": df[["late"]],
        "model_output": (df[["age"]] / 100).rename(columns={"age": "proba"}),
        "pipeline": Mean(df["late"].mean()),
        "metrics": {"auc": 0.75},
    }
"""
WATCH = """
import json

import pandas as pd


def parse(input_data, output_data):
    output = {"proba": json.loads(output_data)["proba"]}
    return pd.DataFrame([json.loads(input_data)]), pd.DataFrame([output])


def get_shap(data, model_path):
    return data * 0.5
"""
NEWER = (
    "CREATE TABLE alembic_version (version_num varchar(32))",
    "INSERT INTO alembic_version VALUES ('0099')",
)


@pytest.fixture(scope="module")
def server():
    with serving() as made:
        yield made


@pytest.fixture
def on(platform, server, tmp_path, monkeypatch):
    """Starts platforms on one database, each on a folder of its name."""
    monkeypatch.setenv("CODEX_JUPYTER_DATABASE", server.database())
    made = []

    def start(name):
        made.append(type(platform)(tmp_path / name))
        return made[-1].start()

    yield start
    for one in made:
        one.kill()


def command(*words):
    """Run ``codex-jupyter``; its exit status and all that it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "codex_jupyter.server", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_models_answer_and_executions_run_across_a_kill_and_a_cleaning(
    on, monkeypatch, tmp_path
):
    running = on("rows elsewhere")
    model, batch = running.deploy(), running.deploy_batch()
    run = running.start_run(batch).json()["ExecutionId"]
    running.wait_run(run)
    listed = running.get(f"/model/async/executions/demo/{batch}").json()
    running.kill()
    assert not (running.data_dir / "platform.db").exists()

    running.start()
    assert running.run(model, {"x": 4}).json() == {"double": 8}
    path = f"/model/async/executions/demo/{batch}"
    assert running.get(path).json() == listed
    code, _ = running.stop()
    assert code == 0

    # Rows of PostgreSQL name what is in use, those of JSON columns too.
    data = ("--data-dir", str(running.data_dir))
    code, said = command("clean", "--yes", *data)
    assert code == 0, said
    # Nothing of a folder that is not the platform's is taken for its leftovers.
    mine = tmp_path / "project" / "models" / "mine.pkl"
    mine.parent.mkdir(parents=True)
    mine.touch()
    code, said = command("clean", "--yes", "--data-dir", str(tmp_path / "project"))
    assert (code, "Nothing was removed" in said) == (2, True), said
    assert list((tmp_path / "project").rglob("*")) == [mine.parent, mine]
    monkeypatch.delenv("CODEX_JUPYTER_DATABASE")
    for words in (("serve",), ("clean", "--yes")):
        code, said = command(*words, *data)
        assert (code, "CODEX_JUPYTER_DATABASE=" in said) == (2, True), said
    monkeypatch.undo()


def test_a_listing_tells_the_same_as_the_rows_themselves(server, tmp_path):
    store = Store(database_of(DataDir(tmp_path), server.database()))
    store.groups.add(GroupRow("g", "", "t", DAY, DAY))
    kind, moving = ExecutionKind.MODEL, {ExecutionState.REQUESTED}
    given = InputFile('né\n"</script>\\.csv', "00", 3, dataset="D1", rows=7)
    run, _ = store.executions.accept(kind, "M1", "g", DAY, input=given)
    later = DAY.replace(hour=3, microsecond=4500)
    times = {"started_at": DAY, "finished_at": later}
    # The database takes no NUL, which any model may print.
    store.executions.move(run, moving, ExecutionState.FAILED, "to\0ld", **times)
    assert store.models.search(name="\0") == []
    told = json.loads(ExecutionTexts(store).listing("M1"))["Results"]
    rows = [execution_row(row) for row in store.executions.of("M1")]
    rows[0]["InputFile"].pop("Sha256")
    assert store.executions.get(run).message == "to\ufffdld"
    store.close()
    assert told == rows


def test_what_is_started_by_many_at_once_is_started_once(server, tmp_path):
    store = Store(database_of(DataDir(tmp_path), server.database()))
    store.groups.add(GroupRow("g", "", "t", DAY, DAY))
    kind, together = ExecutionKind.TRAINING, threading.Barrier(6)

    def start(run):
        together.wait()
        return store.executions.start(run)

    with ThreadPoolExecutor(6) as pool:
        for _ in range(10):
            run = store.executions.register(kind, "T1", "g", DAY)
            jobs = list(pool.map(start, [run] * 6))
            assert len([job for job in jobs if job is not None]) == 1
    store.close()


def test_a_run_is_trained_promoted_and_monitored(on, platform, tmp_path):
    built = platform.data_dir / "environments"
    built.mkdir(exist_ok=True)
    (tmp_path / "trained").mkdir()
    (tmp_path / "trained" / "environments").symlink_to(built)
    running = on("trained")
    trainer, kit = Trainer(running), Kit(running)
    experiment = trainer.experiment()
    requirements = {"requirements": ("requirements.txt", b"pandas\ncloudpickle\n")}
    number = trainer.run(experiment, TRAIN, requirements)
    data = trainer.describe(experiment, number)["RunData"]["paramsAndMetrics"]
    assert data["metrics"] == {"auc": 0.75}
    printed = [row["OutputData"] for row in trainer.log(experiment, number)]
    assert "fitted\ufffd" in printed
    source = {"source": ("app.py", kit.SCORE.encode())}
    model = trainer.promote(experiment, number, source).json()["ModelHash"]
    assert running.get(f"/model/sync/host/demo/{model}").status_code == 202
    assert running.wait(model)["Status"] == "Deployed"
    monitoring = kit.monitored(model, number, WATCH, OutputCols=["proba"])
    kit.records(model, kit.MONDAY, kit.people(300, income=120.0))
    week = kit.ran(monitoring, first="2026-W14")["2026-W14"]
    assert (week["Rows"], week["Columns"]["income"]["Level"]) == (300, "significant")
    code, out = running.stop()
    assert (code, out) == (0, "")


def test_one_database_has_one_platform(on):
    on("one")
    with pytest.raises(AssertionError, match="Another platform works with"):
        on("two")


def test_an_outage_of_the_server_ends_no_job_and_no_claim(server, tmp_path):
    url = database_of(DataDir(tmp_path), server.database())
    tried, done = threading.Semaphore(0), threading.Event()

    def run(job):
        if tried.acquire(blocking=False):
            store.jobs.unfinished()
            done.set()
        else:
            server.stop()
            store.jobs.unfinished()

    with claimed(url):
        store = Store(url)
        lane = Lane(store, ThreadPoolExecutor(1), run, lambda job: None, again_s=0.1)
        store.groups.add(GroupRow("g", "", "t", DAY, DAY))
        lane.put(store.executions.accept(ExecutionKind.MODEL, "M1", "g", DAY)[1])
        while (server.folder / "data" / "postmaster.pid").exists():
            time.sleep(0.05)
        with pytest.raises(OperationalError) as met:
            store.groups.all()
        request = Request({"type": "http", "method": "GET", "path": "/", "headers": []})
        answer = asyncio.run(on_storage(request, met.value))
        assert (answer.status_code, b"database does not" in answer.body) == (503, True)
        tried.release()
        server.start()
        assert done.wait(60)
        lane.close()
        assert store.jobs.unfinished() == []
        with pytest.raises(DatabaseError, match="Another platform"), claimed(url):
            pass
        store.close()


def test_a_database_that_cannot_be_used_is_told_without_its_password(server, tmp_path):
    data = DataDir(tmp_path)
    for address, word in (
        (server.address("nowhere"), '"nowhere" does not exist'),
        ("postgresql://postgres:hush@127.0.0.1:1/rows", "127.0.0.1"),
        ("postgresql://postgres:hush@127.0.0.1", "postgresql://user"),
        ("mysql://root:hush@127.0.0.1/rows", "postgresql://user"),
        ("hush", "postgresql://user"),
        ("postgresql://user:hush/rows", "postgresql://user"),
        ("postgresql://user:of@hush@127.0.0.1/rows", "%40 for @"),
    ):
        with (
            pytest.raises(DatabaseError, match=word) as told,
            claimed(database_of(data, address)),
        ):
            pass
        assert not _secrets(str(told.value))
    for address, word in (
        (server.address("postgres", "hush"), "password authentication failed"),
        (server.database("CREATE TABLE models (mine integer)"), "already exists"),
        (server.database(*NEWER), "is of a newer codex_jupyter"),
    ):
        code, said = command(
            "serve", "--database", address, "--data-dir", str(tmp_path)
        )
        assert (code, word in said) == (2, True), said
        assert "Traceback" not in said
        assert not _secrets(said)
        assert not (tmp_path / "database.json").exists()


def _secrets(said):
    return [one for one in ("hush", PASSWORD, "of%20the") if one in said]


def test_a_folder_stays_with_its_database(server, tmp_path):
    (tmp_path / "platform.db").touch()
    data = ("--data-dir", str(tmp_path))
    code, said = command("serve", "--database", server.database(), *data)
    assert (code, "platform.db" in said) == (2, True)
