from __future__ import annotations

import json
import math

import numpy as np
import pytest

from codex_jupyter.errors import InputError
from codex_jupyter.magics.values import file_or_object, object_value, text_value

ROW = {"age": 3, "who": "a b"}
NAMES = {"row": ROW, "rows": [ROW], "np": np, "group": "demo", "n": 3, "x": 0}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("0.1", 0.1),
        ("-3", -3),
        ("-1e5", -1e5),
        ('{"a": null, "b": [true]}', {"a": None, "b": [True]}),
        ("{'a': None, 'b': (1, 2)}", {"a": None, "b": (1, 2)}),
        ("{}", {}),
        ('"text"', "text"),
        ("row", ROW),
        ("$row", ROW),
        ("{row}", ROW),
        ("{rows[0]}", ROW),
        ('{"age": n, **row}', ROW),
        ("x", 0),
        ("[r['age'] for r in rows]", [3]),
        ("np.float64(0.5) + 1", 1.5),
        ("(lambda q: q + n)(1)", 4),
    ],
)
def test_a_word_is_a_literal_json_a_name_or_an_expression(text, value):
    assert object_value(text, NAMES) == value


def test_nan_of_json_is_read():
    assert math.isnan(object_value('{"a": NaN}', NAMES)["a"])


def test_an_unknown_name_is_met_with_names_that_look_alike():
    with pytest.raises(InputError, match="no variable named rwo") as caught:
        object_value("{rwo}", NAMES)
    assert "row" in caught.value.hint


def test_an_expression_that_raises_says_what_it_raised():
    with pytest.raises(InputError, match="KeyError: 'no'"):
        object_value("row['no']", NAMES)


@pytest.mark.parametrize("text", ["import os", "a b", "{", "x = 1", "{a: 1, }}", ""])
def test_what_is_no_expression_is_refused(text):
    with pytest.raises(InputError):
        object_value(text, NAMES)


def test_a_json_file_is_read_and_a_missing_one_names_its_neighbour(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "row.json").write_text(json.dumps(ROW))
    (tmp_path / "bad.json").write_text("{")
    assert object_value("@row.json", NAMES) == ROW
    with pytest.raises(InputError, match=r"rows\.json is not there") as caught:
        object_value("@rows.json", NAMES)
    assert "row.json" in caught.value.hint
    with pytest.raises(InputError, match="not JSON"):
        object_value("@bad.json", NAMES)
    with pytest.raises(InputError, match="a folder"):
        object_value("@.", NAMES)


def test_plain_words_stay_and_references_become_their_text():
    assert text_value("credit-score", NAMES) == "credit-score"
    assert text_value("$group", NAMES) == "demo"
    assert text_value("{group + str(n)}", NAMES) == "demo3"
    assert text_value("$n", NAMES) == "3"
    assert text_value("a{b}", NAMES) == "a{b}"
    with pytest.raises(InputError, match="is a dict"):
        text_value("{row}", NAMES)


def test_a_variable_wins_over_a_file_and_an_at_sign_always_means_the_file(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "row").write_text("file")
    (tmp_path / "model.pkl").write_text("file")
    assert file_or_object("row", NAMES) == ROW
    assert file_or_object("@row", NAMES) == tmp_path / "row"
    assert file_or_object("model.pkl", NAMES) == tmp_path / "model.pkl"
    assert file_or_object("rows[0].get('age')", NAMES) == 3
    assert file_or_object("0.5", NAMES) == 0.5
    assert file_or_object("'" + "x" * 5000 + "'", NAMES) == "x" * 5000
    for missing in ("modle.pkl", "some/where.json", "@nothing"):
        with pytest.raises(InputError, match="is not there"):
            file_or_object(missing, NAMES)
