"""What a notebook says when the network, or what is on it, fails in the middle."""

from __future__ import annotations

import json
import socket
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from codex_jupyter import errors
from codex_jupyter.client import faults, wire
from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.widgets.probe import Probe

# The wire of the tests is a module of the folder above.
sys.path.insert(0, str(Path(__file__).parents[1]))

from proxy_kit import Wire, gateway

pytestmark = pytest.mark.platform

DEPLOY = """%%codex deploy {name} --model model --schema row --group demo --no-run
def score(data, base_path): return {{"ok": 1}}"""
RUN = b"POST /api/model/sync/run/"


@pytest.fixture
def connected(notebook, monkeypatch):
    """Connects the notebook to a platform by a wire that can be broken."""
    made = []

    def connect(platform):
        made.append(Wire(platform.address))
        monkeypatch.setenv("MLOPS_USER", platform.admin["user"])
        monkeypatch.setenv("MLOPS_PASSWORD", platform.admin["password"])
        token = platform.group()["Authorization"].removeprefix("Bearer ")
        monkeypatch.setenv("MLOPS_GROUP_TOKEN", token)
        notebook.names.update(row={"x": 4, "label": "a"}, model={"k": 2})
        done = notebook.run(f"%codex connect {made[-1].address}")
        assert done.success, done.text
        return made[-1]

    yield connect
    for one in made:
        one.close()


def block(done):
    """What a failed cell shows: one block, without a page's markup or a traceback."""
    assert not done.success
    text = " ".join(done.text.split())
    assert "Traceback" not in text
    assert "<h" not in text
    return text


def wait_until(true):
    until = time.monotonic() + 60
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def calls(platform, model):
    """How many predictions of a model the platform has recorded."""
    folder = platform.data_dir / "records" / f"model={model}"
    return sum(len(file.read_bytes().splitlines()) for file in folder.rglob("*.jsonl"))


@pytest.mark.parametrize("bytes_of_answer", [0, 40])
def test_a_prediction_that_lost_its_answer_may_be_recorded_and_is_sent_once(
    notebook, platform, double, connected, bytes_of_answer
):
    line, before = connected(platform), calls(platform, double)
    line.cut_answer = (RUN, bytes_of_answer)
    done = notebook.run(f"%codex predict {double} row --group demo")
    text = block(done)
    assert isinstance(done.error, errors.UnreachableError)
    assert f"{line.address}/api broke before the whole answer came" in text
    assert "may have been made and recorded" in text
    assert len([one for one in line.requests if one.startswith(RUN.decode())]) == 1
    assert calls(platform, double) == before + 1
    # The next one works, without anything typed in between.
    assert notebook.run(f"%codex predict {double} row --group demo").success


def test_an_upload_that_was_cut_says_where_to_look(notebook, platform, connected):
    line = connected(platform)
    notebook.names["model"] = {"k": "x" * 300_000}
    line.cut_upload = 150_000
    text = block(notebook.run(DEPLOY.format(name="half")))
    assert "broke before the whole answer came" in text
    assert "%codex models" in text
    line.cut_answer = (b"POST /api/model/upload/", 0)
    done = notebook.run(DEPLOY.format(name="unheard"))
    text = block(done)
    assert done.error.in_doubt
    assert "It may have been uploaded all the same" in text
    sent = [one for one in line.requests if one.startswith("POST /api/model/upload/")]
    assert len(sent) == 2
    found = platform.get("/model/search", params={"name": "half"}).json()
    assert found["Results"] == []
    found = platform.get("/model/search", params={"name": "unheard"}).json()
    assert [row["Status"] for row in found["Results"]] == ["Ready"]


def test_a_new_token_that_was_lost_with_its_answer_is_told(
    notebook, platform, connected
):
    platform.group("tokens")
    line = connected(platform)
    line.cut_answer = (b"GET /api/groups/refresh/", 0)
    text = block(notebook.run("%codex groups --new-token tokens --yes"))
    assert "lost with the answer" in text
    assert "%codex groups --new-token tokens --yes" in text


def test_a_lookup_that_was_cut_is_asked_again(notebook, platform, double, connected):
    line = connected(platform)
    line.cut_answer = (b"GET /api/model/search", 30)
    done = notebook.run("%codex models")
    assert done.success, done.text
    assert line.cut_answer is None


