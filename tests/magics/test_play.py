"""play, models and connect where widgets are shown: a real platform, recorded comms."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import comm
import pytest

from codex_jupyter import errors
from codex_jupyter.client import local
from codex_jupyter.config import DataDir, read_json

sys.path.insert(0, str(Path(__file__).parents[1] / "widgets"))

from widget_kit import RecordingComm, until

pytestmark = pytest.mark.platform

DEPLOY = """%%codex deploy doubler --model factor --schema row --group demo --no-run
import json
def score(data, base_path): return {"double": 2 * json.loads(data)["x"]}"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    local.start(DataDir(folder / "platform"))
    yield folder
    local.stop(DataDir(folder / "platform"))


@pytest.fixture
def plain(notebook, home, monkeypatch):
    """A terminal's shell that finds the platform, with one model deployed."""
    monkeypatch.setenv("CODEX_JUPYTER_HOME", str(home))
    assert notebook.run("factor, row = [2], {'x': 1.5}").success
    if "doubler" not in notebook.run("%codex models").text:
        assert notebook.run(DEPLOY).success
    return notebook


@pytest.fixture
def comms(monkeypatch):
    """Every comm that widgets open, in order."""
    opened = []

    def create(**options):
        opened.append(RecordingComm(**options))
        return opened[-1]

    monkeypatch.setattr(comm, "create_comm", create)
    return opened


def talking(comms):
    """The one comm on which something was sent: a widget's layout has its own."""
    [one] = [channel for channel in comms if channel.sent]
    return one


@pytest.fixture
def rich(plain, comms, monkeypatch):
    """The same as a notebook's: it has a kernel, so widgets are shown."""
    monkeypatch.setattr(plain.shell, "kernel", object(), raising=False)
    return plain


def test_a_terminal_is_told_the_line_that_predicts(plain):
    done = plain.run("%codex play doubler")
    assert done.success, done.text
    assert '%codex predict doubler {"x": 1.5}' in done.text
    assert isinstance(plain.run("%codex play nothing").error, errors.ModelError)


def test_the_playground_is_shown_and_asks_the_real_model(rich, comms):
    done = rich.run("%codex play doubler")
    assert done.success, done.text
    assert any("No request was made yet." in html for html in done.html)
    channel = talking(comms)
    [play] = channel.of("play")
    assert [field["name"] for field in play["fields"]] == ["x"]
    hash_ = play["hash"]
    text = json.dumps({"x": 21})
    asked = {"kind": "predict", "models": [hash_], "script": ""}
    channel.say({**asked, "id": "1", "input": text})
    until(lambda: channel.of("reply"))
    [result] = channel.of("played")[0]["run"]["results"]
    assert json.loads(result["text"]) == {"double": 42}
    channel.say({**asked, "id": "2", "input": '{"y": 1}'})
    until(lambda: len(channel.of("reply")) == 2)
    assert "KeyError: 'x'" in channel.of("played")[1]["run"]["results"][0]["error"]


def test_the_models_are_a_live_table_and_the_same_value_as_ever(rich, comms, plain):
    done = rich.run("found = %codex models\nfound.value[0]['name'], found.text")
    assert done.success, done.text
    name, text = done.result
    assert name == "doubler"
    assert "Deployed" in text
    assert comms == []
    shown = rich.run("found")
    assert any("doubler" in html for html in shown.html)
    channel = talking(comms)
    [row] = [r for r in channel.of("models")[0]["rows"] if r["name"] == "doubler"]
    assert row["state"] == "Deployed"
    channel.say({"kind": "look", "id": "1"})
    until(lambda: channel.of("reply"))
    assert channel.of("models")[-1]["problem"] == ""


def test_connect_without_a_password_is_a_form_that_connects(rich, comms, home, caplog):
    caplog.set_level(logging.DEBUG)
    address = read_json(home / "platform" / "platform.json")["address"]
    admin = read_json(home / "platform" / "admin.json")
    done = rich.run(f"%codex connect {address}")
    assert done.success, done.text
    channel = talking(comms)
    assert channel.of("connect")[0]["address"] == f"{address}/api"

    def sign_in(request, password, *, test):
        fields = {
            "address": address, "user": admin["user"], "tenant": "", "group": "demo",
            "test": test,
        }  # fmt: skip
        channel.say({"kind": "sign_in", "id": request, **fields}, [password.encode()])
        ends = lambda: [*channel.of("reply"), *channel.of("fault")]  # noqa: E731
        until(lambda: any(m["id"] == request for m in ends()))
        return next(m for m in ends() if m["id"] == request)

    assert sign_in("1", "not-the-password", test=False)["kind"] == "fault"
    assert sign_in("2", admin["password"], test=True)["kind"] == "reply"
    assert channel.of("connect")[1:] == []
    reply = sign_in("3", admin["password"], test=False)
    assert "demo" in reply["result"]["groups"]
    assert admin["user"] in rich.run("%codex whoami").text
    seen = [repr(content) for content, _ in channel.sent]
    everything = "\n".join([*seen, *done.html, done.text, caplog.text])
    for secret in (admin["password"], "not-the-password"):
        assert secret not in everything


def test_an_address_that_is_none_is_told_before_a_form_is_shown(rich, comms):
    done = rich.run("%codex connect nonsense")
    assert isinstance(done.error, errors.InputError)
    assert comms == []
