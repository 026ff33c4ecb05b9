"""One platform and one user on it: tokens, retries, and the two ways to run steps."""

from __future__ import annotations

import asyncio
import ssl
import weakref
from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace
from functools import cache
from threading import Lock
from typing import Any, TypeVar, cast

import httpx

from codex_jupyter import __version__
from codex_jupyter.config import Secret, Settings, answer_seconds
from codex_jupyter.errors import AuthenticationError
from codex_jupyter.protocol import routes
from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.route import Auth

from .auth import LOGINS, key_of
from .drivers import Awaiting, Blocking
from .errors_map import member, value_of
from .faults import is_loopback
from .operation import Answer, Call, Fault, Steps, Watching, pause
from .repeating import doubt, is_repeatable

R = TypeVar("R")

_RETRY_AFTER = (0.1, 0.5)  # seconds
_AWAY = frozenset({502, 503, 504})


@cache
def trusted() -> ssl.SSLContext:
    """The certificates to trust; reading them takes long, so once a process."""
    return httpx.create_ssl_context()


class Connection:
    """Sends calls to one platform as one user.

    Safe to share between threads and event loops. Login tokens are shared by all
    connections of the process.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.address = settings.address
        self._key = key_of(settings)
        self._was_let_in = False
        self._lock = Lock()
        self._client: httpx.Client | None = None
        self._loops: weakref.WeakKeyDictionary[
            asyncio.AbstractEventLoop,
            tuple[AsyncGenerator[httpx.AsyncClient, None], httpx.AsyncClient],
        ] = weakref.WeakKeyDictionary()

    def __repr__(self) -> str:
        token = LOGINS.get(self._key)
        return (
            f"Connection({self.address!r}, user={self.settings.user!r}, token={token})"
        )

    def seconds(self, call: Call) -> float:
        """How long each part of the call's answer may take.

        Raises:
            ConfigError: the time that the user set is none.
        """
        return answer_seconds() if call.timeout is None else call.timeout

    # Running steps

    def run(self, steps: Steps[R]) -> R:
        """Run steps on this thread and give their result."""
        driver, outcome = Blocking(self), None
        try:
            while True:
                request = steps.send(outcome)
                try:
                    outcome = driver.perform(request)
                except KeyboardInterrupt as stop:
                    # Steps that wait for something say how to come back to it.
                    steps.throw(stop)
                    raise
        except StopIteration as done:
            return cast("R", done.value)
        finally:
            steps.close()
            driver.close()

    async def arun(self, steps: Steps[R]) -> R:
        """Run steps on the running event loop and give their result."""
        driver, outcome = Awaiting(self), None
        try:
            while True:
                try:
                    request = steps.send(outcome)
                except StopIteration as done:
                    return cast("R", done.value)
                try:
                    outcome = await driver.perform(request)
                except asyncio.CancelledError as stop:
                    # As an interrupt above: what waits says how to come back.
                    steps.throw(stop)
                    raise
        finally:
            steps.close()
            await driver.close()

    def stream(self, watching: Watching[None]) -> Iterator[Event]:
        """Run steps on this thread and yield their events."""
        driver, outcome = Blocking(self), None
        try:
            while True:
                try:
                    request = watching.send(outcome)
                except StopIteration:
                    return
                outcome = None
                if isinstance(request, Event):
                    yield request
                else:
                    outcome = driver.perform(request)
        finally:
            watching.close()
            driver.close()

    async def astream(self, watching: Watching[None]) -> AsyncGenerator[Event, None]:
        """Run steps on the running event loop and yield their events."""
        driver, outcome = Awaiting(self), None
        try:
            while True:
                try:
                    request = watching.send(outcome)
                except StopIteration:
                    return
                outcome = None
                if isinstance(request, Event):
                    yield request
                else:
                    outcome = await driver.perform(request)
        finally:
            watching.close()
            await driver.close()

    # Steps

    def ask(self, call: Call) -> Steps[Any]:
        """Steps that send a call and give the JSON value of its good answer.

        Raises:
            CodexError: no answer came, or it is an error.
        """
        answer = yield from self.exchange(call)
        return value_of(call, answer, self.settings)

    def exchange(self, call: Call) -> Steps[Answer]:
        """Steps that send a call with the right token and give whatever answer comes.

        Raises:
            TransportError: no answer came.
            AuthenticationError: user and password are refused.
        """
        if call.route.auth is not Auth.USER:
            return (yield from self._send(call))
        token = yield from self.login()
        answer = yield from self._send(replace(call, token=token))
        if answer.status == 401:
            token = yield from self.login(refused=token)
            answer = yield from self._send(replace(call, token=token))
        return answer

    def login(self, *, refused: Secret | None = None) -> Steps[Secret]:
        """Steps that give a login token, from the cache when there is one.

        Args:
            refused: a token that the platform does not take any more.

        Raises:
            TransportError: no answer came.
            AuthenticationError: user and password are refused.
        """
        if refused is not None:
            LOGINS.drop(self._key, refused)
        while not (held := LOGINS.get(self._key)):
            key = self._key
            if not LOGINS.claim(key):
                yield from pause(0.02)
                continue
            try:
                if not LOGINS.get(key):
                    token = yield from self._new_token()
                    LOGINS.put(self._key, token)
            finally:
                LOGINS.release(key)
        self._was_let_in = True
        return held

    def _new_token(self) -> Steps[str]:
        # A person who logs in is always let try: that makes a connection anew.
        known = LOGINS.refusal(self._key) if self._was_let_in else None
        try:
            if known:
                raise known
            token = yield from self._log_in()
        except AuthenticationError as error:
            if error is not known:
                LOGINS.refuse(self._key, error)
            # A password that was good once and is not any more: what was opened with
            # it goes on with the one that the user gave since.
            newer = LOGINS.accepted(self.settings)
            if not (self._was_let_in and newer) or newer == self.settings.password:
                raise
            self.settings = replace(self.settings, password=newer)
            self._key = key_of(self.settings)
            token = yield from self._log_in()
        LOGINS.accept(self.settings)
        return token

    def _log_in(self) -> Steps[str]:
        fields = {
            "user": self.settings.user,
            "password": self.settings.password.reveal(),
        }
        if self.settings.tenant:
            fields["tenant"] = self.settings.tenant
        call = Call(routes.LOGIN, fields=fields)
        body = yield from self.ask(call)
        return member(body, "Token", str, call)

    def _send(self, call: Call) -> Steps[Answer]:
        for seconds in (*_RETRY_AFTER, None):
            outcome = yield call
            if isinstance(outcome, Fault):
                again = outcome.kind == "refused" or (
                    outcome.kind == "broken" and is_repeatable(call.route)
                )
                if seconds is None or not again:
                    if outcome.kind in ("broken", "late"):
                        told = doubt(call)
                        outcome.error.in_doubt = told is not None
                        outcome.error.hint = told or outcome.error.hint
                    raise outcome.error
            else:
                answer = cast("Answer", outcome)
                again = answer.status in _AWAY and is_repeatable(call.route)
                if seconds is None or not again:
                    return answer
            yield from pause(seconds)
        raise AssertionError("the last attempt returns or raises")

    # httpx

    def client(self) -> httpx.Client:
        """The blocking httpx client, made at first use."""
        with self._lock:
            if self._client is None:
                self._client = httpx.Client(**self._options())
                weakref.finalize(self, self._client.close)
            return self._client

    async def aclient(self) -> httpx.AsyncClient:
        """The awaitable httpx client of the running loop, made at first use."""
        loop = asyncio.get_running_loop()
        if loop not in self._loops:
            for ended in [one for one in self._loops if one.is_closed()]:
                del self._loops[ended]
            holder = _held(httpx.AsyncClient(**self._options()))
            self._loops[loop] = (holder, await anext(holder))
        return self._loops[loop][1]

    def close(self) -> None:
        """Close the connections of blocking use; a later call opens them anew."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    async def aclose(self) -> None:
        """Close the connections, those of the running loop included."""
        self.close()
        held = self._loops.pop(asyncio.get_running_loop(), None)
        if held is not None:
            await held[0].aclose()

    def _options(self) -> dict[str, Any]:
        return {
            "verify": trusted(),
            "headers": {"User-Agent": f"codex-jupyter/{__version__}"},
            # A redirect would turn a POST into a GET and could carry a token away.
            "follow_redirects": False,
            # A company's proxy cannot reach this machine's loopback.
            "trust_env": not is_loopback(self.address),
            # Below the 5 s after which common servers hang up.
            "limits": httpx.Limits(max_connections=100, keepalive_expiry=4.0),
        }


async def _held(client: httpx.AsyncClient) -> AsyncGenerator[httpx.AsyncClient, None]:
    # A loop that ends closes its asynchronous generators, and this one its client:
    # no connection outlives ``asyncio.run``.
    try:
        yield client
    finally:
        await client.aclose()
