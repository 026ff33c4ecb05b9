"""Files in batches give what the same rows give in memory, exactly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from codex_jupyter.drift import DriftReference, compare, streaming
from codex_jupyter.drift import files as files_room
from codex_jupyter.drift.selection import Selection, Thinned
from codex_jupyter.errors import DriftError

ROWS = 30_000


def frame(seed, shift=0.0):
    """Columns that are hard for sampling: sorted, mostly one value, few-valued."""
    rng = np.random.default_rng(seed)
    normal = rng.normal(shift, 1, ROWS)
    made = pd.DataFrame(
        {
            "normal": normal,
            "sorted": np.sort(normal),
            "zeros": np.where(rng.random(ROWS) < 0.6, 0.0, normal),
            "near": np.where(rng.random(ROWS) < 0.02, normal, 7.0),
            "constant": 1.5,
            "integers": rng.integers(0, 1000, ROWS),
            "few": rng.integers(0, 5, ROWS),
            "truth": rng.random(ROWS) < 0.3,
            "text": rng.choice(list("abcdef"), ROWS),
            "many": [f"id {one}" for one in rng.integers(0, 400, ROWS)],
            "day": pd.date_range("2025-01-01", periods=ROWS, freq="min"),
        }
    )
    made.loc[::7, "normal"] = np.nan
    made.loc[3, "normal"], made.loc[5, "normal"] = np.inf, -np.inf
    made.loc[::5, "text"] = None
    made.loc[: ROWS // 2, "zeros"] = np.nan  # the first batches are empty
    return made


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(files_room, "_ROWS", 4000)


def stored(data, path):
    if path.suffix == ".parquet":
        data.to_parquet(path, row_group_size=7000)
    else:
        data.to_csv(path, index=False)
    return path


@pytest.mark.parametrize("room", [1 << 25, 1 << 10])
def test_a_reference_from_parquet_is_the_one_from_memory(
    tmp_path, small_batches, monkeypatch, room
):
    monkeypatch.setattr(streaming, "_ROOM", room)
    path = stored(frame(1), tmp_path / "train.parquet")
    assert DriftReference.fit(path).hash == DriftReference.fit(frame(1)).hash


@pytest.mark.parametrize("like", [None, "evidently", "feature_engine", "popmon"])
def test_two_parquet_files_compare_as_their_frames_do(tmp_path, small_batches, like):
    before, now = frame(1), frame(2, shift=0.3)
    paths = [
        stored(before, tmp_path / "train.parquet"),
        stored(now, tmp_path / "now.parquet"),
    ]
    expected = compare(before, now, like=like).frame
    pd.testing.assert_frame_equal(compare(*paths, like=like).frame, expected)


def test_a_csv_compares_as_its_frame_does_by_period(tmp_path, small_batches):
    before = frame(1).drop(columns="day")
    now = frame(2, shift=0.3)
    expected = compare(before, now, period="week", date_col="day")
    for path in (tmp_path / "now.csv", tmp_path / "now.csv.gz"):
        stored(now, path)
        found = compare(before, str(path), period="week", date_col="day")
        pd.testing.assert_frame_equal(found.frame, expected.frame)
        pd.testing.assert_frame_equal(found.history, expected.history)


def test_a_csv_column_that_turns_into_text_late_is_text(tmp_path, small_batches):
    codes = ["01", "02"] * 5000 + ["x9"]
    path = tmp_path / "codes.csv"
    path.write_text("code\n" + "\n".join(codes) + "\n")
    reference = DriftReference.fit(path)
    assert set(reference.columns["code"].bins.values) == {"01", "02", "x9"}
    # The other way round, the reference says that the file's numbers are text.
    assert compare({"code": codes}, path)["code"].psi == 0


def test_a_folder_of_parquet_files_is_one_table(tmp_path):
    whole = frame(1)
    for place, part in enumerate((whole[:9000], whole[9000:])):
        stored(part, tmp_path / f"part-{place}.parquet")
    assert DriftReference.fit(tmp_path).hash == DriftReference.fit(whole).hash


def test_paths_that_cannot_be_read_say_why(tmp_path):
    (tmp_path / "train.parquet").write_bytes(b"")
    with pytest.raises(DriftError, match=r"Did you mean train\.parquet"):
        DriftReference.fit(tmp_path / "trian.parquet")
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(DriftError, match="neither a Parquet nor a CSV file"):
        DriftReference.fit(tmp_path / "notes.txt")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DriftError, match="holds no Parquet files"):
        DriftReference.fit(tmp_path / "empty")
    with pytest.raises(DriftError, match=r"train\.parquet cannot be read"):
        DriftReference.fit(tmp_path / "train.parquet")


@pytest.mark.parametrize("seed", range(15))
def test_selected_ranks_are_exact_however_little_is_kept(seed):
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(1, 5000))
    values = rng.normal(size=rows)
    if seed % 3 == 0:
        values = np.round(values)  # many ties
    if seed % 3 == 1:
        values.sort()  # a sample of the beginning would mislead
    ranks = rng.integers(0, rows, 12)
    parts = np.array_split(values, 7)
    sample = Thinned(16)
    for part in parts:
        sample.add(part)
    selection = Selection(sample, ranks, room=16)
    while not selection.settled:
        for part in parts:
            selection.add(part)
        selection.end_round()
    assert (selection.pick(ranks) == np.sort(values)[ranks]).all()
