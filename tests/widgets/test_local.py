"""The local panel without a page: what it tells, and what it does when asked."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from local_kit import Hands
from widget_kit import until

from codex_jupyter.client.local_state import LocalState
from codex_jupyter.errors import LocalPlatformError, UnreachableError
from codex_jupyter.widgets.local import LocalPanel


@pytest.fixture
def hands(tmp_path):
    return Hands(tmp_path)


@pytest.fixture
def panel(hands):
    made = LocalPanel(hands, "Started an embedded platform.")
    yield made
    made.close()


def last(panel):
    return panel.comm.of("local")[-1]


def ask(panel, kind, **fields):
    panel.comm.say({"kind": kind, "id": kind, **fields})
    ends = lambda: [*panel.comm.of("reply"), *panel.comm.of("fault")]  # noqa: E731
    until(lambda: any(m["id"] == kind for m in ends()))
    return next(m for m in ends() if m["id"] == kind)


def test_it_tells_address_folder_models_and_disk(panel, hands, tmp_path):
    (tmp_path / "big").write_bytes(b"x" * 100_000)
    ask(panel, "look")
    told = last(panel)
    assert (told["state"], told["address"]) == ("running", hands.state.address)
    assert told["folder"] == str(tmp_path)
    assert told["models"] == [
        {"name": "Deployed", "value": "2"},
        {"name": "Failed", "value": "1"},
    ]
    assert told["whole"]
    assert told["lines"] == hands.lines("running")


def test_the_static_form_tells_what_the_command_did_and_what_is_there(panel, hands):
    until(lambda: panel.comm.of("local"))
    text = panel.card().text
    assert text.startswith("Started an embedded platform.")
    assert f"Address: {hands.state.address}" in text
    panel._hands.folder = Path("<b>")
    assert "<script>" not in panel.card().html


def test_stopping_and_starting_are_seen_on_the_way(panel, hands):
    hands.held = threading.Event()
    panel.comm.say({"kind": "act", "id": "1", "action": "stop"})
    until(lambda: last(panel)["state"] == "stopping")
    refused = ask(panel, "act", action="start")
    assert refused["message"] == "The platform is stopping already."
    hands.held.set()
    until(lambda: last(panel)["state"] == "stopped")
    assert last(panel)["models"] == []
    panel.comm.say({"kind": "act", "id": "2", "action": "start"})
    until(lambda: last(panel)["state"] == "running")
    assert hands.done == ["stop", "start"]


def test_a_start_that_fails_says_why_with_the_end_of_the_log(panel, hands):
    hands.state = LocalState("stopped", hands.folder)
    hands.error = LocalPlatformError("It ended.", hint="See the log.", detail="boom")
    assert ask(panel, "act", action="start")["message"] == "It ended."
    told = last(panel)
    assert (told["state"], told["problem"], told["detail"]) == (
        "stopped",
        "It ended.",
        "boom",
    )
    hands.error = None
    ask(panel, "look")
    assert last(panel)["problem"] == "It ended."
    panel.comm.say({"kind": "act", "id": "again", "action": "start"})
    until(lambda: last(panel)["state"] == "running")
    assert last(panel)["problem"] == ""


def test_a_crash_is_told_with_the_end_of_its_log(panel, hands):
    hands.state = LocalState("crashed", hands.folder, pid=7, detail="Killed")
    ask(panel, "look")
    assert (last(panel)["state"], last(panel)["detail"]) == ("crashed", "Killed")
    assert "Crashed" in panel.card().html


def test_models_that_cannot_be_counted_are_a_line_and_no_more(panel, hands):
    hands.refused = UnreachableError("The token is not valid any more.")
    ask(panel, "look")
    assert last(panel)["state"] == "running"
    assert last(panel)["problem"] == "The token is not valid any more."


def test_what_is_no_action_is_refused(panel, hands):
    assert "does not allow" in ask(panel, "act", action="format")["message"]
    assert hands.done == []


def test_what_is_saved_of_the_widget_holds_nothing(panel):
    saved = json.dumps({key: str(value) for key, value in panel.get_state().items()})
    assert "127.0.0.1" not in saved
