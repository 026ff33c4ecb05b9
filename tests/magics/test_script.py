from __future__ import annotations

import ast
import json
import subprocess
import sys
import textwrap

import pytest

from codex_jupyter.errors import InputError
from codex_jupyter.magics.names import free_names, imported_modules
from codex_jupyter.magics.script import build, literal


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def score(d, b): return json.loads(d)", {"json"}),
        ("import json\ndef score(d, b): return json.loads(d)", set()),
        ("def score(d, b):\n    import json\n    return json.loads(d)", set()),
        ("def score(d, b): return [x * k for x in d]", {"k"}),
        ("def score(d, b, n=LIMIT): return n", {"LIMIT"}),
        ("@cached\ndef score(d, b): return len(d)", {"cached"}),
        (
            "class A(Base):\n    y = z\n    def f(self): return self.y + w",
            {"Base", "z", "w"},
        ),
        ("def score(d, b):\n    global seen\n    seen = 1\n    return seen", set()),
        ("def a(): return b()\ndef b(): return a()", set()),
        ("def score(d, b):\n    def inner(): return d + c\n    return inner()", {"c"}),
        ("print(__name__, __file__)", set()),
        ("for i in rows: pass\ntotal = i", {"rows"}),
        ("def score(d: Frame, b) -> Out: return d", {"Frame", "Out"}),
    ],
)
def test_free_names_are_those_that_nothing_in_the_source_defines(source, names):
    assert free_names(source) == names


def test_imports_are_found_with_whether_they_must_succeed():
    source = textwrap.dedent(
        """
        import a.b, c as d
        from e.f import g
        from . import h
        def score(x, y):
            import i
            try:
                import j
            except ImportError:
                import k
            try:
                import m
            except ValueError:
                pass
        """
    )
    assert imported_modules(ast.parse(source)) == {
        **dict.fromkeys(("a.b", "c", "e.f", "i", "k", "m"), True),
        "j": False,
    }


@pytest.mark.parametrize(
    "value", [1, -0.5, "a'b", None, True, b"x", [1, {"a": (2,)}], {"é"}, {}]
)
def test_a_plain_value_becomes_text_that_gives_it_back(value):
    assert ast.literal_eval(literal(value)) == value


def test_a_numpy_scalar_becomes_a_python_number():
    import numpy as np

    assert literal(np.float64(0.25)) == "0.25"
    assert literal(np.int64(7)) == "7"


@pytest.mark.parametrize("value", [float("nan"), object(), [object()], "x" * 30_000])
def test_what_has_no_short_text_is_no_literal(value):
    assert literal(value) is None


def run_alone(text, row, tmp_path):
    """What score returns when the script is all there is."""
    (tmp_path / "script.py").write_text(text)
    code = "import script, json, sys; print(json.dumps(script.score(sys.argv[1], '.')))"
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(row)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def built(notebook, cell, model=None):
    history = [str(c) for c in notebook.names["In"]]
    return build(textwrap.dedent(cell), notebook.names, history, model)


def test_a_script_takes_along_all_it_needs_from_other_cells(notebook, tmp_path):
    cells = [
        "import numpy as np\nimport json\nfrom math import pi as PI, floor",
        "from collections import OrderedDict\nLIMIT = 3\nCOLUMNS = ['x', 'y']",
        """
from functools import lru_cache

@lru_cache(maxsize=4)
def half(x):
    return x / 2 + OFFSET

OFFSET = np.float64(0.5)
double = lambda x: 2 * half(2 * x)
""",
        """
class Scaler:
    factor = LIMIT
    def go(self, x): return floor(double(x)) * self.factor
""",
    ]
    for cell in cells:
        assert notebook.run(cell).success
    cell = '''
        """Scores."""
        from __future__ import annotations

        def score(data: str, base_path):
            row = OrderedDict(json.loads(data))
            values = np.array([Scaler().go(row[c]) for c in COLUMNS])
            return {"sum": int(values.sum()), "pi": round(PI, 2)}
        '''
    script = built(notebook, cell)
    assert script.imports == [
        "import json",
        "import numpy as np",
        "from collections import OrderedDict",
        "from functools import lru_cache",
        "from math import floor",
        "from math import pi as PI",
    ]
    assert script.constants == ["COLUMNS", "LIMIT", "OFFSET"]
    assert set(script.definitions) == {"half", "double", "Scaler"}
    row = {"x": 1, "y": 2}
    assert notebook.run(textwrap.dedent(cell)).success
    expected = notebook.names["score"](json.dumps(row), ".")
    assert run_alone(script.text, row, tmp_path) == expected
    assert "np" in script.added
    assert "half" in script.added


def test_a_cell_that_needs_nothing_is_uploaded_as_it_is(notebook):
    cell = "import json\n\ndef score(data, base_path):\n    return json.loads(data)\n"
    script = built(notebook, cell)
    assert script.text == cell
    assert script.added == ""


def test_functions_of_installed_packages_come_from_their_public_module(notebook):
    notebook.run("import sklearn.linear_model as lm, numpy\nfrom os.path import *")
    notebook.run("Model = lm.LogisticRegression\nmean = numpy.mean")
    script = built(notebook, "def score(d, b): return Model, mean, join, lm")
    assert script.imports == [
        "import sklearn.linear_model as lm",
        "from numpy import mean",
        "from posixpath import join",
        "from sklearn.linear_model import LogisticRegression as Model",
    ]


def test_the_newest_definition_of_a_name_is_taken(notebook):
    notebook.run("def helper(): return 1")
    notebook.run("def helper(): return 2")
    script = built(notebook, "def score(d, b): return helper()")
    assert "return 2" in script.text
    assert "return 1" not in script.text


@pytest.mark.parametrize(
    ("setup", "uses", "said"),
    [
        ("", "missing", "missing: used in the cell, defined nowhere"),
        ("treshold = 1", "threshold", "Did you mean treshold?"),
        ("import pandas as pd\nX = pd.DataFrame()", "X", "is a pandas.*DataFrame"),
        ("pipe = object()", "pipe", "it is the model itself"),
        ("def make():\n  k = 1\n  return lambda: k\nf = make()", "f", "no source"),
        ("def f(): return gone", "f", "gone: used in f, defined nowhere"),
    ],
)
def test_what_cannot_be_carried_along_is_named(notebook, setup, uses, said):
    notebook.run(setup)
    with pytest.raises(InputError) as caught:
        built(notebook, f"def score(d, b): return {uses}", model="pipe")
    import re

    assert re.search(said, caught.value.detail)
    assert caught.value.hint


def test_all_problems_are_told_at_once(notebook):
    with pytest.raises(InputError) as caught:
        built(notebook, "def score(d, b): return one + two")
    assert "one:" in caught.value.detail
    assert "two:" in caught.value.detail
