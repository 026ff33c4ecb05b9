"""The wire between kernel and page: one table on both sides, checked at the door."""

from __future__ import annotations

import json
import threading

import pytest

from codex_jupyter.errors import ModelError
from codex_jupyter.widgets import assets, messages
from codex_jupyter.widgets.bridge import Bridge
from codex_jupyter.widgets.messages import problem


def test_the_page_and_the_kernel_have_the_same_tables():
    built = assets.manifest()["messages"]
    assert built == {
        "shapes": messages.SHAPES,
        "to_page": messages.TO_PAGE,
        "from_page": messages.FROM_PAGE,
    }


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"oldest": 0, "first": 0, "rows": []}, None),
        ({"oldest": 0, "first": 0}, "field rows is missing"),
        ({"oldest": True, "first": 0, "rows": []}, "oldest is not of kind number"),
        ({"oldest": 0, "first": 0, "rows": [{}]}, "rows is not of kind row[]"),
        ({"oldest": 0, "first": 0, "rows": [], "x": 1}, "unknown field x"),
    ],
)
def test_a_message_with_other_fields_is_refused(fields, wrong):
    found = problem(fields, messages.TO_PAGE["rows"])
    assert (found is None) if wrong is None else (wrong in found)


@pytest.fixture
def sent():
    return []


@pytest.fixture
def bridge(sent):
    return Bridge(lambda content, buffers: sent.append((content, buffers)))


def test_sending_what_the_table_does_not_know_is_an_error(bridge, sent):
    with pytest.raises(ValueError, match="unknown field secret"):
        bridge.send("ack", id="1", secret="x")
    assert sent == []


def test_a_ping_is_answered(bridge, sent):
    bridge.receive({"kind": "ping", "id": "a.1"}, [])
    assert sent == [({"kind": "reply", "id": "a.1", "result": None}, None)]


@pytest.mark.parametrize(
    "content",
    [
        {"kind": "format_disk", "id": "1"},
        {"kind": "act", "id": "1"},
        {"kind": "act", "id": "1", "action": 5},
        {"kind": ["act"], "id": "1"},
        {"id": "1"},
    ],
)
def test_what_is_no_request_of_ours_is_answered_with_a_fault(bridge, sent, content):
    bridge.on("act", lambda request: pytest.fail("it was handled"))
    bridge.receive(content, [])
    [(answer, _)] = sent
    assert answer["kind"] == "fault"
    assert "Reload the page" in answer["hint"]


@pytest.mark.parametrize("content", [None, "ping", 5, [], {}, {"kind": "ping"}])
def test_what_cannot_be_answered_is_dropped(bridge, sent, content):
    bridge.receive(content, [])
    assert sent == []


def test_a_handler_that_raises_our_error_tells_it_in_full(bridge, sent):
    def refuse(request):
        raise ModelError("It is being built.", hint="Wait a moment.")

    bridge.on("act", refuse)
    bridge.receive({"kind": "act", "id": "1", "action": "disable"}, [])
    [(answer, _)] = sent
    assert (answer["message"], answer["hint"]) == (
        "It is being built.",
        "Wait a moment.",
    )


def test_a_handler_that_raises_something_else_tells_only_its_kind(bridge, sent):
    def break_down(request):
        raise RuntimeError("Bearer abcdef")

    bridge.on("act", break_down)
    bridge.receive({"kind": "act", "id": "1", "action": "disable"}, [])
    assert "RuntimeError" in sent[0][0]["message"]
    assert "abcdef" not in json.dumps(sent)


def test_binary_parts_of_any_kind_arrive_as_bytes(bridge):
    got = []
    bridge.on("request", lambda request: got.extend(request.buffers))
    content = {
        "kind": "request",
        "id": "1",
        "method": "POST",
        "url": "/",
        "headers": [],
    }
    bridge.receive(content, [memoryview(b"one"), bytearray(b"two")])
    assert got == [b"one", b"two"]


def test_answers_may_come_later_from_another_thread(bridge, sent):
    def later(request):
        thread = threading.Thread(target=request.reply, args=({"x": 1},))
        thread.start()
        thread.join()

    bridge.on("act", later)
    bridge.receive({"kind": "act", "id": "9", "action": "disable"}, [])
    assert sent == [({"kind": "reply", "id": "9", "result": {"x": 1}}, None)]
