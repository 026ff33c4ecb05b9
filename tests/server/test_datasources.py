"""Datasources of this machine: registered, listed, imported from, deleted."""

from __future__ import annotations

import io

import httpx
import pandas as pd
import pytest

pytestmark = pytest.mark.platform

TABLE = b"id,x\n1,10\n2,20\n"
NOWHERE = f"D{'0' * 63}"


def message(answer):
    return answer.json()["Error"]["Message"]


@pytest.fixture(scope="module")
def home(lake):
    """The lake with a datasource ``home`` and some files."""
    assert lake.register("home", "Local", {}).status_code == 200
    (lake.folder / "rows.csv").write_bytes(TABLE)
    return lake


def test_a_datasource_is_registered_listed_and_deleted(lake):
    answer = lake.register("my lake (1)", "local", b"", group="alone")
    assert answer.status_code == 200
    assert answer.json() == {"Message": "DataSource 'my lake (1)' was registered!"}
    query = {"group": "alone", "provider": "LOCAL"}
    (row,) = lake.platform.get("/datasource/list", params=query).json()["Results"]
    assert row["RegisteredAt"].endswith("+00:00")
    assert row == {
        "Name": "my lake (1)",
        "Provider": "Local",
        "Group": "alone",
        "RegisteredAt": row["RegisteredAt"],
    }
    query["provider"] = "GCP"
    assert lake.platform.get("/datasource/list", params=query).json() == {"Results": []}
    path = "/datasources/alone/my%20lake%20(1)"
    assert lake.delete(path).json() == {
        "Message": "DataSource my lake (1) was deleted!"
    }
    again = lake.delete(path)
    assert again.status_code == 404
    assert "no datasource 'my lake (1)'" in message(again)


@pytest.mark.parametrize(
    ("name", "provider", "credentials", "status", "said"),
    [
        ("../../x", "Local", {}, 400, "letters, digits"),
        ("<script>", "Local", {}, 400, "letters, digits"),
        ("..", "Local", {}, 400, "letters, digits"),
        ("x" * 101, "Local", {}, 400, "101 characters"),
        ("a", "FTP", {}, 400, "GCP, AWS, Azure, Local"),
        ("a", "AWS", {"AccessKeyId": "AKIA"}, 400, "lack aws_secret_access_key"),
        ("a", "GCP", b"", 400, "Expected are"),
        ("a", "Azure", b"\xff\xfe\x00", 400, "not a JSON object"),
        ("a", "Local", {"Folder": "/etc"}, 400, "outside"),
        ("a", "Local", {"Folder": "none"}, 400, "no folder none"),
    ],
)
def test_what_cannot_be_registered_is_told(
    lake, name, provider, credentials, status, said
):
    answer = lake.register(name, provider, credentials)
    assert answer.status_code == status
    assert said in message(answer)
    assert "AKIA" not in answer.text


def test_a_name_is_registered_once_and_in_a_group_that_exists(home):
    again = home.register("home", "Local", {})
    assert again.status_code == 400
    # The words that clients of the protocol look for.
    assert "Database produced an unexpected error" in again.text
    answer = httpx.post(
        f"{home.platform.api}/datasource/register/nobody",
        data={"name": "a", "provider": "Local"},
        headers=home.platform.user(),
    )
    assert answer.status_code == 404
    assert "no group 'nobody'" in message(answer)


def test_a_file_is_imported_once_unless_forced(home):
    answer = home.begin("home", "rows.csv", "Meus dados: 2026/01").json()
    (first,) = answer["Datasets"]
    assert answer["ExternalHash"] == first
    assert "Datasource home import process started! Use the D" in answer["Message"]
    assert home.wait(first) == {"Status": "Succeeded", "Log": ""}
    assert home.content(first) == TABLE
    assert home.imported("home", home.folder / "rows.csv") == [first]
    (second,) = home.imported("home", "rows.csv", force=True)
    assert second != first
    assert home.imported("home", "rows.csv") == [second]
    rows = {row["Hash"]: row for row in home.rows(origin="Datasource", group="demo")}
    assert rows[first] | {"CreationDate": ""} == {
        "Id": first,
        "Hash": first,
        "DatasetHash": first,
        "Name": "Meus dados: 2026/01",
        "Group": "demo",
        "Origin": "Datasource",
        "OriginId": "home",
        "ExecutionId": None,
        "CreationDate": "",
        "Size": len(TABLE),
        "Status": "Succeeded",
        "Log": "",
        "Format": "csv",
        "Uri": (home.folder / "rows.csv").as_uri(),
    }
    found = home.platform.get(f"/datasets/result/demo/{first}")
    assert "01.csv" in found.headers["content-disposition"]


def test_a_folder_and_a_pattern_give_a_dataset_for_each_table(home):
    many = home.folder / "many"
    many.mkdir()
    frame = pd.DataFrame({"x": range(3)})
    frame.to_parquet(many / "c.parquet")
    (many / "a.csv").write_bytes(TABLE)
    (many / "b.json").write_bytes(b'{"x": 1}\n{"x": 2}\n')
    (many / "_SUCCESS").touch()
    (many / "readme.md").write_text("# no table")
    hashes = home.imported("home", "many", "all")
    assert len(hashes) == 3
    rows = {
        row["Hash"]: row for row in home.rows(datasource="home", origin="Datasource")
    }
    assert [rows[one]["Name"] for one in hashes] == ["all_0", "all_1", "all_2"]
    assert [rows[one]["Format"] for one in hashes] == ["csv", "jsonl", "parquet"]
    assert pd.read_parquet(io.BytesIO(home.content(hashes[2]))).equals(frame)
    assert home.imported("home", "many/*.json", "one") == [hashes[1]]


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("none.csv", "nothing at none.csv"),
        ("../../etc/passwd", "outside"),
        ("/etc/passwd", "outside"),
        ("*.none", "no table at *.none"),
        ("s3://lake/rows.csv", "no path"),
        ("x" * 2001, "over 2000"),
        ("a\nb", "cannot be printed"),
        (" ", "Missing in the form: uri"),
    ],
)
def test_an_address_that_leads_nowhere_is_told(home, uri, said):
    answer = home.begin("home", uri)
    assert answer.status_code == 400
    assert said in message(answer)


