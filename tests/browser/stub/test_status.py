"""The status panel in a browser: every state, hostile text, the keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from widget_kit import FakeModel, deployment, log, stage, state

from codex_jupyter.errors import InputError, ModelError, UnreachableError
from codex_jupyter.protocol.events import Event
from codex_jupyter.widgets.status import StatusPanel

pytestmark = pytest.mark.browser

TRACEBACK = """Traceback (most recent call last):
  File "score.py", line 4, in score
    return model.predict(row)
ValueError: could not convert string to float: 'n/a'"""


def followed(*events, **fields):
    """A panel that follows a model with those events."""
    model = FakeModel(**fields)
    panel = StatusPanel(model.name, model.group)
    panel.attach(model)
    model.feed(*events)
    return panel, model


def test_uploading_is_shown_before_the_model_exists(show, theme, shot, violations):
    panel = StatusPanel("credit-score", "demo")
    panel.note("Uploading 4 files (1.2 MiB).")
    tab = show(panel, theme)
    expect(tab.get_by_role("heading", name="credit-score")).to_be_visible()
    expect(tab.get_by_text("Uploading 4 files")).to_be_visible()
    expect(tab.get_by_text("No log lines.")).to_be_visible()
    expect(tab.get_by_role("button")).to_have_count(0)
    shot(f"status-uploading-{theme}")
    assert violations() == []


def test_a_build_runs_a_clock_on_its_current_step(show, theme, shot, violations):
    stages = {"resolve": 0.9, "install": 72.0, "start": 2.0, "test": 0.05}
    told = {"Seconds": 74.95, "Stages": stages, "Builds": 3, "Same": "requirements"}
    panel, _ = followed(*deployment()[:6], Event("estimate", told))
    tab = show(panel, theme)
    current = tab.get_by_role("listitem").filter(has_text="Install")
    expect(current).to_contain_text("running")
    expect(tab.get_by_text("Resolved 12 packages")).to_be_visible()
    before = current.inner_text()
    expect(current).not_to_have_text(before)
    expect(current).to_contain_text("of about 1 min 12 s")
    for name, time in {"Start": "about 2.0 s", "Test": "about 50 ms"}.items():
        step = tab.get_by_role("listitem").filter(has_text=name)
        expect(step).to_contain_text(time)
    expect(tab.get_by_text("Usually 1 min 15 s, from 3 earlier")).to_be_visible()
    shot(f"status-building-{theme}")
    assert violations() == []


def test_deployed_shows_times_and_what_may_be_done(show, theme, shot, violations):
    panel, _ = followed(*deployment())
    tab = show(panel, theme)
    expect(tab.get_by_text("Deployed in 2.5 s.")).to_be_visible()
    expect(tab.get_by_role("listitem").filter(has_text="Install")).to_contain_text(
        "1.2 s"
    )
    names = [b.inner_text() for b in tab.get_by_role("button").all()]
    assert names == ["Restart", "Disable", "Delete", "Refresh"]
    expect(tab.get_by_text("Python 3.11")).to_be_visible()
    shot(f"status-deployed-{theme}")
    assert violations() == []


def test_a_failure_tells_its_reason_first(show, theme, shot, violations):
    panel, _ = followed(
        *deployment()[:12],
        log(5, TRACEBACK, "Error"),
        stage("test", "failed", 0.05),
        state("Failed", TRACEBACK),
        None,
    )
    tab = show(panel, theme)
    reason = "ValueError: could not convert string to float: 'n/a'"
    expect(tab.locator(".cx-reason")).to_have_text(reason)
    expect(tab.get_by_role("region", name="Details")).to_contain_text("score.py")
    expect(tab.get_by_role("button", name="Delete")).to_be_visible()
    shot(f"status-failed-{theme}")
    assert violations() == []


def test_a_refused_upload_is_a_failure_without_a_model(show, theme, shot):
    panel = StatusPanel("credit-score", "demo")
    panel.fail(
        InputError("The group 'demo' does not exist.", hint="%codex group demo --new")
    )
    tab = show(panel, theme)
    expect(tab.get_by_role("alert")).to_contain_text("does not exist")
    expect(tab.get_by_text("%codex group demo --new")).to_be_visible()
    shot(f"status-refused-{theme}")


def test_disabled_and_a_question_before_deleting(show, theme, shot, violations):
    panel, model = followed(state("Disabled"), None)
    tab = show(panel, theme)
    tab.get_by_role("button", name="Delete").click()
    question = tab.get_by_role("group", name="Delete credit-score?")
    expect(question).to_contain_text("cannot be undone")
    shot(f"status-question-{theme}")
    assert violations() == []
    assert model.asked == []
    question.get_by_role("button", name="Yes, delete").click()
    expect(tab.get_by_text("It was deleted.")).to_be_visible()
    expect(tab.get_by_role("button", name="Delete")).to_have_count(0)
    shot(f"status-deleted-{theme}")


def test_the_panel_waits_for_a_platform_that_is_away(show, theme, shot, violations):
    away = UnreachableError("connection refused")
    panel, model = followed(*deployment()[:3], away, forgotten=away)
    tab = show(panel, theme)
    expect(tab.get_by_text("Waiting for the platform")).to_contain_text("refused")
    expect(tab.get_by_text("Last seen: Building")).to_be_visible()
    shot(f"status-waiting-{theme}")
    assert violations() == []
    model.forgotten = None
    model.feed(*deployment()[3:])
    expect(tab.get_by_text("Deployed in 2.5 s.")).to_be_visible()


HOSTILE = [
    "<script>window.bad = 1</script>",
    '<img src=x onerror="window.bad = 1">',
    "x" * 5000,
    "مرحبا بالعالم \u202e evil",
    "🤖🔥 \x1b[31mred\x1b[0m",
]


def test_hostile_text_stays_text(show, shot):
    model = FakeModel(name="<script>alert(1)</script>", group="<b>g</b>")
    panel = StatusPanel(model.name, model.group)
    panel.attach(model)
    model.feed(*(log(n, text) for n, text in enumerate(HOSTILE)))
    model.feed(state("Failed", f"{HOSTILE[1]}\n{HOSTILE[2]}"), None)
    tab = show(panel)
    expect(tab.get_by_role("heading", level=2)).to_have_text(model.name)
    expect(tab.get_by_text(HOSTILE[0])).to_be_visible()
    expect(tab.locator(".cx-reason")).to_have_text(HOSTILE[1])
    expect(tab.get_by_text("🤖🔥 red")).to_be_attached()
    assert tab.evaluate("window.bad") is None
    width = tab.evaluate("document.documentElement.scrollWidth")
    assert width <= 1000
    shot("status-hostile")


def test_everything_is_done_with_the_keyboard(show):
    panel, model = followed(*deployment())
    tab = show(panel)
    disable = tab.get_by_role("button", name="Disable")
    disable.focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("button", name="Cancel")).to_be_focused()
    tab.keyboard.press("Escape")
    expect(disable).to_be_focused()
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Calls are refused")).to_be_visible()
    # The button is gone; the focus is where it was, and Tab leads to the next.
    expect(tab.locator(".cx-action-row")).to_be_focused()
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("button", name="Restart")).to_be_focused()
    assert model.asked == ["disable", "refresh"]


def test_an_action_that_fails_says_why_beside_the_buttons(show):
    panel, model = followed(*deployment())
    model.refused = ModelError("The model is being built by somebody else.")
    tab = show(panel)
    tab.get_by_role("button", name="Restart").click()
    tab.get_by_role("button", name="Yes, restart").click()
    expect(tab.get_by_role("alert").filter(has_text="somebody else")).to_be_visible()
    expect(tab.get_by_role("button", name="Restart")).to_be_visible()


def test_the_log_filters_searches_and_follows(show):
    rows = [log(n, f"line {n}", "Error" if n % 50 == 0 else "Ok") for n in range(200)]
    panel, model = followed(state("Building"), *rows)
    tab = show(panel)
    expect(tab.get_by_text("200 lines", exact=True)).to_be_visible()
    expect(tab.get_by_text("line 199", exact=True)).to_be_in_viewport()
    tab.get_by_label("Lines to show").select_option("Errors only")
    expect(tab.get_by_text("4 of 200 lines")).to_be_visible()
    tab.get_by_label("Search the log").fill("150")
    expect(tab.get_by_text("1 of 200 lines")).to_be_visible()
    tab.get_by_label("Search the log").fill("nothing like it")
    expect(tab.get_by_text("No line matches.")).to_be_visible()
    tab.get_by_label("Search the log").fill("")
    tab.get_by_label("Lines to show").select_option("All lines")
    tab.get_by_role("region", name="Log lines").evaluate("list => list.scrollTop = 0")
    expect(tab.get_by_label("Follow")).not_to_be_checked()
    model.feed(log(500, "the newest line"))
    expect(tab.get_by_text("201 lines", exact=True)).to_be_visible()
    expect(tab.get_by_text("the newest line")).not_to_be_in_viewport()
    tab.get_by_label("Follow").check()
    expect(tab.get_by_text("the newest line")).to_be_in_viewport()


def test_the_log_in_the_page_is_bounded(show):
    panel, _ = followed(*(log(n, f"line {n}") for n in range(5200)))
    tab = show(panel)
    expect(tab.get_by_text("line 5199", exact=True)).to_be_visible()
    expect(tab.get_by_text("5,000 lines", exact=True)).to_be_visible()
    expect(tab.locator(".cx-row")).to_have_count(5000)


def test_a_page_that_was_reloaded_asks_for_everything(show, stub):
    panel, model = followed(*deployment()[:6])
    tab = show(panel)
    expect(tab.get_by_text("Installed 12 packages")).to_be_visible()
    tab.reload()
    tab.wait_for_function("'show' in window")
    tab.evaluate("window.show()")
    expect(tab.get_by_text("Installed 12 packages")).to_be_visible()
    model.feed(*deployment()[6:])
    expect(tab.get_by_text("Deployed in 2.5 s.")).to_be_visible()
    expect(tab.get_by_text("4 lines", exact=True)).to_be_visible()


def test_a_second_view_of_the_panel_shows_the_same(show):
    panel, _ = followed(*deployment())
    tab = show(panel)
    expect(tab.get_by_text("Deployed in 2.5 s.")).to_be_visible()
    tab.evaluate("window.show()")
    expect(tab.get_by_text("Deployed in 2.5 s.")).to_have_count(2)
    expect(tab.get_by_text("4 lines", exact=True)).to_have_count(2)


@pytest.mark.parametrize("sending", ["throws", "vanishes"])
def test_a_restarted_kernel_is_named_as_such(show, stub, shot, violations, sending):
    panel, _ = followed(*deployment())
    tab = show(panel)
    expect(tab.get_by_text("Deployed in 2.5 s.")).to_be_visible()
    stub.alive = False
    tab.evaluate("dead => { window.dead = dead; }", sending == "throws")
    tab.evaluate("window.trigger('comm_live_update')")
    expect(tab.get_by_text("The kernel was restarted or shut down")).to_be_visible()
    shot("status-restarted")
    assert violations() == []


def test_a_silent_kernel_is_told_apart_and_forgiven(show, stub):
    panel, model = followed(*deployment()[:6])
    tab = show(panel)
    expect(tab.get_by_text("Installed 12 packages")).to_be_visible()
    model.feed(*deployment()[6:])
    stub.alive = False
    tab.get_by_role("button", name="Refresh").click()
    expect(tab.get_by_text("The kernel does not answer.")).to_be_visible()
    panel.note("Still here.")
    expect(tab.get_by_text("The kernel does not answer.")).to_be_hidden()


def test_the_twin_is_hidden_while_a_live_view_is_there(show):
    panel, _ = followed(*deployment())
    tab = show(panel)
    expect(tab.get_by_text("Deployed in 2.5 s.")).to_be_visible()
    html = panel._twin().html
    tab.evaluate("html => document.getElementById('twin').innerHTML = html", html)
    twin = tab.locator("#twin > div")
    expect(twin).to_be_hidden()
    tab.evaluate("window.hide()")
    expect(twin).to_be_visible()


def test_the_theme_of_jupyterlab_is_followed_live(show):
    panel, _ = followed(*deployment())
    tab = show(panel)
    host = tab.locator("[data-lm-suppress-shortcuts=true]")
    expect(host).to_have_attribute("data-cx-theme", "light")
    tab.evaluate("document.body.dataset.jpThemeLight = 'false'")
    expect(host).to_have_attribute("data-cx-theme", "dark")
    tab.evaluate("document.body.dataset.jpThemeLight = 'true'")
    expect(host).to_have_attribute("data-cx-theme", "light")


def test_the_panel_keeps_its_height_from_upload_to_failure(show):
    model = FakeModel()
    panel = StatusPanel(model.name, model.group)
    tab = show(panel)
    frame = tab.locator(".cx-frame")
    expect(tab.get_by_text("Uploading.")).to_be_visible()
    before = frame.bounding_box()["height"]
    panel.attach(model)
    model.feed(*deployment()[:8], state("Failed", TRACEBACK), None)
    expect(tab.locator(".cx-reason")).to_be_visible()
    assert frame.bounding_box()["height"] == before


def test_a_narrow_cell_shows_it_all(show, shot):
    panel, _ = followed(*deployment())
    tab = show(panel)
    tab.set_viewport_size({"width": 420, "height": 800})
    expect(tab.get_by_text("Deployed in 2.5 s.")).to_be_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 420
    shot("status-narrow")
