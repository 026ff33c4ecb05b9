"""What every panel says when the kernel, the platform or the network is away."""

from __future__ import annotations

import re

import pytest
from execution_kit import FakeExecution, progress
from playwright.sync_api import expect
from states_kit import CASES, KERNEL, case_of, press
from widget_kit import FakeModel, deployment, stage, state

from codex_jupyter.errors import (
    AuthenticationError,
    UnreachableError,
    WaitTimeoutError,
)
from codex_jupyter.widgets.execution import ExecutionPanel
from codex_jupyter.widgets.status import StatusPanel

pytestmark = pytest.mark.browser

AWAY = {
    "down": UnreachableError(
        "Nothing answers at http://127.0.0.1:4321.", hint="Type %codex local first."
    ),
    "expired": AuthenticationError(
        "The platform refused the token.", hint="Type %codex connect to get another."
    ),
    "late": WaitTimeoutError(
        "https://codex.example.com did not answer within 30 s.",
        hint="Look again, or allow more time.",
    ),
}
SILENT = "The kernel does not answer. It is busy with a cell"
GONE = "The kernel was restarted or shut down: run this cell again."


@pytest.mark.parametrize("name", CASES)
def test_a_busy_kernel_is_told_until_it_answers_and_one_that_is_gone_for_good(
    name, show, stub, tab, shot, violations, tmp_path
):
    case = case_of(name, tmp_path)
    tab.clock.install()
    tab.add_init_script(KERNEL)
    show(case.panel, "dark")  # and what follows is seen in light
    case.ready(tab)
    stub.alive = False
    case.ask(tab)
    tab.clock.run_for(2500)
    banner = tab.locator(".cx-banner").first
    expect(banner).to_contain_text(SILENT)
    shot(f"state-{name}-busy-kernel")
    stub.alive = True
    stub.panel.push()
    expect(banner).to_be_hidden()
    # Nobody touches the panel: Jupyter says so.
    tab.evaluate("kernel.statusChanged.emit('dead')")
    expect(banner).to_contain_text(GONE)
    shot(f"state-{name}-gone-kernel")
    assert violations() == []


@pytest.mark.parametrize("name", CASES)
def test_a_platform_that_is_away_is_told_with_the_next_step_until_it_answers(
    name, show, tab, shot, both, violations, tmp_path
):
    case = case_of(name, tmp_path)
    show(case.panel)
    case.ready(tab)
    for how, error in AWAY.items():
        case.error = error
        case.ask(tab)
        seen = tab.get_by_text(error.message).filter(visible=True)
        expect(seen.first).to_be_visible()
        expect(tab.get_by_text(error.hint).filter(visible=True).first).to_be_visible()
        (both if how == "down" else shot)(f"state-{name}-{how}")
    assert violations() == []
    case.error = None
    case.ask(tab)
    expect(seen).to_have_count(0)


@pytest.mark.parametrize("name", ["status", "drift", "models", "executions"])
def test_a_platform_that_hangs_is_waited_for_until_it_answers_or_nobody_waits(
    name, show, tab, both, violations, tmp_path
):
    case = case_of(name, tmp_path)
    case.panel.bridge.platform = "http://127.0.0.1:4321/api"
    tab.clock.install()
    show(case.panel)
    case.answers.clear()
    case.ask(tab)
    waiting = tab.get_by_text("Still waiting for the platform at http://127.0.0.1")
    expect(waiting).to_be_hidden()
    tab.clock.run_for(3300)
    expect(waiting).to_be_visible()
    expect(tab.locator(".cx-waited")).to_have_text(re.compile(r"^\d+ s$"))
    both(f"state-{name}-waiting")
    assert violations() == []
    tab.get_by_role("button", name="Stop waiting").focus()
    tab.keyboard.press("Enter")
    expect(waiting).to_be_hidden()
    # Not on the page: its next key is a command of the notebook.
    expect(tab.get_by_role("button", name="Refresh")).to_be_focused()
    case.ask(tab)
    tab.clock.run_for(2500)
    expect(waiting).to_be_visible()
    case.answers.set()
    expect(waiting).to_be_hidden()
    expect(tab.locator(".cx-problem").filter(visible=True)).to_have_count(0)
    asks_again_by_itself(case, tab)


