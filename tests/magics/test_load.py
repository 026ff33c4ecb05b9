from __future__ import annotations

import subprocess
import sys

import pytest

from codex_jupyter.magics.completion import MATCHER


def ours(shell):
    return [
        *(k for k in ("line", "cell") if "codex" in shell.magics_manager.magics[k]),
        *(
            m
            for m in shell.Completer.custom_matchers
            if getattr(m, "matcher_identifier", "") == MATCHER
        ),
    ]


def test_unloading_takes_away_everything_that_loading_added(notebook):
    assert len(ours(notebook.shell)) == 3
    assert notebook.run("%unload_ext codex_jupyter").success
    assert ours(notebook.shell) == []
    assert not notebook.run("%codex help").success
    assert notebook.run("%load_ext codex_jupyter").success
    assert len(ours(notebook.shell)) == 3


def test_reloading_adds_nothing_twice(notebook):
    assert notebook.run("%reload_ext codex_jupyter").success
    assert notebook.run("%reload_ext codex_jupyter").success
    assert len(ours(notebook.shell)) == 3


def test_the_magic_explains_itself(notebook):
    magic = notebook.shell.magics_manager.magics["cell"]["codex"]
    assert "%codex help" in magic.__doc__


@pytest.mark.parametrize("line", ["", "codex help", "codex deploy --help"])
def test_loading_and_help_import_nothing_heavy(line, tmp_path):
    code = (
        "import sys\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "before = set(sys.modules)\n"
        "shell.run_line_magic('load_ext', 'codex_jupyter')\n"
        f"line = {line!r}\n"
        "if line: shell.run_line_magic(*line.split(' ', 1))\n"
        "heavy = {'pandas', 'numpy', 'plotly', 'anywidget', 'ipywidgets', 'httpx',\n"
        "         'nbformat', 'dotenv'} & (set(sys.modules) - before)\n"
        "assert 'codex' in shell.magics_manager.magics['line']\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"IPYTHONDIR": str(tmp_path), "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
