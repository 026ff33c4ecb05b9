"""What the functions of a monitoring may return, without a process around them."""

from __future__ import annotations

import json
import textwrap

import pytest

from codex_jupyter.server.runner.faults import Fault
from codex_jupyter.server.runner.monitoring import monitoring
from codex_jupyter.server.runner.script import Script
from codex_jupyter.server.tables import read_packed

HEAD = "import json\nimport pandas as pd\n"
GOOD = """
def parse(given, made):
    return pd.DataFrame([json.loads(given)]), pd.DataFrame([json.loads(made)])

def get_shap(data, path):
    return data * 2
"""
ROWS = [({"a": 1, "b": 2.5}, {"p": 0.1}), ({"a": 3, "b": None}, {"p": 0.2})]


@pytest.fixture
def do(tmp_path):
    """Imports a script and does one thing after the other with it."""

    def run(source, *asked):
        path = tmp_path / "preprocess.py"
        path.write_text(HEAD + textwrap.dedent(source))
        script = Script(str(tmp_path), str(path), "parse", 1 << 30, str(tmp_path))
        answers = [monitoring(script, json.dumps(one).encode())[0] for one in asked]
        return json.loads(answers[-1])

    return run


@pytest.fixture
def parse(tmp_path):
    """What asks for frames of some records."""

    def asked(rows=ROWS, **changes):
        source = tmp_path / "records.jsonl"
        lines = [
            {"at": "2026-03-01", "input": json.dumps(x), "output": json.dumps(y)}
            for x, y in rows
        ]
        source.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return {
            "do": "parse",
            "kind": "texts",
            "source": str(source),
            "out": str(tmp_path / "out"),
            "inputs": ["a", "b"],
            "outputs": ["p"],
            "sample": 10,
            "seed": 1,
        } | changes

    return asked


@pytest.fixture
def shap(tmp_path):
    """What asks for explanations of the sample."""

    def asked(**changes):
        return {
            "do": "shap",
            "reference": "get_shap",
            "sources": [str(tmp_path / "out.sample")],
            "most": 10,
            "seed": 1,
            "columns": ["a", "b"],
            "inputs": ["a", "b"],
            "out": str(tmp_path / "shap"),
        } | changes

    return asked


def test_records_become_two_tables_and_a_sample(do, parse, shap, tmp_path):
    told = do(GOOD, parse())
    assert (told["records"], told["bad"], told["rows"]) == (2, 0, 2)
    assert read_packed(tmp_path / "out.inputs").to_pydict() == {
        "a": [1, 3],
        "b": [2.5, None],
    }
    assert read_packed(tmp_path / "out.outputs").to_pydict() == {"p": [0.1, 0.2]}
    told = do(GOOD, shap())
    assert told == {"rows": 2, "lacking": [], "extra": []}
    assert sorted(read_packed(tmp_path / "shap").column("a").to_pylist()) == [2.0, 6.0]


def test_a_bad_record_is_counted_with_its_place_and_the_others_are_used(do, parse):
    rows = [ROWS[0], ({"b": 1}, {"p": 1})]
    source = GOOD.replace("return pd", "json.loads(given)['a']\n    return pd", 1)
    told = do(source, parse(rows))
    assert (told["records"], told["bad"], told["rows"]) == (2, 1, 1)
    (first,) = told["reasons"]
    assert first["text"] == "parse() raised KeyError: 'a' (line 5 of preprocess.py)"
    assert first["record"] == '{"b": 1}'


def test_nothing_but_bad_records_leaves_no_tables(do, parse, tmp_path):
    told = do("def parse(given, made):\n    return 1", parse())
    assert (told["bad"], told["rows"]) == (2, 0)
    assert not (tmp_path / "out.inputs").exists()


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        ("pd.DataFrame({'a': [1]})", "returned one DataFrame."),
        ("(pd.DataFrame(), 3)", "returned a DataFrame and a int."),
        ("(1, 2, 3)", "returned 3 values."),
        ("None", "returned a NoneType."),
    ],
)
def test_what_is_no_pair_of_frames_is_told(do, parse, returned, words):
    told = do(f"def parse(given, made):\n    return {returned}", parse())
    assert words in told["reasons"][0]["text"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"inputs": ["a", "bb"]}, "features without the column 'bb', which InputCols"),
        ({"inputs": ["aa"]}, "Did you mean 'a'?"),
        ({"outputs": ["zz"]}, "outputs without the column 'zz', which OutputCols"),
    ],
)
def test_columns_that_are_configured_must_be_made(do, parse, changes, words):
    with pytest.raises(Fault) as caught:
        do(GOOD, parse(**changes))
    assert words in caught.value.message


