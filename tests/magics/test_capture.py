"""Running the cell and trying the function: a user's error stays the user's."""

from __future__ import annotations

import os
import sys

import pytest

from codex_jupyter.errors import InputError
from codex_jupyter.magics.capture import check_plain, run_body
from codex_jupyter.magics.names import top_level_names
from codex_jupyter.magics.preflight import try_once


def run(notebook, body):
    run_body(body, notebook.shell)
    return notebook.names


def test_the_cell_is_run_as_ordinary_python(notebook):
    names = run(notebook, "x = 1\ndef score(d, b): return x")
    assert names["score"]("", "") == 1
    import inspect

    assert inspect.getsource(names["score"]) == "def score(d, b): return x\n"


def shown(error):
    return "\n".join(error._render_traceback_())


def test_an_error_in_the_cell_is_shown_from_the_users_frame_on(notebook):
    with pytest.raises(ZeroDivisionError) as caught:
        run(notebook, "def f():\n    return 1 / 0\nf()")
    text = shown(caught.value)
    assert "return 1 / 0" in text
    assert "ZeroDivisionError" in text
    assert "codex_jupyter" not in text


def test_exit_in_the_cell_does_not_end_the_kernel_and_is_shown(notebook):
    with pytest.raises(SystemExit) as caught:
        run(notebook, "import sys\nsys.exit('bye')")
    assert "bye" in shown(caught.value)


@pytest.mark.parametrize("line", ["%time x = 1", "!pip install x", "x = !ls", "x?"])
def test_ipython_syntax_in_the_cell_is_named(notebook, line):
    with pytest.raises(InputError, match="IPython syntax") as caught:
        check_plain(f"def score(d, b): pass\n{line}", notebook.shell)
    assert line in caught.value.message


def test_a_syntax_error_shows_its_line(notebook):
    with pytest.raises(InputError, match="line 2") as caught:
        check_plain("x = 1\ndef score(:", notebook.shell)
    assert "def score(:" in caught.value.detail
    assert "^" in caught.value.detail


def test_top_level_functions_and_classes_are_found(notebook):
    tree = check_plain(
        "def a(): pass\nasync def b(): pass\nclass C:\n  def d(self): pass",
        notebook.shell,
    )
    assert top_level_names(tree) == {"a", "b", "C"}


def attempt(notebook, body, folder, variables=None):
    names = run(notebook, body)
    try_once(names["score"], {"x": 1}, folder, notebook.shell, variables or {})


def test_the_function_gets_json_text_and_the_folder_of_the_files(notebook, tmp_path):
    (tmp_path / "model.pkl").write_text("7")
    body = (
        "import json, pathlib\n"
        "def score(data, base_path):\n"
        "    global got\n"
        "    path = pathlib.Path(base_path + '/model.pkl')\n"
        "    got = json.loads(data), path.read_text()\n"
        "    return {}"
    )
    attempt(notebook, body, tmp_path)
    assert notebook.names["got"] == ({"x": 1}, "7")


def test_its_error_is_shown_with_the_users_frames_and_what_it_means(notebook, tmp_path):
    with pytest.raises(KeyError) as caught:
        attempt(
            notebook,
            "import json\ndef score(d, b):\n    return json.loads(d)['age']",
            tmp_path,
        )
    text = shown(caught.value)
    assert "json.loads(d)['age']" in text
    assert "Nothing was uploaded" in text
    assert "--no-check" in text
    assert "codex_jupyter" not in text


def test_an_answer_that_is_not_json_is_named(notebook, tmp_path):
    body = "import numpy as np\ndef score(d, b): return {'p': np.int64(1)}"
    with pytest.raises(InputError, match=r"numpy\.int64"):
        attempt(notebook, body, tmp_path)


def test_the_env_files_variables_are_set_during_the_call_only(
    notebook, tmp_path, monkeypatch
):
    monkeypatch.setenv("CX_OLD", "before")
    body = (
        "import os\n"
        "def score(d, b):\n"
        "    global got\n"
        "    got = (os.environ['CX_OLD'], os.environ['CX_NEW'])\n"
        "    raise ValueError"
    )
    with pytest.raises(ValueError):  # noqa: PT011
        attempt(notebook, body, tmp_path, {"CX_OLD": "during", "CX_NEW": "n"})
    assert notebook.names["got"] == ("during", "n")
    assert os.environ["CX_OLD"] == "before"
    assert "CX_NEW" not in os.environ


def test_exit_in_the_function_is_an_error_like_any_other(notebook, tmp_path):
    with pytest.raises(SystemExit) as caught:
        attempt(notebook, "def score(d, b): raise SystemExit(3)", tmp_path)
    assert "Nothing was uploaded" in shown(caught.value)
    assert sys.exc_info() == (None, None, None)
