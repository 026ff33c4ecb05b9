"""The user's script in its process: inputs, answers and errors."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from codex_jupyter.protocol.problems import ProblemKind
from codex_jupyter.protocol.states import LogType
from codex_jupyter.server.workers import WorkerFault

VERSIONS = Path.home() / ".pyenv" / "versions"
PYTHONS = {
    minor: python
    for minor in range(8, 14)
    for python in sorted(VERSIONS.glob(f"3.{minor}.*/bin/python"))
} or {sys.version_info.minor: Path(sys.executable)}

ECHO = """
import json

def score(data, base_path):
    return json.loads(data)
"""


def test_the_function_gets_the_text_and_the_folder_without_a_slash(ask, tmp_path):
    source = "def score(data, base_path): return [data, base_path]"
    [answer] = ask(source, '{"a": 1}')
    assert json.loads(answer) == ['{"a": 1}', str(tmp_path / "model")]


def test_text_of_every_script_travels_unharmed(ask):
    text = '{"nomê": "Ação 漢字 🎉 \\u0000 \\ud83d"}'
    [answer] = ask(ECHO, text)
    assert json.loads(answer) == json.loads(text)


def test_a_json_text_is_passed_on_as_it_is(ask):
    [answer] = ask("def score(data, base_path): return '{\"a\":   1.50}'", "null")
    assert answer == '{"a":   1.50}'


def test_a_text_that_is_no_json_is_refused_and_shown(ask):
    [fault] = ask("\ndef score(data, base_path): return 'approved'", "null")
    assert fault.kind is ProblemKind.MODEL_FAILED
    assert "score() returned a str that is not a JSON text: 'approved'" in str(fault)
    # A value has no traceback; the function that returned it has a line.
    assert fault.detail.strip().endswith(", line 2, in score")


@pytest.mark.parametrize(("value", "expected"), [("None", "null"), ("1.5", "1.5")])
def test_a_bare_value_of_json_is_an_answer(ask, value, expected):
    assert ask(f"def score(data, base_path): return {value}", "0") == [expected]


def test_values_of_numpy_and_pandas_become_json(ask):
    source = """
        import datetime, numpy as np, pandas as pd
        def score(data, base_path):
            return {
                "f32": np.float32(1.5), "i64": np.int64(7), "flag": np.bool_(True),
                "array": np.arange(3), "nested": [{"x": np.array([[1, 2]])}],
                "stamp": pd.Timestamp("2024-05-06 07:08"), "series": pd.Series([1, 2]),
                "none": pd.NaT, "times": np.array(["2024-01-01", "NaT"], "M8[ns]"),
                "day": datetime.date(2024, 1, 2), np.int64(5): "key",
            }
    """
    [answer] = ask(source, "null")
    assert json.loads(answer) == {
        "f32": 1.5,
        "i64": 7,
        "flag": True,
        "array": [0, 1, 2],
        "nested": [{"x": [[1, 2]]}],
        "stamp": "2024-05-06T07:08:00",
        "series": [1, 2],
        "none": None,
        "times": ["2024-01-01T00:00:00.000000000", None],
        "day": "2024-01-02",
        "5": "key",
    }


@pytest.mark.parametrize(
    "result",
    [
        '{"a": float("nan"), "b": [float("inf"), 1.0]}',
        'json.dumps({"a": float("nan"), "b": [float("-inf"), 1.0]})',
    ],
)
def test_nan_becomes_null_with_one_warning(ask, rows, result):
    source = f"import json\ndef score(data, base_path): return {result}"
    [answer] = ask(source, "null")
    assert json.loads(answer) == {"a": None, "b": [None, 1.0]}
    assert [type_ for type_, text in rows if "NaN" in text] == [LogType.WARNING]


@pytest.mark.parametrize(
    ("result", "name"),
    [
        ("pd.DataFrame({'item': [1], 'tolist': [2]})", "DataFrame"),
        ("{1, 2}", "set"),
        ("b'bytes'", "bytes"),
        ("{'deep': [object()]}", "object"),
        ("{(1, 2): 3}", "tuple"),
    ],
)
def test_what_json_cannot_hold_is_named(ask, result, name):
    source = f"import pandas as pd\ndef score(data, base_path): return {result}"
    [fault] = ask(source, "null")
    assert fault.kind is ProblemKind.MODEL_FAILED
    assert fault.message.startswith("score() returned")
    assert name in fault.message


def test_a_value_that_contains_itself_is_refused(ask):
    source = """
        def score(data, base_path):
            value = []
            value.append(value)
            return value
    """
    [fault] = ask(source, "null")
    assert "contains itself" in fault.message


def test_an_exception_is_told_with_the_users_own_lines_only(ask, tmp_path):
    source = """
        import json

        def inner(row):
            return row["age"]

        def score(data, base_path):
            return inner(json.loads(data))
    """
    fault, answer = ask(source, "{}", '{"age": 3}')
    assert fault.kind is ProblemKind.MODEL_FAILED
    assert fault.message == "score() raised KeyError: 'age'"
    assert 'File "app.py", line 5, in inner\n    return row["age"]' in fault.detail
    assert "runner" not in fault.detail
    assert str(tmp_path) not in fault.detail
    assert answer == "3"


def test_sys_exit_is_an_error_and_not_the_end(ask):
    source = """
        import sys
        def score(data, base_path):
            if data == "1":
                sys.exit(1)
            return "2"
    """
    fault, answer = ask(source, "1", "0")
    assert fault.message == "score() called sys.exit(1)."
    assert answer == "2"


def test_running_out_of_memory_at_once_is_an_error_and_not_the_end(ask):
    source = """
        def score(data, base_path):
            return len(bytearray(1 << 40)) if data == "1" else 0
    """
    fault, answer = ask(source, "1", "0")
    assert "score() ran out of memory" in fault.message
    assert "1024 MiB" in fault.message
    assert answer == "0"


def test_an_exception_that_cannot_be_printed_is_told_all_the_same(ask):
    source = """
        class Odd(Exception):
            def __str__(self):
                raise RuntimeError

        def score(data, base_path):
            raise Odd
    """
    [fault] = ask(source, "null")
    assert fault.message == "score() raised Odd"


def test_a_syntax_error_tells_line_and_place(start_fault):
    fault = start_fault("def score(data, base_path):\n    return (1 +\n")
    assert fault.kind is ProblemKind.MODEL_FAILED
    assert "Importing app.py" in fault.message
    assert "line 2" in fault.message
    assert 'File "app.py", line 2' in fault.detail
    assert "^" in fault.detail


def test_a_missing_module_is_named_with_its_distribution(start_fault):
    fault = start_fault("import skimage.filters")
    assert "needs the module 'skimage'" in fault.message
    assert "Add 'scikit-image' to its requirements" in fault.message


def test_a_pickle_of_a_missing_module_names_the_module(ask, tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.pkl").write_bytes(b"cnowhere_to_be_found\nThing\n.")
    source = """
        import pickle
        def score(data, base_path):
            with open(base_path + "/model.pkl", "rb") as file:
                return pickle.load(file)
    """
    [fault] = ask(source, "null")
    assert "score() needs the module 'nowhere_to_be_found'" in fault.message


def test_a_missing_entry_point_suggests_the_nearest(start_fault):
    fault = start_fault("def scores(data, base_path): pass")
    assert fault.message == "app.py does not define 'score'. Did you mean 'scores'?"


def test_an_entry_point_that_is_no_function_is_refused(start_fault):
    assert "is not a function but a value of type int" in str(start_fault("score = 5"))


def test_an_exit_while_importing_is_told(start_fault):
    fault = start_fault("import sys\nsys.exit('no licence')")
    assert fault.message == "Importing app.py called sys.exit('no licence')."


def test_a_crash_while_importing_is_told(start_fault):
    fault = start_fault("import os\nprint('so far', flush=True)\nos.abort()")
    assert fault.kind is ProblemKind.WORKER_DIED
    assert "while importing app.py: compiled code in it crashed (SIGABRT)" in str(fault)
    assert "so far" in fault.detail


def test_an_import_without_end_is_ended(start_fault):
    fault = start_fault("while True: pass", start_timeout_s=0.5)
    assert fault.kind is ProblemKind.DEADLINE
    assert "longer than 0.5 s" in fault.message


def test_a_python_that_is_gone_is_told(start_fault):
    fault = start_fault("", python=Path("/nowhere/bin/python"))
    assert fault.kind is ProblemKind.WORKER_DIED
    assert "could not be started" in fault.message


def test_modules_beside_the_script_win_and_ours_do_not_show(ask, tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("memo", "frames", "script", "answers"):
        (folder / f"{name}.py").write_text(f"NAME = 'my {name}'")
    source = """
        import sys, memo, frames, script, answers
        NAMES = [memo.NAME, frames.NAME, script.NAME, answers.NAME]
        def score(data, base_path):
            return [NAMES, sys.argv, [p for p in sys.path if p.endswith("runner")]]
    """
    [answer] = ask(source, "null")
    names = ["my memo", "my frames", "my script", "my answers"]
    assert json.loads(answer) == [names, [str(folder / "app.py")], []]


def test_a_class_pickled_in_a_notebook_is_found_in_the_script(ask, tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.pkl").write_bytes(b"c__main__\nDoubler\n)\x81.")
    source = """
        import json, pickle
        class Doubler:
            def predict(self, x):
                return 2 * x
        def score(data, base_path):
            model = pickle.load(open(base_path + "/model.pkl", "rb"))
            return model.predict(json.loads(data))
    """
    assert ask(source, "21") == ["42"]


def test_the_environment_is_made_from_nothing(ask, monkeypatch, tmp_path):
    monkeypatch.setenv("MLOPS_PASSWORD", "geheim")
    monkeypatch.setenv("SOME_OTHER", "secret")
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt")
    source = """
        import os
        def score(data, base_path):
            return dict(os.environ)
    """
    env = {"API_KEY": "k", "OMP_NUM_THREADS": "2"}
    [answer] = ask(source, "null", env=env)
    seen = json.loads(answer)
    assert "geheim" not in answer
    assert "SOME_OTHER" not in seen
    assert seen["API_KEY"] == "k"
    assert seen["OMP_NUM_THREADS"] == "2"
    assert seen["OPENBLAS_NUM_THREADS"] == "1"
    assert seen["HOME"] == str(tmp_path / "model")
    assert seen["SSL_CERT_FILE"] == "/etc/ssl/certs/ca-certificates.crt"


def test_the_variables_of_a_model_are_not_shown_by_its_spec(make_spec):
    assert "geheim" not in repr(make_spec("", env={"API_KEY": "geheim"}))


def test_a_forked_copy_of_the_process_does_not_answer(ask):
    source = """
        import os
        def score(data, base_path):
            child = os.fork()
            if child:
                os.waitpid(child, 0)
            return {"child": child == 0, "data": data}
    """
    answers = ask(source, "1", "2", "3")
    assert [json.loads(a) for a in answers] == [
        {"child": False, "data": data} for data in "123"
    ]


def test_prints_of_python_and_of_c_become_rows(ask, rows):
    source = """
        import os, sys
        def score(data, base_path):
            print("from Python")
            os.system("echo from C")
            sys.stderr.write("10%\\r100%\\n")
            print("word", end=" ")
            return 1
    """
    assert ask(source, "null") == ["1"]
    assert (LogType.DEBUG, "from Python") in rows
    assert (LogType.DEBUG, "from C") in rows
    assert (LogType.WARNING, "100%") in rows
    assert (LogType.DEBUG, "word") in rows


def test_a_flood_of_prints_is_cut_and_said_to_be(ask, rows):
    source = """
        def score(data, base_path):
            print("x" * 100_000)
            for number in range(20_000):
                print("line", number)
            return 1
    """
    assert ask(source, "null") == ["1"]
    printed = [int(text[5:]) for _, text in rows if text.startswith("line ")]
    assert printed[:500] == list(range(500))
    assert printed == sorted(printed)
    assert len(printed) < 5000
    assert max(len(text) for _, text in rows) < 9000
    assert any("lines were left out" in text for _, text in rows)


def test_twenty_megabytes_go_in_and_come_out(ask):
    text = json.dumps({"a": "x" * (20 << 20)})
    [answer] = ask(ECHO, text)
    assert json.loads(answer) == json.loads(text)


@pytest.mark.parametrize(("minor", "python"), PYTHONS.items(), ids=str)
def test_the_runner_works_on_every_python(serving, rows, minor, python, tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.pkl").write_bytes(
        b"\x80\x03}X\x01\x00\x00\x00aK\x01s."
    )
    source = """
        import json, pickle, sys

        def score(data, base_path):
            model = pickle.load(open(base_path + "/model.pkl", "rb"))
            row = json.loads(data)
            print("scored")
            return {"y": row["x"], "nan": float("nan"), "version": sys.version_info[1]}
    """

    async def main():
        async with serving(source, python=python) as worker:
            answer = json.loads(await worker.call(b'{"x": 1}'))
            assert answer == {"y": 1, "nan": None, "version": minor}
            with pytest.raises(WorkerFault, match="KeyError: 'x'") as caught:
                await worker.call(b"{}")
            assert 'File "app.py"' in caught.value.detail
            assert "runner" not in caught.value.detail

    asyncio.run(main())
    assert (LogType.DEBUG, "scored") in rows
