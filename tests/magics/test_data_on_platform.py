"""``%codex datasources`` and ``%codex datasets`` on a real platform."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from codex_jupyter.client import local
from codex_jupyter.client.datasets import MLOpsDatasetClient
from codex_jupyter.config import DataDir
from codex_jupyter.errors import (
    CredentialError,
    DatasetNotFoundError,
    DataSourceError,
    InputError,
)

pytestmark = pytest.mark.platform

FRAME = pd.DataFrame({"id": [1, 2], "x": [0.5, 1.5]})
SECRET = "a-secret-that-nobody-may-see"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The home of a platform that all tests here share, with a table in it."""
    folder = tmp_path_factory.mktemp("home")
    FRAME.to_csv(folder / "sales.csv", index=False)
    FRAME.to_parquet(folder / "sales.parquet")
    with pytest.MonkeyPatch.context() as patch:
        # Started as by %codex local, so it may read the home.
        patch.setenv("HOME", str(folder))
        patch.setenv("CODEX_JUPYTER_HOME", str(folder / "data"))
        platform = local.start(DataDir(folder / "data" / "platform"))
        with MLOpsDatasetClient(settings=platform.settings) as client:
            client.create_group("demo")
    yield folder
    local.stop(DataDir(folder / "data" / "platform"))


@pytest.fixture
def ready(notebook, home, monkeypatch):
    monkeypatch.setenv("CODEX_JUPYTER_HOME", str(home / "data"))
    monkeypatch.setenv("HOME", str(home))
    return notebook


@pytest.fixture
def lake(ready):
    """A notebook whose platform has the datasource ``home``."""
    line = "%codex datasources register home --provider local --group demo"
    done = ready.run(line)
    assert done.success, done.text
    yield ready
    assert ready.run("%codex datasources delete home --yes").success


def refused(notebook, line, kind, said):
    done = notebook.run(line)
    assert isinstance(done.error, kind), done.text
    assert said in done.text
    assert "Traceback" not in done.text
    assert SECRET not in done.text + "".join(done.html)
    return done


def test_where_nothing_is_the_way_to_make_it_is_told(ready):
    done = ready.run("%codex datasources")
    assert "There is no datasource yet." in done.text
    assert "%codex datasources register lake --provider aws" in done.text
    assert "%codex datasources import" in ready.run("%codex datasets").text
    text = ready.run("%codex datasets --origin model").text
    assert "There is no dataset that fits." in text


def test_a_datasource_is_registered_listed_and_deleted(ready, tmp_path):
    keys = {"AccessKeyId": "AKIA", "SecretAccessKey": SECRET}
    file = tmp_path / "work" / "keys.json"
    file.write_text(json.dumps(keys))
    ready.names["keys"] = keys
    ready.names["text"] = json.dumps(keys)
    for name, given in {
        "one": "keys.json",
        "two": "keys",
        "three": "{keys}",
        "four": "$text",
        "five": str(file),
    }.items():
        done = ready.run(
            f"%codex datasources register {name} --provider aws "
            f"--credentials {given} --group demo"
        )
        assert done.success, done.text
        assert f"{name} is registered: AWS, group demo." in done.text
        assert f"%codex datasources import {name} ADDRESS" in done.text
        assert SECRET not in done.text + "".join(done.html)
    done = ready.run("found = %codex datasources --provider aws\nfound")
    assert [row["datasource"] for row in done.result.value] == [
        "one", "two", "three", "four", "five",
    ]  # fmt: skip
    shown = done.result.text + done.result.html
    assert "<table" in shown
    assert SECRET not in shown
    hint = "%codex datasources delete one --group demo --yes"
    refused(ready, "%codex datasources delete one", InputError, hint)
    for row in done.result.value:
        assert ready.run(f"%codex datasources delete {row['datasource']} --yes").success
    refused(ready, "%codex datasources delete one --yes", DataSourceError, "no datas")


