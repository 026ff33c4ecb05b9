"""What models did: calls counted from the records, and the last drift verdict."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from codex_jupyter.server import activity
from codex_jupyter.server.activity import CallCounts, Called
from codex_jupyter.server.records import Records
from codex_jupyter.server.store import GroupRow, MonitoringRow, ResultRow, Store

NOW = datetime.now(UTC)
DAY = datetime(2026, 1, 2)  # noqa: DTZ001 - the database keeps UTC without a zone


@pytest.fixture
def records(tmp_path):
    made = Records(tmp_path)
    yield made
    made.close()


def keep(records, model, *moments, text=b'{"x": 1}'):
    async def work():
        for moment in moments:
            await records.append(model, text, b"1", moment, 0.1, "id")

    asyncio.run(work())


def told(moment):
    return moment.isoformat(timespec="microseconds")


def test_calls_are_counted_by_model_and_the_last_one_is_told(records, tmp_path):
    assert CallCounts(tmp_path).all() == {}
    keep(records, "Mone", NOW - timedelta(days=40), NOW - timedelta(hours=1), NOW)
    keep(records, "Mtwo", NOW - timedelta(days=3))
    assert CallCounts(tmp_path).all() == {
        "Mone": Called(3, told(NOW)),
        "Mtwo": Called(1, told(NOW - timedelta(days=3))),
    }


def test_a_count_goes_on_where_it_stopped(records, tmp_path):
    counts = CallCounts(tmp_path)
    for number in range(1, 4):
        moment = NOW + timedelta(microseconds=number)
        keep(records, "Mone", moment)
        assert counts.all()["Mone"] == Called(number, told(moment))
    # Another day, after the first count of the model.
    keep(records, "Mone", NOW - timedelta(days=1))
    assert counts.all()["Mone"].count == 4


def test_lines_longer_than_what_is_read_at_once_are_counted_once(
    records, tmp_path, monkeypatch
):
    monkeypatch.setattr(activity, "_PIECE", 64)
    counts = CallCounts(tmp_path)
    for number in range(3):
        keep(records, "Mone", NOW, text=b'"' + b"x" * (40 + 61 * number) + b'"')
        assert counts.all()["Mone"] == Called(number + 1, told(NOW))


def test_a_torn_line_is_no_call_until_it_is_whole(records, tmp_path):
    keep(records, "Mone", NOW)
    [path] = tmp_path.glob("*/*/*.jsonl")
    later = told(NOW + timedelta(seconds=1))
    counts = CallCounts(tmp_path)
    with path.open("a") as file:
        file.write(f'{{"at": "{later}", "input"')
    assert counts.all()["Mone"] == Called(1, told(NOW))
    with path.open("a") as file:
        file.write(': "1"}\n')
    assert counts.all()["Mone"] == Called(2, later)


def test_a_line_that_is_no_record_counts_and_has_no_time(tmp_path):
    folder = tmp_path / "model=Mone" / "date=2026-01-02"
    folder.mkdir(parents=True)
    (folder / "a.jsonl").write_bytes(b"\xff\x00\n")
    (folder / "note.txt").write_text("not a record\n")
    (tmp_path / "other").mkdir()
    assert CallCounts(tmp_path).all() == {"Mone": Called(1, None)}


@pytest.fixture
def store(tmp_path):
    made = Store(f"sqlite:///{tmp_path / 'a.db'}")
    made.groups.add(GroupRow("g", "", "t", DAY, DAY))
    yield made
    made.close()


def monitor(store, hash_, model, period="Week", registered=DAY):
    what = (hash_, "g", model, "one", period, {}, None, None, "", "", registered)
    store.monitorings.add(MonitoringRow(*what), [])


def judge(store, hash_, label, begins, verdict, records=10):
    summary = {"Verdict": verdict, "Records": records}
    row = ResultRow(hash_, label, begins, begins, True, 1, begins, "blob", summary)  # noqa: FBT003
    store.monitorings.write(row)


def test_the_verdict_is_that_of_the_newest_period_with_records(store):
    monitor(store, "A", "Mone")
    judge(store, "A", "2026-W13", DAY, "stable")
    judge(store, "A", "2026-W14", DAY + timedelta(days=7), "significant")
    judge(store, "A", "2026-W15", DAY + timedelta(days=14), "empty", records=0)
    monitor(store, "B", "Mtwo")
    monitor(store, "C", None)
    judge(store, "C", "2026-W13", DAY, "stable")
    assert store.monitorings.last_verdicts() == {"Mone": ("2026-W14", "significant")}
    # Another period of the same model: the later beginning counts.
    monitor(store, "D", "Mone", "Day")
    judge(store, "D", "2026-01-20", DAY + timedelta(days=18), "moderate")
    assert store.monitorings.last_verdicts()["Mone"] == ("2026-01-20", "moderate")


def test_what_was_registered_anew_has_no_verdict_of_its_predecessor(store):
    monitor(store, "A", "Mone")
    judge(store, "A", "2026-W13", DAY, "significant")
    monitor(store, "B", "Mone", registered=DAY + timedelta(days=1))
    assert store.monitorings.last_verdicts() == {}


@pytest.mark.platform
def test_a_search_tells_activity_only_when_it_is_asked_to(platform):
    model = platform.deploy(name="counted")

    def row(**query):
        answer = platform.get("/model/search", params={"name": "counted"} | query)
        [found] = [r for r in answer.json()["Results"] if r["ModelHash"] == model]
        return found

    assert "Calls" not in row()
    assert {k: row(activity="true")[k] for k in activity.QUIET} == activity.QUIET
    assert platform.run(model, {"x": 2}).status_code == 200
    found = row(activity="true")
    assert (found["Calls"], found["Drift"]) == (1, None)
    assert json.dumps(found["LastCallAt"])[1:5] == f"{datetime.now(UTC):%Y}"
