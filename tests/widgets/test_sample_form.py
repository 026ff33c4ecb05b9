"""A form's fields: kinds, ranges and steps from one sample value."""

from __future__ import annotations

import json
import math

import pytest

from codex_jupyter.protocol.openapi import model_document
from codex_jupyter.widgets.messages import SHAPES, problem
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


def seen(kind="number", **told):
    """What a platform learned of the field."""
    ends = {"Low": 18, "High": 93, "Quantiles": [21, 30, 41, 55, 68]}
    made = {"Name": "x", "Kind": kind, "Source": "records", "Count": 90}
    return made | (ends if kind == "number" else {}) | told


def learned(value, told, schema=None):
    document = {}
    if schema is not None:
        body = {"properties": {"Input": {"properties": {"x": schema}}}}
        media = {"application/json": {"schema": body}}
        document = {"paths": {"/run": {"post": {"requestBody": {"content": media}}}}}
    [made] = fields_of({"x": value}, document, [told])
    json.dumps(made, allow_nan=False)
    assert problem(made, SHAPES["field"]) is None
    return made


def test_a_range_that_was_seen_replaces_the_guess_and_says_where_it_is_from():
    made = learned(41, seen(Source="training", Count=600))
    assert (made["low"], made["high"], made["step"]) == (18, 93, 1)
    assert made["seen"] == {
        "source": "training",
        "count": 600,
        "ends": ["18", "93"],
        "usual": ["21", "30", "41", "55", "68"],
    }


def test_the_documents_own_bounds_win():
    made = learned(41, seen(), {"type": "integer", "minimum": 0, "maximum": 120})
    assert (made["low"], made["high"]) == (0, 120)
    assert made["seen"]["ends"] == ["18", "93"]


def test_what_was_one_number_only_has_no_slider():
    made = learned(41, seen(Low=41, High=41))
    assert (made["low"], made["high"]) == (None, None)


def test_a_sample_that_is_null_takes_what_was_seen():
    assert learned(None, seen())["kind"] == "number"
    made = learned(None, seen("choice", Choices=["a"]))
    assert (made["kind"], made["choices"]) == ("choice", ['"a"', "null"])


def test_texts_that_were_seen_are_choices_and_another_may_be_given():
    made = learned("Manaus", seen("choice", Choices=["São Luís", "<b>", "\ud800"]))
    assert (made["kind"], made["open"]) == ("choice", True)
    assert made["choices"] == ['"São Luís"', '"<b>"', '"\\ud800"']


def test_dates_keep_their_control():
    made = learned("2026-01-02", seen("date", Low="2025-01-01", High="2026-06-30"))
    assert (made["kind"], made["seen"]["usual"]) == ("date", [])
    assert made["seen"]["ends"] == ["2025-01-01", "2026-06-30"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("text", seen()),
        (41, seen("choice", Choices=["a"])),
        (True, seen()),
        ([1], seen("date", Low="2025-01-01", High="2025-01-02")),
        (41, seen(Low=math.nan)),
        (41, seen(High="93")),
        (41, seen(Low=None)),
        (41, seen(Quantiles=[math.inf])),
        (41, seen(Source="<script>")),
        (41, seen(Count=None)),
        ("a", seen("choice", Choices=[])),
        ("a", seen("choice", Choices=[1, {}])),
        ("a", seen("choice", Choices="abc")),
        ("2026-01-02", seen("date", Low="soon", High="later")),
        ("2026-01-02T10:00", seen("date", Low="2025-01-01", High="2026-01-01")),
        (41, {"Name": "x", "Kind": []}),
    ],
)
def test_what_does_not_fit_is_left_out_and_the_guess_stays(value, told):
    made = learned(value, told)
    assert made["seen"] is None
    assert made | {"seen": None} == field(value)
