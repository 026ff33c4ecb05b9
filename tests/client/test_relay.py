from __future__ import annotations

import json

import pytest
from starlette.responses import JSONResponse

from codex_jupyter.errors import AuthenticationError, InputError
from codex_jupyter.protocol import routes


def run_url(model, base):
    return base + routes.MODEL_RUN.url(group="demo", model=model.model_hash)


def test_a_request_of_the_page_is_sent_with_the_group_token(stand_in, model):
    body = json.dumps({"Input": {"a": 1}}).encode()
    for base in (model.base_url, "/api", ""):
        answer = model.relay("post", run_url(model, base), {}, body)
        assert (answer.status, answer.reason) == (200, "OK")
        assert json.loads(answer.body) == {"seen": {"a": 1}}
        assert ("content-type", "application/json") in answer.headers


def test_user_routes_get_the_user_token_and_errors_come_back_as_they_are(
    stand_in, model
):
    answer = model.relay("GET", "/api/groups", {})
    assert json.loads(answer.body) == {"Results": [{"Name": "demo"}]}
    answer = model.relay("GET", f"/model/describe/demo/{'M' * 64}", {})
    assert answer.status == 404
    assert json.loads(answer.body)["Error"]["Type"] == "NotFound"


def test_tokens_and_cookies_of_the_page_are_left_out(stand_in, model):
    seen = []

    def answer(request):
        seen.append({key.lower(): value for key, value in request.headers.items()})
        made = JSONResponse({"Version": "1"})
        made.set_cookie("session", "of-the-platform")
        return made

    stand_in.overrides[routes.HEALTH] = answer
    sent = {
        "Authorization": "Bearer of-the-page",
        "Cookie": "a=b",
        "Host": "evil.example",
        "X-Forwarded-For": "1.2.3.4",
        "Accept": "application/json",
    }
    relayed = model.relay("GET", "/api/health", sent)
    assert "of-the-page" not in str(seen)
    assert not {"cookie", "authorization", "x-forwarded-for"} & set(seen[0])
    assert seen[0]["accept"] == "application/json"
    assert seen[0]["host"] == model.base_url.split("/")[2]
    assert "set-cookie" not in dict(relayed.headers)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/api/health",
        "//evil.example/api/health",
        "http://127.0.0.1:1/api/health",
        "http://127.0.0.1:99999/api/health",
        "file:///etc/passwd",
        "{origin}@evil.example/api/health",
        "{origin}/other/health",
        "{origin}/api/../secret",
        "/api/model/events/demo/M1",
        "/api/unknown",
        "/api/model/status/demo",
        "/api/model/status/%2e%2e/M1",
    ],
)
def test_nothing_but_this_platform_s_routes_is_called(stand_in, model, url):
    before = len(stand_in.seen)
    with pytest.raises(InputError):
        model.relay("GET", url.format(origin=model.base_url.removesuffix("/api")), {})
    assert len(stand_in.seen) == before


def test_without_a_group_token_the_page_is_told(stand_in, make_row):
    stand_in.rows = [make_row()]
    with stand_in.client() as client:
        model = client.find_model("credit")
        with pytest.raises(AuthenticationError):
            model.relay("POST", run_url(model, "/api"), {}, b"{}")
