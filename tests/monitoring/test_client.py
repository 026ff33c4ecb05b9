"""Monitoring through the client, with the documented names and our own."""

from __future__ import annotations

import asyncio
import json

import pytest

from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.client.monitoring_execution import MonitoringRun
from codex_jupyter.config import Secret, Settings
from codex_jupyter.errors import ExecutionError, InputError, ModelError

pytestmark = pytest.mark.platform

TWO = {"preprocess_reference": "parse", "shap_reference": "get_shap"}


@pytest.fixture
def client(platform):
    admin = platform.admin
    settings = Settings(
        platform.api, user=admin["user"], password=Secret(admin["password"])
    )
    with MLOpsModelClient(settings=settings) as made:
        yield made


@pytest.fixture(scope="module")
def asked(kit):
    """A model of this module's own."""
    return kit.deploy(name="by-client")


@pytest.fixture
def model(client, asked):
    return client.get_model(asked, group="demo")


def script(kit):
    return ("parse.py", kit.MONITOR.encode())


def test_a_documented_call_registers_validates_and_gives_the_hash(
    kit, model, training, tmp_path
):
    path, source = tmp_path / "conf.json", tmp_path / "app.py"
    path.write_text(json.dumps(kit.config(training, Period="month")))
    source.write_text(kit.MONITOR)
    found = model.register_monitoring(
        **TWO, configuration_file=str(path), preprocess_file=str(source)
    )
    assert found == model.model_hash
    assert "schema sample" in model.wait_monitoring("Month")["Message"]
    assert model.host_monitoring_status("month") == "Validated"


def test_a_dict_configures_and_results_come_in_one_call(kit, model, training):
    model.register_monitoring(
        **TWO,
        configuration_file=kit.config(training),
        preprocess_file=script(kit),
        wait_complete=True,
    )
    kit.records(model.model_hash, kit.MONDAY, kit.people(300, income=90.0))
    runs = model.run_monitoring("week", first="2026-W13", last="2026-W14")
    assert [run.label for run in runs] == ["2026-W13", "2026-W14"]
    result = runs[1].result(timeout=60)
    assert result["Verdict"] == "significant"
    assert runs[0].wait_ready() == "Succeeded"
    told = model.monitoring_results("Week")
    assert list(told["Periods"]) == ["2026-W13", "2026-W14"]
    assert told["Periods"]["2026-W14"] == result
    assert told["Monitoring"]["Alerts"] == result["Alerts"]
    assert model.monitoring_result("2026-W14", "Week") == result
    rows = model.monitorings()
    assert {row["Period"] for row in rows} == {"Week", "Month"}
    with pytest.raises(InputError, match="name one as period"):
        model.monitoring_results()
    records = model.monitoring_records("2026-03-30", "2026-03-30", limit=2)
    assert records["Count"] == 300
    assert len(records["Results"]) == 2


def test_awaitable_twins_do_the_same(kit, model, training):
    async def main():
        await model.aregister_monitoring(
            **TWO,
            configuration_file=kit.config(training, Period="Day"),
            preprocess_file=script(kit),
        )
        await model.await_monitoring("Day")
        (run,) = await model.arun_monitoring("Day")
        assert isinstance(run, MonitoringRun)
        await run.await_ready()
        return await model.amonitoring_results("Day")

    assert len(asyncio.run(main())["Periods"]) == 1


def test_what_is_not_valid_says_why_and_what_to_type(kit, model, training):
    source = kit.MONITOR.replace('"income": data', '"incomes": data')
    with pytest.raises(ModelError, match="lacks 'income'") as caught:
        model.register_monitoring(
            **TWO,
            configuration_file=kit.config(training, Period="Year"),
            preprocess_file=("app.py", source.encode()),
            wait_complete=True,
        )
    assert caught.value.hint == "%codex explain by-client says what to do."
    with pytest.raises(ModelError, match="is Invalidated"):
        model.run_monitoring("Year")
    with pytest.raises(InputError, match="'incone'"):
        model.register_monitoring(
            **TWO,
            configuration_file=kit.config(training, InputCols=["incone"]),
        )
    with pytest.raises(ModelError, match="no monitoring by Quarter"):
        model.host_monitoring("quarter")


@pytest.mark.parametrize("given", [{}, {"Period": 3}, {"Periode": "Week"}])
def test_a_configuration_without_a_period_is_refused_before_it_is_sent(model, given):
    with pytest.raises(InputError, match="names no Period"):
        model.register_monitoring(**TWO, configuration_file=given)


def test_files_that_are_none_are_refused(model, tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        model.register_monitoring(**TWO, configuration_file="nowhere.json")
    with pytest.raises(InputError, match="not JSON"):
        model.register_monitoring(**TWO, configuration_file=("c.json", b"\xff{"))


def test_a_run_that_fails_raises_with_its_reason(kit, model, training):
    kit.records(model.model_hash, kit.MONDAY.replace(year=2025), [{}] * 5)
    (run,) = model.run_monitoring("Week", first="2025-03-30")
    with pytest.raises(ExecutionError, match="5 of 5 records could not be used"):
        run.wait_ready()
