"""The execution panel in a browser: waiting, running, failed, done, cancelled."""

from __future__ import annotations

import pandas as pd
import pytest
from execution_kit import COUNTED, INFO, MONITORED, TRAINED, FakeExecution, progress
from playwright.sync_api import expect
from widget_kit import log, state

from codex_jupyter.protocol.events import Event
from codex_jupyter.widgets.execution import ExecutionPanel

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
MESSAGE = """score() raised KeyError: 'income'
Traceback (most recent call last):
  File "score.py", line 12, in score
    frame["income"]
KeyError: 'income'"""


def followed(*events, **fields):
    """A panel that follows an execution with those events."""
    execution = FakeExecution(**{"info": INFO} | fields)
    again = f"%codex attach {execution.name} 5 --wait"
    panel = ExecutionPanel(execution, "execution 5", again)
    panel.follow()
    execution.feed(*events)
    return panel, execution


def test_waiting_for_its_turn(show, theme, shot, violations):
    panel, _ = followed(state("Requested"))
    tab = show(panel, theme)
    expect(tab.get_by_role("heading", name="churn-batch")).to_be_visible()
    expect(tab.get_by_text("Waiting for its turn.", exact=True)).to_be_visible()
    expect(tab.get_by_role("progressbar", name="Progress")).to_be_visible()
    shot(f"execution-waiting-{theme}")
    assert violations() == []


def test_running_shows_a_bar_and_numbers(show, theme, shot, violations):
    panel, _ = followed(
        state("Running"),
        log(1, "read 50000 rows"),
        log(2, "the column 'age' has 12 missing values", "Warning"),
        progress(0.3, written=15_000),
    )
    tab = show(panel, theme)
    bar = tab.get_by_role("progressbar", name="Progress")
    expect(bar).to_have_attribute("value", "0.3")
    expect(tab.get_by_text("15,000 of 50,000 rows, 12 s of about 40 s")).to_be_visible()
    shot(f"execution-running-{theme}")
    assert violations() == []


def test_done_shows_files_and_on_request_the_first_rows(
    show, theme, shot, violations, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    panel, _ = followed(state("Running"), log(1, "done"), state("Succeeded"), None)
    tab = show(panel, theme)
    expect(tab.get_by_text("output.csv")).to_be_visible()
    expect(tab.get_by_role("progressbar")).to_have_count(0)
    tab.get_by_role("button", name="Show the first rows").click()
    table = tab.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(21)
    expect(table).to_contain_text("customer 19")
    expect(tab.get_by_text("20 of 50 rows")).to_be_visible()
    tab.get_by_role("button", name="Save the result here").click()
    expect(tab.get_by_text("execution-5.zip")).to_be_visible()
    shot(f"execution-done-{theme}")
    assert violations() == []


def test_a_training_run_shows_its_metrics(show, theme, shot, violations):
    panel, _ = followed(
        state("Succeeded"), None, name="churn", info=TRAINED, exec_type="Training"
    )
    tab = show(panel, theme)
    expect(tab.locator(".cx-metrics")).to_contain_text("0.9926")
    expect(tab.locator(".cx-params")).to_contain_text("(569, 30)")
    expect(tab.get_by_text("train.py, big.csv")).to_be_visible()
    expect(tab.get_by_role("button", name="Show the first rows")).to_have_count(0)
    expect(tab.get_by_role("button", name="Save the result here")).to_be_visible()
    shot(f"execution-metrics-{theme}")
    assert violations() == []


def test_a_monitorings_run_shows_its_verdict(show, theme, shot, violations):
    panel, _ = followed(
        state("Succeeded"),
        None,
        name="credit",
        info=MONITORED,
        value=COUNTED,
        exec_type="Monitoring",
    )
    tab = show(panel, theme)
    expect(tab.locator(".cx-metrics")).to_contain_text("significant")
    expect(tab.get_by_text("income, <b>x</b>")).to_be_visible()
    expect(tab.get_by_role("button", name="Save the result here")).to_have_count(0)
    shot(f"execution-monitoring-{theme}")
    assert violations() == []


def test_a_failure_tells_its_reason_first(show, theme, shot, violations):
    failed = Event("state", {"Status": "Failed", "Message": MESSAGE})
    panel, _ = followed(state("Running"), log(1, MESSAGE, "Error"), failed, None)
    tab = show(panel, theme)
    expect(tab.get_by_role("alert")).to_contain_text("score() raised KeyError")
    expect(tab.get_by_role("button", name="Cancel")).to_have_count(0)
    shot(f"execution-failed-{theme}")
    assert violations() == []


def test_cancelling_asks_first_and_works_by_keyboard(show, shot):
    panel, execution = followed(state("Running"), progress(None))
    tab = show(panel)
    tab.get_by_role("button", name="Cancel").focus()
    tab.keyboard.press("Enter")
    question = tab.get_by_role("group", name="Cancel churn-batch?")
    expect(question).to_contain_text("counts as failed")
    shot("execution-question")
    tab.keyboard.press("Escape")
    expect(question).to_have_count(0)
    assert "cancel" not in execution.asked  # it may be asked how it is meanwhile
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("It was cancelled.")).to_be_visible()
    assert "cancel" in execution.asked


def test_what_comes_from_a_file_or_a_log_is_text(show, shot):
    frame = pd.DataFrame({HOSTILE: [HOSTILE, None]})
    panel, _ = followed(
        log(1, HOSTILE),
        state("Succeeded"),
        None,
        name=HOSTILE,
        value=frame,
        info=INFO | {"InputFile": {"Name": HOSTILE}},
    )
    tab = show(panel)
    tab.get_by_role("button", name="Show the first rows").click()
    expect(tab.get_by_role("table")).to_contain_text(HOSTILE)
    expect(tab.get_by_role("heading", name=HOSTILE)).to_be_visible()
    expect(tab.locator("img")).to_have_count(0)
    shot("execution-hostile")
