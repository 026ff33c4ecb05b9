"""The connect form without a page: what it takes, and what it never tells."""

from __future__ import annotations

import json
import logging
import threading

import pytest
from widget_kit import until

from codex_jupyter.errors import AuthenticationError, UnreachableError
from codex_jupyter.widgets.connect import Connected, ConnectForm, SignIn

PASSWORD = "corréct horse ☃"


class Platform:
    """Takes one password; keeps what it was given."""

    def __init__(self):
        self.given = []
        self.error = None

    def connect(self, typed, test):
        self.given.append((typed, test))
        if self.error:
            raise self.error
        if typed.password != PASSWORD:
            raise AuthenticationError("User or password is wrong.", status=401)
        return Connected(f"Connected to {typed.address} as {typed.user}.", ["demo"])


@pytest.fixture
def platform():
    return Platform()


@pytest.fixture
def panel(platform):
    made = ConnectForm(platform.connect, address="https://codex.example.com/api")
    yield made
    made.close()


def sign_in(panel, request="r", password=PASSWORD, **changed):
    fields = {
        "address": " https://codex.example.com ",
        "user": "ana",
        "tenant": "",
        "group": "demo",
        "test": False,
    } | changed
    parts = [password.encode()] if isinstance(password, str) else [password]
    panel.comm.say({"kind": "sign_in", "id": request, **fields}, parts)
    ends = lambda: [*panel.comm.of("reply"), *panel.comm.of("fault")]  # noqa: E731
    until(lambda: any(m["id"] == request for m in ends()))
    return next(m for m in ends() if m["id"] == request)


def test_what_is_known_is_shown_before_anything_is_asked(panel, platform):
    panel._repr_mimebundle_()
    [sent] = panel.comm.of("connect")
    assert sent["address"] == "https://codex.example.com/api"
    assert sent["connected"] == ""
    assert platform.given == []


def test_connecting_hands_over_what_was_typed_and_tells_every_view(panel, platform):
    reply = sign_in(panel)
    assert reply["result"]["groups"] == ["demo"]
    [(typed, test)] = platform.given
    assert (typed.address, typed.user, typed.group) == (
        "https://codex.example.com",
        "ana",
        "demo",
    )
    assert typed.password == PASSWORD
    assert not test
    assert "as ana" in panel.comm.of("connect")[-1]["connected"]
    assert "as ana" in panel.card().text


def test_a_test_changes_nothing(panel, platform):
    assert sign_in(panel, test=True)["kind"] == "reply"
    assert platform.given[0][1]
    assert panel.comm.of("connect") == []
    assert "Not connected" in panel.card().text


