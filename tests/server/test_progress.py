"""What can be known of an execution from outside."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from codex_jupyter.protocol.states import ExecutionState
from codex_jupyter.server.progress import Progress, estimate
from codex_jupyter.server.store import ExecutionKind, ExecutionRow

DAY = datetime(2026, 1, 2)  # noqa: DTZ001 - the database keeps UTC without a zone


def run(rows, seconds=None, size=1000):
    return ExecutionRow(
        id=1,
        kind=ExecutionKind.MODEL,
        subject="M1",
        group="g",
        state=ExecutionState.SUCCEEDED,
        message=None,
        requested_at=DAY,
        started_at=DAY,
        finished_at=None if seconds is None else DAY + timedelta(seconds=seconds),
        input_name="a.csv",
        input_blob="00",
        input_size=size,
        input_dataset=None,
        input_rows=rows,
        output_name=None,
        output_size=None,
        output_dataset=None,
        result_blob=None,
        result_size=None,
        details={},
    )


def test_without_earlier_runs_nothing_is_estimated():
    assert estimate(run(10), []) is None
    assert estimate(run(10), [run(None, 3)]) is None


def test_the_start_and_the_rows_are_told_apart_where_sizes_differ():
    # Two seconds to start, one for each thousand rows.
    earlier = [run(1000, 3), run(2000, 4), run(8000, 10)]
    assert estimate(run(5000), earlier) == pytest.approx(7)
    assert estimate(run(100_000), earlier) == pytest.approx(102)


def test_with_one_size_known_a_larger_input_takes_longer_and_a_smaller_no_less():
    earlier = [run(1000, 3), run(1000, 5)]
    assert estimate(run(1000), earlier) == pytest.approx(4)
    assert estimate(run(2000), earlier) == pytest.approx(8)
    assert estimate(run(10), earlier) == pytest.approx(4)


def test_an_estimate_is_never_below_what_was_seen_by_far():
    earlier = [run(1000, 10), run(2000, 4)]
    assert estimate(run(90_000), earlier) >= 2


def test_bytes_stand_for_rows_that_are_not_known():
    earlier = [run(None, 2, size=100), run(7, 4, size=300)]
    assert estimate(run(None, size=200), earlier) == pytest.approx(3)


def test_rows_are_counted_as_the_output_grows(tmp_path):
    (tmp_path / "input.csv").write_text("x\n" * 1001)
    progress = Progress(tmp_path, 1000, None)
    assert progress.look()["RowsWritten"] is None
    assert progress.look()["Fraction"] is None
    with (tmp_path / "out.csv").open("w") as file:
        file.write("y\n")
        file.flush()
        assert progress.look()["RowsWritten"] == 0
        file.write("1\n" * 250)
        file.flush()
        told = progress.look()
        assert (told["RowsWritten"], told["Fraction"]) == (250, 0.25)
        file.write("1\n" * 750)
    told = progress.look()
    # Only the end itself is the whole.
    assert (told["RowsWritten"], told["Fraction"]) == (1000, 0.99)
    (tmp_path / "out.csv").write_text("y\n1\n")
    assert progress.look()["RowsWritten"] == 1
