from __future__ import annotations

import asyncio
import socket
import threading

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from codex_jupyter.client import stream
from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.errors import (
    ModelError,
    ProtocolError,
    ServerError,
    UnreachableError,
    WaitTimeoutError,
)
from codex_jupyter.protocol import routes
from codex_jupyter.protocol.events import EventDecoder

LOG = {
    "RegisteredAt": "2025-01-01",
    "OutputType": "Ok",
    "OutputData": "x",
    "Routine": "Host",
}


def names(events):
    return [event.name for event in events]


def test_events_survive_being_cut_anywhere(stand_in, model, say):
    told = [
        say("state", 1, Status="Building", Message=None, At="t"),
        say("stage", 2, Stage="resolve", Progress="done", Seconds=0.5, Note="é ☃"),
        say("heartbeat"),
        say("log", 3, **LOG),
        say("state", 4, Status="Deployed", Message=None, At="t"),
        say("end"),
    ]
    whole = b"".join(told).replace(b"\\u2603", "☃".encode())

    async def pieces(request):
        for place in range(0, len(whole), 7):
            yield whole[place : place + 7]

    stand_in.stream = pieces
    events = list(model.watch())
    assert names(events) == ["state", "stage", "log", "state", "end"]
    assert events[1].data["Note"] == "é ☃"
    assert model.status == "Deployed"


def test_line_ends_of_two_characters_may_be_cut_between_them():
    text = 'id: 1\r\nevent: state\r\ndata: {"Status": "Ready"}\r\n\r\n'
    decoder = EventDecoder()
    events = [event for letter in text for event in decoder.feed(letter)]
    assert [event.data for event in events] == [{"Status": "Ready"}]


def test_a_lost_stream_is_taken_up_where_it_ended(stand_in, model, say):
    asked = []

    async def pieces(request):
        asked.append(request.headers.get("last-event-id"))
        if len(asked) == 1:
            yield say("state", 1, Status="Building")
            yield say("log", 2, **LOG)
            raise ConnectionError("the platform died")
        yield say("state", 3, Status="Deployed")
        yield say("end")

    stand_in.stream = pieces
    events = list(model.watch())
    assert names(events) == ["state", "log", "state", "end"]
    assert asked == [None, "2"]


def test_a_stream_that_stops_at_a_final_state_ends_the_watch(stand_in, model, say):
    async def pieces(request):
        yield say("state", 1, Status="Failed", Message="no")

    stand_in.stream = pieces
    assert names(model.watch()) == ["state", "end"]


def test_a_watch_is_stopped_from_another_thread_while_nothing_comes(
    stand_in, model, say
):
    gone = threading.Event()

    async def pieces(request):
        try:
            yield say("state", 1, Status="Building")
            await asyncio.sleep(60)
        finally:
            gone.set()

    stand_in.stream = pieces
    stop, events = threading.Event(), []
    first = threading.Event()

    def work():
        for event in model.watch(stop):
            events.append(event)
            first.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert first.wait(10)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    assert names(events) == ["state"]
    # The platform sees that nobody listens any more.
    assert gone.wait(10)


def test_a_watch_that_is_left_closes_its_stream(stand_in, model, say):
    gone = threading.Event()

    async def pieces(request):
        try:
            while True:
                yield say("state", 1, Status="Building")
                await asyncio.sleep(0.02)
        finally:
            gone.set()

    stand_in.stream = pieces
    watching = model.watch()
    next(watching)
    watching.close()
    assert gone.wait(10)


def test_the_time_that_is_over_is_told_and_the_deployment_goes_on(stand_in, model, say):
    async def pieces(request):
        yield say("state", 1, Status="Building")
        await asyncio.sleep(60)

    stand_in.stream = pieces
    with pytest.raises(WaitTimeoutError) as caught:
        model.wait_ready(timeout=0.5)
    assert f"the deployment of '{model.name}' goes on." in caught.value.message
    call = f"client.get_model('{model.model_hash}', group='demo') waits for it again"
    assert call in caught.value.hint
    assert model.status == "Building"


def test_a_cancelled_wait_says_what_goes_on_and_how_to_return(stand_in, model, say):
    opened = threading.Event()

    async def pieces(request):
        yield say("state", 1, Status="Building")
        opened.set()
        await asyncio.sleep(60)

    async def until_opened(then):
        await asyncio.to_thread(opened.wait)
        opened.clear()
        then()

    async def cancelled():
        waiting = asyncio.create_task(model.await_ready())
        await until_opened(lambda: waiting.cancel("by the test"))
        await waiting

    async def out_of_time():
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(None) as limit, asyncio.TaskGroup() as group:
            now = until_opened(lambda: limit.reschedule(loop.time()))
            group.create_task(now)
            await model.await_ready()

    stand_in.stream = pieces
    with pytest.raises(asyncio.CancelledError) as stopped:
        asyncio.run(cancelled())
    assert stopped.value.args == ("by the test",)
    with pytest.raises(TimeoutError) as late:
        asyncio.run(out_of_time())
    for one in (stopped.value, late.value.__cause__):
        (note,) = one.__notes__
        assert f"the deployment of '{model.name}' goes on. client.get_model(" in note


