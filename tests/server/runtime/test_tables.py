"""Tables between the environments of models and the platform."""

from __future__ import annotations

import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from codex_jupyter.server.external import to_parquet
from codex_jupyter.server.runner.faults import Fault
from codex_jupyter.server.runner.tables import as_frame, read_table, write_table
from codex_jupyter.server.tables import packed_to_parquet, read_packed

DAYS = pd.to_datetime(["2026-01-01", None, "2026-03-01"])
COLUMNS = {
    "int": ([1, 2, 3], pa.int64()),
    "float": ([1.5, np.nan, np.inf], pa.float64()),
    "bool": ([True, False, True], pa.bool_()),
    "nullable": (pd.array([1, None, 3], "Int64"), pa.int64()),
    "maybe": (pd.array([True, None, False], "boolean"), pa.bool_()),
    "text": (["a", None, "é<script>"], pa.string()),
    "day": (DAYS, None),
    "zoned": (DAYS.tz_localize("Europe/Lisbon"), None),
    "kind": (pd.Categorical(["x", None, "y"]), None),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_arrives_with_its_type_and_its_missing_values(tmp_path, name):
    values, wanted = COLUMNS[name]
    frame = pd.DataFrame({name: values})
    write_table(as_frame(frame, "f() returned"), str(tmp_path / "t"))
    column = read_packed(tmp_path / "t").column(name)
    if wanted is not None:
        assert column.type == wanted
    back = column.to_pandas()
    assert back.isna().tolist() == frame[name].isna().tolist()
    there = frame[name].notna()
    assert back[there].tolist() == frame[name][there].tolist()


def test_a_frame_becomes_parquet(tmp_path):
    frame = pd.DataFrame({"a": range(1000), "b": ["x"] * 1000})
    write_table(as_frame(frame, "f() returned"), str(tmp_path / "t"))
    assert packed_to_parquet(tmp_path / "t", tmp_path / "t.parquet") == 1000
    assert pq.read_table(tmp_path / "t.parquet").to_pandas()["a"].sum() == 499_500


def test_objects_of_several_types_become_texts(tmp_path):
    frame = pd.DataFrame({"o": [1, "two", None]})
    write_table(as_frame(frame, "f() returned"), str(tmp_path / "t"))
    assert read_packed(tmp_path / "t").column("o").to_pylist() == ["1", "two", None]


def test_an_empty_frame_keeps_its_columns(tmp_path):
    write_table(as_frame(pd.DataFrame({"a": [], "b": []}), "x"), str(tmp_path / "t"))
    table = read_packed(tmp_path / "t")
    assert (table.column_names, table.num_rows) == (["a", "b"], 0)


def test_series_arrays_and_lists_of_rows_are_tables_too():
    assert list(as_frame(pd.Series([1], name="y"), "f").columns) == ["y"]
    assert list(as_frame(np.zeros((2, 2)), "f").columns) == ["0", "1"]
    assert as_frame([{"a": 1}, {"a": 2}], "f")["a"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "returned a NoneType. Return a pandas DataFrame."),
        ({"a": 1}, "returned a dict. Return a pandas DataFrame."),
        (
            pd.DataFrame([[1, 2]], columns=["a", "a"]),
            "returned a table with two columns called 'a'. Rename one of them.",
        ),
    ],
)
def test_what_is_no_table_is_refused(value, said):
    with pytest.raises(Fault) as caught:
        as_frame(value, "returned")
    assert caught.value.message == said


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfa;b\n1;2\n3;4\n",
        b"a,b\n1,2\n3,4\n",
        b"a\tb\r\n1\t2\r\n3\t4\r\n",
        b'[{"a": 1, "b": 2}, {"a": 3, "b": 4}]',
        b'{"a": 1, "b": 2}\n{"a": 3, "b": 4}\n',
        b'{"a": [1, 3],\n "b": [2, 4]}',
    ],
)
def test_a_table_is_read_by_its_content(tmp_path, content):
    (tmp_path / "given").write_bytes(content)
    frame = read_table(str(tmp_path / "given"))
    assert frame.to_dict("list") == {"a": [1, 3], "b": [2, 4]}


def test_a_csv_that_is_no_utf_8_is_latin_1(tmp_path):
    """At both ends: in the model's environment, and where the platform reads it."""
    given, kept = tmp_path / "given.csv", tmp_path / "kept.parquet"
    given.write_bytes("região;média\nSão Paulo;1.5\nCeará;2.5\n".encode("latin-1"))
    wanted = {"região": ["São Paulo", "Ceará"], "média": [1.5, 2.5]}
    assert read_table(str(given)).to_dict("list") == wanted
    assert to_parquet(given, kept) == 2
    assert pd.read_parquet(kept).to_dict("list") == wanted
    given.write_bytes(b"\xef\xbb\xbfa\n1\n")
    to_parquet(given, kept)
    assert list(pd.read_parquet(kept)) == ["a"]


def test_a_parquet_file_is_kept_without_holding_all_of_it(tmp_path):
    """A file of a few bytes can hold more rows than the platform has memory for."""
    given, kept = tmp_path / "given", tmp_path / "kept"
    frame = pd.DataFrame({"zéros": np.zeros(4_000_000), "n": 1})
    frame.to_parquet(given)
    usual = pa.default_memory_pool()
    pool = pa.proxy_memory_pool(usual)
    pa.set_memory_pool(pool)
    try:
        assert to_parquet(given, kept) == len(frame)
    finally:
        pa.set_memory_pool(usual)
    assert 0 < pool.max_memory() < frame.memory_usage().sum() / 4
    pd.testing.assert_frame_equal(pd.read_parquet(kept), frame)


def test_a_single_json_object_is_one_row(tmp_path):
    (tmp_path / "one.json").write_bytes(b'{"a": 1, "b": "x"}')
    frame = read_table(str(tmp_path / "one.json"))
    assert frame.to_dict("records") == [{"a": 1, "b": "x"}]


def test_decimal_commas_do_not_hide_a_semicolon(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"price;n\n1,5;2\n2,5;3\n")
    assert list(read_table(str(tmp_path / "a.csv")).columns) == ["price", "n"]


@pytest.mark.parametrize("content", [b"", b"PAR1 but no Parquet file", b"[{]"])
def test_a_file_that_is_no_table_is_named(tmp_path, content):
    (tmp_path / "bad").write_bytes(content)
    with pytest.raises(Fault, match="The file 'bad' "):
        read_table(str(tmp_path / "bad"))


def test_a_damaged_packed_table_is_an_error_and_nothing_is_unpickled(tmp_path):
    with zipfile.ZipFile(tmp_path / "t", "w") as packed:
        packed.writestr(
            "table.json", '{"rows": 1, "columns": [{"name": "a", "kind": "array"}]}'
        )
        with packed.open("0.npy", "w") as out:
            np.lib.format.write_array(out, np.array([object()]), allow_pickle=True)
    with pytest.raises(ValueError, match="pickle"):
        read_packed(tmp_path / "t")
