"""The playground of a model that answers files, and scripts that prepare inputs."""

from __future__ import annotations

import threading

import pandas as pd
import pytest
from execution_kit import INFO, FakeExecution, progress
from play_kit import button, choose, value
from playwright.sync_api import expect
from widget_kit import playable, state

from codex_jupyter.errors import InputError, UnreachableError
from codex_jupyter.widgets.batch import Tables
from codex_jupyter.widgets.playground import Playground
from codex_jupyter.widgets.preparing import Scripts

pytestmark = pytest.mark.browser

ROWS = pd.DataFrame({"x": range(70)})
CLEAN, OTHER = "S" + "a" * 63, "S" + "b" * 63


def scripts(operation):
    rows = [
        {"Hash": CLEAN, "Name": "<b>clean</b>", "Operation": operation},
        {"Hash": OTHER, "Name": "another", "Operation": operation},
    ]
    return Scripts(lambda group: rows, lambda script, text: text)


def opened(predict, given=None):
    model = playable(operation="Async", name="churn-batch")
    model.input_type = "csv"
    model.predict = predict
    held = {"production": ROWS}
    tables = Tables(lambda: held, held.__setitem__)
    return Playground(model, tables=tables, scripts=given), held


def test_a_file_is_sent_followed_previewed_and_saved(show, theme, shot, violations):
    sent = []
    run = FakeExecution(info=INFO)
    go = threading.Event()

    def predict(data, **options):
        sent.append((data, options))
        go.wait(90)
        return run

    panel, held = opened(predict, scripts("Async"))
    tab = show(panel, theme)
    expect(tab.get_by_role("tablist", name="More").get_by_role("tab")).to_have_count(2)
    expect(button(tab, "Predict")).to_be_hidden()
    expect(tab.get_by_text("It reads csv files.")).to_be_visible()
    shot(f"play-files-empty-{theme}")
    tab.get_by_label("Rows from").fill("production")
    tab.get_by_label("Prepare with").select_option("<b>clean</b>")
    button(tab, "Send").click()
    expect(button(tab, "Sending…")).to_be_visible()
    go.set()
    run.feed(state("Running"), progress(0.4))
    expect(tab.get_by_text("execution 5", exact=True)).to_be_visible()
    expect(tab.get_by_role("progressbar", name="Progress")).to_have_attribute(
        "value", "0.4"
    )
    shot(f"play-files-running-{theme}")
    assert violations() == []
    run.feed(state("Succeeded"), None)
    table = tab.get_by_role("region", name="The first rows of the result")
    expect(table).to_contain_text("customer 3")
    expect(tab.get_by_text("Kept as the variable predictions.")).to_be_visible()
    button(tab, "Save the result here").click()
    expect(tab.get_by_text("execution-5.zip")).to_be_visible()
    shot(f"play-files-done-{theme}")
    assert violations() == []
    assert len(held["predictions"]) == 50
    assert [options for _, options in sent] == [{"preprocessing": CLEAN}]
    # The page may be loaded anew meanwhile.
    tab = show(panel, theme)
    expect(
        tab.get_by_role("region", name="The first rows of the result")
    ).to_be_visible()


def test_it_is_cancelled_by_the_keyboard_and_says_why_it_failed(show, theme, shot):
    run = FakeExecution()
    panel, _ = opened(lambda data, **options: run)
    tab = show(panel, theme)
    expect(tab.get_by_label("Prepare with")).to_be_hidden()
    tab.get_by_label("Rows from").fill("big.csv")
    tab.keyboard.press("Enter")
    run.feed(state("Running"))
    stop = button(tab, "Cancel the execution")
    stop.focus()
    tab.keyboard.press("Enter")
    run.feed(state("Failed", "It was cancelled.\nAfter 3 s."), None)
    expect(tab.locator(".cx-fault")).to_contain_text("It was cancelled.")
    expect(stop).to_be_hidden()
    shot(f"play-files-failed-{theme}")


def test_a_platform_that_is_away_and_a_missing_file_are_told(show, shot):
    run = FakeExecution()
    told = [InputError("The file x.csv does not exist.", hint="Give another path.")]

    def predict(data, **options):
        if told:
            raise told.pop()
        return run

    panel, _ = opened(predict)
    tab = show(panel)
    tab.get_by_label("Rows from").fill("x.csv")
    button(tab, "Send").click()
    expect(tab.get_by_text("does not exist. Give another path.")).to_be_visible()
    button(tab, "Send").click()
    run.feed(state("Running"), UnreachableError("Nothing answers there."))
    waits = tab.locator(".cx-odd")
    expect(waits).to_contain_text("Waiting for the platform: it does not answer.")
    expect(waits).to_contain_text("Nothing answers there.")
    expect(tab.get_by_role("progressbar")).to_have_count(0)
    shot("play-files-away")


@pytest.mark.usefixtures("portuguese")
def test_what_is_spoken_of_a_file_is_in_the_language_of_the_panel(show):
    run = FakeExecution()
    panel, _ = opened(lambda data, **options: run)
    tab = show(panel)
    tab.get_by_label("Linhas de").fill("big.csv")
    tab.keyboard.press("Enter")
    run.feed(state("Succeeded"), None)
    spoken = tab.locator(".cx-files [role=status].cx-unseen")
    expect(spoken).to_contain_text(": Concluída.")


def test_a_script_prepares_the_row_and_comes_back_with_the_call(show, theme, shot):
    model = playable()
    panel = Playground(model, peers=list, scripts=scripts("Sync"))
    tab = show(panel, theme)
    chosen = tab.get_by_label("Prepare with")
    expect(chosen).to_have_value("")
    button(tab, "Predict").click()
    expect(value(tab, "label")).to_be_visible()
    chosen.select_option(CLEAN)
    button(tab, "Predict").click()
    expect(tab.get_by_text("prepared by <b>clean</b>")).to_be_visible()
    shot(f"play-prepared-{theme}")
    assert model.asked == [("prepared by", CLEAN)]
    choose(tab, "Code")
    expect(tab.get_by_role("region", name="Code")).to_contain_text("--preprocessing S")
    choose(tab, "History")
    button(tab, "Load call 1").click()
    expect(chosen).to_have_value("")
    button(tab, "Load call 2").click()
    expect(chosen).to_have_value(CLEAN)
