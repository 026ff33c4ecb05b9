"""Predictions on a real platform: good rows, bad rows, bad models."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

pytestmark = pytest.mark.platform


def message(answer):
    return answer.json()["Error"]["Message"]


@pytest.fixture(scope="module")
def echo(platform):
    return platform.deploy("import json\ndef score(d, p): return json.loads(d)\n")


def test_the_answer_is_what_the_function_returned(platform, double):
    answer = platform.run(double, {"x": 21})
    assert answer.status_code == 200
    assert answer.json() == {"double": 42}
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("row", [{"a": "ção 🎈"}, [], [1, {"b": None}], 0, 0.1, True])
def test_any_json_value_arrives_as_it_was_sent(platform, echo, row):
    assert platform.run(echo, row).json() == row


def test_a_json_text_as_input_is_handed_over_as_its_content(platform, echo):
    assert platform.run(echo, '{"a": 1}').json() == {"a": 1}


def test_nan_in_a_row_arrives_and_comes_back_as_null(platform, echo):
    answer = platform.run(echo, b'{"Input": {"a": NaN, "b": [Infinity, 1]}}')
    assert answer.json() == {"a": None, "b": [None, 1]}


def test_a_missing_field_is_the_models_error_with_the_users_traceback(platform, double):
    answer = platform.run(double, {"y": 1})
    assert answer.status_code == 500
    assert answer.json()["Error"]["Type"] == "ModelFailed"
    assert "score() raised KeyError: 'x'" in message(answer)
    assert 'row["x"] * factor' in message(answer)
    logs = platform.get(f"/model/logs/demo/{double}", params={"routine": "Run"})
    assert "KeyError" in logs.json()["Results"][-1]["OutputData"]


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 400), (b"{", 400), (b'{"input": 1}', 400)]
)
def test_a_body_without_an_input_is_400(platform, double, body, status):
    assert platform.run(double, body).status_code == status


def test_a_body_over_the_limit_is_413_with_both_sizes(platform, double):
    answer = platform.run(double, {"x": "a" * (20 << 20)})
    assert answer.status_code == 413
    assert "20.0 MiB" in message(answer)
    assert platform.run(double, {"x": 1}).status_code == 200


def test_a_large_row_within_the_limit_is_answered(platform, echo):
    row = {"text": "é" * (2 << 20)}
    assert platform.run(echo, row).json() == row


@pytest.mark.parametrize("header", ["", "Bearer None", f"Bearer {'0' * 32}"])
def test_a_wrong_group_token_is_401(platform, double, header):
    answer = httpx.post(
        f"{platform.api}/model/sync/run/demo/{double}",
        content='{"Input": {}}',
        headers={"Authorization": header},
    )
    assert answer.status_code == 401


def test_the_token_of_another_group_is_401(platform, double):
    answer = httpx.post(
        f"{platform.api}/model/sync/run/demo/{double}",
        content='{"Input": {}}',
        headers=platform.group("another"),
    )
    assert answer.status_code == 401


def test_a_script_that_does_not_exist_is_404(platform, double):
    body = json.dumps({"Input": {}, "ScriptHash": "S0"}).encode()
    assert platform.run(double, body).status_code == 404


def test_health_of_a_model(platform, double):
    path = f"{platform.api}/model/sync/health/demo/{double}"
    good = httpx.get(path, headers=platform.group())
    assert good.json() == {"Message": "OK"}
    assert httpx.get(path).status_code == 401


def test_what_a_model_prints_is_in_its_log_and_not_in_the_answer(platform):
    source = """
import os, sys
def score(data, base_path):
    print("a line for the log")
    os.write(1, b"from below\\n")
    print("a warning", file=sys.stderr)
    return {"ok": 1}
"""
    model = platform.deploy(source)
    assert platform.run(model, {}).json() == {"ok": 1}
    rows = platform.get(f"/model/logs/demo/{model}", params={"routine": "Run"}).json()
    text = "\n".join(row["OutputData"] for row in rows["Results"])
    for line in ("a line for the log", "from below", "a warning"):
        assert line in text


def test_a_model_that_dies_answers_an_error_and_then_answers_again(platform):
    source = """
import json, os, sys
def score(data, base_path):
    what = json.loads(data).get("do")
    if what == "exit": sys.exit(5)
    if what == "die": os._exit(9)
    return {"pid": os.getpid()}
"""
    model = platform.deploy(source)
    first = platform.run(model, {}).json()["pid"]
    left = platform.run(model, {"do": "exit"})
    assert left.status_code == 500
    assert "sys.exit(5)" in message(left)
    assert platform.run(model, {}).json()["pid"] == first
    died = platform.run(model, {"do": "die"})
    assert died.json()["Error"]["Type"] == "WorkerDied"
    assert platform.run(model, {}).json()["pid"] != first


def test_a_model_that_never_ends_is_stopped_and_others_are_answered(own_platform):
    platform = own_platform("--deadline", "1.5")
    source = """
import json
def score(data, base_path):
    while json.loads(data).get("loop"):
        pass
    return {"ok": 1}
"""
    model = platform.deploy(source)
    with ThreadPoolExecutor(4) as pool:
        stuck = pool.submit(platform.run, model, {"loop": 1})
        good = [pool.submit(platform.run, model, {}) for _ in range(3)]
        assert all(one.result().json() == {"ok": 1} for one in good)
        assert stuck.result().status_code == 504
        assert "1.5 s" in message(stuck.result())


def test_a_model_that_eats_memory_is_stopped_at_the_limit(own_platform):
    platform = own_platform("--memory", "200")
    source = """
import json
def score(data, base_path):
    kept = []
    while json.loads(data).get("eat"):
        kept.append(bytearray(b"x" * (8 << 20)))
    return {"ok": 1}
"""
    model = platform.deploy(source)
    eaten = platform.run(model, {"eat": 1})
    assert eaten.status_code == 500
    assert "200 MiB" in message(eaten) or "memory" in message(eaten).lower()
    assert platform.run(model, {}).json() == {"ok": 1}


def test_many_callers_at_once_all_get_their_own_answer(platform, echo):
    with ThreadPoolExecutor(16) as pool:
        answers = pool.map(lambda i: platform.run(echo, {"i": i}).json(), range(200))
        assert [answer["i"] for answer in answers] == list(range(200))
