"""Preprocessing scripts of the first generation, and before a model."""

from __future__ import annotations

import io
import json

import httpx
import pandas as pd
import pytest

from codex_jupyter.server.records import Records

pytestmark = pytest.mark.platform

MISSING = "S" + "0" * 63


def message(answer):
    return answer.json()["Error"]["Message"]


def described(platform, script):
    return platform.get(f"/preprocessing/describe/demo/{script}").json()["Description"]


def rows_of(platform, script, **query):
    path = f"/preprocessing/logs/demo/{script}"
    return platform.get(path, params=query).json()["Results"]


def test_a_synchronous_script_answers_and_nothing_of_it_is_recorded(
    platform, scripts, prepare
):
    assert scripts.ask(prepare, {"x": 4, "label": "é"}).json() == {"x": 5, "label": "é"}
    assert scripts.ask(prepare, '{"x": 1}').json() == {"x": 2}
    assert not (platform.data_dir / "records" / f"model={prepare}").exists()
    found = described(platform, prepare)
    assert (found["Operation"], found["Status"]) == ("Sync", "Deployed")
    assert found["Schema"] == '{"x": 1}'


def test_its_failure_is_told_and_logged(platform, scripts, prepare):
    answer = scripts.ask(prepare, {"y": 1})
    assert answer.status_code == 500
    assert message(answer).startswith("process() raised KeyError: 'x'")
    (row,) = rows_of(platform, prepare, type="Error")[-1:]
    assert row["Hash"] == prepare
    assert (row["Routine"], row["OutputType"]) == ("Run", "Error")
    by_hash = platform.get(f"/preprocessing/logs/{prepare}").json()["Results"]
    assert row in by_hash


def test_a_model_gets_what_the_script_made_and_the_record_what_was_sent(
    platform, double, prepare
):
    body = json.dumps({"Input": {"x": 1}, "ScriptHash": prepare}).encode()
    answer = platform.run(double, body)
    assert answer.json() == {"double": 4}
    records = Records(platform.data_dir / "records")
    last = max(records.read(double), key=lambda record: record.at)
    records.close()
    assert (last.input, last.output) == ('{"x": 1}', '{"double": 4}')
    assert last.script == prepare


def test_a_failure_before_a_model_says_which_of_the_two_it_was(
    platform, scripts, double, prepare
):
    failed = platform.run(
        double, json.dumps({"Input": {"z": 1}, "ScriptHash": prepare}).encode()
    )
    assert failed.status_code == 500
    assert message(failed).startswith(
        "The preprocessing script 'prepare' failed, so the model was not asked: "
        "process() raised KeyError"
    )
    source = "def process(data, base_path): return {'no': 'x'}"
    empty = scripts.deploy(source, operation="Sync", name="emptied")
    failed = platform.run(
        double, json.dumps({"Input": {"x": 1}, "ScriptHash": empty}).encode()
    )
    assert failed.status_code == 500
    assert message(failed).startswith(
        "The model failed on what the preprocessing script 'emptied' made: "
        "score() raised KeyError"
    )


def test_a_script_that_cannot_run_before_a_model_is_named(
    platform, scripts, double, by_folder
):
    for script, status, said in (
        (MISSING, 404, "There is no preprocessing script"),
        (double, 404, "There is no preprocessing script"),
        (by_folder, 409, "is asynchronous"),
    ):
        body = json.dumps({"Input": {"x": 1}, "ScriptHash": script}).encode()
        answer = platform.run(double, body)
        assert answer.status_code == status
        assert said in message(answer)


def test_a_script_is_no_model_and_a_model_no_script(platform, scripts, double, prepare):
    assert platform.run(prepare, {"x": 1}).status_code == 404
    assert platform.get(f"/model/status/demo/{prepare}").status_code == 404
    assert scripts.ask(double, {"x": 1}).status_code == 404
    found = platform.get("/model/search").json()["Results"]
    assert prepare not in [row["ModelHash"] for row in found]
    found = platform.get("/preprocessing/search", params={"operation": "Sync"}).json()
    hashes = [row["Hash"] for row in found["Results"]]
    assert prepare in hashes
    assert double not in hashes


