"""The status panel without a page: what it sends, what it does when asked."""

from __future__ import annotations

import json
import signal
import threading
from functools import partial

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from widget_kit import FakeModel, deployment, log, stage, state, until

from codex_jupyter.errors import (
    AuthenticationError,
    InputError,
    ModelError,
    UnreachableError,
    WaitTimeoutError,
)
from codex_jupyter.widgets import deployment as module
from codex_jupyter.widgets import following
from codex_jupyter.widgets.probe import Probe
from codex_jupyter.widgets.status import StatusPanel


@pytest.fixture
def panel():
    made = StatusPanel("credit-score", "demo")
    yield made
    made.close()


@pytest.fixture
def model():
    return FakeModel()


def last(panel):
    return panel.comm.of("status")[-1]


def ask(panel, action):
    panel.comm.say({"kind": "act", "id": action, "action": action})


def answer(panel, request):
    """The end of a request, or None while it runs."""
    ends = [*panel.comm.of("reply"), *panel.comm.of("fault")]
    return next((m for m in ends if m["id"] == request), None)


def test_an_unknown_keyword_is_named():
    with pytest.raises(InputError, match="does not know the word 'colour'"):
        StatusPanel("a", "b", colour="red")


def test_displaying_pushes_the_module_and_the_state_before_any_question(panel):
    panel._repr_mimebundle_()
    kinds = [content["kind"] for content, _ in panel.comm.sent]
    assert kinds == ["asset", "status"]


def test_the_bundle_has_the_live_view_and_a_static_fallback(panel):
    data, _ = panel._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert "credit-score" in data["text/html"]
    assert "credit-score" in data["text/plain"]


def test_waiting_gives_the_final_state(panel, model):
    panel.attach(model)
    model.feed(*deployment())
    assert panel.wait(10) == "Deployed"
    until(lambda: last(panel)["state"] == "Deployed")


def test_waiting_too_long_is_an_error_that_says_how_to_go_on(panel, model):
    panel.attach(model)
    with pytest.raises(WaitTimeoutError) as caught:
        panel.wait(0.05)
    assert "%codex status credit-score" in caught.value.hint


def test_an_interrupt_ends_the_waiting_and_not_the_deployment(panel, model):
    panel.attach(model)
    model.feed(*deployment()[:6])
    threading.Timer(0.2, signal.raise_signal, [signal.SIGINT]).start()
    assert panel.wait(30) == "Building"
    until(lambda: last(panel)["link"] == "detached")
    model.feed(*deployment()[6:])
    until(lambda: last(panel)["state"] == "Deployed")
    assert last(panel)["link"] == ""


def test_a_platform_that_is_away_is_waited_for(panel, model):
    panel.attach(model)
    away = UnreachableError("Nothing answers there.", hint="Type %codex local first.")
    model.feed(*deployment()[:3], away)
    until(lambda: last(panel)["link"] == "waiting")
    assert last(panel)["line"].startswith("Waiting for the platform")
    assert last(panel)["line"].endswith(f"{away.message} {away.hint}")
    assert away.hint in panel.card().text
    assert last(panel)["running"] is None
    assert "running" not in [step["progress"] for step in last(panel)["steps"]]
    model.feed(*deployment()[3:])
    assert panel.wait(10) == "Deployed"
    until(lambda: last(panel)["link"] == "")
    assert "Waiting" not in last(panel)["line"]


def test_a_question_that_fails_after_the_end_is_not_waited_for(
    panel, model, monkeypatch
):
    monkeypatch.setattr(following, "Probe", partial(Probe, quiet=0.02))
    asked, failed = threading.Event(), threading.Event()

    def refresh():
        asked.set()
        assert model.hold.wait(30)
        failed.set()
        raise UnreachableError("Nothing answers.")

    monkeypatch.setattr(model, "refresh", refresh)
    panel.attach(model)
    assert asked.wait(30)
    model.feed(*deployment())
    assert panel.wait(10) == "Deployed"
    until(lambda: last(panel)["link"] == "")
    model.hold.set()
    assert failed.wait(30)
    until(lambda: not [t for t in threading.enumerate() if t.name == "codex-probe"])
    assert (panel.facts()["link"], last(panel)["link"]) == ("", "")
    assert "Waiting" not in panel.facts()["line"]


