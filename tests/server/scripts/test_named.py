"""Scripts of the second generation: their parts, their tables by name."""

from __future__ import annotations

import io
import sys
import time

import httpx
import pandas as pd
import pytest

from codex_jupyter.server.clock import now
from codex_jupyter.server.store import ExecutionKind, Store

PYTHON = f"Python3{sys.version_info.minor}"
pytestmark = pytest.mark.platform

LEFT, RIGHT = b"id,a\n1,x\n2,y\n", b"id,b\n1,u\n2,v\n"
UNKNOWN = "D" + "0" * 63


def message(answer):
    return answer.json()["Error"]["Message"]


def state(platform, script, number):
    path = f"/v2/preprocessing/{script}/execution/{number}/status"
    return platform.get(path).json()


def wait(platform, script, number, expect="Succeeded"):
    until = time.monotonic() + 120
    while (told := state(platform, script, number))["Status"] == "Running":
        assert time.monotonic() < until
        time.sleep(0.05)
    assert told["Status"] == expect, told
    return told


def started(scripts, script, number):
    return scripts.patch(f"/{script}/execution/{number}/run")


def table(platform, script, number):
    path = f"/v2/preprocessing/{script}/execution/{number}/result"
    answer = platform.get(path)
    assert answer.status_code == 200, answer.text
    return pd.read_parquet(io.BytesIO(answer.content))


@pytest.fixture(scope="module")
def joined(scripts):
    """A script that joins two tables."""
    samples = {"left": LEFT, "right": RIGHT}
    script = scripts.compose(scripts.BY_NAMES, samples, "join", requirements=b"pandas")
    assert scripts.patch(f"/{script}/status").status_code == 202
    scripts.wait(script)
    return script


@pytest.fixture(scope="module")
def single(scripts):
    """A script of this generation with one table, which it takes as a file."""
    script = scripts.compose(scripts.BY_FRAME, {"rows": scripts.TABLE}, "one")
    pandas = {"requirements": ("requirements.txt", b"pandas\n")}
    scripts.patch(f"/{script}/requirements-file", pandas)
    assert scripts.patch(f"/{script}/status").status_code == 202
    scripts.wait(script)
    return script


def test_two_tables_become_one_and_a_dataset(platform, scripts, joined):
    number = scripts.open(joined)
    assert state(platform, joined, number)["Status"] == "Requested"
    fed = scripts.feed(joined, number, LEFT, dataset_name="left")
    assert fed.status_code == 201
    left = fed.json()["DatasetHash"]
    more = b"id,b\n1,u\n1,w\n2,v\n"
    scripts.feed(joined, number, more, dataset_name="right")
    assert started(scripts, joined, number).status_code == 201
    # Clients that wait stop at any other state.
    assert state(platform, joined, number)["Status"] in ("Running", "Succeeded")
    told = wait(platform, joined, number)
    assert table(platform, joined, number)["b"].tolist() == ["u", "w", "v"]
    path = f"/datasets/result/demo/{told['OutputDatasetHash']}"
    content = platform.get(path).content
    assert pd.read_parquet(io.BytesIO(content)).shape == (3, 3)
    path = f"/v2/preprocessing/{joined}/execution/{number}"
    found = platform.get(path).json()
    assert [one["DatasetName"] for one in found["Inputs"]] == ["left", "right"]
    assert found["Inputs"][0]["DatasetHash"] == left
    listed = platform.get("/v2/preprocessing", params={"group": "demo"}).json()
    (row,) = [one for one in listed["Result"] if one["ScriptHash"] == joined]
    assert row["ScriptGroupName"] == "demo"
    assert left in [one["DatasetHash"] for one in row["UploadedDatasets"]]
    made = [one["DatasetHash"] for one in row["GeneratedDatasets"]]
    assert told["OutputDatasetHash"] in made


def test_a_table_is_given_by_the_hash_of_a_dataset(platform, scripts, joined):
    number = scripts.open(joined)
    left = scripts.feed(joined, number, LEFT, dataset_name="left").json()
    scripts.feed(joined, number, RIGHT, dataset_name="right")
    again = scripts.open(joined)
    # Its own name says which table it is.
    answer = scripts.feed(joined, again, dataset_hash=left["DatasetHash"])
    assert answer.json() == left
    scripts.feed(joined, again, RIGHT, dataset_name="right")
    started(scripts, joined, again)
    made = wait(platform, joined, again)["OutputDatasetHash"]
    # One that a script made is called otherwise, so it has to be said which it is.
    third = scripts.open(joined)
    unclear = scripts.feed(joined, third, dataset_hash=made)
    assert unclear.status_code == 400
    assert "'left', 'right'" in message(unclear)
    named = scripts.feed(joined, third, dataset_hash=made, dataset_name="left")
    assert named.json() == {"DatasetHash": made, "DatasetName": "left"}


def test_what_cannot_be_fed_is_refused(platform, scripts, joined):
    number = scripts.open(joined)
    wrong = scripts.feed(joined, number, LEFT, dataset_name="<b>up")
    assert wrong.status_code == 400
    assert "has no dataset '<b>up'; it has 'left', 'right'" in message(wrong)
    # A local path in the place of a hash, as some clients send it.
    path = scripts.feed(joined, number, dataset_hash="./data/rows.csv")
    assert path.status_code == 400
    assert scripts.feed(joined, number, dataset_hash=UNKNOWN).status_code == 404
    # And an empty body, as others do.
    assert scripts.feed(joined, number).status_code == 400
    assert scripts.feed(joined, number, b"", dataset_name="left").status_code == 400
    assert scripts.feed(joined, 999999, LEFT, dataset_name="left").status_code == 404
    scripts.feed(joined, number, LEFT, dataset_name="left")
    early = started(scripts, joined, number)
    assert early.status_code == 400
    assert "lacks 'right'" in message(early)
    scripts.feed(joined, number, RIGHT, dataset_name="right")
    assert started(scripts, joined, number).status_code == 201
    twice = started(scripts, joined, number)
    assert twice.status_code == 409
    late = scripts.feed(joined, number, LEFT, dataset_name="left")
    assert late.status_code == 409
    wait(platform, joined, number)


