"""The monitoring of hosted models on a real platform, from registration to verdict."""

from __future__ import annotations

import json

import pytest

from codex_jupyter.drift import DriftResult, ShapDrift

pytestmark = pytest.mark.platform


def error(answer):
    return answer.json()["Error"]["Message"]


@pytest.fixture(scope="module")
def watched(kit, credit, training):
    """A monitoring with three weeks of records, of which the last drifted."""
    monitoring = kit.monitored(credit, training, Thresholds={"age": 9.0})
    kit.records(credit, kit.MONDAY, kit.people(400))
    kit.records(credit, kit.MONDAY.replace(day=31), kit.people(400, 3))
    moved = [row | {"age": None} for row in kit.people(200, 4, income=80.0)]
    moved += kit.people(300, 5, income=80.0)
    kit.records(credit, kit.MONDAY.replace(month=4, day=13), moved)
    return monitoring


def test_a_model_is_validated_on_its_sample_before_it_has_records(
    kit, platform, training
):
    model = kit.deploy(name="young")
    answer = kit.register(model, kit.config(training))
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["ModelHash"], told["Message"]) == (model, "Monitoring created")
    path = f"/monitoring/status/demo/{model}/week"
    before = platform.get(path).json()
    assert (before["Status"], before["Message"]) == ("Unvalidated", None)
    after = kit.validate(model, "week")
    assert "no records yet: validated on the schema sample" in after["Message"]
    assert platform.run(model, {"age": 31, "income": 40}).status_code == 200
    assert "newest 1 records" in kit.validate(model, "WEEK")["Message"]


def test_a_period_is_compared_with_training_and_with_the_one_before(kit, watched):
    first = kit.ran(watched, first="2026-W14")["2026-W14"]
    assert (first["Records"], first["Bad"], first["Rows"]) == (800, 0, 800)
    assert first["IsComplete"] is True
    assert first["Previous"] is None
    assert first["Verdict"] in ("noise", "stable")
    assert first["Alerts"] == []
    found = kit.ran(watched, first="2026-04-13")["2026-W16"]
    drift = DriftResult.from_dict(found["Drift"])
    assert list(drift.columns) == ["age", "income", "proba", "pred"]
    assert drift.frame.loc["age", "missing_current"] == 200
    assert "40 % of `age` became missing in week 2026-W16." in found["Sentences"]
    assert found["Columns"]["income"]["Level"] == "significant"
    # Its threshold is its own.
    assert found["Columns"]["age"]["Psi"] > 0.25
    assert found["Columns"]["age"]["Level"] == "moderate"
    assert any("`income` drifted in week 2026-W16" in one for one in found["Alerts"])
    assert not any("`age`" in one for one in found["Alerts"])
    assert found["Previous"]["Label"] == "2026-W14"
    counts = DriftResult.from_dict(first["Drift"])["income"].current
    assert found["Previous"]["Psi"]["income"] == pytest.approx(
        drift["income"].rule.psi(counts, drift["income"].current, intervals=True).item()
    )
    means = found["Averages"]
    assert means["Psi"] == pytest.approx(drift.psi_average)
    assert means["PsiInputs"] == pytest.approx(
        (drift["age"].psi + drift["income"].psi) / 2
    )


def test_explanations_are_compared_with_those_of_training(kit, watched):
    found = kit.ran(watched, first="2026-W14")["2026-W14"]
    shap = ShapDrift.from_dict(found["Shap"])
    assert shap.features == ("age", "income")
    assert shap.rows == (600, 800)
    # get_shap() reads its weight, 2, from the model's own folder.
    assert shap.mean_abs[1][0] > shap.mean_abs[1][1]
    assert found["Averages"]["Ndcg"] == pytest.approx(1.0)


def test_a_period_computed_again_gives_the_same_numbers(kit, watched):
    before = kit.ran(watched, first="2026-W14")["2026-W14"]
    after = kit.ran(watched, first="2026-W14")["2026-W14"]
    assert after.pop("Execution") > before.pop("Execution")
    assert before.keys() == after.keys()
    before.pop("Previous"), after.pop("Previous")
    assert before == after


