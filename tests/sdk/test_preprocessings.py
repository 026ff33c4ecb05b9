"""Preprocessing scripts through the vendor's SDK: both generations of the protocol."""

from __future__ import annotations

import io
import json

import pandas as pd
import pytest

pytestmark = pytest.mark.platform

PROCESS = """
import json


def process(data, base_path):
    row = json.loads(data)
    return {"x": row["x"] + 1}
"""
BUILD_V1 = """
def build_df(df, data_path, extra_path=None):
    return df.assign(total=df["a"] + df["b"])
"""
BUILD_V2 = """
def build_df(dfs, extra_path=None):
    frame = dfs["rows"]
    return frame.assign(total=frame["a"] + frame["b"])
"""


def test_scripts_run_alone_and_before_a_model(sdk):
    group, platform = sdk.GROUP, sdk.platform
    model = platform.deploy(group=group, name=f"after {sdk.version}")
    sdk.write("process.py", PROCESS)
    sdk.write("build.py", BUILD_V1 if sdk.is_old else BUILD_V2)
    sdk.write("requirements.txt", "")
    sdk.write("pandas.txt", "pandas\n")
    sdk.write("schema.json", json.dumps({"x": 1}))
    sdk.write("rows.csv", "a,b\n1,2\n3,4\n")
    done = sdk.run("preprocessings.py", name=f"pre {sdk.version}", model=model)
    told = done.told
    assert told["processed"] == {"x": 5}
    if sdk.is_old:
        assert told["answer"] == {"double": 10}
    else:
        assert "double: 10" in done.printed or '"double": 10' in done.printed
    assert "Succeeded" in told["status"]
    assert told["found"] == told["batch"]
    assert {told["sync"], told["batch"]} <= {row["Hash"] for row in told["listed"]}
    assert all(log["Results"] for log in told["logs"])
    if sdk.is_old:
        content = (sdk.folder / "result").read_bytes()
        frame = pd.read_parquet(io.BytesIO(content))
    else:
        assert "Succeeded" in told["by dataset"]
        assert told["older"] == "Succeeded"
        frame = pd.read_parquet(sdk.folder / "preprocessed_data.parquet")
    assert frame["total"].tolist() == [3, 7]
    listed = platform.get(f"/datasets/list?group={group}&origin=Preprocessing").json()
    assert told["batch"] in json.dumps(listed)
