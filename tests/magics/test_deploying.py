"""What the deploy form takes from the notebook: variables, lines, expressions."""

from __future__ import annotations

import sys
import threading

import pytest

from codex_jupyter.errors import InputError
from codex_jupyter.magics.deploying.harmless import is_harmless
from codex_jupyter.magics.deploying.line import file_word, one_line, quoted
from codex_jupyter.magics.deploying.printed import MOST, capture
from codex_jupyter.magics.deploying.variables import listed
from codex_jupyter.magics.tokens import split


class Estimator:
    def predict(self, rows):
        raise AssertionError("it was called")

    def __len__(self):
        raise AssertionError("it was measured")


class Hostile(dict):
    def __bool__(self):
        raise RuntimeError("broken")

    def __getattr__(self, name):
        raise AssertionError(f"{name} was asked for")


def test_variables_are_judged_by_type_and_the_broken_ones_left_out():
    import pandas as pd

    frame = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
    names = {
        "model": Estimator(),
        "frame": frame,
        "column": frame["a"],
        "row": {"a": 1},
        "empty": {},
        "number": 3,
        "Estimator": Estimator,
        "sys": sys,
        "_hidden": {"a": 1},
        "hostile": Hostile(a=1),
        "<script>": {"a": 1},
        "In": ["x"],
    }
    found = {name: (kinds, what) for name, kinds, what in listed(names)}
    assert found == {
        "model": (("model",), "Estimator"),
        "frame": (("sample", "other"), "DataFrame, 2 rows, 2 columns"),
        "column": (("sample", "other"), "Series of 2"),
        "row": (("sample", "other"), "dict of 1"),
        "empty": (("other",), "dict of 0"),
    }


def test_the_likely_ones_come_first():
    names = {"old": [1], "m": Estimator(), "new": {"a": 1}}
    assert [name for name, *_ in listed(names)] == ["m", "new", "old"]


@pytest.mark.parametrize(
    "text",
    ["x", "X.head(1)", "X[['a', 'b']].iloc[0]", '{"a": [1, -2]}', "{'a': b}", "{x",
     "$x", "{X.head(2)}", "X.drop(columns='y')", ""],
)  # fmt: skip
def test_an_expression_that_only_reads_is_harmless(text):
    assert is_harmless(text)


@pytest.mark.parametrize(
    "text",
    ["stock.pop()", "f()", "[f() for x in y]", "{'a': next(it)}", "{f(1)}", "(a := 1)",
     "X.drop('y', inplace=True)", "X.head(f())", "lambda: 0", "X.drop(**k)", "await x"],
)  # fmt: skip
def test_an_expression_that_may_change_something_is_not(text):
    assert not is_harmless(text)


@pytest.mark.parametrize(
    "text",
    ["plain", "two words", "it's", 'say "x"', """a 'b' "c" """.strip(), "", "{'a': 1}",
     '{"a": "b c"}', "X[['a b']]", "-1", "--model", "größe", "\u202eabc", "a=1, b",
     "C:\\x y", '"quoted"', "(", "]"],
)  # fmt: skip
def test_a_value_on_a_line_is_read_back_as_it_was(text):
    assert split(f"x {quoted(text)} y")[1].text == text


def test_what_no_quotes_can_hold_is_an_error():
    with pytest.raises(InputError, match="cannot be written on a line"):
        quoted("a 'b' \"c\\")


def test_a_path_where_a_variable_may_stand_is_marked():
    assert file_word("m.pkl", {}) == "m.pkl"
    assert file_word("model", {}) == "@model"
    assert file_word("row.json", {"row": 1}) == "@row.json"
    assert file_word("@x", {}) == "@x"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{\n "a": "b\\nc"\n}', '{"a": "b\\nc"}'),
        ("{\n 'a':\n  1}", "{'a': 1}"),
        ("X.head(1)", "X.head(1)"),
        ("no\n (", "no ("),
    ],
)
def test_a_text_of_several_lines_is_one_that_means_the_same(text, line):
    assert one_line(text) == line


def test_only_the_prints_of_the_one_thread_are_kept(capsys):
    other = threading.Thread(target=lambda: sys.stdout.write("from another"))
    with capture() as parts:
        sys.stderr.write("mine")
        other.start()
        other.join()
        sys.stdout.write("x" * (MOST * 2))
    assert parts[0] == "mine"
    assert len("".join(parts)) <= MOST + 100
    assert "from another" not in "".join(parts)
    sys.stdout.write("afterwards")
    out = capsys.readouterr().out
    assert "from another" in out
    assert "afterwards" in out
    assert "mine" not in out


def test_without_widgets_the_line_to_type_is_told(notebook):
    outcome = notebook.run("%codex deploy")
    assert not outcome.success
    assert "The deploy form needs a notebook." in outcome.text
    assert "%%codex deploy NAME --model VAR --schema EXPR" in outcome.text
    outcome = notebook.run("%%codex deploy\nx = 1")
    assert "needs NAME" in outcome.text
