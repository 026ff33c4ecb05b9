"""The connect form in a browser: filling it in, errors, the keyboard, the password."""

from __future__ import annotations

import base64
import threading

import pytest
from playwright.sync_api import expect

from codex_jupyter.errors import AuthenticationError
from codex_jupyter.widgets.connect import Connected, ConnectForm

pytestmark = pytest.mark.browser

PASSWORD = "correct horse"


def connect(typed, test):
    if typed.password != PASSWORD:
        raise AuthenticationError(
            "User or password is wrong.", hint="Look at both, and try again."
        )
    text = f"Connected to {typed.address} as {typed.user}; its groups are demo, crm."
    return Connected(text, ["demo", "crm"])


def opened(how=connect, **known):
    address = "https://codex.example.com/api"
    return ConnectForm(how, **{"address": address} | known)


def fill(tab, password=PASSWORD):
    tab.get_by_label("User").fill("ana")
    tab.get_by_label("Password").fill(password)


def button(tab, name):
    return tab.get_by_role("button", name=name, exact=True)


def test_the_form_begins_with_what_is_known(show, theme, shot, violations):
    tab = show(opened(user="ana", tenant="blue"), theme)
    expect(tab.get_by_label("Address")).to_have_value("https://codex.example.com/api")
    expect(tab.get_by_label("User")).to_have_value("ana")
    expect(tab.get_by_label("Tenant")).to_have_value("blue")
    expect(tab.get_by_label("Password")).to_have_attribute("type", "password")
    expect(tab.get_by_text("Not connected")).to_be_visible()
    shot(f"connect-{theme}")
    assert violations() == []


def test_a_test_says_that_it_works_and_connecting_forgets_the_password(
    show, theme, shot, violations
):
    tab = show(opened(), theme)
    fill(tab)
    button(tab, "Test").click()
    expect(tab.get_by_text("as ana; its groups are demo, crm.")).to_be_visible()
    expect(tab.get_by_text("Not connected")).to_be_visible()
    expect(tab.get_by_label("Password")).to_have_value(PASSWORD)
    expect(tab.locator("datalist option")).to_have_count(2)
    button(tab, "Connect").click()
    expect(tab.get_by_text("Connected", exact=True)).to_be_visible()
    expect(tab.get_by_label("Password")).to_have_value("")
    shot(f"connect-done-{theme}")
    assert violations() == []


def test_what_is_missing_is_told_at_its_field(show, theme, shot, violations):
    tab = show(opened(address=""), theme)
    button(tab, "Connect").click()
    expect(tab.get_by_label("Address")).to_be_focused()
    expect(tab.get_by_label("Address")).to_have_attribute("aria-invalid", "true")
    for word in ("Where is the platform?", "Who signs in?", "The password is missing."):
        expect(tab.get_by_text(word)).to_be_visible()
    shot(f"connect-missing-{theme}")
    assert violations() == []
    tab.get_by_label("User").fill("ana")
    expect(tab.get_by_text("Who signs in?")).to_have_count(0)


def test_a_refusal_is_told_in_the_form(show, theme, shot, violations):
    tab = show(opened(), theme)
    fill(tab, "wrong")
    button(tab, "Connect").click()
    expect(tab.get_by_role("alert")).to_contain_text("User or password is wrong.")
    shot(f"connect-refused-{theme}")
    assert violations() == []
    fill(tab)
    button(tab, "Connect").click()
    expect(tab.get_by_role("alert")).to_be_hidden()


def test_everything_is_done_with_the_keyboard(show):
    tab = show(opened())
    expect(tab.get_by_label("Address")).to_be_visible()
    tab.get_by_label("Address").focus()
    press = tab.keyboard.press
    press("Tab")
    tab.keyboard.type("ana")
    press("Tab")
    tab.keyboard.type(PASSWORD)
    press("Enter")
    expect(tab.get_by_text("Connected", exact=True)).to_be_visible()


def test_a_sign_in_that_takes_long_can_be_cancelled(show, both):
    held = threading.Event()

    def slow(typed, test):
        held.wait(90)
        return connect(typed, test)

    tab = show(opened(slow))
    fill(tab)
    button(tab, "Connect").click()
    expect(tab.get_by_text("Connecting…")).to_be_visible()
    both("connect-running")
    button(tab, "Cancel").click()
    expect(tab.get_by_text("Cancelled.")).to_be_visible()
    held.set()


def test_the_password_leaves_the_page_once_as_a_binary_part(show):
    sent = []
    tab = show(opened())
    tab.on("request", lambda r: sent.append(r.post_data or ""))
    fill(tab)
    button(tab, "Connect").click()
    expect(tab.get_by_text("Connected", exact=True)).to_be_visible()
    expect(tab.get_by_label("Password")).to_have_value("")  # by the answer, after that
    packed = base64.b64encode(PASSWORD.encode()).decode()
    assert sum(text.count(packed) for text in sent) == 1
    assert not [text for text in sent if PASSWORD in text]
    shown = tab.evaluate(
        """() => { const root = document.querySelector("[data-cx-theme]").shadowRoot;
            const values = [...root.querySelectorAll("input")].map((i) => i.value);
            return root.innerHTML + values.join(); }"""
    )
    assert PASSWORD not in shown


def test_a_page_that_was_reloaded_shows_the_connection(show):
    tab = show(opened())
    fill(tab)
    button(tab, "Connect").click()
    expect(tab.get_by_text("Connected", exact=True)).to_be_visible()
    tab.reload()
    tab.wait_for_function("'show' in window")
    tab.evaluate("window.show()")
    expect(tab.get_by_text("Connected", exact=True)).to_be_visible()
    expect(tab.get_by_label("User")).to_have_value("ana")
    expect(tab.get_by_label("Password")).to_have_value("")


def test_hostile_words_stay_text_and_a_narrow_cell_shows_it_all(show, shot):
    hostile = '<img src=x onerror="window.bad = 1">'

    def refuse(typed, test):
        raise AuthenticationError(hostile * 20, hint="x" * 2000)

    tab = show(opened(refuse, address=hostile, user="x" * 900))
    tab.set_viewport_size({"width": 400, "height": 800})
    tab.get_by_label("Password").fill("p")
    button(tab, "Connect").click()
    expect(tab.get_by_role("alert")).to_contain_text(hostile)
    assert tab.evaluate("window.bad") is None
    assert tab.evaluate("document.documentElement.scrollWidth") <= 400
    shot("connect-narrow")
