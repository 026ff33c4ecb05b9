"""What a model's inputs were like, learned from its training or its records."""

from __future__ import annotations

import json
import time

import pytest
from monitoring_kit import MONDAY

from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.config import Secret, Settings

pytestmark = pytest.mark.platform

SCORE = "def score(data, base_path):\n    return 1\n"


@pytest.fixture(scope="module")
def client(platform):
    admin = platform.admin
    settings = Settings(
        platform.api, user=admin["user"], password=Secret(admin["password"])
    )
    with MLOpsModelClient(settings=settings) as made:
        yield made


@pytest.fixture
def deployed(platform, kit, client):
    """A model of these fields that was asked these rows."""

    def act(sample, rows=()):
        schema = {"schema": ("schema.json", json.dumps(sample).encode())}
        made = platform.deploy(SCORE, files=schema)
        if rows:
            kit.records(made, MONDAY, rows, [1] * len(rows))
        return client.get_model(made, group="demo")

    return act


def test_a_model_that_nobody_asked_tells_nothing(deployed):
    assert deployed({"age": 30}).ranges() == []
    assert deployed([1, 2]).ranges() == []


def test_records_tell_of_numbers_texts_and_dates_in_the_samples_order(deployed):
    sample = {"city": "x", "age": 1, "since": "2026-01-01", "note": "", "né": 1}
    rows = [
        {
            "age": at,
            "city": "São Luís" if at % 3 else "\ud800",
            "since": f"2026-01-{1 + at % 28:02}",
            "note": f"free text {at}",
            "né": None if at % 2 else at / 2,
            "unknown": at,
        }
        for at in range(90)
    ]
    model = deployed(sample, [*rows, [1, 2], "text", {"age": None}])
    city, age, since, third = model.ranges()
    assert (city["Name"], city["Choices"]) == ("city", ["São Luís", "\ud800"])
    assert (age["Low"], age["High"], age["Count"]) == (0, 89, 90)
    assert (since["Low"], since["High"]) == ("2026-01-01", "2026-01-28")
    assert (third["Name"], third["Count"]) == ("né", 45)
    assert {one["Source"] for one in (city, age, since, third)} == {"records"}


def test_only_the_newest_records_count_and_a_thousand_columns_fit(deployed):
    sample = {f"c{at}": 0 for at in range(1000)}
    rows = [sample | {"c0": at} for at in range(3000)]
    model = deployed(sample, rows)
    begun = time.monotonic()
    found = model.ranges()
    assert len(found) == 400
    # 8 MiB of lines are fewer than the newest 2,000.
    assert found[0]["High"] == 2999
    assert 100 < found[0]["Count"] < 2000
    assert len(json.dumps(found)) < 100_000
    assert time.monotonic() - begun < 60


def test_a_monitored_models_training_comes_first(kit, client, training):
    model = client.get_model(kit.deploy(name="ranged"), group="demo")
    kit.records(model.model_hash, MONDAY, kit.people(50, age=90.0))
    assert {one["Source"] for one in model.ranges()} == {"records"}
    answer = kit.register(model.model_hash, kit.config(training))
    assert answer.status_code == 201, answer.text
    age, income = model.ranges()
    assert (age["Source"], age["Count"]) == ("training", 600)
    assert age["Low"] < age["Quantiles"][0] < 40 < age["Quantiles"][4] < age["High"]
    assert age["High"] < 90
    assert income["Kind"] == "number"