@pytest.mark.parametrize(
    ("status", "told"),
    [("502 Bad Gateway", "cannot reach it"), ("503 Unavailable", "has it as away")],
)
def test_a_proxy_that_answers_instead_is_told_apart(
    notebook, platform, double, connected, status, told
):
    line = connected(platform)
    line.mode = gateway(status)
    line.cut()
    done = notebook.run("%codex models")
    text = block(done)
    assert told in text
    assert "try again in a moment" in text
    assert isinstance(done.error, errors.ServerError)
    assert isinstance(done.error, errors.TransportError)
    line.mode = "pass"
    assert notebook.run("%codex models").success


def test_a_deployment_is_followed_through_a_proxy_that_fails(
    notebook, platform, connected
):
    line = connected(platform)
    slow = "import time\ntime.sleep(1)\n" + platform.SCORE
    model = platform.upload(slow, name="followed").json()["ModelHash"]
    platform.get(f"/model/sync/host/demo/{model}").raise_for_status()
    seen = notebook.run(
        "from codex_jupyter.client.model import MLOpsModelClient\n"
        f"client = MLOpsModelClient(url={line.address!r})\n"
        f"watched = client.get_model(model_id={model!r}, group='demo').watch()\n"
        "next(watched).name"
    )
    assert seen.success, seen.text
    line.mode = gateway("502 Bad Gateway")
    line.cut()
    line.later(0.3, "pass")
    done = notebook.run("[event.name for event in watched][-1]")
    assert done.result == "end", done.text
    assert any("/events/" in one for one in line.requests), line.requests


def test_a_network_that_is_gone_without_a_word_is_noticed_by_what_follows(
    platform, double, connected
):
    line, heard = connected(platform), []
    model = MLOpsModelClient(url=line.address).get_model(model_id=double, group="demo")
    line.mode = "hold"
    with Probe(model.refresh, lambda yes, _: heard.append(yes), quiet=0.1):
        wait_until(lambda: heard)
        assert heard == [False]
        line.mode = "pass"
        wait_until(lambda: heard[-1])


def test_a_token_and_a_password_that_are_refused_say_what_to_type(
    notebook, own_platform, connected, monkeypatch
):
    platform = own_platform()
    line = connected(platform)
    notebook.names["model"] = {"k": "x" * 300_000}
    line.cut_upload = 150_000
    block(notebook.run(DEPLOY.format(name="half")))
    early = MLOpsModelClient(url=line.address)
    early.list_groups()
    # What was cut is no mistake of the platform: it is silent about it.
    assert platform.stop() == (0, "")
    new = {"keys": {"signing": "ab" * 32}, "admin": {"password": "another-password"}}
    for name, change in new.items():
        file = platform.data_dir / f"{name}.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | change))
    platform.start()
    line.turn_to(platform.address)
    done = notebook.run("%codex models")
    text = block(done)
    assert isinstance(done.error, errors.AuthenticationError)
    assert "refused the user 'admin' or its password" in text
    assert "%codex connect" in text
    monkeypatch.setenv("MLOPS_PASSWORD", "another-password")
    assert notebook.run(f"%codex connect {line.address}").success
    assert notebook.run("%codex models").success
    # What was opened before, such as a panel, goes on with the new password.
    assert early.list_groups()


def test_an_address_whose_packets_go_nowhere(notebook, monkeypatch):
    monkeypatch.setattr(wire, "CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(faults, "CONNECT_SECONDS", 0.3)
    monkeypatch.setenv("MLOPS_USER", "ana")
    monkeypatch.setenv("MLOPS_PASSWORD", "some-password")
    with ExitStack() as opened:
        # It accepts nobody: once its queue is full, further packets are dropped.
        full = opened.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        while True:
            one = opened.enter_context(socket.socket())
            one.settimeout(0.3)
            try:
                one.connect(full.getsockname())
            except TimeoutError:
                break
        address = f"http://127.0.0.1:{full.getsockname()[1]}"
        text = block(notebook.run(f"%codex connect {address}"))
    assert f"No connection to {address}/api came about within 0.3 s" in text
    assert "the network, the VPN and the firewall" in text


@pytest.mark.parametrize(
    ("address", "told", "advice"),
    [
        ("http://no-such-host.invalid", "'no-such-host.invalid' is not known", "VPN"),
        ("https{wire}", "not encrypted as https is", "http:// instead"),
    ],
)
def test_addresses_that_cannot_be(notebook, platform, connected, address, told, advice):
    line = connected(platform)
    address = address.format(wire=line.address.removeprefix("http"))
    text = block(notebook.run(f"%codex connect {address}"))
    assert told in text
    assert advice in text
    # The platform of before is still there.
    assert notebook.run("%codex models").success
