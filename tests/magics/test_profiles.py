"""Profiles and the keyring: kept, taken up again, and no secret in sight."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import keyring as library
import pytest
from keyring.backends import fail

from codex_jupyter import errors
from codex_jupyter.client import local
from codex_jupyter.config import (
    DataDir,
    GroupTokens,
    Keyring,
    Profile,
    Profiles,
    Secret,
    profile_settings,
    read_json,
)
from codex_jupyter.render.words import speak, spoken

KEYRING = """
import json
from pathlib import Path
from keyring.backend import KeyringBackend

class InFile(KeyringBackend):
    priority = 1
    name = "a file of the test"
    path = Path(__file__).with_name("kept.json")

    def _held(self):
        return json.loads(self.path.read_text()) if self.path.exists() else {}

    def get_password(self, service, user):
        return self._held().get(f"{service} {user}")

    def set_password(self, service, user, password):
        held = {**self._held(), f"{service} {user}": password}
        self.path.write_text(json.dumps(held))

    def delete_password(self, service, user):
        held = self._held()
        held.pop(f"{service} {user}", None)
        self.path.write_text(json.dumps(held))
"""


@pytest.fixture
def keyring(tmp_path, monkeypatch):
    """A real backend of the library, chosen the way that it documents."""
    (tmp_path / "own_keyring.py").write_text(KEYRING)
    monkeypatch.syspath_prepend(tmp_path)
    module = __import__("own_keyring")
    before = library.get_keyring()
    library.set_keyring(module.InFile())
    yield tmp_path / "kept.json"
    library.set_keyring(before)
    sys.modules.pop("own_keyring", None)


@pytest.fixture
def no_keyring(monkeypatch):
    before = library.get_keyring()
    library.set_keyring(fail.Keyring())
    yield
    library.set_keyring(before)


PROFILE = Profile("work", "https://codex.example.com/api", "ana", "acme", "demo")


def test_profiles_are_kept_by_name_and_forgotten(tmp_path):
    kept = Profiles(tmp_path / "a" / "profiles.json")
    assert kept.all() == []
    kept.put(PROFILE)
    kept.put(Profile("home", "http://localhost/api", "bo"))
    assert Profiles(tmp_path / "a" / "profiles.json").get("work") == PROFILE
    assert [one.name for one in kept.all()] == ["home", "work"]
    with pytest.raises(errors.InputError, match="no profile wrok") as caught:
        kept.get("wrok")
    assert "%codex use work" in caught.value.hint
    kept.forget("work")
    assert [one.name for one in kept.all()] == ["home"]
    mode = (tmp_path / "a" / "profiles.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


@pytest.mark.parametrize(
    "name", ["", "../../x", "<script>", "a b", "x" * 41, "-x", "\n"]
)
def test_a_name_that_is_none_is_refused(tmp_path, name):
    with pytest.raises(errors.InputError):
        Profiles(tmp_path / "p.json").put(Profile(name, "http://a/api", "ana"))


@pytest.mark.parametrize(
    "text", ["[]", '{"a": 1}', '{"a": {"user": "x"}}', "{", "\x00"]
)
def test_a_damaged_file_holds_no_profile(tmp_path, text):
    (tmp_path / "p.json").write_text(text)
    assert Profiles(tmp_path / "p.json").all() == []


@pytest.mark.parametrize(
    "other",
    [
        {"MLOPS_URL": "https://elsewhere.example.com"},
        {"MLOPS_USER": "bo", "MLOPS_URL": "https://codex.example.com"},
        {},
    ],
)
def test_a_password_of_the_environment_goes_nowhere_else(no_keyring, other):
    environ = {"MLOPS_PASSWORD": "hunter2", **other}
    with pytest.raises(errors.ConfigError) as caught:
        profile_settings(PROFILE, environ)
    assert "hunter2" not in str(caught.value)
    right = environ | {"MLOPS_URL": "https://codex.example.com", "MLOPS_USER": "ana"}
    assert profile_settings(PROFILE, right).password.reveal() == "hunter2"


def test_a_keyring_keeps_group_tokens_and_their_file_does_not(keyring, tmp_path):
    path = tmp_path / "tokens.json"
    tokens = GroupTokens(path)
    tokens.put("http://a/api", "demo", "sesame")
    assert "sesame" not in path.read_text()
    assert "sesame" in keyring.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    other = GroupTokens(path)
    assert other.get("http://a/api", "demo").reveal() == "sesame"
    assert not other.get("http://a/api", "else")
    # A token that another notebook renews is the one that is found from then on.
    tokens.put("http://a/api", "demo", "open")
    assert other.get("http://a/api", "demo").reveal() == "open"
    library.set_keyring(fail.Keyring())
    assert other.get("http://a/api", "demo").reveal() == "open"
    assert not GroupTokens(path).get("http://a/api", "demo")
    tokens.put("http://a/api", "demo", "of the file")
    assert GroupTokens(path).get("http://a/api", "demo").reveal() == "of the file"


def test_the_language_of_what_is_written_is_chosen(notebook):
    assert "written in pt-BR" in notebook.run("%codex use --lang pt-BR").text
    assert "pt-BR" in notebook.run("%codex use --lang fr").text
    assert notebook.complete("%codex use --lang ") == ["en", "pt-BR"]
    notebook.run("%codex help")
    assert spoken() == "pt-BR"
    notebook.run("%codex use --lang en")
    notebook.run("%codex help")
    assert spoken() == "en"


def test_a_line_that_connects_chooses_the_language_of_panels(notebook):
    assert notebook.complete("%codex connect --lang p") == ["pt-BR"]
    assert notebook.run("%codex local status --lang pt-BR").success
    assert spoken() == "pt-BR"
    notebook.run("%codex help")
    assert spoken() == "pt-BR", "later lines speak it too"
    speak(None)


def test_without_a_keyring_nothing_is_kept_and_the_doctor_says_so(notebook, no_keyring):
    assert Keyring().backend is None
    assert not Keyring().put("http://a/api", "ana", Secret("hunter2"))
    assert not Keyring().get("http://a/api", "ana")
    told = notebook.run("%codex doctor").text
    assert "this machine has none; passwords are read from MLOPS_PASSWORD" in told


def test_the_empty_state_says_what_to_type(notebook):
    assert "There is no profile yet." in notebook.run("%codex use").text
    done = notebook.run("%codex use work")
    assert isinstance(done.error, errors.InputError)
    assert "--profile work makes it" in done.text
    assert "--forget takes away one" in notebook.run("%codex use --forget").text


@pytest.mark.platform
def test_a_connection_is_kept_and_taken_up_again(notebook, keyring, monkeypatch):
    folder = DataDir(Path.cwd() / "platform")
    running = local.start(folder)
    try:
        admin = read_json(folder.admin)
        monkeypatch.setenv("MLOPS_USER", admin["user"])
        monkeypatch.setenv("MLOPS_PASSWORD", admin["password"])
        shown = [notebook.run(f"%codex connect {running.address} --profile work").text]
        assert "%codex use work connects so again" in shown[0]
        assert "in the keyring (a file of the test)" in shown[0]
        assert admin["password"] in keyring.read_text()
        monkeypatch.delenv("MLOPS_USER")
        monkeypatch.delenv("MLOPS_PASSWORD")
        notebook.run("%reload_ext codex_jupyter")
        done = notebook.run("%codex use work")
        assert done.success, done.text
        shown += [done.text, notebook.run("%codex use --group demo").text]
        assert "the first deployment makes it" in shown[-1]
        who = notebook.run("%codex whoami")
        assert "work" in who.text
        assert "demo" in who.text
        listed = notebook.run("%codex use")
        shown += [who.text, listed.text, notebook.run("%codex doctor").text]
        assert "set" in listed.text
        assert Profiles().get("work").group == "demo"
        notebook.run("%codex use --lang pt-BR")
        assert Profiles().get("work").language == "pt-BR"
        assert notebook.complete("%codex use wo") == ["work"]
        assert admin["password"] not in "".join(shown)
        assert admin["password"] not in Path("../home/profiles.json").read_text()
        assert notebook.run("%codex use work --forget").success
        assert admin["password"] not in keyring.read_text()
    finally:
        local.stop(folder)
