"""Settings: where they come from, and that secrets stay secret."""

from __future__ import annotations

import stat
import subprocess
import sys

import pytest

from codex_jupyter.config import (
    REMOTE_ADDRESS,
    GroupTokens,
    Secret,
    base_address,
    load_settings,
    read_json,
    write_private,
)
from codex_jupyter.errors import ConfigError, InputError

USER = {"MLOPS_USER": "ana", "MLOPS_PASSWORD": "of-her-own"}


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        ("http://localhost:7070", "http://localhost:7070/api"),
        ("http://localhost:7070/", "http://localhost:7070/api"),
        ("https://host/prefix/api", "https://host/prefix/api"),
        ("https://host/api/", "https://host/api"),
        ("  https://host  ", "https://host/api"),
    ],
)
def test_an_address_ends_in_api(typed, base):
    assert base_address(typed) == base


@pytest.mark.parametrize("typed", ["", "host", "ftp://host", "http://", "https:///"])
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(InputError, match="not an address"):
        base_address(typed)


def test_a_password_in_an_address_is_refused_and_not_repeated():
    with pytest.raises(InputError) as caught:
        base_address("https://ana:s3cret@host")
    assert "s3cret" not in str(caught.value)


def test_arguments_win_over_the_environment_and_that_over_the_file(tmp_path):
    (tmp_path / ".env").write_text(
        "MLOPS_URL=http://file\nMLOPS_TENANT=file\nMLOPS_GROUP_TOKEN=file\n"
    )
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    found = load_settings(
        url="http://argument",
        environ=USER | {"MLOPS_URL": "http://env", "MLOPS_TENANT": "env"},
        folder=below,
    )
    assert found.address == "http://argument/api"
    assert found.tenant == "env"
    assert found.group_token.reveal() == "file"


def test_without_an_address_it_is_the_remote_platforms(tmp_path):
    assert load_settings(environ=USER, folder=tmp_path).address == REMOTE_ADDRESS


@pytest.mark.parametrize("missing", ["MLOPS_USER", "MLOPS_PASSWORD"])
def test_a_missing_user_or_password_says_what_to_set(tmp_path, missing):
    environ = {key: value for key, value in USER.items() if key != missing}
    with pytest.raises(ConfigError) as caught:
        load_settings(environ=environ, folder=tmp_path)
    assert missing in str(caught.value)


def test_a_wrong_address_is_told_before_a_missing_user(tmp_path):
    with pytest.raises(InputError, match="not an address"):
        load_settings(url="codex.example.com", environ={}, folder=tmp_path)


def test_secrets_are_in_no_text_form(tmp_path):
    found = load_settings(environ=USER, folder=tmp_path)
    for text in (repr(found), str(found), f"{found.password}", repr(found.password)):
        assert "of-her-own" not in text
    assert str(Secret("x")) == "set"
    assert str(Secret()) == "not set"
    assert not Secret()


def test_a_private_file_is_its_owners_only_and_whole_or_absent(tmp_path):
    path = tmp_path / "new" / "a.json"
    write_private(path, {"token": "t"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(TypeError):
        write_private(path, {"token": object()})
    assert read_json(path) == {"token": "t"}
    assert [item.name for item in path.parent.iterdir()] == ["a.json"]


@pytest.mark.parametrize("content", ["", "[1]", "{", "\x00"])
def test_a_damaged_file_reads_as_empty(tmp_path, content):
    (tmp_path / "a.json").write_text(content)
    assert read_json(tmp_path / "a.json") == {}


def test_group_tokens_are_remembered_by_platform_and_group(tmp_path):
    tokens = GroupTokens(tmp_path / "tokens.json")
    assert not tokens.get("http://a", "g")
    tokens.put("http://a", "g", "one")
    tokens.put("http://b", "g", "two")
    assert GroupTokens(tmp_path / "tokens.json").get("http://a", "g").reveal() == "one"
    assert "one" not in repr(tokens)


def test_tokens_that_arrive_at_the_same_time_are_all_remembered(tmp_path):
    path = tmp_path / "tokens.json"
    code = (
        "import sys; from pathlib import Path; "
        "from codex_jupyter.config import GroupTokens; "
        "tokens = GroupTokens(Path(sys.argv[1])); "
        "[tokens.put('p', f'{sys.argv[2]}-{i}', 't') for i in range(20)]"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(path), name])
        for name in ("a", "b", "c")
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert len(read_json(path)["p"]) == 60
