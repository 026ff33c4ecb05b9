"""Groups and models through the vendor's SDK."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.platform

LOGS = """
def with_logs(score):
    def scored(data, base_path):
        import os

        print("greeted", os.environ["GREETING"])
        return score(data, base_path)

    return scored


score = with_logs(score)
"""


def slug(sdk):
    return sdk.version.replace(".", "_")


def test_groups_are_made_listed_and_given_a_new_token(sdk):
    group = f"sdk_group_{slug(sdk)}"
    told = sdk.run("groups.py", group=group).told
    assert told["created"]
    assert group in told["names"]
    assert told["second"] == "GroupError" or told["second"] is False
    if sdk.version == "ours":
        # Ours never shows a token; `.reveal()` gives its text.
        assert told["token"] == "set"
    else:
        assert len(told["token"]) == 32


def test_a_synchronous_model_lives_its_whole_life(sdk):
    group, name = sdk.GROUP, f"sync {sdk.version}"
    sdk.write("app.py", sdk.platform.SCORE + LOGS)
    sdk.write("model.pkl", "2")
    sdk.write("requirements.txt", "")
    sdk.write("schema.json", json.dumps({"x": 1}))
    sdk.write("row.json", json.dumps({"x": 6}))
    sdk.write("extra.txt", "more")
    sdk.write(".env", "GREETING=hello\r\n")
    done = sdk.run("models.py", answers=f"{name}\n", name=name)
    told, model = done.told, done.told["hash"]
    assert told["status"] in ("Deployed", "ModelState.Deployed")
    assert told["restarted"] in ("Deployed", "ModelState.Deployed")
    if sdk.is_old:
        assert told["answer"] == {"double": 8}
        assert told["called"] == {"double": 10}
        assert told["direct"] == {"double": 14}
        assert told["health"] == "OK"
        assert told["found"] == [model]
        assert told["docs"].endswith(f"/model/sync/docs/{group}/{model}")
        assert told["page"] == [200, "text/html; charset=utf-8"]
        assert model in told["code"]
    else:
        assert "double: 8" in done.printed or '"double": 8' in done.printed
        assert "double: 12" in done.printed or '"double": 12' in done.printed
        assert (told["name"], told["kind"]) == (name, "SyncModel")
    # Newer versions fetch the log and return nothing.
    logs = sdk.platform.get(f"/model/logs/{model}?routine=Run").json()
    for log in (logs, told["logs"]) if sdk.is_old else (logs,):
        assert "greeted hello" in json.dumps(log)
    assert "Answer to the sample" in json.dumps(told["all logs"])
    if done.requests:
        assert f"/model/logs/{group}/{model}" in done.paths("GET")
    status = sdk.platform.get(f"/model/status/{group}/{model}").json()
    assert status["Status"] == "Deleted"


def test_an_asynchronous_model_scores_files_and_datasets(sdk):
    sdk.write("app.py", sdk.platform.BATCH)
    sdk.write("model.pkl", "3")
    sdk.write("requirements.txt", "")
    sdk.write("rows.csv", "id,x\n1,10\n")
    sdk.write("big.csv", "id,x\n" + "".join(f"{i},{i}\n" for i in range(500)))
    dataset = a_dataset(sdk.platform, sdk.GROUP)
    told = sdk.run("batch.py", name=f"batch {sdk.version}", dataset=dataset).told
    for one in ("status", "same", "found"):
        assert "Succeeded" in json.dumps(told[one])
    assert told["result"].splitlines()[-1] == "499,1497"
    if sdk.version.startswith("4."):
        assert "Succeeded" in told["by_dataset"]


def a_dataset(platform, group):
    """The hash of what an earlier execution wrote: it has the columns of an input."""
    copy = platform.BATCH.replace('"double"', '"x"')
    model = platform.deploy_batch(copy, group=group, name="to be a dataset")
    run = platform.start_run(model, group=group).json()["ExecutionId"]
    platform.wait_run(run, group=group)
    listed = platform.get(f"/datasets/list?group={group}&origin_id={model}").json()
    return listed["Results"][0]["Hash"]
