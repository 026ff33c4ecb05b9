"""What a cell shows and returns: errors as one block, values once."""

from __future__ import annotations

import re

from codex_jupyter import errors
from codex_jupyter.magics.command import NAMES


def test_an_error_is_one_block_without_a_traceback_and_the_cell_fails(notebook):
    done = notebook.run("%codex modles")
    assert not done.success
    assert isinstance(done.error, errors.InputError)
    assert "Traceback" not in done.text
    assert re.sub(r"\x1b\[\d+m", "", done.text).strip() == (
        "%codex has no command modles.\n→ Did you mean %codex models?"
    )


def test_the_cells_below_an_error_do_not_run_and_except_clauses_work(notebook):
    notebook.run("%codex nope\nafter = 1")
    assert "after" not in notebook.names
    cell = (
        "from codex_jupyter.errors import CodexError\n"
        "try:\n"
        "    %codex nope\n"
        "except CodexError as error:\n"
        "    caught = error.message\n"
    )
    assert notebook.run(cell).success
    assert "nope" in notebook.names["caught"]


def test_debug_shows_the_whole_traceback(notebook):
    done = notebook.run("%codex --debug nope")
    assert "Traceback" in done.text
    assert "command.py" in done.text


def test_a_fault_of_ours_is_one_block_too_and_says_how_to_see_more(notebook):
    notebook.run(
        "class Broken(str):\n"
        "    def __str__(self): raise RuntimeError('broken')\n"
        "name = Broken()"
    )
    done = notebook.run("%codex help $name")
    assert type(done.error) is errors.CodexError
    assert "inside codex_jupyter: RuntimeError: broken" in done.text
    assert "%codex --debug help $name" in done.text
    assert "Traceback" not in done.text
    assert "Traceback" in notebook.run("%codex --debug help $name").text


def test_without_a_platform_the_error_names_the_command_that_starts_one(notebook):
    for line in ("models", "whoami", "groups", "predict m 1", "status m", "logs m",
                 "code m", "docs m", "delete m --yes"):  # fmt: skip
        done = notebook.run(f"%codex {line}")
        assert isinstance(done.error, errors.ConfigError), line
        assert "%codex local" in done.text


def test_a_mistyped_variable_is_told_before_any_platform_is_needed(notebook):
    notebook.run("row = {}")
    done = notebook.run("%codex predict m {rwo}")
    assert "no variable named rwo" in done.text
    assert "Did you mean row?" in done.text


def test_the_help_lists_every_command_once_and_explains_each(notebook):
    for line in ("%codex", "%codex help", "%codex --help"):
        done = notebook.run(line)
        for name in NAMES:
            assert f"%codex {name} " in done.text
        assert "<table" in done.result._repr_mimebundle_()["text/html"]
    assert "usage: %codex deploy NAME" in notebook.run("%codex help deploy").text
    assert "usage: %codex deploy NAME" in notebook.run("%codex deploy --help").text
    assert "usage: %codex deploy" in notebook.run("%%codex deploy --help\nx = 1").text


def test_a_value_is_shown_once_when_it_is_last(notebook):
    done = notebook.run("%codex help")
    assert done.text.count("usage") + done.text.count("Each command explains") == 1
    assert done.result is not None


def test_a_value_in_the_middle_of_a_cell_is_shown_too(notebook):
    done = notebook.run("%codex help\nx = 1")
    assert done.text.count("Each command explains itself") == 1
    done = notebook.run("%codex help\n%codex help")
    assert done.text.count("Each command explains itself") == 2
    done = notebook.run("for _ in range(3):\n    %codex help")
    assert done.text.count("Each command explains itself") == 3


def test_an_assigned_value_is_not_shown(notebook):
    done = notebook.run("x = %codex help\nx.value[0]['command']")
    assert done.text.strip().endswith("'%codex local'")
    assert "Each command" not in done.text
    assert "Each command" not in notebook.run("y = %codex help").text


def test_a_closing_semicolon_silences_the_value(notebook):
    assert "Each command" not in notebook.run("%codex help;").text


def test_names_of_a_function_are_seen(notebook):
    cell = (
        "def ask():\n"
        "    which = 'deploy'\n"
        "    x = %codex help $which\n"
        "    return x.text\n"
        "ask()"
    )
    assert notebook.run(cell).result.startswith("usage: %codex deploy")


def test_a_loop_variable_is_taken_by_dollar_and_by_braces(notebook):
    cell = (
        "for name in ['logs', 'code']:\n    %codex help {name}\n    %codex help $name"
    )
    text = notebook.run(cell).text
    assert text.count("usage: %codex logs") == 2
    assert text.count("usage: %codex code") == 2


def test_a_backslash_continues_the_line(notebook):
    for cell in (
        "%codex help \\\n  deploy",
        "%%codex deploy \\\n  --help\nx = 1",
    ):
        assert notebook.run(cell).text.count("usage: %codex deploy") == 1


def test_a_cell_below_a_command_that_takes_none_is_refused(notebook):
    done = notebook.run("%%codex models\nx = 1")
    assert "takes no cell" in done.text
    assert "x" not in notebook.names


def test_a_secret_on_the_line_is_refused_and_not_repeated(notebook):
    for line in (
        "connect https://x --password hunter2",
        "connect https://x admin hunter2",
        "connect https://admin:hunter2@x",
        "connect --token=hunter2",
    ):
        done = notebook.run(f"%codex {line}")
        assert not done.success
        assert "hunter2" not in done.text


def test_connect_without_credentials_says_which_variables_to_set(notebook):
    done = notebook.run("%codex connect https://codex.example.com")
    assert isinstance(done.error, errors.ConfigError)
    for name in ("MLOPS_USER", "MLOPS_PASSWORD", ".env"):
        assert name in done.text


def test_connect_to_nothing_leaves_the_session_as_it_was(notebook, monkeypatch):
    monkeypatch.setenv("MLOPS_USER", "u")
    monkeypatch.setenv("MLOPS_PASSWORD", "hunter2")
    done = notebook.run("%codex connect http://127.0.0.1:9")
    assert isinstance(done.error, errors.UnreachableError)
    assert "hunter2" not in done.text
    assert isinstance(notebook.run("%codex models").error, errors.ConfigError)


def test_the_providers_on_a_line_are_those_of_the_client():
    from codex_jupyter.client.datasources import PROVIDERS
    from codex_jupyter.magics.commands import datasources

    assert set(datasources.PROVIDERS) == {name.lower() for name in PROVIDERS}
