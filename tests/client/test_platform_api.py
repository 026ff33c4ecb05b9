"""The platform's own API, as the viewer asks for it on a real platform."""

from __future__ import annotations

import json

import pytest

from codex_jupyter.client.platform_api import PlatformApi
from codex_jupyter.errors import InputError

pytestmark = pytest.mark.platform


@pytest.fixture(scope="module")
def api(platform):
    admin = platform.admin
    return PlatformApi(
        url=platform.address,
        login=admin["user"],
        password=admin["password"],
        group_token=platform.group("demo")["Authorization"].partition(" ")[2],
    )


def test_the_document_names_no_route_that_answers_with_a_token(api):
    paths = api.openapi()["paths"]
    assert {"/model/search", "/executions", "/monitoring/list"} <= paths.keys()
    assert "/login" not in paths
    assert list(paths["/groups"]) == ["get"]


def test_each_request_goes_with_the_token_that_its_route_takes(api, double):
    found = api.relay("GET", "/model/search?name=double", {})
    rows = json.loads(found.body)["Results"]
    assert (found.status, double in [row["ModelHash"] for row in rows]) == (200, True)
    body = json.dumps({"Input": {"x": 2}}).encode()
    kind = {"Content-Type": "application/json", "Authorization": "Bearer page"}
    ran = api.relay("POST", f"/model/sync/run/demo/{double}", kind, body)
    assert (ran.status, json.loads(ran.body)) == (200, {"double": 4})
    missing = api.relay("GET", "/model/status/demo/M0", {})
    assert missing.status == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/login"), ("POST", "/groups"), ("GET", "/groups/refresh/demo")],
)
def test_a_token_is_never_answered_to_a_page(api, method, path):
    with pytest.raises(InputError, match="tokens stay in the kernel"):
        api.relay(method, path, {}, b"")
