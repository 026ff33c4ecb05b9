from __future__ import annotations

import datetime
import json

import numpy as np
import pandas as pd
import pytest

from codex_jupyter.errors import InputError
from codex_jupyter.magics.sample import check_answer, sample_of, table_sample

FRAME = pd.DataFrame(
    {
        "n": np.array([1, 2], dtype="int64"),
        "f": [0.5, np.nan],
        "s": ["a b", None],
        "b": [True, False],
        "t": pd.to_datetime(["2024-01-02", None]),
        "c": pd.Categorical(["x", "y"]),
        3: [1, 2],
    }
)
ROW = {"n": 1, "f": 0.5, "s": "a b", "b": True, "t": "2024-01-02T00:00:00", "c": "x",
       "3": 1}  # fmt: skip


def test_the_first_row_of_a_frame_is_the_sample_with_each_column_in_its_own_type():
    sample = sample_of(FRAME)
    assert sample == ROW
    assert type(sample["n"]) is int
    assert type(sample["b"]) is bool


def test_missing_values_of_every_kind_are_null():
    second = sample_of(FRAME.iloc[1:])
    assert (second["f"], second["s"], second["t"]) == (None, None, None)
    assert sample_of({"a": pd.NA, "b": float("inf")}) == {"a": None, "b": None}


@pytest.mark.parametrize(
    ("value", "sample"),
    [
        (pd.Series({"a": np.int32(1), "b": 2.5}), {"a": 1, "b": 2.5}),
        ({"a": np.float32(0.5), "b": np.array([1, 2])}, {"a": 0.5, "b": [1, 2]}),
        ([1, 2.0, "x"], [1, 2.0, "x"]),
        (np.array([[1, 2]]), [[1, 2]]),
        ({"d": datetime.date(2024, 1, 2)}, {"d": "2024-01-02"}),
    ],
)
def test_rows_dicts_lists_and_arrays_are_samples(value, sample):
    assert sample_of(value) == sample
    assert json.loads(json.dumps(sample_of(value))) == sample


def test_a_json_file_is_a_sample(tmp_path):
    path = tmp_path / "row.json"
    path.write_text('{"a": 1}')
    assert sample_of(path) == {"a": 1}
    path.write_text("a;b")
    with pytest.raises(InputError, match="not JSON"):
        sample_of(path)


@pytest.mark.parametrize("value", [FRAME.iloc[:0], {}, [], None, {"a": object()}])
def test_what_is_empty_or_not_json_is_refused_with_advice(value):
    with pytest.raises(InputError) as caught:
        sample_of(value)
    assert caught.value.hint


@pytest.mark.parametrize(
    "answer", [{"p": 1}, [{"p": 0.5}], '{"p": 1}', 3, None, {"p": np.float64(0.5)}]
)
def test_what_json_can_say_is_an_answer(answer):
    check_answer(answer, "score")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"p": np.int64(1)}, r"the answer\['p'\] is a numpy.int64"),
        ([{"p": [np.float32(1)]}], r"the answer\[0\]\['p'\]\[0\] is a numpy.float32"),
        ({"p": {1, 2}}, r"the answer\['p'\] is a set"),
        ({(1, 2): 3}, "a key of the answer is a tuple"),
        ("yes", "a text that is not JSON"),
        (FRAME, "the answer is a pandas"),
    ],
)
def test_what_json_cannot_say_is_named_with_its_place(answer, said):
    with pytest.raises(InputError, match=said) as caught:
        check_answer(answer, "score")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("value", "kind", "name", "content"),
    [
        (pd.DataFrame({"a": [1, 2]}, index=[5, 6]), None, "schema.csv", b"a\n1\n2\n"),
        ([{"a": 1}], None, "schema.json", b'[{"a":1}]'),
        ({"a": 1}, "json", "schema.json", b'{"a":1}'),
    ],
)
def test_the_schema_of_an_asynchronous_model_is_a_file(value, kind, name, content):
    sample = table_sample(value, kind)
    assert (sample.name, sample.content) == (name, content)


def test_a_schemas_file_is_taken_as_it_is_and_a_long_frame_by_its_beginning(tmp_path):
    path = tmp_path / "dados.csv"
    path.write_bytes(b"\xef\xbb\xbfa;b\n1;2\n")
    sample = table_sample(path, None)
    assert (sample.name, sample.kind) == ("dados.csv", "csv")
    assert sample.content == path.read_bytes()
    long = table_sample(pd.DataFrame({"a": range(10_000)}), "csv")
    assert len(long.content.splitlines()) == 101


@pytest.mark.parametrize("value", [pd.DataFrame({"a": []}), {}, 7])
def test_a_schema_of_nothing_is_refused(value):
    with pytest.raises(InputError):
        table_sample(value, None)
