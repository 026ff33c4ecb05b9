"""The live stream of a deployment."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import httpx
import pytest

from codex_jupyter.protocol.events import Event, EventDecoder
from codex_jupyter.server.bus import Bus
from codex_jupyter.server.handlers.events import _events, _Past

pytestmark = pytest.mark.platform


def listen(platform, model, **headers):
    decoder = EventDecoder()
    path = f"{platform.api}/model/events/demo/{model}"
    headers = platform.user() | headers
    with httpx.stream("GET", path, headers=headers, timeout=60) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        return [event for piece in answer.iter_text() for event in decoder.feed(piece)]


def test_a_deployment_is_told_from_building_to_deployed(platform):
    model = platform.upload().json()["ModelHash"]
    platform.get(f"/model/sync/host/demo/{model}")
    events = listen(platform, model)
    states = [event.data["Status"] for event in events if event.name == "state"]
    assert states[-1] == "Deployed"
    done = [
        event.data["Stage"]
        for event in events
        if event.name == "stage" and event.data["Progress"] == "done"
    ]
    assert done == ["resolve", "install", "start", "test"]
    logs = [event.data["OutputData"] for event in events if event.name == "log"]
    assert any("Deployed in" in text for text in logs)
    assert events[-1].name == "end"


def test_what_is_in_the_past_already_is_not_told_once_more():
    bus = Bus()

    def stage(name, progress):
        at = f"{name} began"
        return Event("stage", {"Stage": name, "Progress": progress, "At": at})

    def past(after):
        # They come after listening has begun, and before the store is read.
        bus.publish("M", stage("resolve", "started"))
        bus.publish("M", stage("resolve", "done"))
        known = [Event("state", {"Status": "Building"}), stage("resolve", "done")]
        bus.publish("M", stage("install", "started"))
        bus.publish("M", stage("install", "done"))
        bus.publish("M", Event("state", {"Status": "Deployed"}))
        return _Past(known, [], is_moving=True)

    async def told():
        bus.open(asyncio.get_running_loop())
        platform = SimpleNamespace(bus=bus)
        moving = lambda state: state == "Building"  # noqa: E731
        stream = _events(platform, "M", past, moving, 0)
        return b"".join([piece async for piece in stream]).decode()

    heard = EventDecoder().feed(asyncio.run(told()))
    found = [(e.data["Stage"], e.data["Progress"]) for e in heard if e.name == "stage"]
    assert found == [
        ("resolve", "done"),
        ("install", "started"),
        ("install", "done"),
    ]


def test_a_deployment_is_told_what_earlier_ones_with_its_requirements_took(platform):
    own = {"files": {"requirements": ("requirements.txt", b"# not built before\n")}}
    told = []
    for _ in range(2):
        model = platform.upload(**own).json()["ModelHash"]
        platform.get(f"/model/sync/host/demo/{model}")
        events = listen(platform, model)
        told.append([event.data for event in events if event.name == "estimate"])
    assert all(one["Same"] == "python" for one in told[0])
    # The environment is the same one: nothing has to be installed.
    assert told[1]
    for one in told[1]:
        assert (one["Same"], one["Builds"]) == ("requirements", 1)
        assert set(one["Stages"]) == {"resolve", "install", "start", "test"}
        assert one["Seconds"] == pytest.approx(sum(one["Stages"].values()), abs=0.01)


def test_a_late_listener_is_told_everything_and_a_returning_one_only_what_is_new(
    platform, double
):
    whole = listen(platform, double)
    ids = [event.id for event in whole if event.name == "log"]
    assert len(ids) == len(set(ids)) > 1
    rest = listen(platform, double, **{"Last-Event-ID": ids[0]})
    assert [event.id for event in rest if event.name == "log"] == ids[1:]
    assert [event.data for event in rest if event.name == "state"] == [
        event.data for event in whole if event.name == "state"
    ]
    # One that never was is none.
    again = listen(platform, double, **{"Last-Event-ID": "9" * 30})
    assert [event.id for event in again if event.name == "log"] == ids


def test_a_failure_ends_the_stream_with_its_reason(platform):
    model = platform.deploy("def score(d, p): raise ValueError('no')", expect="Failed")
    events = listen(platform, model)
    state = next(event for event in events if event.name == "state")
    assert "ValueError: no" in state.data["Message"]
    failed = [event for event in events if event.data.get("Progress") == "failed"]
    assert [event.data["Stage"] for event in failed] == ["test"]


def test_the_stream_needs_a_user_token(platform, double):
    path = f"{platform.api}/model/events/demo/{double}"
    assert httpx.get(path).status_code == 401
    assert httpx.get(path, headers=platform.group()).status_code == 401
