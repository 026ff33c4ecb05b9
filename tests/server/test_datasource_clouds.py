"""Imports from stores that speak the providers' own protocols."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from cloud_kit import ACCOUNT, ACCOUNT_KEY, FILES, azure, gcs, s3, service_account

pytestmark = pytest.mark.platform


def message(answer):
    return answer.json()["Error"]["Message"]


@pytest.fixture(scope="module")
def aws(lake):
    with s3() as store:
        assert lake.register("s3", "AWS", store.credentials).status_code == 200
        yield store


@pytest.fixture(scope="module")
def google():
    with gcs() as store:
        yield store


def test_a_file_of_s3_is_imported(lake, aws):
    (dataset,) = lake.imported("s3", "s3://lake/t/a.csv")
    assert lake.content(dataset) == FILES["t/a.csv"]
    endpoint = aws.credentials["EndpointUrl"]
    assert lake.imported("s3", f"{endpoint}/lake/t/a.csv") == [dataset]
    (again,) = lake.imported("s3", "s3://lake/t/a.csv", force=True)
    assert again != dataset


def test_a_folder_and_a_pattern_of_s3_are_imported(lake, aws):
    for uri in ("s3://lake/t", "s3://lake/t/"):
        found = [lake.content(one) for one in lake.imported("s3", uri)]
        assert found == [FILES["t/a.csv"], FILES["t/b.json"]]
    found = [lake.content(one) for one in lake.imported("s3", "s3://lake/**/*.csv")]
    assert sorted(found) == sorted(FILES[n] for n in FILES if n.endswith(".csv"))


def test_a_file_larger_than_a_block_arrives_whole(lake, aws):
    content = b"a,b\n" + b"1,2\n" * 5_000_000
    aws.put("big.csv", content)
    (dataset,) = lake.imported("s3", "s3://lake/big.csv")
    assert lake.content(dataset) == content


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("s3://lake/none.csv", "There is nothing at s3://lake/none.csv."),
        ("s3://nobody/a.csv", "There is nothing at s3://nobody/a.csv."),
        ("s3://lake/*.none", "no table"),
        ("gs://lake/t/a.csv", "no address of AWS"),
        ("s3://lake/a.csv\x00", "cannot be printed"),
    ],
)
def test_an_address_that_leads_nowhere_is_told(lake, aws, uri, said):
    answer = lake.begin("s3", uri)
    assert answer.status_code == 400
    assert said in message(answer)


def test_credentials_that_are_refused_are_told_and_never_shown(lake, aws):
    secret = "a-wrong-secret-that-nobody-may-see"
    wrong = aws.credentials | {"SecretAccessKey": secret}
    lake.register("wrong", "AWS", wrong)
    answer = lake.begin("wrong", "s3://lake/t/a.csv")
    assert answer.status_code == 400
    assert answer.json()["Error"]["Type"] == "CredentialsRefused"
    assert "refused the credentials for s3://lake/t/a.csv" in message(answer)
    assert secret not in answer.text
    data = lake.platform.data_dir
    kept = b"".join(path.read_bytes() for path in data.glob("platform.db*"))
    assert secret.encode() not in kept
    with sqlite3.connect(data / "platform.db") as connection:
        (sealed,) = connection.execute(
            "SELECT credentials FROM datasources WHERE name = 'wrong'"
        ).fetchone()
    connection.close()
    assert sealed.startswith(b"gAAAA")
    listed = lake.platform.get("/datasource/list").text
    assert secret not in listed
    assert aws.credentials["AccessKeyId"] not in listed


def test_a_store_that_does_not_answer_is_told(lake, aws):
    away = aws.credentials | {"EndpointUrl": "http://127.0.0.1:9"}
    lake.register("away", "AWS", away)
    answer = lake.begin("away", "s3://lake/t/a.csv")
    assert answer.status_code == 400
    assert "cannot be reached" in message(answer)


def test_files_of_google_are_imported_by_both_kinds_of_credentials(lake, google):
    lake.register("service", "GCP", service_account(google.credentials))
    user = {
        "ClientId": "i",
        "ClientSecret": "s",
        "QuotaProjectId": "p",
        "RefreshToken": "r",
        "Type": "authorized_user",
    }
    lake.register("user", "GCP", user | google.credentials)
    for name in ("service", "user"):
        found = [lake.content(one) for one in lake.imported(name, "gs://lake/t/")]
        assert found == [FILES["t/a.csv"], FILES["t/b.json"]]
    uri = "https://storage.cloud.google.com/lake/t/b.json"
    (dataset,) = lake.imported("user", uri)
    assert lake.content(dataset) == FILES["t/b.json"]
    missing = lake.begin("user", "gs://lake/none.csv")
    assert "There is nothing at gs://lake/none.csv." in message(missing)


def test_what_google_refuses_is_told_without_the_secret(lake, google):
    user = {"ClientId": "i", "ClientSecret": "s", "RefreshToken": "wrong-secret"}
    lake.register("refused", "GCP", user | google.credentials)
    answer = lake.begin("refused", "gs://lake/t/a.csv")
    assert answer.json()["Error"]["Type"] == "CredentialsRefused"
    assert "wrong-secret" not in answer.text
    account = service_account(google.credentials) | {"private_key": "no-key-at-all"}
    lake.register("damaged", "GCP", account)
    answer = lake.begin("damaged", "gs://lake/t/a.csv")
    assert answer.json()["Error"]["Type"] == "CredentialsRefused"
    assert "GCP credentials cannot be used" in message(answer)
    assert json.dumps("no-key-at-all") not in answer.text


@pytest.fixture(scope="module")
def microsoft():
    with azure() as store:
        yield store


def test_files_of_azure_are_imported_by_each_kind_of_credentials(lake, microsoft):
    from azure.storage.blob import (
        AccountSasPermissions,
        ResourceTypes,
        generate_account_sas,
    )

    endpoint = microsoft.credentials["Endpoint"]
    signature = generate_account_sas(
        ACCOUNT,
        ACCOUNT_KEY,
        ResourceTypes(container=True, object=True),
        AccountSasPermissions(read=True, list=True),
        datetime.now(UTC) + timedelta(hours=1),
    )
    account = {"AccountName": ACCOUNT, "Endpoint": endpoint}
    kinds = {
        "string": {"ConnectionString": microsoft.credentials["ConnectionString"]},
        "key": account | {"AccountKey": ACCOUNT_KEY},
        "sas": account | {"SasToken": signature},
    }
    for name, credentials in kinds.items():
        assert lake.register(name, "Azure", credentials).status_code == 200
        found = [lake.content(one) for one in lake.imported(name, "az://lake/t/")]
        assert found == [FILES["t/a.csv"], FILES["t/b.json"]]
    uri = f"abfss://lake@{ACCOUNT}.dfs.core.windows.net/t/*.json"
    (dataset,) = lake.imported("string", uri)
    assert lake.content(dataset) == FILES["t/b.json"]
    missing = lake.begin("key", "az://lake/none.csv")
    assert "There is nothing at az://lake/none.csv." in message(missing)
    signed = lake.begin("key", f"{endpoint}/lake/t/a.csv?{signature}")
    assert signed.status_code == 400
    assert signature not in signed.text


def test_what_azure_refuses_is_told_without_the_secret(lake, microsoft):
    wrong = "d3Jvbmctc2VjcmV0" + ACCOUNT_KEY[16:]
    opened = microsoft.credentials["ConnectionString"]
    lake.register(
        "other", "Azure", {"ConnectionString": opened.replace(ACCOUNT_KEY, wrong)}
    )
    lake.register("garbled", "Azure", {"ConnectionString": "no-connection-at-all"})
    for name in ("other", "garbled"):
        answer = lake.begin(name, "az://lake/t/a.csv")
        assert answer.json()["Error"]["Type"] == "CredentialsRefused"
        assert wrong not in answer.text
        assert "no-connection-at-all" not in answer.text