def test_a_range_is_filled_and_periods_without_records_say_so(kit, watched):
    results = kit.ran(watched, first="2026-W13", last="2026-W17")
    assert list(results) == [f"2026-W{n}" for n in range(13, 18)]
    empty = results["2026-W15"]
    assert (empty["Verdict"], empty["Records"], empty["Drift"]) == ("empty", 0, None)
    assert empty["Sentences"] == ["There are no records in week 2026-W15."]
    assert results["2026-W16"]["Alerts"]
    shown = kit.results(watched, first="2026-W14", last="2026-W15")
    assert list(shown) == ["2026-W14", "2026-W15"]


def test_the_present_period_is_incomplete_and_the_future_has_not_begun(kit, watched):
    kit.ran(watched)
    *_, last = kit.results(watched).values()
    assert last["IsComplete"] is False
    answer = kit.platform.post(f"/monitoring/run/demo/{watched}?first=2999-W01")
    assert answer.status_code == 400
    assert "has not begun" in error(answer)
    answer = kit.platform.post(
        f"/monitoring/run/demo/{watched}?first=2026-W14&last=2026-W13"
    )
    assert "2026-W13 is before 2026-W14." in error(answer)
    answer = kit.platform.post(f"/monitoring/run/demo/{watched}?first=../../x")
    assert "Write it as 2026-W14" in error(answer)


def test_status_and_list_tell_the_last_verdict(kit, credit, watched):
    kit.ran(watched, first="2026-W16")
    status = kit.platform.get(f"/monitoring/status/demo/{credit}/Week").json()
    assert any("`income` drifted" in one for one in status["Alerts"])
    rows = kit.platform.get("/monitoring/list", params={"model": credit}).json()
    (row,) = [one for one in rows["Results"] if one["Hash"] == watched]
    assert row["Status"] == "Validated"
    assert row["Configuration"]["Thresholds"] == {"age": {"significant": 9.0}}
    assert row["Alerts"] == status["Alerts"]


def test_runs_are_described_and_streamed(kit, watched):
    (number,) = kit.run(watched, first="2026-W14")
    events = kit.listen(number)
    assert [one.name for one in events][-1] == "end"
    states = [one.data["Status"] for one in events if one.name == "state"]
    assert states[-1] == "Succeeded"
    path = f"/monitoring/run/describe/demo/{number}"
    told = kit.platform.get(path).json()["Description"]
    assert (told["Task"], told["Label"]) == ("run", "2026-W14")
    assert told["ExecutionState"] == "Succeeded"
    assert told["Message"].startswith("2026-W14: 800 rows")
    answer = kit.platform.post(f"/monitoring/run/cancel/demo/{number}")
    assert (answer.status_code, error(answer)) == (
        409,
        f"The execution {number} is over already.",
    )


def test_records_are_found_by_day_and_by_page(kit, credit, watched):
    path = f"/monitoring/search/records/demo/{credit}"
    days = {"start": "30-03-2026", "end": "2026-03-31"}
    first = kit.platform.get(path, params=days | {"limit": 3}).json()
    assert first["Count"] == 800
    assert len(first["Results"]) == 3
    more = kit.platform.get(path, params=days | {"limit": 2, "skip": 2}).json()
    assert more["Results"][0] == first["Results"][2]
    assert set(json.loads(first["Results"][0]["Input"])) == {"age", "income"}
    runs = kit.platform.get(f"/monitoring/search/records/demo/{watched}", params=days)
    assert [one["Label"] for one in runs.json()["Results"]] == ["2026-W14"]
    wrong = kit.platform.get(path, params={"start": "2026-04-02", "end": "2026-04-01"})
    assert error(wrong) == "start is later than end."
    assert kit.platform.get(path, params={"skip": "-1"}).status_code == 400
    unknown = kit.platform.get(f"/monitoring/search/records/demo/{'M' * 64}")
    assert unknown.status_code == 404


def test_one_result_is_found_by_its_label(kit, credit, watched):
    kit.ran(watched, first="2026-W14")
    path, week = f"/monitoring/results/demo/{credit}", {"period": "week"}
    found = kit.platform.get(f"{path}/2026-W14", params=week)
    assert found.json()["Label"] == "2026-W14"
    assert kit.platform.get(f"{path}/2020-W01", params=week).status_code == 404
    later = kit.platform.get(f"{path}/later", params=week)
    assert later.status_code == 400
    assert "later" in error(later)
    wrong = kit.platform.get(path, params={"period": "Day"})
    assert wrong.status_code == 404
