"""Uploaded sources and .env files, in all the forms they arrive in."""

from __future__ import annotations

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from codex_jupyter.protocol.texts import parse_env, plain_text
from codex_jupyter.server.sources import script_text


def notebook(*cells: str, **metadata) -> bytes:
    made = new_notebook(cells=[new_code_cell(c) for c in cells], metadata=metadata)
    return nbformat.writes(made).encode()


def test_a_script_comes_back_as_it_is():
    text = "# coding: utf-8\r\nx = 'ação'\n\n"
    assert script_text(text.encode()) == text


def test_the_encoding_that_a_script_names_is_used():
    raw = "# coding: latin-1\nx = 'ação'\n".encode("latin-1")
    assert "ação" in script_text(raw)


def test_a_byte_order_mark_is_dropped():
    assert script_text(b"\xef\xbb\xbfx = 1\n") == "x = 1\n"


def test_a_notebooks_code_cells_are_joined_in_order():
    made = new_notebook(
        cells=[
            new_code_cell("import json"),
            new_markdown_cell("# text"),
            new_code_cell("def score(data, base_path):\n    return json.loads(data)"),
        ]
    )
    names: dict = {}
    exec(script_text(nbformat.writes(made).encode()), names)
    assert names["score"]("[1]", "") == [1]


def test_lines_of_ipython_are_commented_out_and_nothing_else():
    raw = notebook(
        "%matplotlib inline\n!pip install x\nfiles = !ls\nprint?\nkept = 1",
        "%%time\nalso = 2",
        "%%bash\nrm -rf /",
        "def f(a, b):\n    %time a\n    text = '''\n%d items\n! not a shell\n'''\n"
        "    return (a\n        % b, text % a)",
    )
    names: dict = {}
    exec(script_text(raw), names)
    assert (names["kept"], names["also"]) == (1, 2)
    assert names["f"](7, 4) == (3, "\n7 items\n! not a shell\n")


def test_a_cell_with_another_mistake_is_left_to_be_reported():
    assert "def broken(:" in script_text(notebook("%time 1\ndef broken(:"))


def test_the_third_version_of_the_format_is_read():
    cells = [{"cell_type": "code", "input": ["x = 1\n", "y = 2"]}]
    raw = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}).encode()
    assert script_text(raw) == "x = 1\ny = 2\n"


def test_a_script_that_begins_with_a_brace_is_a_script():
    assert script_text(b"{print('hi')}\n") == "{print('hi')}\n"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"  \n", "is empty"),
        (b"PK\x03\x04\x00\x00", "neither a Python script nor a notebook"),
        (b'{"a": 1}', "JSON, but not a notebook"),
        (b'{"cells": [', "damaged"),
        (notebook(), "no code cells"),
        (notebook("x", language_info={"name": "R"}), "written in r"),
        (b"x = '\xe7'", "coding: latin-1"),
    ],
)
def test_what_is_neither_is_refused_in_a_sentence(raw, words):
    with pytest.raises(ValueError, match=words):
        script_text(raw)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_an_env_file_is_read_whatever_wrote_it(ending, encoding):
    lines = ["# keys", "API_KEY=çé", 'QUOTED="a b"', "export ALSO=1", "", "no value"]
    raw = ending.join(lines).encode(encoding)
    assert parse_env(raw) == {"API_KEY": "çé", "QUOTED": "a b", "ALSO": "1"}


def test_an_env_file_cannot_read_the_platforms_variables(monkeypatch):
    monkeypatch.setenv("MLOPS_PASSWORD", "geheim")
    assert parse_env(b"A=${MLOPS_PASSWORD}") == {"A": "${MLOPS_PASSWORD}"}


def test_a_requirements_file_saved_by_another_shell_is_read():
    assert plain_text("numpy==1.0\r\n".encode("utf-16")) == "numpy==1.0\r\n"
