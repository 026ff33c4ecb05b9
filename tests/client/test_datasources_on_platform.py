"""Datasources and datasets through the client, on the embedded platform."""

from __future__ import annotations

import json
import subprocess
import sys

import pandas as pd
import pytest

from codex_jupyter.client.dataset import MLOpsDatasetClient
from codex_jupyter.client.datasources import MLOpsDataSourceClient
from codex_jupyter.client.exceptions import DataSorceError
from codex_jupyter.config import Secret, Settings
from codex_jupyter.errors import (
    CredentialError,
    DatasetNotFoundError,
    DataSourceError,
    GroupError,
    InputError,
    ServerError,
)

pytestmark = pytest.mark.platform

FRAME = pd.DataFrame({"id": [1, 2], "x": [0.5, 1.5]})
SECRET = "a-secret-that-nobody-may-see"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("lake")
    FRAME.to_csv(made / "rows.csv", index=False)
    FRAME.to_parquet(made / "rows.parquet")
    FRAME.to_json(made / "rows.jsonl", orient="records", lines=True)
    return made


@pytest.fixture(scope="module")
def settings(tmp_path_factory, folder):
    root = tmp_path_factory.mktemp("platform")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "codex_jupyter.server", "serve"),
            *("--data-dir", str(root), "--local-data", str(folder)),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    address = process.stdout.readline().split()[-1]
    admin = json.loads((root / "admin.json").read_text())
    yield Settings(f"{address}/api", admin["user"], Secret(admin["password"]))
    process.terminate()
    out, _ = process.communicate(timeout=90)
    assert SECRET not in out


@pytest.fixture(scope="module")
def group(settings):
    with MLOpsDataSourceClient(settings=settings) as client:
        client.create_group("demo")
    return "demo"


@pytest.fixture
def client(settings, group):
    with MLOpsDataSourceClient(settings=settings) as made:
        yield made


@pytest.fixture
def home(client, group):
    """A datasource for one test."""
    made = client.register_datasource(
        datasource_name="home", provider="Local", group=group
    )
    yield made
    made.delete()


def test_credentials_may_be_a_dict_a_path_or_a_file_in_memory(client, group, tmp_path):
    given = {"AccessKeyId": "AKIA", "SecretAccessKey": SECRET}
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(given))
    kinds = {"dict": given, "path": str(file), "bytes": ("k.json", file.read_bytes())}
    for name, credentials in kinds.items():
        made = client.register_datasource(
            datasource_name=name,
            provider="aws",
            cloud_credentials=credentials,
            group=group,
        )
        assert repr(made) == f"MLOpsDataSource('{name}', AWS, group='demo')"
    rows = client.list_datasources(provider="AWS", group=group)
    assert [row["Name"] for row in rows] == list(kinds)
    assert SECRET not in repr(rows)
    # Nothing was written beside the notebook.
    assert not (tmp_path / "credentials.json").exists()
    for name in kinds:
        found = client.get_datasource(datasource_name=name, provider="AWS", group=group)
        assert found.delete() == f"DataSource {name} was deleted!"
    assert client.list_datasources(provider="AWS", group=group) == []


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"provider": "FTP"}, InputError, "GCP, AWS, Azure, Local"),
        ({"datasource_name": "../x"}, InputError, "letters, digits"),
        ({"group": "nobody"}, GroupError, "nobody"),
        ({"cloud_credentials": {}}, CredentialError, "lack aws_access_key_id"),
        ({"cloud_credentials": {"key": "a"}}, CredentialError, "aws_secret_access_key"),
        ({"cloud_credentials": "none.json"}, InputError, "does not exist"),
        ({"cloud_credentials": ("k", b"[]")}, CredentialError, "not a JSON object"),
        ({"cloud_credentials": {"key": object()}}, CredentialError, "text is expected"),
    ],
)
def test_what_cannot_be_registered_is_told_before_it_is_sent(
    client, group, given, error, said
):
    values = {
        "datasource_name": "a",
        "provider": "AWS",
        "cloud_credentials": {"key": "a", "secret": SECRET},
        "group": group,
    }
    with pytest.raises(error, match=said) as raised:
        client.register_datasource(**(values | given))
    assert SECRET not in str(raised.value)


def test_a_name_that_is_taken_is_the_documented_error(client, home, group):
    with pytest.raises(
        ServerError, match=r"^The group 'demo' has a datasource 'home' already"
    ):
        client.register_datasource(
            datasource_name="home", provider="Local", group=group
        )
    with pytest.raises(CredentialError, match="outside"):
        client.register_datasource(
            datasource_name="etc",
            provider="Local",
            cloud_credentials={"Folder": "/etc"},
            group=group,
        )
    with pytest.raises(InputError, match=r"no datasource 'none'") as raised:
        client.get_datasource(datasource_name="none", group=group)
    assert raised.value.hint == "There are: home."