@pytest.mark.parametrize("name", ["models", "executions", "connect"])
def test_what_a_panel_asks_by_itself_is_missed_later_and_told_once(
    name, show, tab, tmp_path
):
    case = case_of(name, tmp_path)
    tab.clock.install()
    show(case.panel)
    case.looks(tab)
    waiting = tab.get_by_text("Still waiting for the platform")
    problem = tab.locator(".cx-problem").filter(visible=True)
    tab.wait_for_timeout(200)  # the browser notices that it is seen
    asked = []
    tab.on("request", lambda r: asked.append(r.url) if r.url.endswith("/to") else None)
    case.answers.clear()
    # From here on only what is told to pass passes.
    tab.clock.pause_at(tab.evaluate("Date.now() / 1000") + 2)
    while not asked:
        tab.clock.run_for(500)
    tab.clock.run_for(4000)
    expect(waiting).to_be_hidden()
    tab.clock.run_for(1500)
    expect(waiting).to_be_visible()
    expect(problem).to_have_count(0)
    tab.clock.resume()
    case.error = AWAY["late"]
    case.answers.set()
    expect(problem).to_contain_text(AWAY["late"].message)
    expect(waiting).to_be_hidden()
    case.answers.clear()
    tab.clock.run_for(20_000)
    expect(problem).to_contain_text(AWAY["late"].message)
    expect(waiting).to_be_hidden()
    case.error = None
    case.answers.set()
    expect(problem).to_have_count(0)


@pytest.mark.parametrize("name", ["connect", "playground", "status"])
def test_a_button_that_waits_is_counted_and_is_stopped_where_that_has_a_use(
    name, show, tab, both, violations, tmp_path
):
    case = case_of(name, tmp_path)
    case.panel.bridge.platform = "https://codex.example.com"
    tab.clock.install()
    show(case.panel)
    case.answers.clear()
    case.press(tab)
    tab.clock.run_for(3300)
    waiting = tab.get_by_text("Still waiting for the platform at https://codex.")
    expect(waiting).to_be_visible()
    expect(tab.locator(".cx-waited")).to_have_text(re.compile(r"^\d+ s$"))
    # A button of the panel's own does it, or nothing can.
    expect(tab.get_by_role("button", name="Stop waiting")).to_be_hidden()
    cancels = tab.get_by_role("button", name="Cancel", exact=True)
    expect(cancels).to_have_count(0 if name == "status" else 1)
    both(f"state-{name}-counted")
    assert violations() == []
    case.answers.set()
    expect(waiting).to_be_hidden()


def test_a_state_that_cannot_be_asked_again_is_the_one_seen_last(show, tab, tmp_path):
    case = case_of("status", tmp_path)
    tab.clock.install()
    show(case.panel)
    case.error = AWAY["down"]
    case.ask(tab)
    seen_last = tab.get_by_text("Last seen: Deployed")
    expect(seen_last).to_be_visible()
    # So it is until somebody answers, and when nobody waits for that any more.
    case.answers.clear()
    case.ask(tab)
    tab.clock.run_for(3000)
    expect(tab.get_by_role("button", name="Stop waiting")).to_be_visible()
    expect(seen_last).to_be_visible()
    press(tab, "Stop waiting")
    expect(tab.get_by_text(AWAY["down"].hint)).to_be_visible()
    expect(seen_last).to_be_visible()
    case.error = None
    case.answers.set()
    case.ask(tab)
    expect(seen_last).to_have_count(0)


