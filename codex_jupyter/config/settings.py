"""One platform and one user on it: given, of the environment, or of ``.env``."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from codex_jupyter.errors import ConfigError, InputError

from .folders import identity_of_local
from .secret import Secret

REMOTE_ADDRESS = "https://neomaril.datarisk.net/api"
MOST_SECONDS = 86_400.0
"""The longest that a part of an answer may take: a socket takes no endless time."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One platform and one user on it.

    Args:
        address: the base address; always ends in ``/api``.
        platform: what tokens are remembered under, where the address may change.
    """

    address: str
    user: str
    password: Secret
    tenant: str | None = None
    group_token: Secret = field(default_factory=Secret)
    platform: str | None = None

    @property
    def identity(self) -> str:
        """What tells this platform from others, at whatever address it is today."""
        return self.platform or self.address

    def __repr__(self) -> str:
        return (
            f"Settings(address={self.address!r}, user={self.user!r}, "
            f"password={self.password}, group_token={self.group_token})"
        )


def base_address(text: str) -> str:
    """A typed address as the protocol's base: no trailing slash, ends in ``/api``.

    Raises:
        InputError: the text is not an http or https address.
    """
    address = text.strip()
    scheme, mark, rest = address.partition("://")
    if not mark or scheme not in ("http", "https") or not rest.strip("/"):
        raise InputError(
            f"'{address[:80]}' is not an address.",
            hint="Give one such as https://codex.example.com",
        )
    if "@" in rest.split("/")[0]:
        raise InputError(
            "The address holds a user name or password.",
            hint="Leave it out; use MLOPS_USER and MLOPS_PASSWORD.",
        )
    address = address.rstrip("/")
    return address if address.endswith("/api") else address + "/api"


def load_settings(
    *,
    url: str | None = None,
    login: str | None = None,
    password: str | None = None,
    tenant: str | None = None,
    group_token: str | None = None,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Settings:
    """Settings from the arguments, the environment and the nearest ``.env`` file.

    Args:
        environ: read instead of ``os.environ``.
        folder: where the search for ``.env`` starts; the working directory if None.

    Raises:
        ConfigError: no user or no password was found anywhere.
        InputError: the address is not one.
    """
    found = variables(environ, folder)
    address = base_address(url or found.get("MLOPS_URL") or REMOTE_ADDRESS)
    user = login or found.get("MLOPS_USER") or ""
    secret = password or found.get("MLOPS_PASSWORD") or ""
    if not user or not secret:
        missing = "user" if not user else "password"
        raise ConfigError(
            f"No {missing} was given.",
            hint="Set MLOPS_USER and MLOPS_PASSWORD, or run %codex local.",
        )
    return Settings(
        address=address,
        user=user,
        password=Secret(secret),
        tenant=tenant or found.get("MLOPS_TENANT") or None,
        group_token=Secret(group_token or found.get("MLOPS_GROUP_TOKEN") or None),
        platform=identity_of_local(address),
    )


def answer_seconds() -> float:
    """How long each part of an answer may take: ``CODEX_JUPYTER_TIMEOUT``, or 60 s.

    It is looked up for each request, so that a notebook can change it at any time.

    Raises:
        ConfigError: the variable holds no number above zero, or more than a day.
    """
    text = os.environ.get("CODEX_JUPYTER_TIMEOUT")
    if not text:
        return 60.0
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= MOST_SECONDS:
        raise ConfigError(
            f"CODEX_JUPYTER_TIMEOUT is '{text[:80]}', which is no number of seconds.",
            hint="Type %env CODEX_JUPYTER_TIMEOUT=60",
        )
    return seconds


def variables(
    environ: Mapping[str, str] | None, folder: Path | None
) -> dict[str, str | None]:
    """The variables of the nearest ``.env`` file and, before them, the environment."""
    from dotenv import dotenv_values

    found: dict[str, str | None] = {}
    for place in (start := (folder or Path.cwd()).resolve(), *start.parents):
        if (place / ".env").is_file():
            found = dict(dotenv_values(place / ".env"))
            break
    found.update(os.environ if environ is None else environ)
    return found
