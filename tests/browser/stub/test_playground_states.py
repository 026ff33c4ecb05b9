"""What the playground says when something between it and the answer is gone."""

from __future__ import annotations

import threading

import pytest
from play_kit import button, opened, value
from playwright.sync_api import expect
from widget_kit import credit, explanation

from codex_jupyter.errors import AuthenticationError, UnreachableError

pytestmark = pytest.mark.browser

GONE = UnreachableError("Nothing answers there.", hint="Type: %codex local")
REFUSED = AuthenticationError(
    "The platform refused the token of the group 'demo'.",
    hint='Get a new one: client.refresh_group_token("demo", force=True)',
)


def test_a_platform_that_went_away_and_a_refused_token_are_told_until_it_answers(
    show, theme, shot, violations
):
    wrong = [GONE, REFUSED]

    def score(row):
        if wrong:
            raise wrong.pop(0)
        return credit(row)

    def refresh():
        raise GONE

    panel, model = opened(score=score)
    model.refresh = refresh
    tab = show(panel, theme)
    away = tab.get_by_text("The platform does not answer; Deployed is what it said")
    refused = tab.get_by_text("The platform refuses the group's token")
    button(tab, "Predict").click()
    expect(away).to_be_visible()
    expect(tab.locator(".cx-fault")).to_contain_text("%codex local")
    shot(f"play-away-{theme}")
    assert violations() == []
    button(tab, "Predict").click()
    expect(refused).to_be_visible()
    expect(away).to_have_count(0)
    expect(tab.locator(".cx-fault")).to_contain_text("refresh_group_token")
    shot(f"play-refused-{theme}")
    button(tab, "Predict").click()
    expect(value(tab, "label")).to_be_visible()
    expect(refused).to_have_count(0)


def test_a_sweep_that_loses_the_platform_says_so_until_it_answers_by_itself(show):
    gone = threading.Event()
    gone.set()

    def score(row):
        raise GONE

    def refresh():
        if gone.is_set():
            raise GONE

    panel, model = opened(score=score)
    model.refresh = refresh
    tab = show(panel)
    button(tab, "Sweep").click()
    away = tab.get_by_text("The platform does not answer; Deployed")
    expect(away).to_be_visible()
    expect(tab.locator(".cx-fault")).to_contain_text("%codex local")
    gone.clear()
    expect(away).to_have_count(0)


def test_a_kernel_that_is_restarted_in_the_middle_of_a_call_ends_it(
    show, stub, theme, shot
):
    hold = threading.Event()
    panel, _ = opened(score=lambda row: hold.wait(90))
    tab = show(panel, theme)
    button(tab, "Predict").click()
    expect(button(tab, "Running…")).to_be_visible()
    stub.alive = False
    tab.evaluate("window.trigger('comm_live_update')")
    expect(tab.get_by_text("The kernel was restarted or shut down")).to_be_visible()
    expect(tab.locator(".cx-fault")).to_contain_text("Run the cell again.")
    expect(button(tab, "Predict")).to_have_attribute("aria-busy", "false")
    shot(f"play-restarted-{theme}")
    hold.set()


def test_a_busy_kernel_and_a_lost_network_are_told_apart(show, stub, shot):
    panel, _ = opened()
    tab = show(panel)
    expect(button(tab, "Predict")).to_be_visible()
    stub.alive = False
    button(tab, "Predict").click()
    expect(tab.get_by_text("The kernel does not answer. It is busy")).to_be_visible()
    shot("play-busy-kernel")
    stub.alive = True
    button(tab, "Cancel").click()
    expect(tab.get_by_text("The kernel does not answer.")).to_have_count(0)
    tab.evaluate("Object.defineProperty(navigator, 'onLine', {value: false})")
    stub.alive = False
    button(tab, "Predict").click()
    expect(tab.get_by_text("This browser has no network")).to_be_visible()
    shot("play-offline")


MOVING = """() => [...document.querySelectorAll("*")]
  .filter((one) => one.shadowRoot)
  .flatMap((one) => one.shadowRoot.getAnimations())
  .filter((one) => one.playState === "running").length"""


def test_bars_are_seen_in_forced_colours_and_nothing_moves_when_asked_not_to(
    show, tab, shot
):
    found = explanation(("age", "41", -0.08), ("income", "3200.5", 0.21), base=0.3)
    panel, _ = opened(why=found, status="Recovering")
    show(panel)
    expect(tab.get_by_text("Recovering")).to_be_visible()
    assert tab.evaluate(MOVING) > 0
    tab.emulate_media(reduced_motion="reduce", forced_colors="active")
    assert tab.evaluate(MOVING) == 0
    button(tab, "Predict").click()
    button(tab, "Why this answer?").click()
    expect(tab.locator(".cx-up")).to_have_count(1)
    shot("play-why-forced-colours")
