"""Datasources, their datasets and external monitoring through the vendor's SDK."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "monitoring"))

from monitoring_kit import Kit

pytestmark = pytest.mark.platform

SCRIPT = """
def build_df(df_input, df_output):
    return df_input[["age", "income"]], df_output


def get_shap(data, model_path):
    with open(model_path + "/model.pkl") as file:
        return data * float(file.read())
"""


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """A folder with a table that somebody scored."""
    folder = tmp_path_factory.mktemp("lake")
    people = Kit(None).people(50)
    rows = [
        one | {"day": "2026-03-31", "proba": one["age"] / 100, "pred": place % 2}
        for place, one in enumerate(people)
    ]
    pd.DataFrame(rows).to_csv(folder / "scored.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def outside(platform, lake, tmp_path_factory):
    """A platform that may read the folder; environments are those built already."""
    data_dir = tmp_path_factory.mktemp("platform")
    built = platform.data_dir / "environments"
    built.mkdir(exist_ok=True)
    (data_dir / "environments").symlink_to(built)
    running = type(platform)(data_dir, ("--local-data", str(lake))).start()
    yield running
    code, out = running.stop()
    assert code == 0, out


@pytest.fixture(scope="module")
def trained(outside, model_python):
    """The number of a run that was sent with its tables."""
    kit = Kit(outside)
    kit.python = f"Python{model_python.replace('.', '')}"
    return kit.training(group="sdk")


def test_a_table_elsewhere_is_imported_and_monitored(sdk, outside, lake, trained):
    sdk = replace(sdk, platform=outside)
    sdk.write("credentials.json", json.dumps({"folder": str(lake)}))
    sdk.write("model.pkl", "2")
    sdk.write("requirements.txt", "pandas\n")
    sdk.write("monitor.py", SCRIPT)
    done = sdk.run("outside.py", run=trained)
    told = done.told
    assert told["sources"] == ["lake"]
    assert told["imported"] == {"status": "Succeeded", "log": ""}
    if not sdk.version.startswith("4."):
        fetched = (sdk.folder / "imported.csv").read_bytes()
        assert fetched == (lake / "scored.csv").read_bytes()
    assert told["status"] in ("Validated", "MonitoringStatus.Validated")
    where = f"/external-monitoring/{told['monitoring']}"
    row = outside.get(f"{where}/status").json()
    assert row["Status"] == "Validated"
    if done.requests:
        assert told["monitoring"] in done.printed
        assert f"{where}/script-file" in done.paths("PATCH")
        records = f"/monitoring/search/records/{sdk.GROUP}/{told['monitoring']}"
        assert ["GET", records, 200] in done.requests
    assert told["left"] == []
