"""Platforms and users under short names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path

from codex_jupyter.errors import ConfigError, InputError

from .files import locked, read_json, write_private
from .folders import config_home, identity_of_local
from .settings import Settings, load_settings, variables
from .system_keyring import Keyring


@dataclass(frozen=True, slots=True)
class Profile:
    """A platform and a user on it under a short name; no secret is among it.

    Args:
        group: the one that lines need not name.
        language: of exported texts, such as ``pt-BR``; that of the locale if None.
    """

    name: str
    address: str
    user: str
    tenant: str | None = None
    group: str | None = None
    language: str | None = None


class Profiles:
    """The user's profiles, in a file of the user's config folder."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or config_home() / "profiles.json"

    def all(self) -> list[Profile]:
        """Every profile, by name."""
        return [
            Profile(
                name,
                row["address"],
                row["user"],
                row.get("tenant"),
                row["group"],
                row.get("language"),
            )
            for name, row in sorted(read_json(self._path).items())
            if isinstance(row, dict) and {"address", "user", "group"} <= row.keys()
        ]

    def get(self, name: str) -> Profile:
        """The profile of that name.

        Raises:
            InputError: there is none; names one that looks like it.
        """
        known = {one.name: one for one in self.all()}
        if name in known:
            return known[name]
        near = get_close_matches(name, known, n=1)
        raise InputError(
            f"There is no profile {name[:40]}.",
            hint=f"Did you mean %codex use {near[0]}?"
            if near
            else f"%codex connect https://… --profile {name[:40]} makes it.",
        )

    def put(self, profile: Profile) -> None:
        """Keep a profile; one of the same name is replaced.

        Raises:
            InputError: the name is not allowed.
            OSError: the folder cannot be written.
        """
        if not re.fullmatch(r"[\w][\w.-]{0,39}", profile.name):
            raise InputError(
                f"'{profile.name[:40]}' can be no profile's name.",
                hint="Use up to 40 letters, digits, - and _.",
            )
        row = asdict(profile)
        name = row.pop("name")
        with locked(self._path.with_suffix(".lock")):
            write_private(self._path, read_json(self._path) | {name: row})

    def forget(self, name: str) -> None:
        """Take a profile away.

        Raises:
            InputError: there is none of that name.
            OSError: the folder cannot be written.
        """
        self.get(name)
        with locked(self._path.with_suffix(".lock")):
            held = read_json(self._path)
            held.pop(name, None)
            write_private(self._path, held)


def profile_settings(
    profile: Profile, environ: Mapping[str, str] | None = None
) -> Settings:
    """A profile with its password: of the keyring, else of the environment.

    A password of the environment is taken only when it is meant for this platform and
    user: it must never be sent to another.

    Raises:
        ConfigError: no password is known.
    """
    password = Keyring().get(profile.address, profile.user)
    if not password:
        try:
            found = load_settings(login=profile.user, environ=environ)
        except ConfigError:
            found = None
        meant = found is not None and found.address == profile.address
        named = variables(environ, None).get("MLOPS_USER") or profile.user
        if found is None or not meant or named != profile.user:
            raise ConfigError(
                f"No password of {profile.user} at {profile.address} is known here.",
                hint="Set MLOPS_URL, MLOPS_USER and MLOPS_PASSWORD in the environment "
                f"or in a .env file, then %codex use {profile.name}.",
            )
        password = found.password
    return Settings(
        profile.address,
        profile.user,
        password,
        profile.tenant,
        platform=identity_of_local(profile.address),
    )
