"""What earlier builds tell of the time that one takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from codex_jupyter.protocol.states import ModelState
from codex_jupyter.server.clock import now
from codex_jupyter.server.estimating import estimate_of
from codex_jupyter.server.store import FileRow, GroupRow, ModelRow, Store, new_hash

USUAL = {"resolve": 1.0, "install": 40.0, "start": 2.0, "test": 0.5}


@pytest.fixture
def store(tmp_path):
    made = Store(f"sqlite:///{tmp_path}/store.db")
    made.groups.add(GroupRow("demo", "", "token", now() + timedelta(days=1), now()))
    yield made
    made.close()


def row(**more):
    given = ModelRow(
        new_hash("M"), "demo", "m", "Sync", "score", "json", "Python311", "me", now(),
        ModelState.DEPLOYED, None, now(), [], None, "{}",
    )  # fmt: skip
    return replace(given, **more)


def build(store, requirements="a", *, built=True, environment=None, **times):
    """A build that came to its end, with those times."""
    stages = [
        {"Stage": name, "Progress": "done", "Seconds": seconds}
        | ({"Built": built} if name == "install" else {})
        for name, seconds in (USUAL | times).items()
    ]
    made = row(stages=stages, environment=environment)
    store.models.add(made, [FileRow("requirements", "r.txt", requirements, 1)])
    return made


def estimate(store, requirements="a", *, is_kept=None, **more):
    new = row(status=ModelState.BUILDING, answer=None, **more)
    store.models.add(new, [FileRow("requirements", "r.txt", requirements, 1)])
    return estimate_of(store, new, is_kept=is_kept).data


def test_nothing_is_made_up_without_earlier_builds(store):
    told = estimate(store)
    assert told == {"Seconds": None, "Stages": {}, "Builds": 0, "Same": "python"}


def test_the_median_of_builds_with_the_same_requirements_counts(store):
    for seconds in (30.0, 40.0, 500.0):
        build(store, install=seconds)
    build(store, "other", install=1.0, resolve=100.0)
    told = estimate(store)
    assert told == {
        "Seconds": 43.5,
        "Stages": USUAL,
        "Builds": 3,
        "Same": "requirements",
    }


def test_without_such_those_with_the_same_python_count_and_no_others(store):
    build(store, "other", install=8.0)
    told = estimate(store)
    assert (told["Same"], told["Builds"], told["Stages"]["install"]) == ("python", 1, 8)
    assert estimate(store, python="Python39")["Seconds"] is None
    assert estimate(store, operation="Async")["Seconds"] is None


def test_an_environment_that_exists_is_not_installed_again(store, tmp_path):
    python = tmp_path / "python"
    build(store, environment=str(python))
    assert estimate(store)["Stages"]["install"] == 40.0
    python.touch()
    assert estimate(store)["Stages"]["install"] == 0.0
    build(store, "other", built=False, install=0.02)
    assert estimate(store)["Stages"]["install"] == 0.02
    # What the deployment itself has found out counts more.
    assert estimate(store, is_kept=False)["Stages"]["install"] == 40.0
    assert estimate(store, "new", is_kept=True)["Stages"]["install"] == 0.02


def test_builds_that_failed_or_were_never_made_do_not_count(store):
    failed = build(store)
    store.models.move(
        failed.hash, {ModelState.DEPLOYED}, ModelState.FAILED, answer=None
    )
    store.models.add(row(answer=None), [])
    assert estimate(store)["Seconds"] is None
