"""The playground's batch tab in a browser."""

from __future__ import annotations

import threading

import pandas as pd
import pytest
from play_kit import button, choose
from playwright.sync_api import expect
from widget_kit import playable

from codex_jupyter.errors import PredictionError
from codex_jupyter.widgets.batch import Tables
from codex_jupyter.widgets.playground import Playground

pytestmark = pytest.mark.browser

ROWS = pd.DataFrame({"x": range(70)})


def opened(predict, held=None):
    model = playable()
    model.predict = predict
    frames = {"production": ROWS, "<b>odd</b>": ROWS} if held is None else held
    tables = Tables(lambda: frames, frames.__setitem__)
    return Playground(model, peers=list, tables=tables), frames


def double(data):
    return pd.DataFrame({"double": data["x"] * 2, "label": "<b>low</b>"})


def test_a_frame_is_chosen_predicted_and_shown(show, theme, shot, violations):
    panel, held = opened(double)
    tab = show(panel, theme)
    choose(tab, "Batch")
    shot(f"play-batch-empty-{theme}")
    tab.get_by_label("Rows from").fill("production")
    button(tab, "Predict all").click()
    expect(tab.get_by_text("70 rows in")).to_be_visible()
    expect(tab.get_by_text("Kept as the variable predictions.")).to_be_visible()
    table = tab.get_by_role("region", name="The first rows of the result")
    expect(table).to_contain_text("<b>low</b>")
    shot(f"play-batch-done-{theme}")
    assert len(held["predictions"]) == 70
    assert violations() == []


def test_progress_moves_and_can_be_cancelled(show, both):
    go = threading.Event()

    def slow(data):
        if data["x"].iloc[0] >= 32:
            go.wait(90)
        return double(data)

    panel, _ = opened(slow)
    tab = show(panel)
    choose(tab, "Batch")
    tab.get_by_label("Rows from").fill("production")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("32 of 70 rows")).to_be_visible()
    both("play-batch-running")
    button(tab, "Cancel").last.click()
    expect(tab.get_by_text("Cancelled.")).to_be_visible()
    go.set()


def test_a_failure_names_the_row_and_the_next_step(show, theme, shot, violations):
    def fail(data):
        raise PredictionError("Row 3: KeyError: 'income'", hint="Look at the columns.")

    panel, _ = opened(fail)
    tab = show(panel, theme)
    choose(tab, "Batch")
    button(tab, "Predict all").click()
    expect(tab.get_by_text("Choose a DataFrame of this notebook")).to_be_visible()
    tab.get_by_label("Rows from").fill("production")
    button(tab, "Predict all").click()
    expect(tab.get_by_text("Row 3: KeyError: 'income'")).to_be_visible()
    shot(f"play-batch-failed-{theme}")
    assert violations() == []


def test_without_frames_there_is_no_batch_tab_and_keys_skip_it(show):
    tab = show(Playground(playable()))
    expect(tab.get_by_role("tab", name="Batch")).to_have_count(0)
    tab.get_by_role("tab", name="What if").focus()
    tab.keyboard.press("ArrowRight")
    expect(tab.get_by_role("tab", name="History")).to_be_focused()
