"""The local panel in a browser: every state, start and stop, the keyboard."""

from __future__ import annotations

import threading

import pytest
from local_kit import Hands
from playwright.sync_api import expect

from codex_jupyter.client.local_state import LocalState
from codex_jupyter.errors import LocalPlatformError
from codex_jupyter.render.words import speak
from codex_jupyter.widgets.local import LocalPanel

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="window.bad = 1">'


@pytest.fixture
def hands(tmp_path):
    return Hands(tmp_path)


def button(tab, name):
    return tab.get_by_role("button", name=name, exact=True)


def test_running_it_is_stopped_after_a_question(show, hands, theme, shot, violations):
    tab = show(LocalPanel(hands), theme)
    expect(tab.get_by_text("Running", exact=True)).to_be_visible()
    expect(tab.get_by_text("2 Deployed, 1 Failed")).to_be_visible()
    shot(f"local-running-{theme}")
    assert violations() == []
    button(tab, "Stop").click()
    expect(tab.get_by_text("Its models answer nobody until")).to_be_visible()
    expect(button(tab, "Cancel")).to_be_focused()
    shot(f"local-question-{theme}")
    assert violations() == []
    hands.held = threading.Event()
    button(tab, "Yes, stop").click()
    expect(tab.get_by_text("Stopping", exact=True)).to_be_visible()
    shot(f"local-stopping-{theme}")
    hands.held.set()
    expect(tab.get_by_text("Stopped", exact=True)).to_be_visible()
    shot(f"local-stopped-{theme}")
    assert violations() == []
    button(tab, "Start").click()
    expect(tab.get_by_text("Running", exact=True)).to_be_visible()
    assert hands.done == ["stop", "start"]


def test_a_crash_says_why_and_offers_a_start(show, hands, theme, shot, violations):
    detail = f"Traceback (most recent call last):\n{HOSTILE}\nMemoryError"
    hands.state = LocalState("crashed", hands.folder, pid=4321, detail=detail)
    tab = show(LocalPanel(hands), theme)
    expect(tab.get_by_text("Crashed", exact=True)).to_be_visible()
    expect(tab.get_by_role("alert")).to_contain_text("Process 4321 ended without")
    expect(tab.get_by_role("alert")).to_contain_text(HOSTILE)
    assert tab.evaluate("window.bad") is None
    shot(f"local-crashed-{theme}")
    assert violations() == []
    button(tab, "Start").click()
    expect(tab.get_by_text("Running", exact=True)).to_be_visible()
    expect(tab.get_by_role("alert")).to_be_hidden()


def test_a_start_that_fails_is_told(show, hands, both):
    hands.state = LocalState("stopped", hands.folder)
    hands.error = LocalPlatformError("It ended while starting.", detail="port taken")
    tab = show(LocalPanel(hands))
    button(tab, "Start").click()
    told = tab.get_by_role("alert").filter(has_text="port taken")
    expect(told).to_contain_text("It ended while starting.")
    both("local-not-started")


def test_a_platform_that_does_not_answer_can_be_stopped(show, hands, both):
    hands.state = LocalState("silent", hands.folder, pid=4321)
    tab = show(LocalPanel(hands))
    expect(tab.get_by_text("Does not answer", exact=True)).to_be_visible()
    expect(button(tab, "Stop")).to_be_visible()
    both("local-silent")


def test_everything_is_done_with_the_keyboard_and_lines_are_copied(show, hands):
    tab = show(LocalPanel(hands))
    expect(tab.get_by_text("Running", exact=True)).to_be_visible()
    button(tab, "Copy %codex models").focus()
    press = tab.keyboard.press
    press("Enter")
    expect(tab.get_by_text("Copied.").or_(tab.get_by_text("Selected:"))).to_be_visible()
    button(tab, "Stop").focus()
    press("Enter")
    press("Escape")
    expect(button(tab, "Stop")).to_be_focused()
    press("Enter")
    press("Tab")
    press("Enter")
    expect(tab.get_by_text("Stopped", exact=True)).to_be_visible()


def test_long_names_fit_a_narrow_cell(show, hands, shot):
    hands.state = LocalState(
        "running", hands.folder / ("x" * 200), "http://h:1", 1, "0"
    )
    tab = show(LocalPanel(hands))
    tab.set_viewport_size({"width": 380, "height": 800})
    expect(tab.get_by_text("Running", exact=True)).to_be_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 380
    shot("local-narrow")


def test_it_speaks_portuguese_where_that_is_the_language(
    show, hands, theme, shot, violations
):
    speak("pt-BR")
    try:
        panel = LocalPanel(hands)
    finally:
        speak(None)
    tab = show(panel, theme)
    expect(tab.get_by_text("Em execução", exact=True)).to_be_visible()
    expect(tab.get_by_text("Implantado: 2, Falhou: 1")).to_be_visible()
    assert tab.locator("[lang=pt-BR]").count() == 1
    shot(f"local-pt-{theme}")
    assert violations() == []
