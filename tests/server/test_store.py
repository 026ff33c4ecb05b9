"""The database: migrations, and states that change only as allowed."""

from __future__ import annotations

from datetime import datetime

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from codex_jupyter.protocol.states import ModelState
from codex_jupyter.server.store import GroupRow, ModelFile, ModelRow, Store
from codex_jupyter.server.store.engine import NEWEST
from codex_jupyter.server.store.migrations import configuration
from codex_jupyter.server.store.tables import metadata

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
        store.models.add(one, [ModelFile("source", "s.py", "00", 3)])


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
