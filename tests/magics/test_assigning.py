"""Where results go, and that no secret is taken from a line and nothing is asked."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import codex_jupyter
from codex_jupyter import errors

PACKAGE = Path(codex_jupyter.__file__).parent


@pytest.mark.parametrize(
    "cell",
    [
        "kept = %codex help",
        "%codex help -o kept",
        "%codex -o kept help",
        "%codex kept << help",
        "%codex kept<<help;",
        "%codex --debug kept << help",
        "%codex help deploy -o kept",
        "if True:\n    %codex help -o kept",
    ],
)
def test_a_result_is_kept_in_a_variable_and_not_shown(notebook, cell):
    done = notebook.run(cell)
    if cell.startswith("%codex -o"):
        # An option belongs behind the command.
        assert "no command -o" in done.text
        return
    assert done.success, done.text
    assert done.text.strip() == ""
    assert "usage" in notebook.names["kept"].text or "deploy" in (
        notebook.names["kept"].text
    )


def test_a_cell_magics_result_is_kept_too(notebook):
    notebook.run("a, b = [1, 2, 3], [1, 2, 4]\nimport pandas as pd")
    notebook.run("a, b = (pd.DataFrame({'x': v}) for v in (a, b))")
    done = notebook.run("%codex found << drift a b")
    assert done.success, done.text
    assert notebook.names["found"] is not None
    refused = notebook.run("%%codex made << deploy m --model a --schema b\nx = 1")
    assert "not connected" in refused.text
    assert "made" not in notebook.names


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%codex x << help -o y", "two names"),
        ("%codex help -o 1x", "can be no variable's name"),
        ("%codex help -o class", "can be no variable's name"),
        ("%codex a.b << help", "can be no variable's name"),
        ("%codex <script> << help", "can be no variable's name"),
        ("%codex help -o", "-o needs a value"),
        ("%codex x <<", "deploy"),
    ],
)
def test_what_can_take_no_result_is_told(notebook, line, said):
    done = notebook.run(line)
    text = done.text.strip() or notebook.names["x"].text
    assert said in text
    if not done.success:
        assert isinstance(done.error, errors.InputError)


def test_the_variable_is_completed(notebook):
    notebook.run("answers = 1")
    assert notebook.complete("%codex models -o ans") == ["answers"]
    assert notebook.complete("%codex answers << mod") == ["models"]
    assert notebook.complete("%%codex x << depl") == ["deploy"]
    assert "-o" in notebook.complete("%codex models ")


@pytest.mark.parametrize(
    "option",
    ["--password", "--passwd", "--pwd", "--token", "--group-token", "--api-key",
     "--secret", "--login", "--user", "--PASSWORD"],
)  # fmt: skip
@pytest.mark.parametrize("form", ["{} hunter2", "{}=hunter2"])
def test_a_secret_on_a_line_is_refused_and_not_repeated(notebook, option, form):
    line = form.format(option)
    done = notebook.run(f"%codex connect https://codex.example.com {line}")
    assert isinstance(done.error, errors.InputError)
    assert "is saved with the notebook" in done.text
    assert "MLOPS_PASSWORD" in done.text
    assert "hunter2" not in done.text


def test_nothing_in_the_package_asks_on_standard_input():
    asked = [
        (path.name, node.lineno)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", ""))
        in ("input", "raw_input", "getpass")
    ]
    assert asked == []
