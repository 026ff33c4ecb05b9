"""Login tokens, shared by every client of this process."""

from __future__ import annotations

import hashlib
import threading
import time
import warnings
from copy import copy
from dataclasses import dataclass

from codex_jupyter.config import GroupTokens, Secret, Settings
from codex_jupyter.errors import AuthenticationError

LIFETIME = 10_800.0  # seconds that the platform grants a login token
MARGIN = 300.0  # renewed so many seconds before its end
REST = 60.0  # seconds after a refusal, twice as long after each one more
MOST_REST = 300.0  # seconds

Key = tuple[str, str, str, str | None]


@dataclass(frozen=True, slots=True)
class _Held:
    token: Secret
    until: float


@dataclass(frozen=True, slots=True)
class _Refused:
    error: AuthenticationError
    rest: float
    until: float


def key_of(settings: Settings) -> Key:
    """Who logs in where; the password only as a digest."""
    digest = hashlib.sha256(settings.password.reveal().encode()).hexdigest()
    return (settings.address, settings.user, digest, settings.tenant)


def _who(settings: Settings) -> tuple[str, str, str | None]:
    return (settings.address, settings.user, settings.tenant)


class LoginTokens:
    """A cache of login tokens by address, user, password and tenant.

    `claim` lets one caller log in while the others look again a moment later; it
    never blocks, so that it serves threads and event loops alike.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[Key, _Held] = {}
        self._claimed: set[Key] = set()
        self._accepted: dict[tuple[str, str, str | None], Secret] = {}
        self._refused: dict[Key, _Refused] = {}

    def get(self, key: Key) -> Secret:
        """The token, or an unset Secret when there is none that is still good."""
        with self._lock:
            held = self._held.get(key)
        if held is None or held.until < time.monotonic():
            return Secret()
        return held.token

    def claim(self, key: Key) -> bool:
        """True for the one caller that may log in now; it must `release`."""
        with self._lock:
            if key in self._claimed:
                return False
            self._claimed.add(key)
            return True

    def release(self, key: Key) -> None:
        """Let others log in."""
        with self._lock:
            self._claimed.discard(key)

    def put(self, key: Key, token: str) -> None:
        """Keep a new token."""
        until = time.monotonic() + LIFETIME - MARGIN
        with self._lock:
            self._held[key] = _Held(Secret(token), until)

    def drop(self, key: Key, refused: Secret) -> None:
        """Forget a token that was refused, unless it was replaced meanwhile."""
        with self._lock:
            held = self._held.get(key)
            if held is not None and held.token == refused:
                del self._held[key]

    def accept(self, settings: Settings) -> None:
        """Remember the password with which the platform let the user in."""
        with self._lock:
            self._accepted[_who(settings)] = settings.password
            self._refused.pop(key_of(settings), None)

    def accepted(self, settings: Settings) -> Secret:
        """The password with which the platform let the same user in last."""
        with self._lock:
            return self._accepted.get(_who(settings), Secret())

    def refuse(self, key: Key, error: AuthenticationError) -> None:
        """Remember that the platform does not let that user in."""
        with self._lock:
            before = self._refused.get(key)
            rest = min(before.rest * 2, MOST_REST) if before else REST
            self._refused[key] = _Refused(error, rest, time.monotonic() + rest)

    def refusal(self, key: Key) -> AuthenticationError | None:
        """Why that user was refused a moment ago, or None.

        Whatever asks by itself does not send the same password again meanwhile: a
        panel left open would lock its user's account.
        """
        with self._lock:
            refused = self._refused.get(key)
        if refused is None or refused.until <= time.monotonic():
            return None
        return copy(refused.error)

    def __repr__(self) -> str:
        return f"LoginTokens({len(self._held)} held)"


LOGINS = LoginTokens()


class GroupKeys:
    """The group tokens that one client may use, best first.

    Those got since this kernel started come first, then the one that was given, then
    those remembered on this machine.
    """

    def __init__(self, settings: Settings, remembered: GroupTokens) -> None:
        self._settings = settings
        self._remembered = remembered
        self._session: dict[str, Secret] = {}

    def candidates(self, group: str) -> list[Secret]:
        """All tokens that are worth a try, none twice."""
        place = self._settings.identity
        found = (
            self._session.get(group, Secret()),
            self._settings.group_token,
            self._remembered.get(place, group),
        )
        return list(dict.fromkeys(token for token in found if token))

    def prefer(self, group: str, token: Secret) -> None:
        """Use this token first from now on."""
        self._session[group] = token

    def keep(self, group: str, token: str) -> None:
        """Use a new token from now on, and in later sessions on this machine.

        A folder that cannot be written is only warned of: the platform shows the token
        this once, so this process must not lose it.
        """
        self.prefer(group, Secret(token))
        try:
            self._remembered.put(self._settings.identity, group, token)
        except OSError as error:
            warnings.warn(
                f"The token of the group '{group}' could not be kept for later "
                f"sessions: {error.strerror}. In the next one, type "
                f'client.refresh_group_token("{group}", force=True).',
                stacklevel=2,
            )

    def __repr__(self) -> str:
        return f"GroupKeys({sorted(self._session)})"
