"""A form's fields: kinds, ranges and steps from one sample value."""

from __future__ import annotations

import json

import pytest

from codex_jupyter.protocol.openapi import model_document
from codex_jupyter.widgets.sample_form import fields_of, object_text


def field(value, schema=None):
    document = {}
    if schema is not None:
        body = {"properties": {"Input": {"properties": {"x": schema}}}}
        media = {"application/json": {"schema": body}}
        document = {"paths": {"/run": {"post": {"requestBody": {"content": media}}}}}
    [made] = fields_of({"x": value}, document)
    return made


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (41, "number"),
        (1.5, "number"),
        (True, "boolean"),
        ("Natal", "text"),
        ("2021-03-04", "date"),
        ("2021-03-04T10:00", "moment"),
        ("2021-03-04T10:00:00Z", "text"),
        ([1], "json"),
        ({"a": 1}, "json"),
        (None, "json"),
    ],
)
def test_each_value_gets_the_control_that_fits_it(value, kind):
    assert field(value)["kind"] == kind


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        (41, 0, 100),
        (0, 0, 10),
        (-3, -10, 10),
        (0.25, 0, 1),
        (0.0, 0, 1),
        (17.99, 0, 50),
        (0.0021, 0, 0.005),
        (-12.5, -50, 50),
        (1e308, 0, 1e300),
    ],
)
def test_a_range_reaches_about_twice_as_far_as_the_sample(value, low, high):
    made = field(value)
    assert (made["low"], made["high"]) == (low, high)
    json.dumps(made, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "step"),
    [(41, 1), (120_000, 100), (17.99, 0.1), (0.1184, 0.001), (1001.5, 10), (0.0, 0.1)],
)
def test_a_step_is_about_a_hundredth_and_never_below_one_for_whole_numbers(value, step):
    assert field(value)["step"] == pytest.approx(step)


def test_what_the_document_knows_wins_over_the_sample():
    assert field("b", {"enum": ["a", "b"]})["choices"] == ['"a"', '"b"']
    assert field("b", {"enum": ["a", "b"]})["kind"] == "choice"
    assert field("z", {"enum": ["a", "b"]})["kind"] == "text"
    bounded = field(41, {"type": "number", "minimum": 18, "maximum": 99})
    assert (bounded["low"], bounded["high"]) == (18, 99)
    assert field(None, {"type": "number"})["kind"] == "number"


def test_a_documents_own_shape_is_found():
    document = model_document(
        name="m", group="g", model="M1", sample={"x": 1}, answer=None, server="/api"
    )
    operation = next(iter(document["paths"].values()))["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    body["properties"]["Input"]["properties"]["x"]["enum"] = [1, 2]
    assert fields_of({"x": 1}, document)[0]["choices"] == ["1", "2"]


@pytest.mark.parametrize("document", [{"paths": []}, {"paths": {"/": 3}}, {"x": 1}])
def test_a_strange_document_changes_nothing(document):
    assert fields_of({"x": 1}, document) == fields_of({"x": 1}, {})


@pytest.mark.parametrize("sample", [None, [], [{"x": 1}], "text", 3])
def test_only_an_object_has_fields(sample):
    assert fields_of(sample, {}) == []


def test_numbers_keep_their_digits_and_their_point():
    sample = {"id": 12345678901234567890, "rate": 1.0}
    assert [f["text"] for f in fields_of(sample, {})] == ["12345678901234567890", "1.0"]
    assert '"rate": 1.0' in object_text(sample)


def test_an_objects_text_is_the_same_value_a_member_a_line():
    sample = {'a"b': [1, {"é": None}], "c": "x\ny"}
    text = object_text(sample)
    assert json.loads(text) == sample
    assert len(text.splitlines()) == 4
    assert object_text({}) == "{}"
