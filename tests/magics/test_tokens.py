from __future__ import annotations

import pytest

from codex_jupyter.errors import InputError
from codex_jupyter.magics.tokens import split, split_open


def texts(line):
    return [word.text for word in split(line)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", []),
        ("  a   b ", ["a", "b"]),
        ("predict m 0", ["predict", "m", "0"]),
        ("m -0.1", ["m", "-0.1"]),
        ('m {"a": 1, "b c": "x y"}', ["m", '{"a": 1, "b c": "x y"}']),
        (
            "--schema X[['a b', 'c']].head( 1 )",
            ["--schema", "X[['a b', 'c']].head( 1 )"],
        ),
        ('--requirements "a==1, b==2"', ["--requirements", "a==1, b==2"]),
        ('--requirements="a==1, b==2"', ["--requirements=a==1, b==2"]),
        ("\"credit score\" 'two words'", ["credit score", "two words"]),
        (r'"say \"hi\""', ['say "hi"']),
        (r"C:\new\table.csv", [r"C:\new\table.csv"]),
        ("it's fine", ["it's", "fine"]),
        ('"a".upper() x', ['"a".upper()', "x"]),
        ("{'}': 1} y", ["{'}': 1}", "y"]),
        ("f(x)[0] {a}", ["f(x)[0]", "{a}"]),
        ("naïve \u00a0 ñ", ["naïve", "ñ"]),
    ],
)
def test_blanks_split_and_quotes_and_brackets_keep_together(line, words):
    assert texts(line) == words


@pytest.mark.parametrize("line", ['m {"a": 1', "m 'abc", "X.head(1", 'm {"a": "b}'])
def test_what_is_never_closed_is_an_error_that_shows_where(line):
    with pytest.raises(InputError, match="not closed") as caught:
        split(line)
    assert caught.value.hint


def test_a_line_that_is_still_being_typed_gives_its_words():
    words = split_open('predict m {"a": 1')
    assert [w.text for w in words] == ["predict", "m", '{"a": 1']
    assert [w.closed for w in words] == [True, True, False]


def test_positions_are_those_of_the_line():
    line = ' a "b c"  {d}'
    assert [line[w.start : w.end] for w in split(line)] == ["a", '"b c"', "{d}"]