def test_waiting_for_a_failure_tells_the_reason_and_the_last_lines(
    stand_in, model, say
):
    async def pieces(request):
        yield say("state", 1, Status="Ready")
        yield say("log", 2, **(LOG | {"OutputData": "ImportError: no module"}))
        yield say("state", 3, Status="Failed", Message="The script cannot be imported.")
        yield say("end")

    stand_in.stream = pieces
    with pytest.raises(ModelError, match="cannot be imported") as caught:
        model.wait_ready()
    assert caught.value.detail == "ImportError: no module"


def test_waiting_for_a_disabled_model_says_what_to_do(stand_in, model):
    stand_in.states = [("Disabled", None)]
    with pytest.raises(ModelError, match="Disabled") as caught:
        model.wait_ready()
    assert "restart" in caught.value.hint


def test_without_a_stream_states_and_logs_are_polled(stand_in, model):
    stand_in.states = [("Ready", None), ("Building", None), ("Failed", "it raised")]
    stand_in.logs = [LOG, LOG, LOG | {"OutputData": "y", "RegisteredAt": "2025-01-02"}]
    events = list(model.watch())
    assert names(events) == ["state", "log", "log", "log", "state", "state", "end"]
    assert [e.data["OutputData"] for e in events[1:4]] == ["x", "x", "y"]
    assert events[-2].data["Message"] == "it raised"


def test_a_page_instead_of_a_stream_means_polling(stand_in, model):
    stand_in.overrides[routes.MODEL_EVENTS] = lambda request: PlainTextResponse("hi")
    assert names(model.watch()) == ["state", "end"]


def test_the_login_is_renewed_for_a_stream(stand_in, model, say):
    async def pieces(request):
        yield say("state", 1, Status="Deployed")
        yield say("end")

    stand_in.stream = pieces
    stand_in.tokens.clear()
    assert names(model.watch()) == ["state", "end"]
    assert stand_in.logins == 2


def test_a_stream_that_cannot_be_read_is_told(stand_in, model):
    async def pieces(request):
        yield b"data: {not json\n\n"

    stand_in.stream = pieces
    with pytest.raises(ProtocolError):
        list(model.watch())


def test_a_model_that_is_gone_is_told(stand_in, model):
    gone = JSONResponse(
        {"Error": {"Type": "NotFound", "Message": "no such model"}}, 404
    )
    stand_in.overrides[routes.MODEL_STATUS] = lambda request: gone
    with pytest.raises(ModelError, match="no such model"):
        list(model.watch())


def test_a_platform_that_only_fails_is_given_up_with_its_error(
    stand_in, model, monkeypatch
):
    monkeypatch.setattr(stream, "PATIENCE", 0.6)
    stand_in.overrides[routes.MODEL_EVENTS] = lambda request: Response("", 503)
    with pytest.raises(ServerError):
        list(model.watch())
    assert stand_in.asked(routes.MODEL_EVENTS) > 1


def test_a_platform_that_went_away_is_given_up(model, monkeypatch):
    monkeypatch.setattr(stream, "PATIENCE", 0.6)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    model._connection.address = f"http://127.0.0.1:{port}/api"
    with pytest.raises(UnreachableError, match=str(port)):
        list(model.watch())


def test_the_awaitable_watch_does_the_same(run, stand_in, make_row, say):
    stand_in.rows = [make_row()]
    asked = []

    async def pieces(request):
        asked.append(request.headers.get("last-event-id"))
        if len(asked) == 1:
            yield say("state", 1, Status="Building")
            raise ConnectionError("the platform died")
        yield say("state", 2, Status="Deployed")
        await asyncio.sleep(0.4)
        yield say("end")

    stand_in.stream = pieces

    async def session():
        client = await MLOpsModelClient.aopen(settings=stand_in.settings())
        model = await client.afind_model("credit")
        seen = [event.name async for event in model.awatch()]
        async for _ in model.awatch():
            break
        state = await model.await_ready(timeout=20)
        return seen, state

    assert run(session()) == (["state", "state", "end"], "Deployed")
    assert asked[:2] == [None, "1"]
