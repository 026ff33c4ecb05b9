from __future__ import annotations

import asyncio
import gc
import inspect
import socket
import threading
from contextlib import contextmanager

import httpx
import pytest
from starlette.responses import JSONResponse, Response

from codex_jupyter.client import base, faults, hosted, model
from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.client.operation import Call, Twin, operation
from codex_jupyter.client.transport import Connection
from codex_jupyter.config import MOST_SECONDS, Secret, Settings, answer_seconds
from codex_jupyter.errors import (
    AuthenticationError,
    ConfigError,
    InputError,
    ProtocolError,
    ServerError,
    TransportError,
    UnexpectedError,
    UnreachableError,
    WaitTimeoutError,
)
from codex_jupyter.protocol import routes


def connection(address):
    return Connection(Settings(f"{address}/api", "ana", Secret("x" * 8)))


@contextmanager
def raw_server(*answers):
    """Answers each connection with the next bytes, then closes it; None: silence."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        counted = []
        silent = []

        def work():
            for answer in answers:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                counted.append(1)
                if answer is None:
                    silent.append(peer)
                    continue
                with peer:
                    if answer:
                        peer.recv(65536)
                        peer.sendall(answer)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", counted
        finally:
            listener.shutdown(socket.SHUT_RDWR)  # wakes the waiting accept
            thread.join()
            for peer in silent:
                peer.close()


def all_exceptions(kind):
    yield kind
    for child in kind.__subclasses__():
        yield from all_exceptions(child)


def made(kind):
    try:
        return kind("text")
    except TypeError:
        pass
    try:
        return kind("text", request=None, response=None)
    except TypeError:
        return kind()


HTTPX = sorted(
    {
        found
        for name in httpx.__all__
        if isinstance(kind := getattr(httpx, name), type)
        and issubclass(kind, Exception)
        for found in all_exceptions(kind)
    },
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("kind", HTTPX, ids=lambda kind: kind.__name__)
def test_every_error_of_httpx_has_a_clear_one_of_ours(kind):
    assert issubclass(kind, faults.HTTPX_ERRORS)
    call = Call(routes.HEALTH)
    error = faults.fault_of(made(kind), "http://somewhere/api", call, 5).error
    assert isinstance(error, TransportError)
    assert "http://somewhere/api" in error.message
    assert error.hint


def test_nothing_at_the_address_is_told_at_once():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(UnreachableError, match=f"127.0.0.1:{port}") as caught:
        MLOpsModelClient("ana", "secret-word", url=f"http://127.0.0.1:{port}")
    assert "%codex local" in caught.value.hint


def test_a_name_that_does_not_exist_is_unreachable():
    with pytest.raises(UnreachableError, match=r"'no-such-host\.invalid' is not known"):
        MLOpsModelClient("ana", "secret-word", url="http://no-such-host.invalid")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"", UnreachableError),
        (b"SSH-2.0-OpenSSH_9.2\r\n", UnreachableError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", UnreachableError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<ht>", ProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ProtocolError),
        (b"HTTP/1.1 404 No\r\nContent-Length: 5\r\n\r\n<htm>", UnexpectedError),
        (b"HTTP/1.1 302 No\r\nLocation: https://x.example\r\n\r\n", UnexpectedError),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nabcd", ProtocolError),
    ],
)
def test_an_answer_that_is_none_has_a_clear_error(answer, expected):
    with raw_server(*[answer] * 3) as (address, _):
        link = connection(address)
        with pytest.raises(expected) as caught:
            link.run(link.ask(Call(routes.HEALTH)))
        link.close()
    assert address in str(caught.value)
    assert caught.value.hint
    assert "<ht" not in str(caught.value)


def test_a_slow_answer_ends_with_the_given_time(monkeypatch):
    with raw_server(None, None) as (address, _):
        link = connection(address)
        monkeypatch.setenv("CODEX_JUPYTER_TIMEOUT", "0.2")
        with pytest.raises(WaitTimeoutError, match=r"0\.2 s") as caught:
            link.run(link.ask(Call(routes.HEALTH)))
        assert caught.value.hint.endswith("type %env CODEX_JUPYTER_TIMEOUT=1")
        # A call with a time of its own is not helped by that.
        with pytest.raises(WaitTimeoutError, match=r"0\.2 s") as caught:
            link.run(link.ask(Call(routes.HEALTH, timeout=0.2)))
        assert "%env" not in caught.value.hint
        link.close()


def test_a_longer_time_that_is_named_is_one_that_is_taken(monkeypatch):
    late = httpx.ReadTimeout("late")
    fault = faults.fault_of(late, "http://a", Call(routes.HEALTH), 80_000.0)
    monkeypatch.setenv("CODEX_JUPYTER_TIMEOUT", fault.error.hint.rpartition("=")[2])
    assert answer_seconds() == MOST_SECONDS
    fault = faults.fault_of(late, "http://a", Call(routes.HEALTH), MOST_SECONDS)
    assert "%env" not in fault.error.hint


@pytest.mark.parametrize("text", ["soon", "0", "-1", "nan", "inf", "1e9"])
def test_a_time_that_is_none_is_told_with_one_that_is(monkeypatch, text):
    monkeypatch.setenv("CODEX_JUPYTER_TIMEOUT", text)
    link = connection("http://127.0.0.1:9")
    with pytest.raises(ConfigError, match=text) as caught:
        link.run(link.ask(Call(routes.HEALTH)))
    assert caught.value.hint == "Type %env CODEX_JUPYTER_TIMEOUT=60"
    link.close()


def test_a_prediction_whose_connection_broke_is_not_sent_twice():
    with raw_server(b"HTTP/1.1 200", b"HTTP/1.1 200") as (address, counted):
        link = connection(address)
        call = Call(routes.MODEL_RUN, {"group": "g", "model": "M"}, content=b"{}")
        with pytest.raises(TransportError):
            link.run(link.ask(call))
        link.close()
    assert len(counted) == 1


def test_a_lookup_survives_a_broken_connection():
    good = b'HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{"Version":"1.0"}'
    with raw_server(b"HTTP/1.1 200", good) as (address, _):
        link = connection(address)
        assert link.run(link.ask(Call(routes.HEALTH))) == {"Version": "1.0"}
        link.close()


@pytest.mark.parametrize("end", [b"]", b""])
@pytest.mark.parametrize("collects", [True, False])
def test_a_large_answer_leaves_the_garbage_collector_as_it_was(end, collects):
    body = b"[" + b",".join([b'{"a": 1}'] * 50_000) + end
    good = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    with raw_server(good) as (address, _):
        link = connection(address)
        try:
            if not collects:
                gc.disable()
            told = link.run(link.ask(Call(routes.HEALTH)))
            assert (end, len(told)) == (b"]", 50_000)
        except ProtocolError:
            assert not end
        finally:
            left = gc.isenabled()
            gc.enable()
        link.close()
    assert left is collects


def test_a_busy_platform_is_asked_again_but_a_changing_request_is_not(stand_in, model):
    answers = [Response("", 503), Response("", 502)]

    def restart(request):
        return JSONResponse({}, 503)

    def status(request):
        return answers.pop() if answers else JSONResponse({"Status": "Deployed"})

    stand_in.overrides[routes.MODEL_STATUS] = status
    stand_in.overrides[routes.MODEL_RESTART] = restart
    assert model.refresh() == "Deployed"
    with pytest.raises(ServerError):
        model.restart_model()
    assert stand_in.asked(routes.MODEL_RESTART) == 1


def test_a_wrong_password_is_told_without_it(stand_in):
    with pytest.raises(AuthenticationError, match="ana") as caught:
        stand_in.client(password=Secret("not-the-right-one"))
    assert "not-the-right-one" not in str(caught.value)


def test_a_token_that_expired_is_renewed_once(stand_in):
    with stand_in.client() as client:
        stand_in.tokens.clear()
        client.list_groups()
        assert stand_in.logins == 2
        stand_in.tokens = _Nothing()
        with pytest.raises(AuthenticationError):
            client.list_groups()
        assert stand_in.logins == 3


class _Nothing(set):
    def __contains__(self, item):
        return False


def test_what_was_opened_before_goes_on_with_the_password_given_since(stand_in):
    with stand_in.client() as early:
        stand_in.password = "the-new-password"
        stand_in.tokens.clear()
        with pytest.raises(AuthenticationError):
            early.list_groups()
        with stand_in.client(password=Secret("the-new-password")):
            assert early.list_groups()
            # Who was never let in is not let in by another's password.
            with pytest.raises(AuthenticationError):
                stand_in.client(password=Secret("a-guess"))
            with pytest.raises(AuthenticationError):
                stand_in.client()


def test_a_password_that_is_not_taken_any_more_is_not_sent_again_and_again(stand_in):
    with stand_in.client() as early:
        good, stand_in.password = stand_in.password, "the-new-password"
        stand_in.tokens.clear()
        for _ in range(4):
            with pytest.raises(AuthenticationError, match="refused the user 'ana'"):
                early.list_groups()
        assert stand_in.logins == 2
        # Who logs in anew is asked for, however often.
        for _ in range(2):
            with pytest.raises(AuthenticationError):
                stand_in.client()
        assert stand_in.logins == 4
        stand_in.password = good
        with stand_in.client():
            assert early.list_groups()


def test_a_password_that_was_refused_is_tried_again_after_a_while(
    stand_in, monkeypatch
):
    monkeypatch.setattr("codex_jupyter.client.auth.REST", 0.0)
    with stand_in.client() as early:
        good, stand_in.password = stand_in.password, "the-new-password"
        stand_in.tokens.clear()
        with pytest.raises(AuthenticationError):
            early.list_groups()
        stand_in.password = good
        assert early.list_groups()


def test_many_threads_log_in_once(stand_in):
    link = Connection(stand_in.settings())
    results = []

    def work():
        results.append(link.run(link.ask(Call(routes.GROUPS_LIST))))

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    link.close()
    assert len(results) == 12
    assert stand_in.logins == 1


def test_many_tasks_and_several_loops_log_in_once(stand_in):
    link = Connection(stand_in.settings())

    async def work():
        asked = [link.arun(link.ask(Call(routes.GROUPS_LIST))) for _ in range(12)]
        return await asyncio.gather(*asked)

    assert len(asyncio.run(work())) == 12
    assert len(asyncio.run(work())) == 12
    assert stand_in.logins == 1


def test_a_login_that_was_cancelled_does_not_block_the_next(stand_in):
    link = Connection(stand_in.settings())

    async def work():
        task = asyncio.ensure_future(link.arun(link.login()))
        while not stand_in.logins:  # noqa: ASYNC110 - another thread counts
            await asyncio.sleep(0.005)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return await link.arun(link.login())

    assert asyncio.run(work())


def test_clients_of_one_user_share_their_login(stand_in):
    with stand_in.client(), stand_in.client():
        assert stand_in.logins == 1
    with stand_in.client(tenant="other"):
        assert stand_in.logins == 2


@pytest.mark.parametrize("wrong", ["two\nlines", "café"])
def test_a_text_that_is_no_token_is_refused(model, wrong):
    model.set_token(wrong)
    with pytest.raises(InputError, match="token"):
        model.predict({"a": 1})


def test_arguments_win_over_variables(stand_in, monkeypatch):
    monkeypatch.setenv("MLOPS_URL", stand_in.address)
    monkeypatch.setenv("MLOPS_USER", "ana")
    monkeypatch.setenv("MLOPS_PASSWORD", "wrong")
    with MLOpsModelClient(password="a-secret-password") as client:
        assert client.base_url == f"{stand_in.address}/api"


def test_every_blocking_method_has_an_awaitable_twin_with_the_same_arguments():
    plain = {"watch": "awatch", "close": "aclose"}
    without_io = {"group_token", "set_token", "execution", "exchange"}
    for kind in (base.BaseMLOpsClient, model.MLOpsModelClient, hosted.MLOpsModel):
        for name, value in inspect.getmembers_static(kind):
            if name.startswith("_") or isinstance(value, (property, Twin)):
                continue
            if isinstance(value, operation):
                twin = inspect.getattr_static(kind, f"a{name}")
                assert isinstance(twin, Twin)
                assert twin.steps is value.steps
            elif name not in without_io | set(plain.values()) | {"aopen"}:
                assert hasattr(kind, plain[name])


def test_help_shows_what_a_method_takes_and_gives(model):
    shown = inspect.signature(model.wait_ready)
    assert list(shown.parameters) == ["timeout"]
    assert shown.return_annotation == "str"
    assert inspect.signature(model.await_ready) == shown
    assert "Wait until" in model.wait_ready.__doc__
    assert model.await_ready.__name__ == "await_ready"
