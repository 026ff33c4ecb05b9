"""A deployment's events become one view."""

from __future__ import annotations

import pytest
from widget_kit import deployment, log, stage, state

from codex_jupyter.errors import InputError
from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.states import ModelState
from codex_jupyter.widgets.live_view import MAX_ROWS, MAX_TEXT
from codex_jupyter.widgets.messages import TO_PAGE, problem
from codex_jupyter.widgets.status_view import StatusView


def after(*events):
    view = StatusView("credit-score", "demo")
    view.found("Ready", "M1")
    for event in events:
        if event is not None:
            view.apply(event)
    return view


def progress(view):
    return [step["progress"] for step in view.fields()["steps"]]


def test_the_steps_are_those_of_a_deployment_in_order():
    names = [step["name"] for step in StatusView("a", "b").fields()["steps"]]
    assert names == ["Ready", "Resolve", "Install", "Start", "Test", "Deployed"]


@pytest.mark.parametrize("count", range(len(deployment())))
def test_at_every_moment_the_view_fits_the_wire(count):
    view = after(*deployment()[:count])
    assert problem(view.fields(), TO_PAGE["status"]) is None


def test_one_step_at_a_time_is_running():
    view = after(*deployment()[:6])
    assert progress(view) == ["done", "done", "running", *["pending"] * 3]
    assert view.fields()["running"] >= 0
    assert not view.is_final


def test_a_deployment_that_went_well_adds_up_its_times():
    view = after(*deployment())
    assert progress(view) == ["done"] * 6
    assert view.fields()["line"] == "Deployed in 2.5 s."
    assert view.fields()["running"] is None
    assert view.is_final


def usual(seconds=31.4, builds=3, same="requirements"):
    stages = {"resolve": 0.9, "install": 28.0, "start": 2.0, "test": 0.5}
    return Event(
        "estimate",
        {"Seconds": seconds, "Stages": stages, "Builds": builds, "Same": same},
    )


NONE = Event("estimate", {"Seconds": None, "Stages": {}, "Builds": 0, "Same": "python"})


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (usual(), "Usually 31 s, from 3 earlier builds with these requirements."),
        (usual(builds=1), "About 31 s, by the one earlier build with these req"),
        (usual(same="python"), "with this Python; their packages may differ."),
        (NONE, "No earlier build tells how long this one takes."),
        (Event("estimate", {"Stages": [1], "Seconds": "9"}), "No earlier build tells"),
    ],
)
def test_what_earlier_builds_took_is_told_while_it_is_built(event, told):
    view = after(state("Building"), event, stage("resolve", "started"))
    fields = view.fields()
    assert told in fields["outlook"]
    assert problem(fields, TO_PAGE["status"]) is None
    view.apply(state("Deployed"))
    assert view.fields()["outlook"] == ""


def test_each_step_is_told_what_it_usually_takes():
    view = after(state("Building"), usual())
    steps = {step["name"]: step["usual"] for step in view.fields()["steps"]}
    assert steps == {
        "Ready": None,
        "Resolve": 0.9,
        "Install": 28.0,
        "Start": 2.0,
        "Test": 0.5,
        "Deployed": None,
    }
    # Known better once it is known that the environment exists.
    view.apply(NONE)
    assert {step["usual"] for step in view.fields()["steps"]} == {None}


def test_a_platform_that_tells_only_states_is_enough():
    view = after(state("Building"), state("Deployed"))
    assert progress(view) == ["done"] * 6
    assert view.fields()["line"] == "Deployed."


def test_the_failed_step_is_the_one_that_ran():
    view = after(*deployment()[:5], state("Failed", "No version of nosuch exists"))
    assert progress(view)[1:4] == ["done", "failed", "pending"]
    assert view.fields()["reason"] == "No version of nosuch exists"


def test_a_tracebacks_last_line_is_the_reason():
    text = "Traceback (most recent call last):\n  File x\nKeyError: 'age'"
    fields = after(state("Failed", text)).fields()
    assert (fields["reason"], fields["detail"]) == ("KeyError: 'age'", text)


def test_other_failures_have_their_reason_first():
    fields = after(state("Failed", "It ran too long.\nLimit: 30 s")).fields()
    assert (fields["reason"], fields["detail"]) == ("It ran too long.", "Limit: 30 s")


def test_a_failure_without_words_is_still_a_failure():
    fields = after(state("Failed", None)).fields()
    assert fields["reason"] == "The platform gave no reason."


def test_a_model_that_recovers_forgets_its_failure():
    view = after(state("FailedRecovery", "out of memory"), state("Recovering"))
    assert view.fields()["reason"] == ""
    assert not view.is_final


def test_a_stream_that_begins_again_tells_nothing_twice():
    view = after(*deployment(), *deployment())
    assert [row["text"] for row in view.rows] == [
        "Resolved 12 packages in 310ms",
        "Installed 12 packages in 1.2s",
        "FutureWarning: 'penalty' is deprecated",
        "score() answered the sample row",
    ]
    assert progress(view) == ["done"] * 6


def test_a_stage_that_starts_again_makes_the_later_ones_pending():
    view = after(*deployment()[:8], stage("resolve", "started"))
    assert progress(view)[1:] == ["running", "pending", "pending", "pending", "pending"]


def test_the_log_is_bounded_in_rows_and_in_length():
    view = after(*(log(n, "x" * (MAX_TEXT + 5)) for n in range(3)))
    assert view.rows[0]["text"].endswith("… (5 characters more)")
    for number in range(MAX_ROWS + 10):
        view.apply(log(100 + number, "short"))
    assert (len(view.rows), view.total) == (MAX_ROWS, MAX_ROWS + 13)


@pytest.mark.parametrize(
    "event",
    [
        Event("weather", {"Rain": True}),
        Event("state", {}),
        Event("stage", {}),
        Event("stage", {"Stage": "polish", "Progress": "started", "Seconds": None}),
        Event("log", {}),
        Event("state", {"Status": "Sleeping", "Message": None}),
    ],
)
def test_what_a_newer_platform_may_say_does_no_harm(event):
    view = after(event)
    assert problem(view.fields(), TO_PAGE["status"]) is None


@pytest.mark.parametrize("name", list(ModelState))
def test_every_state_of_the_protocol_can_be_shown(name):
    view = after(state(name.value, "why"))
    fields = view.fields()
    assert problem(fields, TO_PAGE["status"]) is None
    assert set(fields["actions"]) <= {"restart", "disable", "delete"}


def test_a_refused_upload_is_final_and_says_the_next_step():
    view = StatusView("a", "demo")
    view.refuse(InputError("No such group.", hint="Make it first."))
    assert view.is_final
    fields = view.fields()
    assert (fields["reason"], fields["detail"]) == ("No such group.", "Make it first.")


def test_terminal_colours_of_a_log_are_taken_out():
    assert after(log(1, "\x1b[31mred\x1b[0m")).rows[0]["text"] == "red"
