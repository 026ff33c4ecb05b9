"""What a datasource may read, what an address means, what a file is."""

from __future__ import annotations

import importlib.metadata
import os
import sys

import pytest

from codex_jupyter.protocol.credentials import Provider
from codex_jupyter.server.datasources import Folders, Unreadable, default_folders
from codex_jupyter.server.datasources.addresses import path_of
from codex_jupyter.server.datasources.clouds import file_system
from codex_jupyter.server.datasources.faults import worded
from codex_jupyter.server.datasources.formats import format_of


@pytest.fixture
def tree(tmp_path):
    """A folder that may be read, with everything around it that may not."""
    lake = tmp_path / "lake"
    (lake / "deep").mkdir(parents=True)
    (lake / ".ssh").mkdir()
    (lake / "own").mkdir()
    for name in (
        "a.csv",
        "b.csv",
        "deep/c.csv",
        ".ssh/id.csv",
        "own/keys.json",
        "q?.csv",
    ):
        (lake / name).write_text("x\n1\n")
    (tmp_path / "secret.csv").write_text("secret\n")
    (lake / "link.csv").symlink_to(tmp_path / "secret.csv")
    (lake / "up").symlink_to(tmp_path)
    (lake / "loop.csv").symlink_to(lake / "loop.csv")
    (lake / "inner.csv").symlink_to(lake / "a.csv")
    os.mkfifo(lake / "pipe.csv")
    return lake


@pytest.fixture
def view(tree):
    return Folders((tree,), tree / "own").view(None)


def names(found):
    return [path.name for path in found]


def test_files_are_found_by_path_folder_and_pattern(view, tree):
    assert view.find("a.csv", 9) == [tree / "a.csv"]
    assert view.find((tree / "a.csv").as_uri(), 9) == [tree / "a.csv"]
    assert view.find(f"{tree}/deep/../a.csv", 9) == [tree / "a.csv"]
    assert names(view.find("deep", 9)) == ["c.csv"]
    assert names(view.find("[ab].csv", 9)) == ["a.csv", "b.csv"]
    assert names(view.find("**/c.csv", 9)) == ["c.csv"]
    # One that is called so is meant, not the pattern.
    assert names(view.find("q?.csv", 9)) == ["q?.csv"]
    assert len(view.find("*.csv", 2)) == 3


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("../secret.csv", "outside"),
        ("/etc/passwd", "outside"),
        ("file:///etc/passwd", "outside"),
        ("deep/../../secret.csv", "outside"),
        ("link.csv", "outside"),
        ("up/secret.csv", "outside"),
        ("up/*.csv", "outside"),
        ("../*.csv", "'..'"),
        ("~nobody-of-that-name/x", "no home"),
        (".ssh/id.csv", "hidden"),
        ("own/keys.json", "own data"),
        ("none.csv", "nothing at none.csv"),
        ("loop.csv", "leads nowhere"),
        ("s3://bucket/a.csv", "no path"),
        ("file://elsewhere/a.csv", "another machine"),
        ("a\0b", "zero bytes"),
    ],
)
def test_nothing_else_is_found(view, uri, said):
    with pytest.raises(Unreadable, match=said):
        view.find(uri, 9)


def test_folders_and_patterns_leave_out_what_leads_elsewhere(view):
    expected = ["a.csv", "b.csv", "inner.csv", "q?.csv"]
    assert sorted({path.name for path in view.find(".", 99)}) == expected
    assert names(view.find("*.csv", 99)) == expected
    assert "secret.csv" not in names(view.find("**/*.csv", 99))


def test_what_was_found_is_looked_at_again_when_it_is_opened(view, tree):
    with view.open("a.csv") as file:
        assert file.read() == b"x\n1\n"
    (tree / "a.csv").unlink()
    (tree / "a.csv").symlink_to("../secret.csv")
    with pytest.raises(Unreadable, match="outside"):
        view.open("a.csv")
    with pytest.raises(Unreadable, match="no file"):
        view.open("pipe.csv")


def test_a_datasource_is_confined_to_its_folder(tree):
    folders = Folders((tree,), tree / "own")
    view = folders.view("deep")
    assert names(view.find("*.csv", 9)) == ["c.csv"]
    with pytest.raises(Unreadable, match="outside"):
        view.find("../a.csv", 9)
    for folder in ("/etc", "..", "up", "a.csv", "none", "own", ".ssh"):
        with pytest.raises(Unreadable):
            folders.view(folder)


def test_without_folders_the_way_to_allow_one_is_told(tree):
    with pytest.raises(Unreadable, match="--local-data DIR"):
        Folders((), tree).view(None)


