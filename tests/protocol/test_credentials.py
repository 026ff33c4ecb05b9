"""Credentials of providers: whatever their spelling, the same members are found."""

from __future__ import annotations

import json

import pytest

from codex_jupyter.protocol.credentials import (
    Provider,
    expected,
    parse_credentials,
    provider_of,
    read_credentials,
)

AWS = {"aws_access_key_id": "AKIA", "aws_secret_access_key": "shh"}
USER = {"client_id": "i", "client_secret": "s", "refresh_token": "r"}


@pytest.mark.parametrize(
    "given",
    [
        {"aws_access_key_id": "AKIA", "aws_secret_access_key": "shh"},
        {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": " shh "},
        {"AccessKeyId": "AKIA", "SecretAccessKey": "shh"},
        {"accessKey": "AKIA", "secretKey": "shh"},
        {"key": "AKIA", "secret": "shh", "token": None},
        # As `aws iam create-access-key` prints it.
        {
            "AccessKey": {
                "UserName": "ana",
                "AccessKeyId": "AKIA",
                "SecretAccessKey": "shh",
                "Status": "Active",
            }
        },
    ],
)
def test_a_key_of_aws_is_known_in_each_tools_spelling(given):
    assert read_credentials(Provider.AWS, given) == AWS


def test_what_may_be_given_besides_is_kept():
    more = {"Region": "eu-west-1", "AWS_ENDPOINT_URL": "http://localhost:9000"}
    found = read_credentials(Provider.AWS, AWS | more)
    assert found["region"] == "eu-west-1"
    assert found["endpoint_url"] == "http://localhost:9000"


def test_the_documented_shape_of_google_is_known():
    documented = {
        "ClientId": "i",
        "ClientSecret": "s",
        "QuotaProjectId": "p",
        "RefreshToken": "r",
        "Type": "authorized_user",
    }
    assert read_credentials(Provider.GCP, documented) == USER | {
        "quota_project_id": "p",
        "type": "authorized_user",
    }


@pytest.mark.parametrize(
    "given",
    [
        {"AZURE_STORAGE_CONNECTION_STRING": "AccountName=a;AccountKey=b"},
        {"StorageAccount": "a", "AccessKey": "b"},
        {"account_name": "a", "SAS": "sv=1"},
        {"account_name": "a", "appId": "i", "password": "p", "tenant": "t"},
    ],
)
def test_azure_may_be_opened_in_four_ways(given):
    found = read_credentials(Provider.AZURE, given)
    assert len(found) == len(given)
    assert set(found.values()) == set(given.values())


@pytest.mark.parametrize(
    ("provider", "given", "missing"),
    [
        (Provider.AWS, {"AccessKeyId": "AKIA"}, "aws_secret_access_key"),
        (Provider.AWS, {"AccessKeyId": "AKIA", "SecretKey": ""}, "aws_secret_access"),
        (Provider.AZURE, {"account_name": "a"}, "account_key"),
        (Provider.GCP, USER | {"refresh_token": ""}, "refresh_token"),
        (Provider.GCP, {"client_email": "a@b", "token_uri": "x"}, "private_key"),
    ],
)
def test_what_is_missing_is_named_with_what_is_expected(provider, given, missing):
    with pytest.raises(ValueError, match=f"lack .*{missing}") as raised:
        read_credentials(provider, given)
    assert expected(provider) in str(raised.value)
    assert "AKIA" not in str(raised.value)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b'"shh-secret"',
        b"{shh-secret",
        b"\xff\xfe\0",
        b"[" * 60_000,
    ],
)
def test_a_file_that_is_no_json_object_is_refused_without_a_word_of_it(raw):
    with pytest.raises(ValueError, match="Expected are") as raised:
        parse_credentials(Provider.AWS, raw)
    assert "shh-secret" not in str(raised.value)


def test_a_file_with_a_byte_order_mark_is_read():
    raw = b"\xef\xbb\xbf" + json.dumps(AWS).encode()
    assert parse_credentials(Provider.AWS, raw) == AWS


@pytest.mark.parametrize(
    "more",
    [
        {"region": 5},
        {"endpoint_url": "ftp://x"},
        {"endpoint_url": "http://user:shh-secret@host"},
        {"endpoint_url": "http://host?sig=shh-secret"},
        {"endpoint_url": "localhost:9000"},
    ],
)
def test_members_that_cannot_be_are_refused(more):
    with pytest.raises(ValueError, match=next(iter(more))) as raised:
        read_credentials(Provider.AWS, AWS | more)
    assert "shh-secret" not in str(raised.value)


def test_local_needs_nothing():
    assert parse_credentials(Provider.LOCAL, b"") == {}
    assert read_credentials(Provider.LOCAL, {"Path": "~/data"}) == {"folder": "~/data"}


def test_a_provider_is_known_in_any_case():
    assert [provider_of(text) for text in ("aws", " Azure ", "LOCAL", "gcp")] == [
        Provider.AWS,
        Provider.AZURE,
        Provider.LOCAL,
        Provider.GCP,
    ]
    with pytest.raises(ValueError, match="GCP, AWS, Azure, Local, not 'ftp'"):
        provider_of("ftp")
