"""Production data: what was answered is on disk, whatever is killed when."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import json
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta

import pyarrow.dataset
import pytest

from codex_jupyter.server import records as module
from codex_jupyter.server.records import Records

MODEL = "M" + "a" * 63
START = datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC)


@pytest.fixture
def records(tmp_path):
    made = Records(tmp_path / "records")
    yield made
    made.close()


async def append(records, number, at=START, model=MODEL):
    text = json.dumps({"n": number}).encode()
    await records.append(model, text, b'{"y": "\xc3\xa7"}', at, 0.25, f"r{number}")


def test_what_was_appended_is_read_back(records):
    asyncio.run(append(records, 1))
    [record] = records.read(MODEL)
    assert (record.at, record.request_id, record.seconds) == (START, "r1", 0.25)
    assert (record.input, record.output) == ('{"n": 1}', '{"y": "ç"}')


def test_appends_at_once_are_all_kept(records):
    async def main():
        await asyncio.gather(*(append(records, number) for number in range(1500)))

    asyncio.run(main())
    assert records.count(MODEL) == 1500
    assert {r.request_id for r in records.read(MODEL)} == {f"r{n}" for n in range(1500)}


def test_a_period_is_read_without_the_days_around_it(records):
    async def main():
        for number in range(5):
            await append(records, number, START + timedelta(hours=12 * number))

    asyncio.run(main())
    begin, end = START + timedelta(hours=12), START + timedelta(hours=36)
    assert [r.request_id for r in records.read(MODEL, begin, end)] == ["r1", "r2"]
    assert [r.request_id for r in records.read(MODEL, start=end)] == ["r3", "r4"]


def test_models_do_not_mix(records):
    async def main():
        await append(records, 1)
        await append(records, 2, model="M" + "b" * 63)

    asyncio.run(main())
    assert [r.request_id for r in records.read(MODEL)] == ["r1"]
    assert records.count("Mnothing") == 0


@pytest.mark.parametrize("name", ["../../x", "", "a/b", "a\n"])
def test_a_name_that_is_no_hash_never_becomes_a_path(records, name):
    with pytest.raises(ValueError, match="not a model's hash"):
        asyncio.run(append(records, 1, model=name))


def test_arrow_reads_the_folder_with_its_partitions(records, tmp_path):
    async def main():
        for number in range(3):
            await append(records, number, START + timedelta(hours=number))

    asyncio.run(main())
    dataset = pyarrow.dataset.dataset(
        tmp_path / "records", format="json", partitioning="hive"
    )
    table = dataset.to_table(filter=pyarrow.dataset.field("date") == "2026-03-02")
    assert sorted(table["request_id"].to_pylist()) == ["r1", "r2"]
    assert set(table["model"].to_pylist()) == {MODEL}
    assert json.loads(table["input"][0].as_py()).keys() == {"n"}


def test_a_torn_last_line_is_skipped_and_cut_off_at_the_next_start(tmp_path):
    root = tmp_path / "records"
    first = Records(root)
    asyncio.run(append(first, 1))
    first.close()
    [path] = root.rglob("*.jsonl")
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    assert [r.request_id for r in first.read(MODEL)] == ["r1"]

    second = Records(root)
    asyncio.run(append(second, 2))
    second.close()
    assert path.read_bytes() == whole
    assert sorted(r.request_id for r in second.read(MODEL)) == ["r1", "r2"]
    assert len(list(root.rglob("*.jsonl"))) == 2


def test_a_file_that_somebody_writes_is_not_cut(tmp_path):
    folder = tmp_path / f"model={MODEL}" / "date=2026-03-01"
    folder.mkdir(parents=True)
    path = folder / "x-1.jsonl"
    path.write_bytes(b"half a line")
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        module.mend(tmp_path)
        assert path.read_bytes() == b"half a line"
    module.mend(tmp_path)
    assert path.read_bytes() == b""


def test_what_was_acknowledged_survives_a_kill(tmp_path):
    program = f"""
        import asyncio
        from datetime import datetime, UTC
        from pathlib import Path
        from codex_jupyter.server.records import Records

        async def one(records, number):
            text = b"x" * 5000
            await records.append("Mx", text, b"1", datetime.now(UTC), 0.1, str(number))
            print(number, flush=True)

        async def main():
            records = Records(Path({str(tmp_path)!r}))
            number = 0
            while True:
                await asyncio.gather(*(one(records, number + n) for n in range(16)))
                number += 16

        asyncio.run(main())
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        told = [int(process.stdout.readline()) for _ in range(200)]
        process.send_signal(signal.SIGKILL)
        told += [int(line) for line in process.stdout if line.endswith("\n")]
    records = Records(tmp_path)
    try:
        kept = [int(record.request_id) for record in records.read("Mx")]
    finally:
        records.close()
    assert set(told) <= set(kept)
    assert len(kept) == len(set(kept))


def test_files_are_rotated_and_few_are_open(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_MOST_BYTES", 500)
    monkeypatch.setattr(module, "_MOST_OPEN", 2)
    records = Records(tmp_path)

    async def main():
        for number in range(30):
            await append(records, number, model=f"M{number % 3}")

    asyncio.run(main())
    assert len(records._files) <= 2
    records.close()
    for model in ("M0", "M1", "M2"):
        assert records.count(model) == 10
    assert all(path.stat().st_size < 1000 for path in tmp_path.rglob("*.jsonl"))


def test_a_write_that_fails_reaches_its_caller_and_leaves_whole_lines(tmp_path):
    program = f"""
        import asyncio, resource, signal
        from datetime import datetime, UTC
        from pathlib import Path
        from codex_jupyter.server.records import Records

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, resource.RLIM_INFINITY))

        async def main():
            records = Records(Path({str(tmp_path)!r}))
            async def one(size):
                now, text = datetime.now(UTC), b"x" * size
                await records.append("Mx", text, b"1", now, 0.1, str(size))
            await one(1000)
            try:
                await one(9000)
            except OSError as error:
                print(error.errno)
            await one(2000)
            records.close()

        asyncio.run(main())
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) == errno.EFBIG
    for path in tmp_path.rglob("*.jsonl"):
        assert all(json.loads(line) for line in path.read_bytes().splitlines())
    records = Records(tmp_path)
    assert [r.request_id for r in records.read("Mx")] == ["1000", "2000"]
    records.close()


def test_nothing_is_taken_after_the_close(tmp_path):
    records = Records(tmp_path)
    records.close()
    with pytest.raises(OSError, match="closed"):
        asyncio.run(append(records, 1))
    records.close()


def test_a_flush_returns_after_what_came_before_it(records):
    async def main():
        task = asyncio.create_task(append(records, 1))
        await asyncio.sleep(0)
        await records.flush()
        assert records.count(MODEL) == 1
        await task

    asyncio.run(main())
