"""Error bodies: ours, and those of older and foreign platforms."""

from __future__ import annotations

import json

import pytest

from codex_jupyter.protocol.problems import ProblemKind, body, read


def test_our_own_body_is_read_back():
    sent = json.dumps(body(ProblemKind.NOT_FOUND, "There is no such model.")).encode()
    assert read(sent) == ("NotFound", "There is no such model.")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'{"error":{"message":"BadToken: x"}}', (None, "BadToken: x")),
        (b'"a bare string"', (None, "a bare string")),
        (b"plain text", (None, "plain text")),
        (b'{"Message":"m"}', (None, "m")),
        (b'{"Error":"text"}', (None, "text")),
        (b"<html><h1>502 Bad Gateway</h1></html>", (None, "")),
        (b"", (None, "")),
        (b"\xff\xfe", (None, "\ufffd\ufffd")),
        (b"[1,2]", (None, "[1,2]")),
    ],
)
def test_other_bodies_are_read_as_far_as_they_can_be(content, found):
    assert read(content) == found