def test_an_asynchronous_script_makes_a_file_that_is_a_dataset(
    platform, scripts, by_folder
):
    answer = scripts.start(by_folder)
    assert answer.status_code == 202
    number = answer.json()["ExecutionId"]
    text = answer.json()["Message"]
    assert text.startswith(f"Execution '{number}' started to generate 'D")
    dataset = text.split("'")[3]
    status = scripts.wait_run(number)
    assert status == {
        "ExecutionId": str(number),
        "Status": "Succeeded",
        "Message": f"[datasets/{dataset}/made.csv]",
    }
    made = b"id,x\n2,20\n1,10\n"
    raw = scripts.result(number)
    assert raw.content == made
    path = f"/datasets/result/demo/{dataset}"
    assert platform.get(path).content == made
    query = {"origin": "Preprocessing", "origin_id": by_folder, "group": "demo"}
    rows = platform.get("/datasets/list", params=query).json()["Results"]
    (row,) = [row for row in rows if row["Hash"] == dataset]
    assert row["ExecutionId"] == number
    # And it is an input again, of a script and of a model.
    again = scripts.start(by_folder, None, dataset_hash=dataset).json()["ExecutionId"]
    scripts.wait_run(again)
    assert scripts.result(again).content == scripts.TABLE


def test_what_a_script_made_is_the_input_of_a_model_as_it_is(
    platform, scripts, by_frame, batch
):
    # As clients do it: the bytes under a name that says nothing of them.
    number, _ = scripts.run(by_frame)
    raw = scripts.result(number).content
    frame = pd.read_parquet(io.BytesIO(raw))
    assert frame.to_dict("list") == {"id": [1, 2], "x": [10, 20], "y": [100, 200]}
    execution = platform.execute(batch, raw, name="result_preprocessing")
    platform.wait_run(execution)
    (made,) = platform.result_of(execution).values()
    assert made == b"id,double\r\n1,20\r\n2,40\r\n"
    found = platform.get(f"/model/describe/demo/{batch}/{execution}").json()
    assert found["Description"]["InputFile"]["Name"] == "result_preprocessing.csv"
    dataset = platform.get("/datasets/list", params={"origin_id": str(number)}).json()
    (row,) = dataset["Results"]
    execution = platform.execute(batch, None, dataset_hash=row["Hash"])
    platform.wait_run(execution)
    # A Parquet file of any other name is what the model does not take.
    refused = platform.start_run(batch, raw, name="mine.parquet")
    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def build_df(data_path): return {'a': 1}", "pandas"),
        ("def build_df(data_path): return 'not-there.csv'", "there is no such file"),
        ("def build_df(data_path): raise ValueError('no <b>')", "ValueError: no <b>"),
        ("def other(data_path): pass", "does not define 'build_df'"),
        ("def build_df(df, data_path): return df", "has no pandas"),
    ],
)
def test_a_script_that_makes_no_table_is_failed_with_its_reason(
    platform, scripts, source, said
):
    script = scripts.deploy(source, expect="Failed")
    reason = platform.get(f"/preprocessing/status/demo/{script}").json()["Message"]
    assert said in reason
    refused = scripts.start(script)
    assert refused.status_code == 409
    assert "is Failed" in message(refused)


def test_a_failed_execution_says_why_and_has_no_result(platform, scripts):
    source = scripts.BY_FOLDER.replace(
        "    out =", "    assert len(rows) < 3, 'too many'\n    out ="
    )
    script = scripts.deploy(source)
    number, status = scripts.run(script, b"id,x\n1,1\n2,2\n3,3\n", expect="Failed")
    assert status["Message"].startswith("build_df() raised AssertionError: too many")
    refused = scripts.result(number)
    assert refused.status_code == 409
    assert "too many" in message(refused)
    path = f"/preprocessing/async/executions/demo/{script}"
    (row,) = platform.get(path).json()["Results"]
    assert (row["ExecutionId"], row["ExecutionState"]) == (number, "Failed")
    path = f"/preprocessing/describe/demo/{script}/{number}"
    assert platform.get(path).json()["Description"]["Hash"] == script


