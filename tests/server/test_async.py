"""Executions of asynchronous models on a real platform."""

from __future__ import annotations

import json

import httpx
import pytest

from codex_jupyter.protocol.events import EventDecoder

pytestmark = pytest.mark.platform

DOUBLED = b"id,double\r\n1,20\r\n2,40\r\n"
# What the documented platform was recorded to answer.
RECORDED = {
    *("ModelHash", "Operation", "PythonVersion", "Status", "Name", "Group"),
    *("UploadedAt", "ExecutionId", "RunAt", "ExecutionState", "ExperimentName"),
    *("InputPayload", "OutputPayload"),
}


def message(answer):
    return answer.json()["Error"]["Message"]


def described(platform, model, execution):
    path = f"/model/describe/demo/{model}/{execution}"
    return platform.get(path).json()["Description"]


def logs(platform, model, execution, **query):
    rows = platform.get(f"/model/logs/demo/{model}", params=query).json()["Results"]
    return [row for row in rows if row.get("ExecutionId") == execution]


def listen(platform, execution, **headers):
    decoder = EventDecoder()
    path = f"{platform.api}/model/async/events/demo/{execution}"
    headers = platform.user() | headers
    with httpx.stream("GET", path, headers=headers, timeout=60) as answer:
        assert answer.status_code == 200
        return [event for piece in answer.iter_text() for event in decoder.feed(piece)]


def test_a_file_is_scored_and_the_result_is_a_zip_with_the_written_file(
    platform, batch
):
    answer = platform.start_run(batch)
    assert answer.status_code == 202
    number = answer.json()["ExecutionId"]
    assert answer.json()["Message"] == (
        f"Execution '{number}' started. Use the id to check its status."
    )
    status = platform.wait_run(number)
    assert status == {
        "ExecutionId": str(number),
        "Status": "Succeeded",
        "Message": None,
    }
    assert platform.result_of(number) == {"output.csv": DOUBLED}
    raw = platform.as_group(f"/model/async/result/demo/{number}")
    assert raw.headers["content-type"] == "application/zip"
    assert f"{number}.zip" in raw.headers["content-disposition"]


def test_an_execution_is_described_with_every_recorded_key(platform, batch):
    number = platform.execute(batch)
    early = described(platform, batch, number)
    platform.wait_run(number)
    late = described(platform, batch, number)
    for found in (early, late):
        assert set(found) >= RECORDED
        assert found["ExecutionId"] == number
    assert early["ExecutionState"] in ("Requested", "Running", "Succeeded")
    assert late["ExecutionState"] == "Succeeded"
    told = late["InputPayload"]["defaultEnvVars"]
    assert told["inputFileName"] == "rows.csv"
    assert told["identifier"].endswith(f"/demo/{batch}")
    assert late["OutputPayload"]["outputPath"].endswith(
        f"/{number}/output/{number}.zip"
    )
    assert late["InputFile"]["Rows"] == 2
    assert late["OutputFile"] == {"Name": "output.csv", "Size": len(DOUBLED)}


def test_executions_are_listed_newest_first_by_state_and_in_pages(platform, batch):
    numbers = [platform.execute(batch) for _ in range(3)]
    for number in numbers:
        platform.wait_run(number)
    path = f"/model/async/executions/demo/{batch}"
    found = platform.get(path, params={"limit": "2", "state": "Succeeded"}).json()
    assert [row["ExecutionId"] for row in found["Results"]] == numbers[:0:-1]
    assert found["Count"] >= 3
    older = platform.get(path, params={"before": numbers[1], "limit": "1"}).json()
    assert [row["ExecutionId"] for row in older["Results"]] == [numbers[0]]
    assert platform.get(path, params={"state": "Uploaded"}).status_code == 400
    assert platform.get(path, params={"limit": "many"}).status_code == 400


def test_what_is_unknown_is_404_and_a_wrong_token_401(platform, batch):
    number = platform.execute(batch)
    platform.wait_run(number)
    for path in ("999999", "0", "x", "-1", "9" * 40, str(number) + "0000"):
        assert platform.as_group(f"/model/async/status/demo/{path}").status_code == 404
        assert platform.as_group(f"/model/async/result/demo/{path}").status_code == 404
    elsewhere = f"/model/async/status/another/{number}"
    assert platform.as_group(elsewhere, "another").status_code == 404
    other = platform.deploy_batch(name="other batch")
    assert platform.get(f"/model/describe/demo/{other}/{number}").status_code == 404
    for header in ({}, {"Authorization": "Bearer None"}, platform.group("another")):
        answer = httpx.get(
            f"{platform.api}/model/async/status/demo/{number}", headers=header
        )
        assert answer.status_code == 401
        assert answer.json()["Error"]["Message"]


def test_the_function_is_told_of_its_execution_and_each_has_its_own_process(platform):
    source = """
import json, os, sys
names = ("inputFileName", "modelFileName", "BASE_PATH", "EXECUTION_ID", "identifier")
def score(data_path, model_path):
    told = {name: os.environ[name] for name in names}
    told["files"] = sorted(os.listdir(data_path))
    told["key"] = os.environ["KEY"]
    told["cwd"] = os.getcwd() == os.path.realpath(data_path)
    told["pid"] = os.getpid()
    told["log folder"] = os.path.isdir(
        os.path.join(told["BASE_PATH"], told["EXECUTION_ID"], "output"))
    with open("told.json", "w") as file:
        json.dump(told, file)
    return "told.json"
"""
    model = platform.deploy_batch(
        source, schema=("dados.csv", platform.TABLE), files={"env": (".env", b"KEY=k")}
    )
    found = []
    for _ in range(2):
        number = platform.execute(model, name="C:\\my files\\março.csv")
        platform.wait_run(number)
        (told,) = platform.result_of(number).values()
        found.append(json.loads(told) | {"number": number})
    told = found[0]
    assert told["inputFileName"] == "março.csv"
    assert told["modelFileName"] == "model.pkl"
    assert told["EXECUTION_ID"] == str(told["number"])
    assert told["log folder"]
    assert told["cwd"]
    assert told["key"] == "k"
    # Documented scripts open a fixed name, whatever was uploaded.
    assert told["files"] == ["dados.csv", "input.csv", "março.csv"]
    assert found[0]["pid"] != found[1]["pid"]
    assert not list((platform.data_dir / "executions" / model).iterdir())


