"""JSON from outside, made fit for being stored and sent."""

from __future__ import annotations

import json

import pytest

from codex_jupyter.server.jsontext import is_text, read_json


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ('{"k\\ud800": ["\\uDFFF", 1.5, null]}', {"k?": ["?", 1.5, None]}),
        ('"\\ud83d\\ude00 \\u00e9"', "\U0001f600 é"),
        (b'"\xed\xa0\x80"', "?"),
        ('{"a": NaN}', {"a": None}),
        ("[1e999, -1e999, 1e300]", [None, None, 1e300]),
    ],
)
def test_halves_of_pairs_are_replaced_and_whole_ones_kept(raw, value):
    found = read_json(raw, only_finite=True)
    assert is_text(json.dumps(found, ensure_ascii=False))
    assert found == value
