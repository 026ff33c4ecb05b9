"""The rules of a requirements file, as server and form both apply them."""

from __future__ import annotations

import pytest

from codex_jupyter.protocol.requirements import (
    is_harmless,
    lines,
    requirement_problem,
)


def test_comments_blanks_and_continued_lines_are_read_as_pip_does():
    text = "\ufeffpandas==2 # frames\n\n  # only a comment\na==1 \\\n  --hash=x\n"
    assert list(lines(text)) == ["pandas==2", "a==1 --hash=x"]


@pytest.mark.parametrize("line", ["--pre", "--no-binary :all:", "--only-binary=x"])
def test_options_that_only_choose_are_harmless(line):
    assert is_harmless(line)
    assert requirement_problem(line) is None


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("-r other.txt", "another file"),
        ("--extra-index-url https://x", "package index"),
        ("./local", "file or an address"),
        ("a @ file:///tmp/a", "Write a==VERSION"),
        ("git+https://user:pass@host/x ${T}", "variable"),
    ],
)
def test_a_refused_line_says_what_to_do_and_repeats_no_password(line, word):
    told = requirement_problem(line)
    assert word in told
    assert "pass" not in told.replace("password", "")