def test_a_dataset_needs_a_name_and_a_datasource_that_exists(home):
    assert "has 101 characters" in message(home.begin("home", "rows.csv", "x" * 101))
    missing = home.begin("nobody", "rows.csv")
    assert missing.status_code == 404
    assert "no datasource 'nobody'" in message(missing)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty."),
        (b"PK\x03\x04rest", "is a zip"),
        (b"PAR1 but damaged PAR1", "is damaged"),
        (b"\x89PNG\0\0", "neither text nor Parquet"),
    ],
)
def test_a_file_that_is_no_table_fails_with_the_reason(home, content, said):
    file = home.folder / f"bad-{len(content)}.csv"
    file.write_bytes(content)
    (dataset,) = home.imported("home", file, expect="Failed")
    assert said in home.status(dataset)["Log"]
    refused = home.platform.get(f"/datasets/result/demo/{dataset}")
    assert refused.status_code == 409
    assert said in message(refused)
    # What failed is tried again without force.
    file.write_bytes(TABLE)
    (again,) = home.imported("home", file)
    assert again != dataset
    assert home.content(again) == TABLE


def test_what_was_imported_is_an_input_of_a_model(home):
    (dataset,) = home.imported("home", "rows.csv", "rows")
    model = home.platform.deploy_batch()
    number = home.platform.execute(model, None, dataset_hash=dataset)
    home.platform.wait_run(number)
    written = home.platform.result_of(number)["output.csv"]
    assert written.split() == [b"id,double", b"1,20", b"2,40"]
    (home.folder / "broken.csv").write_bytes(b"")
    (broken,) = home.imported("home", "broken.csv", expect="Failed")
    refused = home.platform.start_run(model, None, dataset_hash=broken)
    assert refused.status_code == 409
    assert "is empty" in message(refused)


def test_datasets_stay_when_their_datasource_goes(lake):
    (lake.folder / "stay.csv").write_bytes(TABLE)
    lake.register("brief", "Local", {})
    (dataset,) = lake.imported("brief", "stay.csv")
    lake.delete("/datasources/demo/brief")
    assert lake.content(dataset) == TABLE
    # One of the same name, registered later, may lead elsewhere: nothing is reused.
    lake.register("brief", "Local", {})
    (again,) = lake.imported("brief", "stay.csv")
    assert again != dataset
    assert lake.delete(f"/datasets/demo/{again}").json() == {
        "Message": "Dataset removed"
    }
    for gone in (again, NOWHERE):
        assert lake.platform.get(f"/datasets/status/demo/{gone}").status_code == 404


def test_a_larger_file_than_the_platform_takes_fails_and_leaves_nothing(make_lake):
    lake = make_lake("--input", "1")
    lake.register("home", "Local", {})
    (lake.folder / "big.csv").write_bytes(b"a,b\n" + b"1,2\n" * 400_000)
    (dataset,) = lake.imported("home", "big.csv", expect="Failed")
    assert "more than 1 MiB" in lake.status(dataset)["Log"]
    kept = lake.platform.data_dir / "artifacts"
    assert not [path for path in kept.rglob("*") if path.is_file()]


def test_an_import_survives_a_killed_platform(make_lake):
    lake = make_lake()
    lake.register("home", "Local", {})
    # Four at a time, so some of these wait while the others are copied.
    for number in range(12):
        with (lake.folder / f"{number:02}.csv").open("wb") as file:
            file.write(b"a,b\n" + b"1,2\n" * 1_000_000)
    hashes = lake.begin("home", "*.csv", "big").json()["Datasets"]
    lake.platform.kill()
    again = make_lake(folder=lake.folder, data_dir=lake.platform.data_dir)
    for one in hashes:
        assert again.wait(one) == {"Status": "Succeeded", "Log": ""}
    assert {row["Size"] for row in again.rows(group="demo")} == {4_000_004}


def test_a_file_that_went_away_meanwhile_fails_its_import(make_lake):
    lake = make_lake()
    lake.register("home", "Local", {})
    (lake.folder / "gone.csv").write_bytes(TABLE)
    (dataset,) = lake.begin("home", "gone.csv").json()["Datasets"]
    lake.platform.kill()
    (lake.folder / "gone.csv").unlink()
    (lake.folder / "gone.csv").symlink_to("/etc/passwd")
    again = make_lake(folder=lake.folder, data_dir=lake.platform.data_dir)
    found = again.wait(dataset)
    # Copied before the kill, or refused after it; the other file never.
    if found["Status"] == "Succeeded":
        assert again.content(dataset) == TABLE
    else:
        assert "outside" in found["Log"]


def test_a_platform_that_may_read_nothing_says_so(own_platform):
    running = own_platform("--local-data", "")
    running.group("demo")
    answer = httpx.post(
        f"{running.api}/datasource/register/demo",
        data={"name": "a", "provider": "Local"},
        headers=running.user(),
    )
    assert answer.status_code == 400
    assert "--local-data DIR" in message(answer)