def test_a_dataset_is_imported_read_saved_and_deleted(client, home, group, tmp_path):
    dataset = home.import_dataset(dataset_uri="rows.csv", dataset_name="rows")
    assert home.import_dataset(dataset_uri="rows.csv", dataset_name="x").hash == (
        dataset.dataset_hash
    )
    assert dataset.wait_ready(timeout=60) == "Succeeded"
    assert home.get_status("demo", dataset.hash) == {"status": "Succeeded", "log": ""}
    assert dataset.to_frame().equals(FRAME)
    assert dataset.download(tmp_path) == tmp_path / "rows.csv"
    assert dataset.download(tmp_path, "data.txt") == tmp_path / "data.txt"
    assert (tmp_path / "data.txt").read_bytes() == (tmp_path / "rows.csv").read_bytes()
    (listed,) = home.list_datasets()
    assert listed["Hash"] == listed.get("Id") == dataset.hash
    assert home.get_dataset(dataset_hash=dataset.hash).name == "rows"
    assert dataset.delete() == "Dataset removed"
    with pytest.raises(DatasetNotFoundError):
        home.get_dataset(dataset_hash=dataset.hash)
    with pytest.raises(DatasetNotFoundError):
        dataset.download(tmp_path, "gone.csv")
    assert not (tmp_path / "gone.csv").exists()


def test_several_files_give_several_datasets_each_by_its_content(home, tmp_path):
    found = home.import_dataset(
        dataset_uri="rows.*", dataset_name="all", wait_complete=True
    )
    assert list(found) == ["dataset_0", "dataset_1", "dataset_2"]
    names = [one.download(tmp_path).name for one in found.values()]
    assert names == ["all_0.csv", "all_1.jsonl", "all_2.parquet"]
    assert all(one.to_frame().equals(FRAME) for one in found.values())


def test_the_client_of_datasets_finds_and_deletes_by_hash(settings, home, tmp_path):
    made = home.import_dataset(
        dataset_uri="rows.parquet", dataset_name="../../x", force=True
    )
    with MLOpsDatasetClient(settings=settings) as client:
        assert client.load_dataset(made.hash).dataset_name == "../../x"
        saved = client.download(group="demo", dataset_hash=made.hash, path=tmp_path)
        assert saved == tmp_path / "dataset.parquet"
        # Its own name leads nowhere else.
        assert made.download(tmp_path).parent == tmp_path
        listed = client.list_datasets(origin="Datasource", datasource_name="home")
        assert made.hash in [one["DatasetHash"] for one in listed]
        assert client.delete(group="demo", dataset_hash=made.hash) == "Dataset removed"
        with pytest.raises(DatasetNotFoundError):
            client.load_dataset(made.hash)
        with pytest.raises(InputError, match="origin is one of"):
            client.list_datasets(origin="Elsewhere")


def test_an_import_that_fails_says_why(home, folder):
    (folder / "bad.csv").write_bytes(b"PK\x03\x04")
    dataset = home.import_dataset(dataset_uri="bad.csv", dataset_name="bad")
    with pytest.raises(DataSorceError, match="is a zip"):
        dataset.to_frame()
    with pytest.raises(DataSourceError, match="is a zip"):
        home.import_dataset(
            dataset_uri="bad.csv", dataset_name="bad", wait_complete=True
        )
    with pytest.raises(InputError, match="nothing at none"):
        home.import_dataset(dataset_uri="none", dataset_name="none")
    with pytest.raises(InputError, match="no name"):
        home.import_dataset(dataset_uri="rows.csv", dataset_name=" ")


def test_each_of_it_can_be_awaited(settings, group, run, tmp_path):
    async def work():
        async with await MLOpsDataSourceClient.aopen(settings=settings) as client:
            made = await client.aregister_datasource(
                datasource_name="waited", provider="Local", group=group
            )
            dataset = await made.aimport_dataset(
                dataset_uri="rows.csv", dataset_name="w", force=True
            )
            frame = await dataset.ato_frame(timeout=60)
            saved = await dataset.adownload(tmp_path)
            await made.adelete()
            with pytest.raises(DataSourceError, match="no datasource 'waited'"):
                await made.adelete()
            return frame, saved

    frame, saved = run(work())
    assert frame.equals(FRAME)
    assert saved == tmp_path / "w.csv"
