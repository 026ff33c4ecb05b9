"""External monitoring: tables of a folder, through the client and bare routes."""

from __future__ import annotations

import json

import httpx
import pandas as pd
import pytest
from monitoring_kit import Kit

from codex_jupyter.client.external_monitoring import MLOpsExternalMonitoringClient
from codex_jupyter.config import Secret, Settings
from codex_jupyter.errors import (
    ExecutionError,
    ExternalMonitoringError,
    InputError,
    PlatformError,
)

pytestmark = pytest.mark.platform

SCRIPT = b"""
import pandas as pd


def build_df(df_input, df_output):
    assert "proba" not in df_input.columns
    return df_input[["age", "income"]], df_output


def get_shap(data, model_path):
    with open(model_path + "/model.pkl") as file:
        weight = float(file.read())
    return data * weight
"""
FILES = {
    "model_file": ("model.pkl", b"2"),
    "requirements_file": ("requirements.txt", b"pandas"),
    "preprocess_file": ("app.py", SCRIPT),
    "preprocess_reference": "build_df",
    "shap_reference": "get_shap",
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """A folder with one file of two weeks."""
    folder = tmp_path_factory.mktemp("lake")
    kit = Kit(None)
    rows = []
    for day, people in (
        ("2026-03-31", kit.people(300)),
        ("2026-04-07", kit.people(300, 4, income=90.0)),
    ):
        rows += [
            one
            | {
                "day": day,
                "proba": 0.1 + 0.01 * one["age"],
                "pred": int(one["income"] > 50),
            }
            for one in people
        ]
    pd.DataFrame(rows).to_csv(folder / "scored.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def outside(platform, credit, lake, tmp_path_factory):
    """A platform that may read the folder; environments are those built already."""
    data_dir = tmp_path_factory.mktemp("platform")
    built = platform.data_dir / "environments"
    (data_dir / "environments").symlink_to(built)
    running = type(platform)(data_dir, ("--local-data", str(lake))).start()
    running.group("demo")
    answer = httpx.post(
        f"{running.api}/datasource/register/demo",
        data={"name": "lake", "provider": "Local"},
        files={"credentials": ("c.json", json.dumps({"folder": str(lake)}).encode())},
        headers=running.user(),
    )
    assert answer.status_code == 200, answer.text
    yield Kit(running)
    code, out = running.stop()
    assert code == 0, out


@pytest.fixture
def client(outside):
    admin = outside.platform.admin
    settings = Settings(
        outside.platform.api, user=admin["user"], password=Secret(admin["password"])
    )
    with MLOpsExternalMonitoringClient(settings=settings) as made:
        yield made


@pytest.fixture(scope="module")
def trained(outside):
    return outside.training()


def given(trained, **changes):
    return {
        "name": "scored elsewhere",
        "group": "demo",
        "training_execution_id": trained,
        "period": "Week",
        "input_cols": ["age", "income"],
        "output_cols": ["proba", "pred"],
        "datasource_name": "lake",
        "extraction_type": "Incremental",
        "datasource_uri": "scored.csv",
        "column_name": "day",
        "reference_date": "2026-03-30",
        "python_version": f"3.{Kit.python.removeprefix('Python3')}",
    } | changes


def python():
    return f"3.{Kit.python.removeprefix('Python3')}"


def test_a_table_is_monitored_from_registration_to_its_periods(
    client, outside, trained
):
    monitoring = client.register_monitoring(**given(trained))
    assert monitoring.status == "Unvalidated"
    monitoring.upload_file(**FILES, python_version=python())
    assert monitoring.host(wait=True) == monitoring.ex_monitoring_hash
    assert monitoring.status == "Validated"
    found = outside.ran(
        monitoring.ex_monitoring_hash, first="2026-W14", last="2026-W15"
    )
    assert found["2026-W14"]["Rows"] == found["2026-W15"]["Rows"] == 300
    assert found["2026-W15"]["Columns"]["income"]["Level"] == "significant"
    assert found["2026-W15"]["Shap"]["features"] == ["age", "income"]
    assert found["2026-W15"]["Previous"]["Label"] == "2026-W14"
    assert monitoring.results()["Periods"] == found
    rows = monitoring.logs("2026-03-30", "2026-04-12")["Results"]
    assert [row["Label"] for row in rows] == ["2026-W14", "2026-W15"]
    again = client.get_external_monitoring(monitoring.ex_monitoring_hash)
    assert again.status == "Validated"


def test_what_is_missing_or_wrong_is_told(client, trained):
    for changes, words in (
        ({"datasource_name": "sea"}, "no datasource 'sea'"),
        ({"training_execution_id": 999}, "no training execution 999"),
        ({"input_cols": ["incone"]}, "'incone'"),
        ({"period": "Fortnight"}, "not known"),
        ({"column_name": None}, "ColumnName"),
        ({"reference_date": "30/03/2026"}, "a day such as"),
        ({"extraction_type": "Some"}, "Full or Incremental"),
    ):
        with pytest.raises(InputError, match=words):
            client.register_monitoring(**given(trained, **changes))
    with pytest.raises(PlatformError, match="no group 'nowhere'"):
        client.register_monitoring(**given(trained, group="nowhere"))
    with pytest.raises(ExternalMonitoringError, match="no external monitoring"):
        client.get_external_monitoring("E" * 64)
    monitoring = client.register_monitoring(**given(trained))
    with pytest.raises(ExecutionError, match="Not uploaded yet: model-file"):
        monitoring.host(wait=True)
    with pytest.raises(InputError, match="preprocess_reference"):
        monitoring.upload_file(preprocess_file=("a.py", SCRIPT))


def test_older_clients_have_paths_with_the_group(outside, trained):
    platform = outside.platform
    body = {
        "Name": "older",
        "TrainingExecutionId": trained,
        "Period": "Quarter",
        "InputCols": ["age", "income"],
        "OutputCols": ["proba", "pred"],
        "DataSourceName": "lake",
        "ExtractionType": "Full",
        "DataSourceUri": "scored.csv",
    }
    root = f"{platform.api}/external-monitoring"
    answer = httpx.post(f"{root}/demo", json=body, headers=platform.user(), timeout=60)
    assert answer.status_code == 201, answer.text
    own = answer.json()["ExternalMonitoringHash"]
    for part, field, content in (
        ("model-file", "model", b"2"),
        ("requirements-file", "requirements", b"pandas"),
        ("script-file", "script", SCRIPT),
    ):
        sent = httpx.patch(
            f"{root}/demo/{own}/{part}",
            data={"preprocess_reference": "build_df", "shap_reference": "get_shap"},
            files={field: (f"x.{field}", content)},
            headers=platform.user(),
        )
        assert sent.status_code == 201, sent.text
    hosted = httpx.patch(f"{root}/demo/{own}/status", headers=platform.user())
    assert hosted.status_code == 200
    # The literal status wins over a hash of that name.
    both = [
        platform.get(f"/external-monitoring/{path}/status").json()["Status"]
        for path in (own, f"demo/{own}")
    ]
    assert set(both) <= {"Validating", "Validated", "Invalidated"}
    assert platform.get(f"/external-monitoring/demo/{own}").json()["Hash"] == own
    rows = platform.get("/external-monitoring").json()
    assert own in [row["Hash"] for row in rows["Result"]]