@pytest.mark.parametrize(
    ("words", "kind", "said"),
    [
        ("register", InputError, "needs its name"),
        ("register a", InputError, "--provider was not given"),
        ("register a --provider ftp", InputError, "--provider is one of aws"),
        ("register a --provider aws", CredentialError, "lack aws_access_key_id"),
        (f'register a --provider aws --credentials {{"key":"{SECRET}"}}', InputError,
         "saved with the notebook"),
        (f"register a --provider aws --credentials {SECRET}", InputError,
         "names no variable of this notebook and no file"),
        ("register a --provider aws --credentials number", InputError, "is a int"),
        ("register ../x --provider local", InputError, "letters, digits"),
        ("import", InputError, "needs its name"),
        ("import home", InputError, "No address was given"),
        ("import nobody x.csv", DataSourceError, "There is no datasource nobody"),
        ("import home none.csv", InputError, "There is nothing at none.csv."),
        ("import home /etc/passwd", InputError, "outside"),
        ("delete", InputError, "needs its name"),
        ("explode", InputError, "action is one of list"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(lake, words, kind, said):
    lake.names["number"] = 5
    refused(lake, f"%codex datasources {words} --group demo", kind, said)


def test_a_file_is_imported_and_becomes_a_frame(lake, tmp_path):
    done = lake.run("%codex datasources import home sales.csv --wait")
    assert done.success, done.text
    assert "Succeeded" in done.text
    assert "To read: df = %codex datasets D" in done.text
    done = lake.run("df = %codex datasets sales\ndf")
    assert done.result.equals(FRAME)
    listed = lake.run("%codex datasets --datasource home").result.value
    (row,) = [one for one in listed if one["name"] == "sales"]
    assert (row["from"], row["state"], row["format"]) == ("home", "Succeeded", "csv")
    assert lake.run(f"%codex datasets {row['dataset']}").result.equals(FRAME)
    done = lake.run(f"%codex datasets {row['dataset']} --save out")
    assert (tmp_path / "work" / "out" / "sales.csv").is_file()
    assert "Saved as out/sales.csv." in done.text
    hint = f"%codex datasets delete {row['dataset']} --yes"
    refused(lake, "%codex datasets delete sales", InputError, hint)
    assert "is deleted" in lake.run(hint).text
    refused(lake, "%codex datasets sales", DatasetNotFoundError, "no dataset sales")


def test_several_files_and_names_that_repeat(lake):
    line = "%codex datasources import home sales.* --as both --wait --force"
    rows = lake.run(f"found = {line}\nfound").result.value
    assert [row["name"] for row in rows] == ["both_0", "both_1"]
    lake.run("%codex datasources import home sales.csv --as both_0 --wait --force")
    refused(lake, "%codex datasets both_0", DatasetNotFoundError, "2 datasets fit")
    refused(lake, "%codex datasets both_1 x", InputError, "One dataset at a time")
    refused(lake, "%codex datasets delete", InputError, "Which dataset?")
    refused(lake, "%codex datasets --save x", InputError, "Which dataset?")
    refused(lake, "%codex datasets D0000000", DatasetNotFoundError, "no dataset D000")


def test_hostile_names_are_text(lake):
    label = "<script>alert(1)</script>"
    lake.names["label"] = label
    line = "%codex datasources import home sales.csv --as $label --wait --force"
    assert lake.run(line).success
    shown = lake.run("x = %codex datasets\nx").result
    assert label in shown.text
    assert "&lt;script&gt;" in shown.html
    assert "<script>" not in shown.html
    assert lake.run("%codex datasets $label --save out").success


def test_a_failed_import_says_why_in_the_list(lake, home):
    (home / "bad.csv").write_bytes(b"PK\x03\x04")
    refused(
        lake,
        "%codex datasources import home bad.csv --wait",
        DataSourceError,
        "is a zip or an Office file",
    )
    assert "is a zip or an Office file" in lake.run("%codex datasets").text
    refused(lake, "%codex datasets bad", DataSourceError, "is a zip")


def test_actions_names_and_options_are_completed(lake):
    assert lake.complete("%codex datasources ") == [
        "list", "register", "import", "delete", "-o",
        *(f"--{name}" for name in (
            "group", "provider", "credentials", "as", "force", "wait", "yes", "help",
        )),
    ]  # fmt: skip
    assert lake.complete("%codex datasources register x --provider a") == [
        "aws", "azure",
    ]  # fmt: skip
    lake.names["keys"] = {}
    assert "keys" in lake.complete("%codex datasources register x --credentials ke")
    lake.run("%codex datasources import home sales.csv --as unique --wait --force")
    assert lake.complete_soon("%codex datasets uni") == ["unique"]
    assert lake.complete_soon("%codex datasources import ho") == ["home"]
    assert lake.complete("%codex datasets --datasource ho") == ["home"]


@pytest.mark.parametrize("name", ["datasources", "datasets"])
def test_each_explains_itself(notebook, name):
    text = notebook.run(f"%codex {name} --help").text
    assert f"usage: %codex {name}" in text
    assert "examples:" in text
