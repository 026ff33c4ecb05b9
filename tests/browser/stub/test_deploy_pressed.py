"""The deploy form while the platform is asked: what is sent, and where the focus is."""

from __future__ import annotations

import threading

import pytest
from deploy_kit import Platform, opened, succeeds
from play_kit import button, field
from playwright.sync_api import expect

from codex_jupyter.errors import UnreachableError

pytestmark = pytest.mark.browser

AWAY = UnreachableError("Nothing answers.", hint="Start it.")


@pytest.fixture
def platform():
    """A platform that answers while its `answers` is set."""
    made = Platform()
    made.answers, answer = threading.Event(), made._answer
    made.answers.set()
    made._answer = lambda value: made.answers.wait(90) and answer(value)
    yield made
    made.answers.set()


@pytest.fixture
def tab(tab, show, platform):
    """The form, filled in."""
    show(opened(platform=platform)[0])
    field(tab, "Name").fill("credit-score")
    field(tab, "Group").fill("demo")
    field(tab, "Group").press("Escape")
    expect(button(tab, "Deploy")).to_be_enabled()
    return tab


def test_what_is_typed_after_the_button_was_pressed_is_not_sent(
    tab, platform, both, violations
):
    platform.answers.clear()
    button(tab, "Deploy").click()
    expect(tab.get_by_text("Asking the platform…")).to_be_visible()
    field(tab, "Name").fill("credit-sc")
    platform.answers.set()
    told = tab.get_by_text("The form has changed since: press Deploy again.")
    expect(told).to_be_visible()
    expect(field(tab, "Name")).to_be_focused()
    both("deploy-changed")
    assert violations() == []
    assert platform.sent == []
    succeeds(platform)
    platform.answers.clear()
    button(tab, "Deploy").click()
    expect(told).to_be_hidden()
    # What was changed and changed back is what it was.
    field(tab, "Name").fill("credit-sc2")
    field(tab, "Name").fill("credit-sc")
    platform.answers.set()
    expect(tab.get_by_text("Deployed in")).to_be_visible()
    assert [sent["model_name"] for sent in platform.sent] == ["credit-sc"]


def test_the_focus_stays_in_the_form_whatever_the_platform_does(tab, platform):
    deploy, again = button(tab, "Deploy"), button(tab, "Look again")
    press = tab.keyboard.press
    platform.answers.clear()
    deploy.focus()
    press("Enter")
    expect(tab.get_by_text("Asking the platform…")).to_be_visible()
    expect(deploy).to_be_disabled()
    expect(deploy).to_be_focused()
    press("Tab")
    press("Tab")
    expect(button(tab, "Cancel")).to_be_focused()
    press("Enter")
    expect(deploy).to_be_focused()
    platform.error = AWAY
    platform.answers.set()
    press("Enter")
    expect(tab.get_by_text("Not connected")).to_be_visible()
    expect(again).to_be_focused()
    platform.answers.clear()
    for _ in range(3):
        press("Enter")
    expect(tab.get_by_text("Looking again…")).to_be_visible()
    # A platform that hangs leaves a place for what needs none.
    button(tab, "Try on the sample").click()
    expect(tab.get_by_text("It answers")).to_be_visible()
    again.focus()
    platform.error = None
    platform.answers.set()
    expect(again).to_be_hidden()
    expect(deploy).to_be_enabled()
    expect(deploy).to_be_focused()
    assert platform.sent == []


def test_of_two_views_both_can_deploy_once_the_platform_is_back(tab, platform):
    platform.error = AWAY
    tab.evaluate("window.show()")
    first, second = (tab.locator(".cx-frame").nth(place) for place in (0, 1))
    button(first, "Deploy").click()
    expect(button(first, "Look again")).to_be_visible()
    expect(button(first, "Deploy")).to_be_disabled()
    # What the second has typed is newer, by its own count older.
    field(second, "Name").fill("another")
    expect(second.get_by_text("another --model")).to_be_visible()
    platform.error = None
    button(second, "Look again").click()
    expect(button(second, "Look again")).to_be_hidden()
    for view in (first, second):
        expect(button(view, "Deploy")).to_be_enabled()
    expect(field(first, "Name")).to_have_value("credit-score")


def test_the_deployment_before_is_opened_from_a_narrow_form(tab, platform, both):
    succeeds(platform)
    button(tab, "Deploy").click()
    button(tab, "Deploy a new version").click()
    tab.set_viewport_size({"width": 320, "height": 900})
    platform.model.status = "Deployed"
    shown = button(tab, "Show it")
    expect(shown).to_be_visible()
    both("deploy-before-320")
    cut = """(e) => e.getBoundingClientRect().right
        > e.closest(".cx-frame").getBoundingClientRect().right"""
    assert not shown.evaluate(cut)