@pytest.mark.usefixtures("portuguese")
def test_the_next_step_is_read_whole_in_a_narrow_cell(show, both, violations):
    model = FakeModel()
    panel = StatusPanel(model.name, model.group)
    panel.attach(model)
    hint = "Type %codex local first, or %codex connect with another address. "
    model.feed(state("Building"), UnreachableError(AWAY["down"].message, hint=hint * 2))
    tab = show(panel)
    tab.set_viewport_size({"width": 320, "height": 900})
    line = tab.locator(".cx-line-text")
    expect(line).to_contain_text("%codex connect")
    assert line.evaluate("(e) => e.scrollHeight - e.clientHeight") <= 1
    expect(line).not_to_have_attribute("tabindex", "0")
    both("status-away-320")
    # One that is longer than any of ours is scrolled.
    model.feed(UnreachableError(AWAY["down"].message, hint=hint * 8))
    expect(line).to_have_attribute("tabindex", "0")
    assert violations() == []
    line.focus()
    tab.keyboard.press("End")
    both("status-away-scrolled-320")
    tab.wait_for_function(
        "(e) => e.scrollTop + e.clientHeight >= e.scrollHeight - 2",
        arg=line.element_handle(),
    )


def test_an_execution_that_nobody_tells_of_does_not_look_alive(show, both, violations):
    run = FakeExecution(status="Running")
    panel = ExecutionPanel(run, "execution 5", "%codex attach churn-batch 5")
    panel.follow()
    run.forgotten = AWAY["down"]
    run.feed(state("Running"), progress(0.3, written=15_000), AWAY["down"])
    tab = show(panel)
    line = tab.locator(".cx-line-text")
    expect(line).to_contain_text("Waiting for the platform: it does not answer.")
    expect(line).to_contain_text(f"{AWAY['down'].message} {AWAY['down'].hint}")
    expect(tab.get_by_text("Last seen: Running")).to_be_visible()
    expect(tab.get_by_role("progressbar")).to_have_count(0)
    both("execution-away")
    assert violations() == []
    run.forgotten = None
    run.feed(progress(0.4, written=20_000))
    expect(tab.get_by_role("progressbar")).to_be_visible()
    expect(line).to_contain_text("20,000 of 50,000 rows")


def test_the_deploy_form_asks_again_by_itself(show, tab, tmp_path):
    case = case_of("deploy", tmp_path)
    tab.clock.install()
    show(case.panel)
    asks_again_by_itself(case, tab)


def asks_again_by_itself(case, tab):
    case.error = AWAY["late"]
    case.ask(tab)
    told = tab.get_by_text(AWAY["late"].message).filter(visible=True)
    expect(told.first).to_be_visible()
    case.error = None
    tab.wait_for_timeout(200)  # the browser notices that it is seen
    tab.clock.run_for(16_000)
    expect(told).to_have_count(0)


def test_a_kernel_that_is_busy_for_long_is_asked_once_not_every_few_seconds(
    show, stub, tab, tmp_path
):
    asked = []
    tab.on("request", lambda r: asked.append(r.url) if r.url.endswith("/to") else None)
    case = case_of("executions", tmp_path)
    tab.clock.install()
    show(case.panel)
    expect(tab.get_by_text("1 to 2 of 2")).to_be_visible()
    # The browser has noticed what is seen: an observer made later hears no earlier.
    tab.evaluate(
        "new Promise((seen) => new IntersectionObserver(seen).observe(document.body))"
        ".then(() => 0)"
    )
    stub.alive = False
    asked.clear()
    for _ in range(6):
        tab.clock.run_for(10_000)
    assert len(asked) == 1


def test_a_page_that_lost_jupyter_asks_again_when_it_is_back_but_no_ended_kernel(
    show, stub, tab, both, tmp_path
):
    tab.add_init_script(KERNEL)
    show(case_of("drift", tmp_path).panel)
    tab.get_by_text("age", exact=True).first.wait_for()
    tab.evaluate("kernel.statusChanged.emit('busy')")
    banner = tab.locator(".cx-banner").first
    expect(banner).to_be_hidden()
    tab.evaluate("kernel.connectionStatusChanged.emit('connecting')")
    expect(banner).to_contain_text("This page has lost its connection to Jupyter.")
    both("state-drift-cut")
    told = len(stub.panel.comm.of("drift"))
    tab.evaluate("kernel.connectionStatusChanged.emit('connected')")
    expect(banner).to_be_hidden()
    assert len(stub.panel.comm.of("drift")) > told
    tab.evaluate("kernel.disposed.emit()")
    expect(banner).to_contain_text(GONE)
    for word in ("disconnected", "connected"):
        tab.evaluate(f"kernel.connectionStatusChanged.emit('{word}')")
        expect(banner).to_contain_text(GONE)
    tab.evaluate("hide()")
    left = "Object.values(kernel).map((one) => one.slots.size)"
    assert tab.evaluate(left) == [0, 0, 0]


