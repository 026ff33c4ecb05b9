from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from codex_jupyter.client import payload
from codex_jupyter.errors import InputError


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float32(0.5), 0.5),
        (np.float64("nan"), None),
        (float("inf"), None),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.array(5), 5),
        (np.str_("é"), "é"),
        (np.datetime64("2024-01-02"), "2024-01-02"),
        (np.datetime64("NaT"), None),
        (pd.NA, None),
        (pd.NaT, None),
        (pd.Series([1.5, None], index=["a", "b"]), {"a": 1.5, "b": None}),
        (pd.DataFrame({"a": [1, 2]}), [{"a": 1}, {"a": 2}]),
        (pd.Index(["a", "b"]), ["a", "b"]),
        (pd.array([1, None], dtype="Int64"), [1, None]),
        (date(2024, 1, 2), "2024-01-02"),
        (Decimal("1.25"), 1.25),
        ({np.int64(1): (True, None)}, {"1": [True, None]}),
        (2**70, 2**70),
    ],
)
def test_what_notebooks_hold_becomes_json(value, expected):
    assert payload.plain(value) == expected
    assert json.loads(payload.encode(value)) == expected


@pytest.mark.parametrize(
    "value",
    [object(), {1, 2}, b"bytes", {"a": lambda: 0}, np.timedelta64(1, "D"), "\ud800"],
)
def test_what_has_no_json_form_is_refused(value):
    with pytest.raises(InputError):
        payload.encode(value)


def test_a_value_that_contains_itself_is_refused():
    ring: list[object] = []
    ring.append(ring)
    with pytest.raises(InputError, match="contains itself"):
        payload.encode(ring)


def test_bodies_are_compact_utf_8():
    assert payload.encode({"a": ["é", 1]}) == '{"a":["é",1]}'.encode()


def test_the_columns_of_a_row_keep_their_own_types():
    frame = pd.DataFrame({"n": [1], "f": [0.5], "s": ["x"], 7: [True]})
    (row,) = payload.rows_of(frame)
    assert row == {"n": 1, "f": 0.5, "s": "x", "7": True}
    assert isinstance(row["n"], int)


def test_a_file_of_json_is_read(tmp_path):
    file = tmp_path / "row.json"
    file.write_text('{"age": NaN, "b": 1}')
    assert payload.model_input(file) == {"age": None, "b": 1}
    assert payload.model_input(str(file)) == {"age": None, "b": 1}
    for wrong in ("missing.json", "not json", '{"a": }'):
        with pytest.raises(InputError):
            payload.model_input(wrong)