@pytest.mark.parametrize(
    "error",
    [
        AuthenticationError("User or password is wrong."),
        UnreachableError("Nothing answers there.", hint="Is the address right?"),
    ],
)
def test_a_refusal_is_told_in_the_platforms_words(panel, platform, error):
    platform.error = error
    reply = sign_in(panel)
    assert (reply["kind"], reply["message"]) == ("fault", error.message)
    assert "Not connected" in panel.card().text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"address": "  "}, "address"),
        ({"user": ""}, "user"),
        ({"password": ""}, "password"),
        ({"password": b"\xff\xfe"}, "password"),
        ({"password": "x" * 5000}, "password"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_asked(panel, platform, changed, told):
    reply = sign_in(panel, **changed)
    assert reply["kind"] == "fault"
    assert told in reply["message"]
    assert platform.given == []


def test_the_password_is_in_nothing_that_is_sent_shown_logged_or_saved(
    panel, platform, caplog
):
    caplog.set_level(logging.DEBUG)
    sign_in(panel, "a")
    sign_in(panel, "b", password="wrong-and-secret")
    platform.error = RuntimeError(f"{PASSWORD} wrong-and-secret")
    sign_in(panel, "c")
    state = {key: str(value) for key, value in panel.get_state().items()}
    twin = panel._twin()._repr_mimebundle_()
    bundle = panel._repr_mimebundle_()
    told = [repr(content) for content, _ in panel.comm.sent]
    parts = [part for content, parts in panel.comm.sent for part in parts
             if content["kind"] != "asset"]  # fmt: skip
    everything = "\n".join(
        [json.dumps(state), str(twin), str(bundle), *told, str(parts), caplog.text]
        + [repr(typed) + str(typed) for typed, _ in platform.given]
    )
    for secret in (PASSWORD, "wrong-and-secret", ascii(PASSWORD)[1:-1]):
        assert secret not in everything
    assert PASSWORD not in repr(vars(panel))


def test_what_was_typed_has_no_repr():
    typed = SignIn("https://x", "ana", PASSWORD, "", "")
    assert PASSWORD not in f"{typed} {typed!r} {[typed]}"


def test_a_cancelled_sign_in_that_ends_later_is_not_told(panel, platform):
    held = threading.Event()
    started = threading.Event()
    connect = platform.connect

    def slow(typed, test):
        started.set()
        held.wait(30)
        return connect(typed, test)

    panel._connect = slow
    fields = {"address": "a", "user": "u", "tenant": "", "group": "", "test": False}
    panel.comm.say({"kind": "sign_in", "id": "1", **fields}, [PASSWORD.encode()])
    until(started.is_set)
    panel.comm.say({"kind": "cancel", "id": "2", "request": "1"})
    held.set()
    until(lambda: not [t for t in threading.enumerate() if t.name == "codex-connect"])
    assert panel.comm.of("connect") == []
    assert [m["id"] for m in panel.comm.of("reply")] == ["2"]


def test_a_connection_that_is_lost_is_told_until_it_holds_again(platform):
    lost = UnreachableError("Nothing answers there.", hint="Try again later.")
    wrong = [lost]

    def look():
        if wrong:
            raise wrong[0]

    panel = ConnectForm(platform.connect, look)
    asked = iter("abcdefgh")

    def looked():
        name = next(asked)
        panel.comm.say({"kind": "look", "id": name})
        until(lambda: any(m["id"] == name for m in panel.comm.of("reply")))
        told = panel.comm.of("connect")
        return told[-1]["problem"] if told else None

    assert looked() is None, "nobody is connected yet"
    sign_in(panel)
    assert looked() == "Nothing answers there. Try again later."
    wrong.clear()
    assert looked() == ""
    panel.close()


def held_look(panel, monkeypatch, request):
    """A look that hangs; gives what lets it fail."""
    begun, held = threading.Event(), threading.Event()

    def late():
        begun.set()
        assert held.wait(30)
        raise UnreachableError("Nothing answered.")

    with monkeypatch.context() as patched:
        patched.setattr(panel, "_ask", late)
        panel.comm.say({"kind": "look", "id": request})
        assert begun.wait(30)

    def fail():
        held.set()
        until(lambda: any(m["id"] == request for m in panel.comm.of("reply")))

    return fail


def test_a_look_that_fails_at_last_does_not_undo_what_was_asked_since(
    panel, monkeypatch
):
    sign_in(panel, "first")
    fail = held_look(panel, monkeypatch, "late")
    panel.comm.say({"kind": "look", "id": "newer"})
    until(lambda: any(m["id"] == "newer" for m in panel.comm.of("reply")))
    fail()
    assert panel.comm.of("connect")[-1]["problem"] == ""
    # The same user again is told in the same words, and is another connection.
    fail = held_look(panel, monkeypatch, "of the first")
    sign_in(panel, "second")
    fail()
    assert panel.comm.of("connect")[-1]["problem"] == ""


def test_a_problem_that_is_known_stays_told_while_the_platform_is_asked(
    panel, monkeypatch
):
    sign_in(panel)
    held_look(panel, monkeypatch, "first")()
    fail = held_look(panel, monkeypatch, "second")
    panel.push()
    assert panel.comm.of("connect")[-1]["problem"] == "Nothing answered."
    fail()
