"""Executions of every kind in one list: what is found, in which order, by whom."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from codex_jupyter.client.executions import ExecutionsClient
from codex_jupyter.errors import InputError
from codex_jupyter.server.store import ExecutionKind, GroupRow, MonitoringRow, Store
from codex_jupyter.server.store.execution_search import Wanted, search

DAY = datetime(2026, 1, 2)  # noqa: DTZ001 - the database keeps UTC without a zone
KINDS = list(ExecutionKind)


@pytest.fixture
def store(tmp_path):
    made = Store(f"sqlite:///{tmp_path / 'a.db'}")
    for name in ("g", "other"):
        made.groups.add(GroupRow(name, "", name, DAY, DAY))
    what = ("W1", "g", "M9", "50% off", "Week", {}, None, None, "", "", DAY)
    made.monitorings.add(MonitoringRow(*what), [])
    for number in range(8):
        kind = KINDS[number % 4]
        subject = "W1" if kind is ExecutionKind.MONITORING else f"X{number % 4}"
        made.executions.register(
            kind,
            subject,
            "other" if number == 7 else "g",
            DAY + timedelta(hours=number),
            {"Label": "2026-W14"} if subject == "W1" else {},
        )
    yield made
    made.close()


def found(store, *, skip=0, limit=100, **wanted):
    count, rows = search(store.engine, Wanted(**wanted), skip=skip, limit=limit)
    return count, [row.id for row, _ in rows]


def test_the_newest_come_first_and_a_page_is_part_of_them(store):
    assert found(store) == (8, [8, 7, 6, 5, 4, 3, 2, 1])
    assert found(store, skip=3, limit=2) == (8, [5, 4])
    assert found(store, skip=100) == (8, [])


def test_each_filter_narrows_them(store):
    assert found(store, kind=ExecutionKind.SCRIPT) == (2, [6, 2])
    assert found(store, group="other") == (1, [8])
    assert found(store, subject="X0") == (2, [5, 1])
    assert found(store, state="Failed") == (0, [])
    assert found(store, since=DAY + timedelta(hours=6)) == (2, [8, 7])
    assert found(store, kind=ExecutionKind.TRAINING, group="other") == (0, [])


def test_a_text_is_part_of_a_name_or_a_number_and_never_a_pattern(store):
    assert found(store, text="OFF") == (2, [8, 4])
    assert found(store, text="50% o") == (2, [8, 4])
    assert found(store, text="5_% off") == (0, [])
    assert found(store, text="5") == (3, [8, 5, 4])
    assert found(store, text="9" * 40) == (0, [])
    assert found(store, text="'; drop table executions; --") == (0, [])


@pytest.mark.platform
def test_a_platform_lists_them_for_users(platform, batch):
    number = platform.start_run(batch).json()["ExecutionId"]
    platform.wait_run(number)
    admin = platform.admin
    client = ExecutionsClient(
        url=platform.address, login=admin["user"], password=admin["password"]
    )
    count, rows = client.search(subject=batch, limit=1)
    assert (count >= 1, len(rows)) == (True, 1)
    [row] = rows
    assert (row["Kind"], row["ExecutionState"]) == ("model", "Succeeded")
    assert row["InputFile"]["Name"] == "rows.csv"
    run = client.execution(row)
    assert repr(run).startswith(f"ModelExecution({number}, 'double'")
    run.set_token(platform.group("demo")["Authorization"].partition(" ")[2])
    assert list(run.result()["double"]) == [20, 40]
    with pytest.raises(InputError, match="cake"):
        client.execution(row | {"Kind": "cake"})

    for query in ({"kind": "cake"}, {"state": "ok"}, {"since": "soon"}, {"skip": "-1"}):
        answer = platform.get("/executions", params=query)
        assert answer.status_code == 400, query
        assert next(iter(query)) in answer.json()["Error"]["Message"]
    assert platform.as_group("/executions").status_code == 401
