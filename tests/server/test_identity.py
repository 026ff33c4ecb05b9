"""Health, login, groups and their tokens, over a real socket."""

from __future__ import annotations

import re

import httpx
import jwt
import pytest

pytestmark = pytest.mark.platform


def test_health_needs_no_token(platform):
    answer = httpx.get(f"{platform.api}/health")
    assert answer.status_code == 200
    assert answer.json()["Version"] == "1.0"


def test_a_wrong_password_is_401_with_the_one_error_body(platform):
    for form in (
        {"user": "admin", "password": "wrong"},
        {"user": "x", "password": "y"},
    ):
        answer = httpx.post(f"{platform.api}/login", data=form)
        assert answer.status_code == 401
        assert answer.json()["Error"]["Message"] == "Wrong user or password."


def test_a_login_without_a_password_says_what_is_missing(platform):
    answer = httpx.post(f"{platform.api}/login", data={"user": "admin"})
    assert answer.status_code == 400
    assert "password" in answer.json()["Error"]["Message"]


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        ("application/x-www-form-urlencoded", b"user=a&password="),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="user"; filename="a"\r\n\r\n',
        ),
    ],
)
def test_a_form_that_does_not_tell_its_size_is_limited_too(platform, kind, head):
    pieces = [head, *[b"x" * 1000 + b"&"] * 3000]
    answer = httpx.post(
        f"{platform.api}/login", content=iter(pieces), headers={"content-type": kind}
    )
    assert answer.status_code in (400, 413), answer.text
    assert "1.0 MiB" in answer.json()["Error"]["Message"] or kind.startswith("appl")


def test_the_tenant_is_optional_and_older_tokens_stay_valid(platform):
    tokens = [
        httpx.post(f"{platform.api}/login", data=platform.admin | more).json()["Token"]
        for more in ({}, {"tenant": "acme"})
    ]
    for token in tokens:
        answer = httpx.get(
            f"{platform.api}/groups", headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "header",
    [None, "Bearer", "Bearer None", "Basic abc", "Bearer a.b.c"],
)
def test_a_bad_user_token_is_401(platform, header):
    headers = {"Authorization": header} if header else {}
    answer = httpx.get(f"{platform.api}/groups", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["Error"]["Type"] == "InvalidBearerToken"


def test_a_token_signed_by_another_is_refused(platform):
    forged = jwt.encode({"sub": "admin", "iss": "codex-jupyter"}, "k" * 32, "HS256")
    unsigned = jwt.encode({"sub": "admin", "iss": "codex-jupyter"}, None, "none")
    for token in (forged, unsigned):
        answer = httpx.get(
            f"{platform.api}/groups", headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 401


def create(platform, name):
    return httpx.post(
        f"{platform.api}/groups", data={"name": name}, headers=platform.user()
    )


def test_a_group_is_created_once_and_listed_without_its_token(platform):
    first = create(platform, "ações_1")
    assert first.status_code == 201
    token = first.json()["Token"]
    assert re.fullmatch("[0-9a-f]{32}", token)
    second = create(platform, "ações_1")
    assert second.status_code == 409
    listed = platform.get("/groups")
    assert "ações_1" in [row["Name"] for row in listed.json()["Results"]]
    assert token not in listed.text


@pytest.mark.parametrize("name", ["", "a" * 33, "a b", "../x", "<script>", "a.b"])
def test_a_group_name_that_is_not_one_is_refused(platform, name):
    assert create(platform, name).status_code == 400


def test_a_valid_group_token_is_replaced_only_by_force(platform, double):
    create(platform, "renewed")
    kept = platform.get("/groups/refresh/renewed")
    assert kept.status_code == 409
    new = platform.get("/groups/refresh/renewed", params={"force": "true"})
    assert new.status_code == 201
    assert re.fullmatch("[0-9a-f]{32}", new.json()["Token"])
    assert platform.get("/groups/refresh/nobody").status_code == 404


def test_an_unknown_path_and_a_wrong_method_answer_json(platform):
    assert httpx.get(f"{platform.api}/nothing").json()["Error"]["Type"] == "NotFound"
    wrong = httpx.delete(f"{platform.api}/login")
    assert wrong.status_code == 405
    assert "Error" in wrong.json()
    # No redirect: a client would send a GET for a POST after it.
    slash = httpx.post(f"{platform.api}/login/", data=platform.admin)
    assert (slash.status_code, slash.json()["Error"]["Type"]) == (404, "NotFound")


def test_no_secret_is_kept_in_clear(platform):
    token = create(platform, "secretive").json()["Token"]
    platform.user()
    kept = b"".join(
        path.read_bytes() for path in platform.data_dir.glob("platform.db*")
    )
    assert token.encode() not in kept
    assert platform.admin["password"].encode() not in kept
    assert (platform.data_dir / "admin.json").stat().st_mode & 0o077 == 0
    assert (platform.data_dir / "keys.json").stat().st_mode & 0o077 == 0