def test_it_runs_in_the_first_generations_way_too(platform, scripts, single):
    number, status = scripts.run(single)
    assert "processed_data.parquet" in status["Message"]
    frame = pd.read_parquet(io.BytesIO(scripts.result(number).content))
    assert frame["y"].tolist() == [100, 200]
    assert platform.get(f"/preprocessing/status/demo/{single}").json() == {
        "Status": "Deployed",
        "Message": None,
    }
    path = f"/preprocessing/describe/demo/{single}"
    assert platform.get(path).json()["Description"]["Operation"] == "Async"
    assert state(platform, single, number)["Status"] == "Succeeded"


def test_several_tables_do_not_fit_there(scripts, joined):
    answer = scripts.start(joined)
    assert answer.status_code == 400
    assert "takes 2 tables, each by its name: left, right" in message(answer)


def test_a_script_of_the_first_generation_is_not_here(platform, scripts, by_folder):
    for method, path in (
        ("GET", ""),
        ("GET", "/status"),
        ("POST", "/execution"),
        ("GET", "/execution/1/status"),
        ("PATCH", "/status"),
    ):
        answer = scripts.patch(f"/{by_folder}{path}", method=method)
        assert answer.status_code == 404
        assert answer.json()["Error"]["Message"]


def test_the_state_has_a_message_or_the_samples_dataset(platform, scripts, single):
    path = f"/v2/preprocessing/{single}"
    told = platform.get(f"{path}/status").json()
    assert told["Status"] == "Deployed"
    assert told["DatasetHash"].startswith("D")
    found = platform.get(path).json()
    assert (found["State"], found["Tables"]) == ("Deployed", ["rows"])
    fresh = scripts.compose(scripts.BY_FRAME, {"rows": scripts.TABLE})
    told = platform.get(f"/v2/preprocessing/{fresh}/status").json()
    assert told == {"Status": "Ready", "Message": None}


def test_a_script_without_all_parts_is_not_deployed(platform, scripts):
    platform.group()
    made = httpx.post(
        f"{platform.api}/v2/preprocessing/demo",
        json={"Name": "bare", "Operation": "Async"},
        headers=platform.user(),
    )
    script = made.json()["PreprocessHash"]
    refused = scripts.patch(f"/{script}/status")
    assert refused.status_code == 400
    assert "schema, script-file, requirements" in message(refused)
    # It can be described already, as a client that died here left it.
    assert platform.get(f"/v2/preprocessing/{script}").json()["State"] == "Ready"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'{"Name": 5}', 400),
        (b'{"Name": "a<b"}', 400),
        (b'{"Name": "ok", "Operation": "Sync"}', 400),
    ],
)
def test_a_registration_that_says_no_such_thing_is_refused(platform, body, status):
    platform.group()
    answer = httpx.post(
        f"{platform.api}/v2/preprocessing/demo", content=body, headers=platform.user()
    )
    assert answer.status_code == status
    assert message(answer)


def test_an_unknown_group_is_404(platform):
    answer = httpx.post(
        f"{platform.api}/v2/preprocessing/nowhere",
        json={"Name": "x", "Operation": "Async"},
        headers=platform.user(),
    )
    assert answer.status_code == 404


def test_parts_are_replaced_until_the_deployment_and_settled_after(platform, scripts):
    frameless = "def build_df(data_path): return data_path + '/r'"
    script = scripts.compose("def build_df(dfs): raise ValueError('no')", {"r": b"x\n"})
    extra = {"extra_file": ("../up.txt", b"one")}
    for _ in range(2):
        assert scripts.patch(f"/{script}/extra-file", extra).status_code == 201
    clash = {"extra_file": ("x", b"one")}
    answer = scripts.patch(f"/{script}/extra-file", clash, extra_file_name="APP.py")
    assert answer.status_code == 400
    env = {"env": (".env", b"KEY=v\r\n")}
    assert scripts.patch(f"/{script}/env-file", env).status_code == 201
    scripts.patch(f"/{script}/status")
    scripts.wait(script, "Failed")
    told = platform.get(f"/v2/preprocessing/{script}/status").json()
    assert told["Message"]
    # What failed is mended and deployed again.
    again = scripts.patch(
        f"/{script}/script-file",
        {"script": ("app.py", frameless.encode())},
        preprocess_reference="build_df",
        python_version=PYTHON,
    )
    assert again.status_code == 201
    assert scripts.patch(f"/{script}/status").status_code == 202
    # This generation always makes tables, and this environment has no pandas.
    assert "pandas" in scripts.wait(script, "Failed")["Message"]


def test_what_never_got_an_input_is_forgotten(platform, scripts, single):
    orphan, fed = scripts.open(single), scripts.open(single)
    scripts.feed(single, fed, scripts.TABLE, dataset_name="rows")
    store = Store(f"sqlite:///{platform.data_dir / 'platform.db'}")
    try:
        assert store.executions.discard_unfed(ExecutionKind.SCRIPT, now()) >= 1
    finally:
        store.close()
    path = f"/v2/preprocessing/{single}/execution"
    assert platform.get(f"{path}/{orphan}/status").status_code == 404
    assert state(platform, single, fed)["Status"] == "Requested"