def test_where_nobody_tells_of_the_kernel_it_is_asked_when_a_person_comes(
    show, stub, tab, tmp_path
):
    asked = []
    tab.on("request", lambda r: asked.append(r.url) if r.url.endswith("/to") else None)
    tab.clock.install()
    show(case_of("drift", tmp_path).panel)
    tab.get_by_text("age", exact=True).first.wait_for()
    stub.alive = False
    asked.clear()
    panel = tab.locator(".cx-frame")

    def come():
        tab.mouse.move(0, 0)
        panel.hover()

    come()
    tab.clock.run_for(16_000)
    assert not asked  # it was heard of just now, and nobody came since
    come()
    tab.clock.run_for(2500)
    expect(tab.locator(".cx-banner").first).to_contain_text(SILENT)
    tab.clock.run_for(20_000)
    come()
    tab.get_by_role("button").first.focus()
    tab.clock.run_for(1000)
    assert len(asked) == 1


def test_a_panel_that_is_drawn_after_its_kernel_has_gone_says_so_at_once(
    show, tab, tmp_path
):
    tab.add_init_script("window.dead = true")
    show(case_of("models", tmp_path).panel, push=False)
    told = tab.get_by_text("The kernel has not answered.")
    expect(told).to_be_visible()
    expect(told).to_contain_text("the saved state is below.")


LOST = AuthenticationError("The token has expired.", hint="Type %codex connect again.")


def test_a_deployment_that_is_lost_is_followed_again_on_refresh(
    show, theme, shot, violations
):
    model = FakeModel()
    panel = StatusPanel(model.name, model.group)
    panel.attach(model)
    model.feed(state("Building"), stage("install", "started"), LOST)
    tab = show(panel, theme)
    expect(tab.get_by_text("It is not followed any more. Refresh")).to_be_visible()
    expect(tab.get_by_text("Last seen: Building")).to_be_visible()
    expect(tab.get_by_text(LOST.hint)).to_be_visible()
    expect(tab.locator(".cx-steps .cx-icon-busy")).to_have_count(0)
    shot(f"status-lost-{theme}")
    assert violations() == []
    model.feed(*deployment())
    tab.get_by_role("button", name="Refresh").click()
    expect(tab.get_by_text("Deployed in")).to_be_visible()
    expect(tab.get_by_text(LOST.message)).to_have_count(0)
    expect(tab.get_by_text("Last seen")).to_have_count(0)


def test_an_execution_that_is_lost_is_followed_again_on_refresh(show, both, violations):
    run = FakeExecution(status="Running")
    panel = ExecutionPanel(run, "execution 5", "%codex attach churn-batch 5")
    panel.follow()
    run.feed(state("Running"), progress(0.3, written=15_000), LOST)
    tab = show(panel)
    # How far it was is not how far it is.
    told = tab.get_by_text(
        "It is not followed any more. Refresh tries again.", exact=True
    )
    expect(told).to_be_visible()
    expect(tab.get_by_text("Last seen: Running")).to_be_visible()
    expect(tab.get_by_text(LOST.hint)).to_be_visible()
    expect(tab.get_by_role("progressbar")).to_have_count(0)
    expect(tab.get_by_text("To run it again:")).to_be_hidden()
    both("execution-lost")
    assert violations() == []
    run.feed(state("Succeeded"), None)
    tab.get_by_role("button", name="Refresh").focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("It is done.", exact=True)).to_be_visible()
    expect(tab.get_by_role("button", name="Refresh")).to_have_count(0)
    # The button took the focus with it: it is still in the panel.
    expect(tab.get_by_label("Lines to show")).to_be_focused()