def test_what_is_printed_becomes_log_rows_and_the_loggers_tags_their_type(platform):
    source = platform.BATCH.replace(
        'print("read"',
        'print("[WARNING]few rows[WARNING]"); print("[OUTPUT]done[OUTPUT]")\n'
        '    print("read"',
    )
    model = platform.deploy_batch(source)
    number = platform.execute(model)
    platform.wait_run(number)
    rows = [
        (r["OutputType"], r["OutputData"], r["Routine"])
        for r in logs(platform, model, number)
    ]
    assert rows == [
        ("Warning", "few rows", "Run"),
        ("Ok", "done", "Run"),
        ("Debug", "read 2 rows", "Run"),
    ]


def test_a_failure_has_the_users_traceback_and_none_of_our_frames(platform, batch):
    number = platform.execute(batch, b"id,y\n1,2\n")
    reason = platform.wait_run(number, expect="Failed")["Message"]
    assert reason.startswith("score() raised KeyError: 'x'")
    assert 'int(row["x"]) * factor' in reason
    for hidden in ("codex_runner", "codex_jupyter", str(platform.data_dir)):
        assert hidden not in reason
    assert described(platform, batch, number)["Message"] == reason
    assert logs(platform, batch, number, type="Error")[-1]["OutputData"] == reason
    refused = platform.as_group(f"/model/async/result/demo/{number}")
    assert refused.status_code == 409
    assert "KeyError" in message(refused)


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("{'a': 1}", "returned a dict"),
        ("None", "data_path + '/written.csv'"),
        ("data_path + '/not-there.csv'", "'not-there.csv', and there is no such file"),
        ("data_path", "returned a folder"),
        ("'a\\0b'", "no path"),
    ],
)
def test_a_function_that_returns_no_file_is_told_what_to_return(
    platform, returned, said
):
    source = f"""
def score(data_path, model_path):
    open(data_path + "/written.csv", "w").close()
    return {returned}
"""
    model = platform.deploy_batch(source, expect="Failed")
    reason = platform.get(f"/model/status/demo/{model}").json()["Message"]
    assert reason.startswith("score() ")
    assert said in reason


def test_an_asynchronous_model_takes_no_rows_but_its_health_is_told(platform, batch):
    refused = platform.run(batch, {"x": 1})
    assert refused.status_code == 409
    assert "asynchronous" in message(refused)
    path = f"/model/sync/health/demo/{batch}"
    assert platform.as_group(path).json() == {"Message": "OK"}


def test_a_synchronous_model_takes_no_files(platform, double):
    refused = platform.start_run(double)
    assert refused.status_code == 409
    assert "/model/sync/run" in message(refused)


def test_an_execution_is_told_live_and_again_to_who_comes_late(platform):
    source = platform.BATCH.replace(
        "    out =", "    import time; time.sleep(2.5)\n    print('woke')\n    out ="
    )
    model = platform.deploy_batch(source)
    number = platform.execute(model)
    live = listen(platform, number)
    states = [event.data["Status"] for event in live if event.name == "state"]
    assert states[-1] == "Succeeded"
    assert "Running" in states
    progress = [event.data for event in live if event.name == "progress"]
    assert progress[-1]["Rows"] == 2
    assert progress[-1]["Elapsed"] > 0
    texts = [event.data["OutputData"] for event in live if event.name == "log"]
    assert texts == ["read 2 rows", "woke"]
    assert live[-1].name == "end"

    late = listen(platform, number)
    ids = [event.id for event in late if event.name == "log"]
    assert len(ids) == 2
    rest = listen(platform, number, **{"Last-Event-ID": ids[0]})
    assert [event.id for event in rest if event.name == "log"] == ids[1:]
    # The next one knows from this one how long it will take.
    second = platform.execute(model)
    told = [e.data for e in listen(platform, second) if e.name == "progress"]
    assert told[-1]["Estimate"] > 1
    assert 0 < told[-1]["Fraction"] < 1


def test_the_models_document_names_the_routes_of_a_file(platform, batch):
    path = f"{platform.api}/model/async/docs/demo/{batch}"
    document = httpx.get(f"{path}/openapi.json").json()
    run = document["paths"][f"/model/async/run/demo/{batch}"]["post"]
    form = run["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert form["properties"]["input"]["format"] == "binary"
    assert "id, x" in form["properties"]["input"]["description"]
    assert run["responses"]["202"]
    result = document["paths"]["/model/async/result/demo/{execution}"]["get"]
    assert "output.csv" in result["responses"]["200"]["description"]
    assert httpx.get(path).status_code == 200


def test_a_deployment_has_the_usual_stages_and_its_sample_is_the_first_row(
    platform, batch
):
    stages = platform.get(f"/model/describe/demo/{batch}").json()["Description"]
    assert [stage["Stage"] for stage in stages["Stages"]] == [
        *("resolve", "install", "start", "test"),
    ]
    assert stages["Input"] == "csv"
    assert json.loads(stages["Schema"]) == {"id": "1", "x": "10"}
