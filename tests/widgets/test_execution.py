"""The execution panel without a page: what it sends, what it does when asked."""

from __future__ import annotations

import pandas as pd
import pytest
from execution_kit import (
    COUNTED,
    INFO,
    MONITORED,
    TABLE,
    TRAINED,
    FakeExecution,
    progress,
)
from widget_kit import log, state, until

from codex_jupyter.errors import InputError, UnreachableError
from codex_jupyter.protocol.events import Event
from codex_jupyter.widgets.execution import ExecutionPanel

AGAIN = "%codex attach churn-batch 5 --wait"


@pytest.fixture
def execution():
    return FakeExecution(info=INFO)


@pytest.fixture
def panel(execution):
    made = ExecutionPanel(execution, "execution 5", AGAIN)
    yield made
    made.close()


def last(panel):
    return panel.comm.of("execution")[-1]


def ask(panel, kind, **fields):
    panel.comm.say({"kind": kind, "id": kind, **fields})


def answer(panel, request):
    ends = [*panel.comm.of("reply"), *panel.comm.of("fault")]
    return next((m for m in ends if m["id"] == request), None)


def test_progress_is_told_in_words_and_as_a_share(panel, execution):
    panel.follow()
    execution.feed(state("Running"), progress(0.3, written=15_000))
    until(lambda: last(panel)["fraction"] == 0.3)
    assert last(panel)["told"] == ("30 %, 15,000 of 50,000 rows, 12 s of about 40 s")
    assert last(panel)["actions"] == ["cancel"]


def test_the_end_brings_files_and_times_and_no_button(panel, execution):
    panel.follow()
    execution.feed(state("Running"), log(1, "read 50000 rows"), state("Succeeded"))
    execution.feed(None)
    assert panel.wait(10) == "Succeeded"
    until(lambda: last(panel)["facts"])
    facts = {pair["name"]: pair["value"] for pair in last(panel)["facts"]}
    assert facts["rows"] == "50,000"
    assert facts["output's size"] == "2.4 MiB"
    assert facts["took"] == "41 s"
    assert last(panel)["actions"] == []
    assert last(panel)["told"] == ""


def test_metrics_of_a_training_run_are_shown_short(panel, execution):
    execution.info = TRAINED
    panel.follow()
    execution.feed(state("Succeeded"), None)
    until(lambda: last(panel)["metrics"])
    assert last(panel)["metrics"] == [
        {"name": "auc", "value": "0.9926"},
        {"name": "f1_score", "value": "0.9762"},
        {"name": "training_score", "value": "1"},
    ]


def test_a_training_offers_no_table_but_its_parameters_and_files(panel, execution):
    execution.exec_type = "Training"
    made = ExecutionPanel(execution, "execution 5", AGAIN)
    execution.info = TRAINED
    made.follow()
    execution.feed(state("Succeeded"), None)
    until(lambda: last(made)["params"])
    assert last(made)["params"] == [{"name": "shape", "value": "(569, 30)"}]
    facts = {pair["name"]: pair["value"] for pair in last(made)["facts"]}
    assert (facts["run"], facts["files"]) == ("first", "train.py, big.csv")
    assert last(made)["offers"] == ["save"]
    made.close()


def test_a_monitorings_run_shows_verdict_and_averages_and_offers_nothing(execution):
    execution.exec_type, execution.info = "Monitoring", MONITORED
    execution.value = COUNTED
    made = ExecutionPanel(execution, "2026-W15, run 5", "%codex monitor credit")
    made.follow()
    execution.feed(state("Succeeded"), None)
    until(lambda: last(made)["metrics"])
    metrics = {pair["name"]: pair["value"] for pair in last(made)["metrics"]}
    assert metrics == {"verdict": "significant", "PSI, on average": "0.1235"}
    facts = {pair["name"]: pair["value"] for pair in last(made)["facts"]}
    assert (facts["period"], facts["drifted"]) == ("2026-W15", "income, <b>x</b>")
    assert (facts["rows"], facts["not read"]) == ("300", "2")
    assert last(made)["offers"] == []
    assert "<b>x</b>" not in made.card().html
    made.close()