def test_two_columns_of_one_name_are_refused(do, parse):
    source = GOOD.replace("[json.loads(given)]", "[[1, 2]], columns=['a', 'a']")
    with pytest.raises(Fault, match="two columns called 'a'"):
        do(source, parse())


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("data[['a']]", "other columns than it was given: it lacks 'b'."),
        ("data.rename(columns={'b': 'bb'})", "It has 'bb'; rename that."),
        ("data.head(1)", "returned 1 rows for 2 rows"),
        ("data.assign(b='high')", "'b' that is not numeric, such as 'high'"),
        ("3", "get_shap() returned a int"),
        ("data.to_numpy()[:, :1]", "other columns"),
        ("1 / 0", "get_shap() raised ZeroDivisionError"),
    ],
)
def test_explanations_that_do_not_fit_are_told(do, parse, shap, body, words):
    source = GOOD.replace("data * 2", body)
    with pytest.raises(Fault) as caught:
        do(source, parse(), shap())
    assert words in caught.value.message


@pytest.mark.parametrize(
    "body",
    ["(data * 2).to_numpy()", "(data * 2).assign(mlops_dtref=0)", "data[['b', 'a']]"],
)
def test_arrays_other_orders_and_added_columns_are_taken(
    do, parse, shap, body, tmp_path
):
    told = do(GOOD.replace("data * 2", body), parse(), shap())
    assert told["rows"] == 2
    assert read_packed(tmp_path / "shap").column_names == ["a", "b"]


def test_a_frame_that_comes_as_json_has_its_types(do, shap):
    frame = {
        "rows": 2,
        "columns": [
            {"name": "a", "kind": "int64", "values": [1, 2]},
            {"name": "b", "kind": "category", "values": ["x", None]},
            {"name": "c", "kind": "datetime64[ns]", "values": ["2026-01-01", None]},
            {"name": "d", "kind": "bool", "values": [True, False]},
        ],
    }
    source = """
    def parse(given, made): pass

    def get_shap(data, path):
        kinds = {name: str(kind) for name, kind in data.dtypes.items()}
        kinds["c"] = kinds["c"][:10]
        wanted = {"a": "int64", "b": "category", "c": "datetime64", "d": "bool"}
        assert kinds == wanted, kinds
        return data[["a"]]
    """
    asked = shap(frame=frame, columns=["a", "b", "c", "d"], inputs=["a"])
    assert do(source, asked)["rows"] == 2
    asked = shap(frame=frame, columns=["a", "x"], inputs=["a"])
    assert do(source, asked) == {"rows": 0, "lacking": ["x"]}


def test_a_sample_is_the_same_every_time_and_never_larger(do, parse, shap, tmp_path):
    rows = [({"a": n, "b": 1.0}, {"p": 1}) for n in range(100)]
    found = []
    for _ in range(2):
        do(GOOD, parse(rows, sample=7), shap(most=5))
        found.append(read_packed(tmp_path / "shap").column("a").to_pylist())
    assert found[0] == found[1]
    assert len(found[0]) == 5


def test_one_table_is_split_into_what_went_in_and_what_came_out(do, parse, tmp_path):
    table = tmp_path / "month.csv"
    table.write_text("a,b,p\n1,2.5,0.1\n3,,0.2\n")
    source = """
    def build_df(df_input, df_output):
        assert list(df_input.columns) == ["a", "b"]
        return df_input, df_output

    parse = build_df
    """
    told = do(source, parse(kind="table", source=str(table)))
    assert (told["records"], told["rows"]) == (1, 2)
    assert read_packed(tmp_path / "out.outputs").to_pydict() == {"p": [0.1, 0.2]}
