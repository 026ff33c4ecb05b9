from __future__ import annotations

import pytest

from codex_jupyter.errors import InputError
from codex_jupyter.magics.command import NAMES, find
from codex_jupyter.magics.parser import HelpRequested, Kind, Parser


@pytest.fixture
def parser():
    made = Parser("try", "Try things.", ("%codex try a",))
    made.add("name", metavar="NAME", help="a name")
    made.add("value", nargs="?", rest=True, kind=Kind.OBJECT, metavar="VALUE")
    made.add("--group", kind=Kind.GROUP, metavar="G")
    made.add("--extra", kind=Kind.FILES, metavar="FILE")
    made.add("--yes", kind=Kind.FLAG)
    made.add("--kind", choices=["a", "b"], default="a")
    return made


@pytest.mark.parametrize(
    "value",
    [
        "0",
        "0.1",
        "-1",
        "-1e5",
        "-inf",
        "X - 1",
        '{"age": 3, "who": "a b"}',
        '"text"',
        "x if y else -z",
        "[1, 2]",
        "@row one.json",
    ],
)
def test_the_rest_of_the_line_is_the_value_as_typed(parser, value):
    for line in (f"m {value}", f"m --group g {value}", f"m {value} --group g"):
        assert parser.parse(line).value == value


def test_options_may_stand_anywhere_and_take_any_value(parser):
    got = parser.parse("--group -1 m --yes --extra a.csv 'b c.csv' --kind b")
    assert (got.name, got.group, got.yes, got.kind) == ("m", "-1", True, "b")
    assert got.extra == ["a.csv", "b c.csv"]
    assert parser.parse("m --extra=a --extra b").extra == ["a", "b"]
    assert parser.parse("m").extra == []


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("", "it needs NAME", "Such as %codex "),
        ("m --gruop g", "no option --gruop", "Did you mean --group?"),
        ("m --group", "--group needs a value", "--help"),
        ("m --group --yes", "--group needs a value", "--help"),
        ("m --kind c", "--kind is one of a, b.", "--help"),
        ("m --yes=1", "--yes takes no value", "--help"),
    ],
)
def test_a_line_that_does_not_fit_says_how_and_what_to_type(
    parser, line, message, hint
):
    with pytest.raises(InputError, match=message) as caught:
        parser.parse(line)
    assert hint in caught.value.hint


def test_words_stand_for_their_text_before_choices_are_checked_and_values_do_not(
    parser,
):
    got = parser.parse("m x --kind B --extra F G", str.lower)
    assert (got.kind, got.extra) == ("b", ["f", "g"])
    assert parser.parse("M X", str.lower).value == "X"
    assert parser.parse("M X", str.lower).name == "m"


def test_an_option_is_never_guessed_from_its_start(parser):
    with pytest.raises(InputError, match="no option --gro"):
        parser.parse("m --gro g")


def test_what_was_typed_too_much_is_not_repeated_because_it_may_be_a_secret():
    parser = find("connect").parser()
    for line in ("http://x user hunter2", "--password hunter2", "--pass=hunter2"):
        with pytest.raises(InputError) as caught:
            parser.parse(line)
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("name", NAMES)
def test_each_command_has_help_with_an_example(name):
    with pytest.raises(HelpRequested) as caught:
        find(name).parser().parse("--help")
    text = caught.value.message
    assert text.startswith(f"usage: %codex {name}")
    assert f"codex {name}" in text.partition("examples:")[2]
    assert max(map(len, text.splitlines())) <= 88


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_each_command_are_lines_that_it_takes(name):
    command = find(name)
    for example in command.examples:
        line = example.partition("codex ")[2].partition(" ")[2]
        assert vars(command.parser().parse(line)) is not None