def test_empty_input_is_refused_and_no_rows_are_the_functions_affair(scripts, by_frame):
    assert scripts.start(by_frame, b"").status_code == 400
    assert scripts.start(by_frame, b"[]").status_code == 400
    assert scripts.start(by_frame, None).status_code == 400
    assert scripts.start(by_frame, None, dataset_hash="a/b.csv").status_code == 400
    number, _ = scripts.run(by_frame, b"id,x\n")
    frame = pd.read_parquet(io.BytesIO(scripts.result(number).content))
    assert frame.shape == (0, 3)


def test_a_table_of_very_many_columns_passes(scripts, by_frame):
    names = ["x", *(f"c{i}" for i in range(3000))]
    table = f"{','.join(names)}\n{','.join(['1'] * len(names))}\n".encode()
    number, _ = scripts.run(by_frame, table)
    frame = pd.read_parquet(io.BytesIO(scripts.result(number).content))
    assert frame.shape == (1, 3002)


def test_a_hostile_name_of_the_input_stays_a_name(platform, scripts, by_folder):
    number, _ = scripts.run(by_folder, name="../../..\\<script>x.csv")
    path = f"/preprocessing/describe/demo/{by_folder}/{number}"
    told = platform.get(path).json()["Description"]["InputFile"]["Name"]
    assert told == "scriptx.csv"
    assert not list(platform.data_dir.parent.rglob("scriptx.csv"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"script_reference": "a b"}, "is not the name of a function"),
        ({"operation": "Often"}, "Sync or Async"),
        ({"python_version": "2.7"}, "not a Python version"),
        ({"name": "<script>"}, "A script's name is made of"),
        ({"name": None}, "Missing in the form: name"),
        ({"files": {"schema": None}}, "Missing files: schema"),
        ({"files": {"schema": ("s.csv", b"")}}, "is empty"),
        ({"files": {"source": ("s.py", b"")}}, "source file is empty"),
    ],
)
def test_a_registration_that_cannot_work_is_refused(scripts, changes, said):
    answer = scripts.register(scripts.BY_FOLDER, **changes)
    assert answer.status_code == 400
    assert said in message(answer)


def test_an_unknown_group_is_404(platform):
    path = f"{platform.api}/preprocessing/register/nowhere"
    assert httpx.post(path, headers=platform.user()).status_code == 404


def test_a_script_is_disabled_restarted_and_deleted(platform, scripts):
    script = scripts.deploy(scripts.PROCESS, operation="Sync", name="short life")
    path = f"{platform.api}/preprocessing"
    ended = httpx.post(f"{path}/disable/demo/{script}", headers=platform.user())
    assert ended.json()["Message"] == f"Script {script} is now disabled."
    assert scripts.ask(script, {"x": 1}).status_code == 409
    assert platform.get(f"/preprocessing/restart/demo/{script}").status_code == 200
    scripts.wait(script)
    assert scripts.ask(script, {"x": 1}).json() == {"x": 2}
    gone = httpx.delete(f"{path}/delete/demo/{script}", headers=platform.user())
    assert gone.json() == {"Message": "Script removed"}
    assert described(platform, script)["Status"] == "Deleted"


def test_a_running_execution_is_cancelled(platform, scripts):
    source = scripts.BY_FOLDER.replace(
        "    out =",
        "    if len(rows) > 2:\n        import time; time.sleep(600)\n    out =",
    )
    script = scripts.deploy(source)
    number = scripts.start(script, b"id,x\n1,1\n2,2\n3,3\n").json()["ExecutionId"]
    path = f"/preprocessing/async/cancel/demo/{number}"
    answer = platform.as_group(path, method="POST")
    assert answer.json()["Message"] == f"Execution '{number}' was cancelled."
    assert scripts.wait_run(number, "Failed")["Message"].startswith("The execution was")