def test_an_upload_that_nobody_takes_is_told_and_goes_on(panel, monkeypatch):
    monkeypatch.setattr(module, "Probe", partial(Probe, quiet=0.02))
    held = threading.Event()
    with panel.uploading("Uploading 4 files.", lambda: held.wait(30)):
        until(lambda: last(panel)["link"] == "waiting")
        assert "nothing is sent twice" in last(panel)["line"]
        held.set()
        until(lambda: last(panel)["link"] == "")
        assert last(panel)["line"] == "Uploading 4 files."


def test_an_upload_that_was_lost_is_not_waited_for(panel, monkeypatch):
    monkeypatch.setattr(module, "Probe", partial(Probe, quiet=0.02))
    away = UnreachableError("Nothing answers there.")

    def ask():
        raise away

    with pytest.raises(UnreachableError), panel.uploading("Uploading.", ask):  # noqa: PT012
        until(lambda: last(panel)["link"] == "waiting")
        raise away
    panel.fail(away)
    assert (last(panel)["state"], last(panel)["link"]) == ("Not uploaded", "")
    assert last(panel)["line"] == "It was not uploaded."


def test_an_upload_whose_answer_was_lost_is_not_said_to_have_failed(panel):
    cut = UnreachableError("It broke.", hint="It may have been uploaded all the same.")
    cut.in_doubt = True
    panel.fail(cut)
    told = last(panel)
    assert (told["state"], told["link"]) == ("Uploading", "lost")
    assert (
        told["line"]
        == "It is not known how far it came: look before you send it again."
    )
    assert told["steps"][0]["progress"] == "unknown"
    with pytest.raises(UnreachableError):
        panel.wait(1)


def test_an_error_that_ends_the_following_ends_the_waiting_too(panel, model):
    panel.attach(model)
    model.feed(AuthenticationError("The token is not valid any more."))
    with pytest.raises(AuthenticationError):
        panel.wait(10)
    assert last(panel)["reason"] == "The token is not valid any more."


def test_what_was_lost_is_told_until_a_question_is_answered_and_then_followed_again(
    panel, model
):
    refused = AuthenticationError("The token has expired.", hint="%codex connect")
    panel.attach(model)
    model.feed(state("Building"), stage("install", "started"), refused)
    until(lambda: last(panel)["link"] == "lost")
    told = last(panel)
    assert (told["reason"], told["detail"]) == (refused.message, refused.hint)
    assert told["running"] is None
    assert [s["progress"] for s in told["steps"] if s["name"] == "Install"] == [
        "unknown"
    ]
    model.forgotten = refused
    ask(panel, "refresh")
    until(lambda: answer(panel, "refresh"))
    assert answer(panel, "refresh")["message"] == refused.message
    assert last(panel)["reason"] == refused.message
    model.forgotten = None
    ask(panel, "refresh")
    until(lambda: panel.comm.of("reply"))
    assert (last(panel)["link"], last(panel)["reason"]) == ("", "")
    model.feed(*deployment())
    until(lambda: last(panel)["state"] == "Deployed")
    assert panel.wait(10) == "Deployed"


def test_a_failed_upload_is_told_and_raised(panel):
    panel.fail(InputError("The file is empty."))
    assert last(panel)["state"] == "Not uploaded"
    with pytest.raises(InputError):
        panel.wait(1)


def test_the_log_is_sent_once_and_a_new_view_gets_it_all(panel, model):
    panel.attach(model)
    model.feed(*deployment())
    panel.wait(10)
    until(lambda: last(panel)["state"] == "Deployed")
    sent = [row["text"] for part in panel.comm.of("rows") for row in part["rows"]]
    assert len(sent) == len(set(sent)) == 4
    panel.comm.say({"kind": "hello", "id": "h"})
    part = panel.comm.of("rows")[-1]
    assert (part["first"], len(part["rows"])) == (0, 4)
    assert answer(panel, "h")["kind"] == "reply"


def test_many_log_lines_make_few_messages(panel, model):
    panel.attach(model)
    model.feed(*(log(n, f"line {n}") for n in range(3000)), state("Deployed"), None)
    panel.wait(30)
    until(lambda: sum(len(p["rows"]) for p in panel.comm.of("rows")) == 3000)
    assert len(panel.comm.sent) < 300


def test_an_action_is_done_on_the_panels_thread_and_answered(panel, model):
    panel.attach(model)
    model.feed(*deployment())
    panel.wait(10)
    ask(panel, "disable")
    told = panel.comm.of("ack")[-1]
    assert (told["id"], told["platform"]) == ("disable", model.base_url)
    until(lambda: answer(panel, "disable"))
    assert model.asked == ["disable", "refresh"]
    assert last(panel)["actions"] == ["restart", "delete"]