def test_only_a_platform_that_is_alone_reads_the_home(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_folders("127.0.0.1") == (tmp_path.resolve(),)
    assert default_folders("0.0.0.0") == ()
    monkeypatch.setenv("HOME", "/")
    assert default_folders("localhost") == ()


@pytest.mark.parametrize(
    ("provider", "uri", "path"),
    [
        (Provider.AWS, "s3://lake/t/a.csv", "lake/t/a.csv"),
        (Provider.AWS, "s3a://lake/t/", "lake/t/"),
        (Provider.AWS, "s3://lake/odd?#%20.csv", "lake/odd?#%20.csv"),
        (
            Provider.AWS,
            "https://lake.s3.eu-west-1.amazonaws.com/a%20b.csv",
            "lake/a b.csv",
        ),
        (Provider.AWS, "https://s3.amazonaws.com/lake/a.csv", "lake/a.csv"),
        (Provider.AWS, "http://localhost:9000/lake/a.csv", "lake/a.csv"),
        (Provider.GCP, "gs://lake/a.csv", "lake/a.csv"),
        (Provider.GCP, "https://storage.cloud.google.com/lake/a.csv", "lake/a.csv"),
        (Provider.AZURE, "az://lake/a.csv", "lake/a.csv"),
        (Provider.AZURE, "abfss://lake@acc.dfs.core.windows.net/a.csv", "lake/a.csv"),
        (Provider.AZURE, "https://acc.blob.core.windows.net/lake/a.csv", "lake/a.csv"),
    ],
)
def test_an_address_is_understood_as_the_consoles_write_it(provider, uri, path):
    assert path_of(provider, uri, {"endpoint_url": "http://localhost:9000"}) == path


@pytest.mark.parametrize(
    "uri",
    [
        "gs://lake/a.csv",
        "a.csv",
        "s3://",
        "s3://*/a.csv",
        "https://example.com/lake/a.csv",
        "https://lake.s3.amazonaws.com.evil.example/a.csv",
        "https://lake.s3.amazonaws.com/a.csv?X-Amz-Signature=shh",
        "s3://key:shh@lake/a.csv",
        "http://[",
        "file:///etc/passwd",
    ],
)
def test_another_address_is_refused_and_a_signature_is_not_kept(uri):
    with pytest.raises(Unreadable):
        path_of(Provider.AWS, uri, {})


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"PAR1\x15\x04", "parquet"),
        (b"a,b\n1,2\n", "csv"),
        (b"\xef\xbb\xbfa;b\r\n1;2", "csv"),
        ("a\tb\nção\t1".encode("utf-16"), "csv"),
        ("ação\n1".encode("latin-1"), "csv"),
        (b"PK,quantity\n1,2\n"[3:], "csv"),
        (b'{"a": 1}', "json"),
        (b' [{"a": 1},\n {"a": 2}]', "json"),
        (b'{"a": 1}\n{"a": 2}\n', "jsonl"),
        (b'{\n"a": 1\n}\n', "json"),
    ],
)
def test_a_table_is_known_by_its_content(head, found):
    assert format_of(head) == found


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        (b"PK\x03\x04", "zip"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\x89PNG\r\n\x1a\n\0\0", "neither text nor Parquet"),
        (b"<!doctype html><html>", "HTML"),
        (b'{"a": 1', "is not"),
    ],
)
def test_anything_else_is_refused_with_its_kind(head, said):
    with pytest.raises(ValueError, match=said):
        format_of(head)


def test_an_error_of_a_provider_is_told_without_its_secrets():
    credentials = {
        "account_name": "acc",
        "connection_string": "AccountName=acc;AccountKey=c2hoLXNlY3JldA==;X=1",
        "sas_token": "sv=2020&sig=shh%2Bsignature",
        "endpoint_url": "http://host:1",
    }
    for text in (
        "bad AccountName=acc;AccountKey=c2hoLXNlY3JldA==;X=1",
        "key c2hoLXNlY3JldA== at http://host:1",
        "GET http://host:1/x?sig=shh%2Bsignature",
        "GET c2hoLXNlY3JldA%3D%3D",
    ):
        error = ValueError(text)
        error.__cause__ = OSError(text)
        told = worded(error, "az://lake/a.csv", credentials).text
        assert "c2ho" not in told
        assert "shh" not in told
        assert told.startswith("az://lake/a.csv cannot be read: ")
    assert (
        "http://host:1"
        in worded(OSError("at http://host:1"), "az://x/y", credentials).text
    )


@pytest.mark.parametrize(
    ("provider", "package"),
    [
        (Provider.AWS, "s3fs"),
        (Provider.GCP, "gcsfs"),
        (Provider.AZURE, "adlfs"),
    ],
)
def test_a_provider_without_its_package_says_what_to_install(
    monkeypatch, provider, package
):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(Unreadable) as caught:
        file_system(provider, {})
    text = caught.value.text
    assert f"needs the package {package}" in text
    extra = text.partition("pip install 'codex_jupyter[")[2].removesuffix("]'")
    # What is told to be installed brings it.
    wanted = importlib.metadata.requires("codex_jupyter") or []
    assert any(
        one.startswith(package) and f'extra == "{extra}"' in one.replace("'", '"')
        for one in wanted
    )