def test_a_period_that_cannot_be_read_is_told_without_its_figures(execution):
    execution.exec_type, execution.info = "Monitoring", MONITORED
    execution.unreadable = UnreachableError("Nothing answers there.")
    made = ExecutionPanel(execution, "2026-W15, run 5", "%codex monitor credit")
    made.follow()
    execution.feed(state("Succeeded"), None)
    until(lambda: last(made)["facts"])
    assert last(made)["metrics"] == []
    made.close()


def test_a_failure_keeps_its_reason_apart_from_its_details(panel, execution):
    panel.follow()
    message = "score() raised KeyError: 'x'\nTraceback…\n  line 3"
    execution.feed(
        state("Running"), Event("state", {"Status": "Failed", "Message": message})
    )
    execution.feed(None)
    assert panel.wait(10) == "Failed"
    until(lambda: last(panel)["reason"] == "score() raised KeyError: 'x'")
    assert last(panel)["detail"] == "Traceback…\n  line 3"


def test_cancel_is_asked_of_the_platform_and_ends_the_run(panel, execution):
    panel.follow()
    execution.feed(state("Running"))
    until(lambda: last(panel)["state"] == "Running")
    # The stream goes on: what ends the run does not wait for its end.
    ask(panel, "act", action="cancel")
    until(lambda: answer(panel, "act"))
    assert "cancel" in execution.asked
    until(lambda: last(panel)["state"] == "Failed")


def test_an_action_that_is_not_offered_is_refused(panel, execution):
    panel.follow()
    execution.feed(state("Succeeded"), None)
    until(lambda: last(panel)["state"] == "Succeeded")
    ask(panel, "act", action="cancel")
    until(lambda: answer(panel, "act"))
    assert "does not allow cancel" in answer(panel, "act")["message"]
    assert "cancel" not in execution.asked


def test_the_first_rows_travel_in_one_message_and_are_not_kept(panel):
    ask(panel, "preview")
    until(lambda: answer(panel, "preview"))
    (shown,) = panel.comm.of("preview")
    assert (shown["columns"], shown["of"]) == (["id", "name", "score"], 50)
    assert shown["rows"][0] == ["1", "customer 0", "0"]
    assert len(shown["rows"]) == 20
    assert "customer" not in str(panel.get_state())


def test_a_wide_table_and_a_result_that_is_no_table_are_told(panel, execution):
    wide = pd.DataFrame([range(100)], columns=[f"c{i}" for i in range(100)])
    panel.give(wide)
    panel.give({"a": 1})
    first, second = panel.comm.of("preview")
    assert (len(first["columns"]), first["note"]) == (30, "70 more columns")
    assert second["note"] == "It is no table but a dict; save it to open it."


def test_an_unreadable_result_is_a_fault_with_its_reason(panel, execution):
    execution.unreadable = InputError("The result is not a table.")
    ask(panel, "preview")
    until(lambda: answer(panel, "preview"))
    assert answer(panel, "preview")["message"] == "The result is not a table."


def test_saving_tells_where(panel, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ask(panel, "save")
    until(lambda: answer(panel, "save"))
    assert (
        answer(panel, "save")["result"] == f"Saved as {tmp_path / 'execution-5.zip'}."
    )


def test_a_platform_that_is_away_is_waited_for(panel, execution):
    panel.follow()
    execution.feed(state("Running"), UnreachableError("no answer"))
    until(lambda: last(panel)["link"] == "waiting")
    execution.feed(state("Succeeded"), None)
    assert panel.wait(10) == "Succeeded"


def test_the_static_twin_tells_state_files_and_how_to_come_back(panel, execution):
    panel.follow()
    execution.feed(log(1, "<script>alert(1)</script>"), state("Succeeded"), None)
    panel.wait(10)
    until(lambda: last(panel)["facts"])
    card = panel.card()
    assert "churn-batch, execution 5 (group demo): Succeeded" in card.text
    assert AGAIN in card.text
    assert "<script>" not in card.html
    assert "&lt;script&gt;" in card.html


def test_the_table_of_the_kit_is_longer_than_a_preview():
    assert len(TABLE) > 20