def test_a_restart_is_followed_until_the_model_is_back(panel, model):
    panel.attach(model)
    model.feed(*deployment())
    panel.wait(10)
    model.feed(state("Recovering"), state("Deployed"), None)
    ask(panel, "restart")
    until(lambda: answer(panel, "restart"))
    until(lambda: last(panel)["state"] == "Deployed" and last(panel)["busy"] == "")
    assert model.asked[0] == "restart"


@pytest.mark.parametrize("action", ["restart", "predict", "host", "close", "__init__"])
def test_what_the_state_does_not_allow_is_refused(panel, model, action):
    panel.attach(model)
    model.feed(state("DisabledFailed"), None)
    panel.wait(10)
    ask(panel, action)
    assert answer(panel, action)["kind"] == "fault"
    assert model.asked == []


def test_a_refused_action_leaves_the_panel_as_it_was(panel, model):
    panel.attach(model)
    model.feed(*deployment())
    panel.wait(10)
    model.refused = ModelError("Not now.")
    ask(panel, "restart")
    until(lambda: answer(panel, "restart"))
    assert answer(panel, "restart")["message"] == "Not now."
    assert last(panel)["busy"] == ""
    assert [s["progress"] for s in last(panel)["steps"]] == ["done"] * 6


def test_an_action_that_breaks_is_answered_and_the_panel_goes_on(panel, model):
    panel.attach(model)
    model.feed(*deployment())
    panel.wait(10)
    model.refused = RuntimeError("Bearer s3cr3t")
    ask(panel, "disable")
    until(lambda: answer(panel, "disable"))
    assert "RuntimeError" in answer(panel, "disable")["message"]
    assert "s3cr3t" not in json.dumps([content for content, _ in panel.comm.sent])
    model.refused = None
    ask(panel, "delete")
    until(lambda: last(panel)["state"] == "Deleted")


def test_a_platform_that_forgets_a_deleted_model_is_no_failure(panel, model):
    panel.attach(model)
    model.feed(*deployment())
    panel.wait(10)
    model.forgotten = ModelError("No such model.", status=404)
    ask(panel, "delete")
    until(lambda: answer(panel, "delete"))
    assert answer(panel, "delete")["kind"] == "reply"
    assert last(panel)["state"] == "Deleted"


def test_a_stream_that_breaks_ends_the_waiting_with_its_error(panel, model):
    panel.attach(model)
    model.feed(ValueError("Bearer s3cr3t"))
    with pytest.raises(ValueError, match="s3cr3t"):
        panel.wait(10)
    assert "s3cr3t" not in last(panel)["reason"]


def test_closing_ends_the_following(panel, model):
    panel.attach(model)
    until(lambda: _threads())
    panel.close()
    until(lambda: not _threads())


def test_closing_ends_the_waiting_too(panel, model):
    panel.attach(model)
    model.feed(state("Building"))
    until(lambda: panel.comm.of("status") and last(panel)["state"] == "Building")
    waits = threading.Thread(target=panel.wait, daemon=True)
    waits.start()
    panel.close()
    waits.join(10)
    assert not waits.is_alive()
    assert panel.wait() == "Building"


def _threads():
    return [t for t in threading.enumerate() if t.name.startswith("codex-status")]


def test_showing_displays_the_live_view_and_a_marked_twin(panel, model):
    InteractiveShell.instance()
    with capture_output() as captured:
        panel.show()
    live, twin = captured.outputs
    assert live.data["text/html"] == "<span></span>"
    assert f"cx-twin-{panel._cx_twin}" in twin.data["text/html"]
    assert "credit-score" in twin.data["text/html"]
    InteractiveShell.clear_instance()


def test_what_is_saved_with_the_notebook_is_small_and_holds_nothing_of_the_user(
    panel, model
):
    panel.attach(model)
    model.feed(*(log(n, f"user text {n} " * 20) for n in range(100)))
    model.feed(*deployment())
    panel.wait(10)
    saved = json.dumps({k: str(v) for k, v in panel.get_state().items()})
    assert "user text" not in saved
    assert "credit-score" not in saved
    size = len(saved) + len(json.dumps(panel._twin()._repr_mimebundle_()))
    assert size < 8 * 1024
