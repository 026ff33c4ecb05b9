"""Scripts in their process: what a function is called with, and what it may return."""

from __future__ import annotations

import asyncio
import json

import pytest

from codex_jupyter.protocol.states import LogType
from codex_jupyter.server.runner.faults import Fault
from codex_jupyter.server.runner.tagged import untag
from codex_jupyter.server.tables import read_packed
from codex_jupyter.server.workers import Once, WorkerFault

LOGGER = """
    from mlops_codex.logging import Logger
    def score(data, base_path):
        logger = Logger("Sync")
        {calls}
        return logger.callback({answer})
"""


@pytest.fixture
def make_table(make_spec, tmp_path, rows):
    """Call build_df of a script on tables by name; the columns that it made."""

    def run(source: str, named: bool = False, **tables: str):  # noqa: FBT001, FBT002
        data = tmp_path / "data"
        data.mkdir(exist_ok=True)
        inputs = []
        for name, text in (tables or {"rows": "x,t\n1,a\n2,b\n"}).items():
            path = data / f"{name}.csv"
            path.write_text(text)
            inputs.append({"name": name, "path": str(path)})
        out = tmp_path / "packed"
        asked = {"inputs": inputs, "out": str(out), "named": named}
        spec = make_spec(source, reference="build_df", mode="table", data=data)

        async def main():
            once = Once(spec, lambda *row: rows.append(row))
            try:
                await once.start()
                return json.loads(await once.call(json.dumps(asked).encode()))
            finally:
                await once.stop()

        answer = asyncio.run(main())
        if "path" in answer:
            return answer["path"]
        table = read_packed(out)
        assert (answer["rows"], answer["columns"]) == table.shape
        return table.to_pydict()

    return run


@pytest.mark.parametrize(
    "signature",
    [
        "df",
        "df, data_path",
        "df, data_path, extra_path=None",
        "table",
        "table, data_path, other=3",
        "df, extra_path",
        "rows",
        "df, *rest, **more",
    ],
)
def test_one_table_is_given_by_name_or_place(make_table, signature):
    first = signature.partition(",")[0]
    source = f"def build_df({signature}): return {first}.assign(y={first}.x + 1)"
    assert make_table(source) == {"x": [1, 2], "t": ["a", "b"], "y": [2, 3]}


def test_the_folders_are_given(make_table, tmp_path):
    source = """
        def build_df(df, data_path, extra_path=None):
            return df.assign(d=data_path, e=extra_path)
    """
    made = make_table(source)
    assert made["d"][0] == str(tmp_path / "data")
    assert made["e"][0] == str(tmp_path / "model")


@pytest.mark.parametrize("signature", ["data_path", "data_path, extra_path=None"])
def test_the_older_contract_gets_the_folder_and_gives_a_path(make_table, signature):
    source = f"""
        def build_df({signature}):
            open(data_path + "/new.csv", "w").write("a\\n1\\n")
            return "new.csv"
    """
    assert make_table(source).endswith("/data/new.csv")
    # Of the newer generation every result is a table.
    assert make_table(source, named=True) == {"a": [1]}


@pytest.mark.parametrize(
    "source",
    [
        "def build_df(dfs, extra_path=None): return dfs['a'].merge(dfs['b'])",
        "def build_df(frames): return frames['a'].merge(frames['b'])",
        "def build_df(b, a): return a.merge(b)",
    ],
)
def test_several_tables_are_a_dict_or_parameters_of_their_names(make_table, source):
    made = make_table(source, named=True, a="i,x\n1,2\n", b="i,y\n1,3\n")
    assert made == {"i": [1], "x": [2], "y": [3]}


def test_several_tables_are_no_single_frame(make_table):
    with pytest.raises(WorkerFault, match="takes one table as 'df', and there are 2"):
        make_table("def build_df(df): return df", named=True, a="i\n1\n", b="i\n1\n")


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("{'a': 1}", "build_df() returned a dict. Return a pandas DataFrame."),
        ("None", "returned a NoneType"),
        ("'nowhere'", "there is no such file"),
        ("df.rename(columns={'x': 't'})", "two columns called 't'"),
        ("1 / 0", "build_df() raised ZeroDivisionError"),
    ],
)
def test_what_is_no_table_is_named(make_table, returned, said):
    with pytest.raises(WorkerFault) as fault:
        make_table(f"def build_df(df): return {returned}")
    assert said in fault.value.message


def test_the_loggers_entries_are_cut_out_of_an_answer(ask, rows):
    calls = "logger.debug('seen'); logger.warning('odd\\nly [x]'); logger.error('bad')"
    source = LOGGER.format(calls=calls, answer='{"score": 1.5}')
    [answer] = ask(source, "null")
    assert json.loads(answer) == {"score": 1.5}
    assert rows == [
        (LogType.DEBUG, "seen"),
        (LogType.WARNING, "odd\nly [x]"),
        (LogType.ERROR, "bad"),
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("7", 7), ("1.5", 1.5), ("[1, 2]", [1, 2]), ('\'{"a": "é"}\'', {"a": "é"})],
)
def test_the_logger_takes_numbers_lists_and_texts(ask, answer, expected):
    [found] = ask(LOGGER.format(calls="pass", answer=answer), "null")
    assert json.loads(found) == expected


def test_the_logger_says_what_it_does_not_take(ask):
    [fault] = ask(LOGGER.format(calls="pass", answer="object()"), "null")
    assert "callback() takes a dict" in fault.message
    [fault] = ask(LOGGER.format(calls="Logger('often')", answer="1"), "null")
    assert "Sync or Async" in fault.message


def test_the_users_own_module_of_that_name_is_found_first(ask, tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "mlops_codex.py").write_text("name = 'mine'")
    source = "import mlops_codex\ndef score(data, base_path): return [mlops_codex.name]"
    assert ask(source, "null") == ['["mine"]']


def test_an_asynchronous_logger_prints_and_writes_its_file(
    make_table, make_spec, tmp_path, rows
):
    source = f"""
        import os
        os.environ.update(BASE_PATH={str(tmp_path)!r}, EXECUTION_ID="7")
        from mlops_codex.logging import Logger
        def build_df(df):
            Logger("Async").warning("few rows")
            return df
    """
    (tmp_path / "7" / "output").mkdir(parents=True)
    make_table(source)
    assert (LogType.DEBUG, "[WARNING]few rows[WARNING]") in rows
    written = (tmp_path / "7" / "output" / "execution.log").read_text()
    assert written == "[WARNING]few rows[WARNING]\n"


@pytest.mark.parametrize(
    "text",
    [
        "[1, 2]",
        "[DEBUG]never closed",
        "[OUTPUT][OUTPUT]{}",
        "[OTHER]x[OTHER]",
        "[DEBUG]a[DEBUG] and more",
        "[",
        "",
    ],
)
def test_a_text_of_another_kind_has_no_entries(text):
    assert untag(text) is None


def test_entries_without_an_answer_are_a_fault():
    with pytest.raises(Fault, match="no answer"):
        untag("[DEBUG]a[DEBUG]")
    # An answer wrapped once is one too.
    assert untag("[DEBUG]a[DEBUG]\n[OUTPUT]5[OUTPUT]") == ([("Debug", "a")], "5")


def test_an_answer_that_holds_the_marks_is_whole():
    answer = '{"t": "[OUTPUT][OUTPUT] and [DEBUG]"}'
    assert untag(f"[OUTPUT][OUTPUT]{answer}[OUTPUT][OUTPUT]") == ([], answer)
