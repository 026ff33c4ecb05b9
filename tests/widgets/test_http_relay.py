"""Requests of the page, by way of the kernel."""

from __future__ import annotations

import json
import threading

import pytest
from widget_kit import HASH, Answer, FakeModel, until

from codex_jupyter.errors import InputError
from codex_jupyter.protocol.openapi import model_document
from codex_jupyter.widgets import http_relay
from codex_jupyter.widgets.api_viewer import ApiViewer

URL = "http://127.0.0.1:4321/api/model/sync/health/demo/M1"


@pytest.fixture
def model():
    document = model_document(
        name="m", group="demo", model=HASH, sample={"x": 1}, answer=None, server="/api"
    )
    return FakeModel(document=document)


@pytest.fixture
def viewer(model):
    made = ApiViewer(model)
    yield made
    made.close()


def ask(viewer, number="1", headers=(), body=b""):
    content = {
        "kind": "request",
        "id": number,
        "method": "POST",
        "url": URL,
        "headers": [{"name": n, "value": v} for n, v in headers],
    }
    viewer.comm.say(content, [body] if body else [])


def ends(viewer):
    return [
        (content, parts)
        for content, parts in list(viewer.comm.sent)
        if content["kind"] in ("reply", "fault")
    ]


def test_the_answer_comes_back_with_its_bytes(viewer, model):
    model.answer = lambda *_: Answer(201, "Created", [("x-a", "1")], b"\x00\xff")
    ask(viewer, body=b"in")
    until(lambda: ends(viewer))
    [(content, parts)] = ends(viewer)
    assert content["result"] == {
        "status": 201,
        "reason": "Created",
        "headers": [["x-a", "1"]],
        "hint": "",
    }
    assert parts == [b"\x00\xff"]
    assert model.asked == [("POST", URL, {}, b"in")]


def test_secrets_pass_in_neither_direction(viewer, model):
    headers = [("Set-Cookie", "s=1"), ("authorization", "x"), ("content-length", "9")]
    model.answer = lambda *_: Answer(200, "OK", headers, b"")
    ask(viewer, headers=[("Authorization", "Bearer x"), ("COOKIE", "y"), ("a", "b")])
    until(lambda: ends(viewer))
    assert model.asked[0][2] == {"a": "b"}
    assert ends(viewer)[0][0]["result"]["headers"] == []


def test_what_the_model_refuses_is_a_fault_with_its_words(viewer, model):
    model.answer = lambda *_: InputError("Another place.", hint="Only this one.")
    ask(viewer)
    until(lambda: ends(viewer))
    content = ends(viewer)[0][0]
    assert (content["kind"], content["message"]) == ("fault", "Another place.")


def test_a_cancelled_requests_answer_is_dropped_and_others_go_on(viewer, model):
    hold = threading.Event()

    def answer(*_):
        hold.wait(10)
        return Answer(200, "OK", [], b"late")

    model.answer = answer
    ask(viewer, "slow")
    viewer.comm.say({"kind": "cancel", "id": "c", "request": "slow"})
    until(lambda: ends(viewer))
    model.answer = lambda *_: Answer(200, "OK", [], b"prompt")
    ask(viewer, "quick")
    until(lambda: len(ends(viewer)) == 2)
    hold.set()
    until(lambda: not _relays())
    assert [content["id"] for content, _ in ends(viewer)] == ["c", "quick"]


def test_only_so_many_run_at_once(viewer, model):
    hold = threading.Event()
    model.answer = lambda *_: hold.wait(10) and Answer(200, "OK", [], b"")
    for number in range(http_relay.MAX_RUNNING + 1):
        ask(viewer, str(number))
    [(content, _)] = ends(viewer)
    assert "requests are running already" in content["message"]
    hold.set()
    until(lambda: len(ends(viewer)) == http_relay.MAX_RUNNING + 1)


@pytest.mark.parametrize("direction", ["in", "out"])
def test_sizes_are_limited_in_both_directions(viewer, model, monkeypatch, direction):
    monkeypatch.setattr(http_relay, "MAX_REQUEST", 10)
    monkeypatch.setattr(http_relay, "MAX_ANSWER", 10)
    model.answer = lambda *_: Answer(200, "OK", [], b"x" * 11)
    ask(viewer, body=b"y" * 11 if direction == "in" else b"")
    until(lambda: ends(viewer))
    content = ends(viewer)[0][0]
    assert content["kind"] == "fault"
    assert "%codex predict" in content["hint"]
    assert len(model.asked) == (direction == "out")


def test_the_document_travels_by_message_with_an_absolute_server(viewer):
    viewer._repr_mimebundle_()
    [api] = viewer.comm.of("api")
    assert api["document"]["servers"] == [{"url": "http://127.0.0.1:4321/api"}]
    assert api["address"] == "http://127.0.0.1:4321"
    assert api["token"] is True


def test_nothing_of_the_model_is_saved_as_a_trait(viewer):
    saved = json.dumps({k: str(v) for k, v in viewer.get_state().items()})
    assert HASH not in saved
    size = len(saved) + len(viewer._twin().html)
    assert size < 8 * 1024


def _relays():
    return [t for t in threading.enumerate() if t.name == "codex-relay"]
