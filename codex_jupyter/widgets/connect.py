"""The connect form: an address, a user, and a password that is kept nowhere here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from codex_jupyter.errors import InputError
from codex_jupyter.render.connect import connect_card
from codex_jupyter.render.html import Displayable
from codex_jupyter.render.words import t

from .bridge import Request
from .calls import Calls, Reply
from .panel import Panel
from .play_runs import reason
from .turns import Turns
from .worker import Worker

MAX_PASSWORD = 4096


@dataclass(frozen=True, repr=False)
class SignIn:
    """What was typed in the form; it has no repr, so that it is never shown."""

    address: str
    user: str
    password: str
    tenant: str
    group: str


@dataclass(frozen=True, slots=True)
class Connected:
    """What a platform said to a user.

    Args:
        text: a sentence for people.
        groups: the names of the groups there.
    """

    text: str
    groups: list[str]


class ConnectForm(Panel):
    """Address, user, password, tenant and group, with a test before it counts.

    The password comes as the binary part of one message, is handed to `connect` and
    forgotten: no trait, no output, no log and no message back ever holds it.

    Args:
        connect: tries the sign-in; with True it is a test only, and nothing changes.
        look: asks the connected platform whether it still takes the user; raises what
            is wrong. The page has it asked now and then while the form is seen.
        address: what the form begins with, and likewise the others.
    """

    front_end = "connect"

    def __init__(
        self,
        connect: Callable[[SignIn, bool], Connected],
        look: Callable[[], None] = lambda: None,
        address: str = "",
        user: str = "",
        tenant: str = "",
        group: str = "",
        **unknown: object,
    ) -> None:
        super().__init__(**unknown)
        self._connect = connect
        self._ask = look
        self._shown = {
            "address": address,
            "user": user,
            "tenant": tenant,
            "group": group,
        }
        self._connected = self._problem = ""
        self._groups: list[str] = []
        self._lock = threading.RLock()
        self._turns = Turns()
        self._calls = Calls(self.bridge, 2, "codex-connect")
        self._worker = Worker("codex-connect-twin")
        self.bridge.on("sign_in", self._sign_in)
        self.bridge.on("look", self._look)

    def card(self) -> Displayable:
        """Whether there is a connection, in static HTML and plain text."""
        return connect_card({**self._shown, "connected": self._connected})

    def push(self) -> None:
        """Send what the form begins with, or the connection that there is."""
        with self._lock:
            self.bridge.send(
                "connect",
                **self._shown,
                connected=self._connected,
                groups=self._groups,
                problem=self._problem,
            )

    def close(self) -> None:
        """Forget what runs and take the panel from the page."""
        if "_worker" in self.__dict__:
            self._calls.close()
            self._worker.close()
        super().close()

    def _look(self, request: Request) -> None:
        if not self._connected:
            request.reply()
            return

        self.bridge.platform = self._shown["address"]

        def work(_: threading.Event) -> Reply:
            problem = ""
            with self._lock:
                turn = self._turns.ask()
            try:
                self._ask()
            except Exception as error:  # noqa: BLE001 - the panel tells it
                problem = reason(error)
            with self._lock:
                if self._turns.answered(turn) and problem != self._problem:
                    self._problem = problem
                    self.push()
            return None, None

        self._calls.start(request, work)

    def _sign_in(self, request: Request) -> None:
        given = {key: str(request.fields[key]).strip() for key in self._shown}
        if not given["address"]:
            raise InputError(t("The address is missing."))
        if not given["user"]:
            raise InputError(t("The user is missing."))
        sign_in = SignIn(**given, password=_password(request))
        test = bool(request.fields["test"])
        self.bridge.platform = given["address"]

        def work(stop: threading.Event) -> Reply:
            found = self._connect(sign_in, test)
            if not test and not stop.is_set():
                with self._lock:
                    self._shown = given
                    self._connected, self._groups = found.text, found.groups
                    # What was asked before says nothing of this connection.
                    self._turns.answered(self._turns.ask())
                    self._problem = ""
                    self.push()
                self._worker.submit(self.freeze)
            return {"text": found.text, "groups": found.groups}, None

        self._calls.start(request, work)


def _password(request: Request) -> str:
    """The password in a request.

    Raises:
        InputError: there is none. The reason never repeats what was typed.
    """
    typed = b"".join(request.buffers)
    try:
        password = typed.decode() if len(typed) <= MAX_PASSWORD else ""
    except UnicodeDecodeError:
        password = ""
    if not password:
        raise InputError(t("The password is missing."))
    return password
