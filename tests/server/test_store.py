"""The database: migrations, and states that change only as allowed."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, insert, inspect, make_url, text

from codex_jupyter.protocol.states import ExecutionState, LogType, ModelState
from codex_jupyter.server.database import DatabaseError, opening
from codex_jupyter.server.execution_texts import ExecutionTexts
from codex_jupyter.server.handlers.executions import execution_row
from codex_jupyter.server.store import (
    DatasetRow,
    ExecutionKind,
    FileRow,
    GroupRow,
    InputFile,
    ModelRow,
    Store,
    execution_owner,
)
from codex_jupyter.server.store.engine import NEWEST
from codex_jupyter.server.store.migrations import configuration
from codex_jupyter.server.store.tables import executions, metadata

DAY = datetime(2026, 1, 2)  # noqa: DTZ001 - the database keeps UTC without a zone


@pytest.fixture
def store(tmp_path):
    made = Store(f"sqlite:///{tmp_path / 'a.db'}")
    yield made
    made.close()


def model(hash_="M1", **changes):
    values = {
        "hash": hash_,
        "group": "g",
        "name": "one",
        "operation": "Sync",
        "reference": "score",
        "input_type": "json",
        "python": "Python311",
        "creator": "ana",
        "uploaded_at": DAY,
        "status": ModelState.READY,
        "message": None,
        "changed_at": DAY,
        "stages": [],
        "environment": None,
        "answer": None,
    }
    return ModelRow(**(values | changes))


def with_models(store, *models):
    store.groups.add(GroupRow("g", "", "t", DAY, DAY))
    for one in models:
        store.models.add(one, [FileRow("source", "s.py", "00", 3)])


def test_the_newest_migration_is_the_one_that_the_code_names():
    assert ScriptDirectory.from_config(configuration()).get_heads() == [NEWEST]


def test_migrations_make_the_tables_that_the_code_reads(store):
    found = inspect(store.engine)
    for table in metadata.sorted_tables:
        columns = {column["name"] for column in found.get_columns(table.name)}
        assert columns == set(table.columns.keys())


def test_a_second_start_on_the_same_file_keeps_what_is_there(tmp_path, store):
    with_models(store, model())
    again = Store(f"sqlite:///{tmp_path / 'a.db'}")
    assert again.models.get("M1") == model()
    again.close()


def test_a_state_changes_only_from_an_allowed_one(store):
    with_models(store, model())
    building = ({ModelState.READY}, ModelState.BUILDING)
    assert store.models.move("M1", *building, job="deploy")
    assert not store.models.move("M1", *building, job="deploy")
    assert [job.subject for job in store.jobs.unfinished()] == ["M1"]


def test_names_are_searched_as_text_and_not_as_patterns(store):
    with_models(store, model("M1", name="100% sure"), model("M2", name="1000 x sure"))
    assert [row.hash for row in store.models.search(name="0% S")] == ["M1"]


def test_a_group_name_is_taken_once(store):
    with_models(store)
    assert not store.groups.add(GroupRow("g", "", "other", DAY, DAY))


def test_a_database_of_the_first_release_is_brought_to_the_newest_with_its_rows(
    tmp_path,
):
    url = f"sqlite:///{tmp_path / 'old.db'}"
    engine = create_engine(url)
    config = configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in (
            "INSERT INTO groups VALUES ('g', '', 't', :day, :day)",
            (
                "INSERT INTO models VALUES ('M1', 'g', 'one', 'Sync', 'score', 'json', "
                "'Python311', 'ana', :day, 'Building', NULL, :day, '[]', NULL, NULL)"
            ),
            "INSERT INTO model_files VALUES ('M1', 0, 'source', 's.py', '00', 3)",
            (
                "INSERT INTO logs (subject, at, type, routine, text) "
                "VALUES ('M1', :day, 'Ok', 'Host', 'an old row')"
            ),
            (
                "INSERT INTO jobs (kind, subject, state, attempts, created_at) "
                "VALUES ('deploy', 'M1', 'queued', 1, :day)"
            ),
        ):
            connection.execute(text(statement), {"day": "2026-01-02 00:00:00.000000"})
    engine.dispose()
    store = Store(url)
    assert store.models.get("M1") == model(status=ModelState.BUILDING)
    assert store.files.of("M1") == [FileRow("source", "s.py", "00", 3)]
    (row,) = store.logs.search("M1")
    assert (row.text, row.type, row.execution) == ("an old row", LogType.OK, None)
    (job,) = store.jobs.unfinished("deploy")
    assert (job.subject, job.attempts, job.group) == ("M1", 1, None)
    number, _ = execution(store)
    assert store.executions.get(number, "g").state is ExecutionState.REQUESTED
    store.close()


def test_a_database_of_a_newer_release_says_what_to_install(store, tmp_path):
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    url = make_url(f"sqlite:///{tmp_path / 'a.db'}")
    with pytest.raises(DatabaseError, match="pip install -U") as told, opening(url):
        Store(url)
    assert f"{tmp_path / 'a.db'} is of a newer codex_jupyter" in str(told.value)


def execution(store):
    return store.executions.accept(
        ExecutionKind.MODEL, "M1", "g", DAY, input=InputFile("a.csv", "00", 3)
    )


def dataset(hash_, number):
    return DatasetRow(
        hash_,
        "g",
        "o.csv",
        "Model",
        "M1",
        number,
        "Succeeded",
        "",
        "11",
        "o.csv",
        4,
        DAY,
    )


def test_an_execution_is_accepted_together_with_its_job(store):
    with_models(store, model())
    number, job = execution(store)
    assert store.jobs.unfinished("execute") == [job]
    assert (job.subject, job.group) == (str(number), "g")
    assert store.executions.get(number, "other") is None


def test_a_result_is_written_once_and_only_while_the_execution_runs(store):
    with_models(store, model())
    number, _ = execution(store)
    assert not store.executions.succeed(number, dataset("D1", number))
    running = ExecutionState.RUNNING
    assert store.executions.move(number, {ExecutionState.REQUESTED}, running)
    assert store.executions.succeed(number, dataset("D1", number), result_blob="11")
    assert not store.executions.succeed(number, dataset("D2", number))
    row = store.executions.get(number)
    assert (row.state, row.output_dataset) == (ExecutionState.SUCCEEDED, "D1")
    assert [one.hash for one in store.datasets.search(group="g")] == ["D1"]
    assert store.datasets.search(origin_id=str(number)) == [dataset("D1", number)]
    assert store.datasets.delete("D1", "g")
    assert not store.datasets.delete("D1", "g")


def test_a_registered_execution_is_started_once(store):
    with_models(store)
    training = (ExecutionKind.TRAINING, "T1", "g", DAY, {"name": "first"})
    number = store.executions.register(*training)
    assert store.jobs.unfinished() == []
    job = store.executions.start(number, input_name="a.csv")
    assert (job.subject, job.group) == (str(number), "g")
    assert store.executions.start(number) is None
    row = store.executions.get(number, "g", ExecutionKind.TRAINING)
    assert (row.details, row.input_name) == ({"name": "first"}, "a.csv")
    assert store.executions.get(number, "g", ExecutionKind.MODEL) is None


def test_a_failed_execution_is_not_started(store):
    with_models(store)
    number = store.executions.register(ExecutionKind.TRAINING, "T1", "g", DAY)
    requested, failed = ExecutionState.REQUESTED, ExecutionState.FAILED
    assert store.executions.move(number, {requested}, failed, "cancelled")
    assert store.executions.start(number) is None
    assert store.jobs.unfinished() == []


def test_a_listing_tells_the_same_as_the_rows_themselves(store):
    with_models(store)
    kind, running = ExecutionKind.MODEL, ExecutionState.RUNNING
    requested = {ExecutionState.REQUESTED}
    later = DAY.replace(hour=3, microsecond=4500)
    for name in ("0.csv", 'né\n"</script>\\.csv', "\U0001f600.csv", ""):
        given = InputFile(name, "00", 3, dataset="D1", rows=7)
        made, _ = store.executions.accept(kind, "M1", "g", DAY, input=given)
    times = {"started_at": DAY, "finished_at": later}
    result = {"output_name": "ü.csv", "output_size": 0, "output_dataset": "D2"}
    store.executions.move(made, requested, running, 'a "text"\ttold', **times)
    store.executions.move(made - 1, requested, running, "", **times, **result)
    store.executions.move(made - 2, requested, running, started_at=later)
    store.executions.accept(kind, "M1", "g", DAY)
    texts = ExecutionTexts(store)
    raw = texts.listing("M1")
    told = [execution_row(row) for row in store.executions.of("M1")]
    for row in told:
        (row["InputFile"] or {}).pop("Sha256", None)
    assert json.loads(raw) == {"Count": 5, "Results": told}
    elapsed = [row["TimeElapsed"] for row in json.loads(raw)["Results"]]
    assert elapsed == [None, 10_800_004, 10_800_004, None, None]
    first = json.loads(texts.listing("M1", state="Requested", before=2, limit=5))
    assert (first["Count"], first["Results"]) == (2, told[-1:])
    assert json.loads(texts.listing("M2")) == {"Count": 0, "Results": []}
    assert json.loads(texts.listing("M1", before=1)) == {"Count": 5, "Results": []}


def test_a_listing_tells_what_happened_since_the_one_before(store):
    with_models(store)
    texts, kind = ExecutionTexts(store), ExecutionKind.MODEL
    numbers = [store.executions.accept(kind, "M1", "g", DAY)[0] for _ in range(5)]
    running, failed = ExecutionState.RUNNING, ExecutionState.FAILED
    moving = {ExecutionState.REQUESTED, running}
    store.executions.move(numbers[1], moving, failed, "x" * 5000)
    store.executions.move(numbers[3], moving, failed, "No file.")
    ready = ExecutionTexts(store)
    ready.warm()
    for change in (
        lambda: store.executions.move(numbers[0], moving, running),
        lambda: store.executions.move(numbers[2], moving, running),
        lambda: store.executions.move(numbers[2], moving, failed, "Ended."),
        lambda: store.executions.accept(kind, "M1", "g", DAY),
        lambda: store.executions.succeed(numbers[0]),
    ):
        change()
        rows = [execution_row(row) for row in store.executions.of("M1")]
        assert json.loads(texts.listing("M1"))["Results"] == rows
        # One that was made ready before the change tells the change, too.
        assert json.loads(ready.listing("M1"))["Results"] == rows


def test_what_was_made_ready_at_the_start_is_not_read_again(store):
    with_models(store)
    texts, kind = ExecutionTexts(store), ExecutionKind.MODEL
    texts.warm()
    first, _ = store.executions.accept(kind, "M1", "g", DAY)
    store.executions.move(
        first, {ExecutionState.REQUESTED}, ExecutionState.FAILED, "Ended."
    )
    over = {"subject": "M1", "group": "g", "state": "Succeeded"}
    with store.engine.begin() as connection:
        rows = [{"kind": "model", "requested_at": DAY, "details": {}, **over}] * 1200
        connection.execute(insert(executions), rows)
    last, _ = store.executions.accept(kind, "M1", "g", DAY)
    texts.warm()
    read = []
    listed = store.executions.listed
    store.executions.listed = lambda *given: read.append(given) or listed(*given)
    told = json.loads(texts.listing("M1", limit=2000))["Results"]
    assert [row["ExecutionId"] for row in told] == list(range(last, first - 1, -1))
    assert read == [("M1", last, last)]


def test_files_of_a_role_can_be_replaced_and_others_stay(store):
    owner = execution_owner(7)
    script, data = FileRow("source", "a.py", "00", 1), FileRow("data", "d.csv", "01", 2)
    store.files.put(owner, [script, data])
    newer = FileRow("source", "b.py", "02", 3)
    store.files.put(owner, [newer], replace=True)
    store.files.put(owner, [FileRow("extra", "e", "03", 4)])
    assert store.files.of(owner) == [data, newer, FileRow("extra", "e", "03", 4)]
    assert store.files.of(execution_owner(70)) == []
