"""The stream's format, cut anywhere."""

from __future__ import annotations

import pytest

from codex_jupyter.protocol.events import HEARTBEAT, Event, EventDecoder

EVENTS = [
    Event("state", {"Status": "Building", "Message": None}),
    Event("log", {"OutputData": "two\nlines, ção \u2028 and ]]>"}, "17"),
    Event("end", {}),
]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_events_survive_being_cut_into_pieces_of_any_size(size):
    text = (EVENTS[0].encode() + HEARTBEAT + EVENTS[1].encode()).decode()
    text += EVENTS[2].encode().decode()
    decoder = EventDecoder()
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    got = [event for piece in pieces for event in decoder.feed(piece)]
    assert [(event.name, event.data) for event in got] == [
        (event.name, event.data) for event in EVENTS
    ]
    assert got[1].id == "17"


def test_other_line_ends_and_fields_of_the_standard_are_understood():
    stream = 'retry: 10\r\ndata:{"a":\r\ndata: 1}\r\n\r\n'
    (event,) = EventDecoder().feed(stream)
    assert (event.name, event.data) == ("message", {"a": 1})


@pytest.mark.parametrize("data", ["[1]", "no json"])
def test_data_that_is_no_object_is_an_error(data):
    with pytest.raises(ValueError):  # noqa: PT011 - json's own text, not ours
        list(EventDecoder().feed(f"data: {data}\n\n"))
