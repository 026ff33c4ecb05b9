"""Documents: valid against the specification's own schema, true to the sample."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from codex_jupyter.protocol.openapi import (
    batch_document,
    model_document,
    platform_document,
    schema_of,
)

SAMPLE = {
    "age": 31,
    "income": 1000.5,
    "name": "ção",
    "ok": True,
    "nothing": None,
    "tags": ["a", "b"],
    "none": [],
    "address": {"city": "SP"},
}


def test_the_platforms_document_is_valid():
    OpenAPIV31SpecValidator(platform_document("1", "http://x/api")).validate()


@pytest.mark.parametrize("answer", [None, {"p": 0.5}, [1], 3, "text"])
def test_a_models_document_is_valid(answer):
    document = model_document(
        name="m",
        group="g",
        model="M" + "0" * 63,
        sample=SAMPLE,
        answer=answer,
        server="/api",
    )
    OpenAPIV31SpecValidator(document).validate()


@pytest.mark.parametrize("sample", [None, {}, {"age": "31", "name": ""}, [1], 3])
@pytest.mark.parametrize("output", [None, "out.csv"])
def test_an_asynchronous_models_document_is_valid(sample, output):
    document = batch_document(
        name="m",
        group="a group",
        model="M" + "0" * 63,
        input_type="csv",
        sample=sample,
        output=output,
        server="/api",
    )
    OpenAPIV31SpecValidator(document).validate()
    assert "/model/async/status/a%20group/{execution}" in document["paths"]


def test_the_sample_satisfies_the_schema_made_from_it():
    validator = Draft202012Validator(schema_of(SAMPLE))
    assert validator.is_valid(SAMPLE)
    assert validator.is_valid(SAMPLE | {"age": 31.5})
    assert not validator.is_valid(SAMPLE | {"age": "31"})
    assert not validator.is_valid({"age": 31})
