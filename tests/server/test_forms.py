"""Taking the input out of a prediction's body, byte for byte."""

from __future__ import annotations

import pytest

from codex_jupyter.server.forms import read_run
from codex_jupyter.server.problems import Problem


@pytest.mark.parametrize(
    ("body", "payload"),
    [
        (b'{"Input": {"a": 1.10, "b": 1e400}}', '{"a": 1.10, "b": 1e400}'),
        (b'\xef\xbb\xbf{ "Input" :[1, 2] , "Other": {"Input": 3} }', "[1, 2]"),
        (b'{"Input": "{\\"a\\": 1}"}', '{"a": 1}'),
        (b'{"Input": {"a": NaN}}', '{"a": NaN}'),
        ('{"Input": {"nome": "São"}}'.encode(), '{"nome": "São"}'),
        (b'{"Input": null}', "null"),
        (b'{"Input": 1, "Input": 2}', "2"),
        (b'{"\\u0049nput": 7}', "7"),
    ],
)
def test_the_input_is_handed_over_as_it_was_written(body, payload):
    assert read_run(body).payload == payload


def test_the_script_of_a_preprocessing_is_read():
    assert read_run(b'{"ScriptHash": "S1", "Input": {}}').script == "S1"
    assert read_run(b'{"ScriptHash": null, "Input": {}}').script is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"[1, 2]", "not an object"),
        (b'"text"', "not an object"),
        (b'{"input": 1}', "no member 'Input'"),
        (b'{"Input": {"a": }}', "not JSON"),
        (b'{"Input": {"a": 1}', "not JSON"),
        (b'{"Input": 1,}', "not JSON"),
        (b'{"Input": 1} {"Input": 2}', "more after its end"),
        (b'{"Input": \xff\xfe}', "not UTF-8"),
        (b'{"Input": ' + b"[" * 200_000, "nested too deeply"),
        (b'{"Input": "\\ud800"}', "not Unicode"),
        (b'{"Input": ' + b"9" * 5000 + b"}", "too many digits"),
        (b'{"Input": 1, "ScriptHash": {"a": 1}}', r'of a script, not {"a": 1}'),
    ],
)
def test_a_body_that_cannot_be_used_is_refused_with_the_reason(body, said):
    with pytest.raises(Problem, match=said) as caught:
        read_run(body)
    assert caught.value.status == 400
