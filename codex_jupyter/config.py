"""Where the platform is, who the user is, and where the secrets are kept.

Arguments win over ``MLOPS_*`` variables, which win over a ``.env`` file found upward
from the working directory. Secrets never appear in a repr.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from .errors import ConfigError, InputError

REMOTE_ADDRESS = "https://neomaril.datarisk.net/api"


@dataclass(frozen=True, slots=True)
class Secret:
    """A password or token whose repr and str say only whether it is set."""

    _value: str | None = field(default=None, repr=False)

    def reveal(self) -> str:
        """The secret itself; "" when it is not set."""
        return self._value or ""

    def __bool__(self) -> bool:
        return bool(self._value)

    def __str__(self) -> str:
        return "set" if self._value else "not set"

    def __repr__(self) -> str:
        return f"Secret({self})"


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
    group_token: Secret = Secret()
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
    found = _found(environ, folder)
    user = login or found.get("MLOPS_USER") or ""
    secret = password or found.get("MLOPS_PASSWORD") or ""
    if not user or not secret:
        missing = "user" if not user else "password"
        raise ConfigError(
            f"No {missing} was given.",
            hint="Set MLOPS_USER and MLOPS_PASSWORD, or run %codex local.",
        )
    address = base_address(url or found.get("MLOPS_URL") or REMOTE_ADDRESS)
    return Settings(
        address=address,
        user=user,
        password=Secret(secret),
        tenant=tenant or found.get("MLOPS_TENANT") or None,
        group_token=Secret(group_token or found.get("MLOPS_GROUP_TOKEN") or None),
        platform=_identity_of_local(address),
    )


def _found(
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


def data_home() -> Path:
    """The folder of our data: ``CODEX_JUPYTER_HOME``, or the user's data folder."""
    if chosen := os.environ.get("CODEX_JUPYTER_HOME"):
        return Path(chosen).expanduser()
    share = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(share) / "codex-jupyter"


def config_home() -> Path:
    """The folder of our settings: ``CODEX_JUPYTER_HOME``, or the user's own."""
    if chosen := os.environ.get("CODEX_JUPYTER_HOME"):
        return Path(chosen).expanduser()
    config = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(config) / "codex-jupyter"


@dataclass(frozen=True, slots=True)
class Profile:
    """A platform and a user on it under a short name; no secret is among it."""

    name: str
    address: str
    user: str
    tenant: str | None = None
    group: str | None = None


class Profiles:
    """The user's profiles, in a file of the user's config folder."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or config_home() / "profiles.json"

    def all(self) -> list[Profile]:
        """Every profile, by name."""
        return [
            Profile(name, row["address"], row["user"], row.get("tenant"), row["group"])
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
        with _locked(self._path.with_suffix(".lock")):
            write_private(self._path, read_json(self._path) | {name: row})

    def forget(self, name: str) -> None:
        """Take a profile away.

        Raises:
            InputError: there is none of that name.
            OSError: the folder cannot be written.
        """
        self.get(name)
        with _locked(self._path.with_suffix(".lock")):
            held = read_json(self._path)
            held.pop(name, None)
            write_private(self._path, held)


class Keyring:
    """The operating system's keyring, where there is one.

    It is reached through the library ``keyring``, an extra of ours that is imported
    only here; without it, or on a machine without a keyring, nothing is kept.
    """

    @property
    def backend(self) -> str | None:
        """What keeps the secrets, or None where nothing does."""
        library = _keyring()
        return None if library is None else str(library.get_keyring().name)

    def get(self, address: str, user: str) -> Secret:
        """The password that is kept; an unset Secret when there is none."""
        library = _keyring()
        try:
            return Secret(library and library.get_password(_service(address), user))
        except Exception:  # noqa: BLE001 - locked, or refused by the user
            return Secret()

    def put(self, address: str, user: str, password: Secret) -> bool:
        """Keep a password; False where it cannot be kept."""
        library = _keyring()
        if library is None:
            return False
        try:
            library.set_password(_service(address), user, password.reveal())
        except Exception:  # noqa: BLE001 - locked, or refused by the user
            return False
        return True

    def forget(self, address: str, user: str) -> None:
        """Take a password away, if one is kept."""
        library = _keyring()
        if library is not None:
            with suppress(Exception):
                library.delete_password(_service(address), user)


def _service(address: str) -> str:
    return f"codex-jupyter {address}"


def _keyring() -> Any:
    try:
        import keyring

        # Machines without a screen have a backend that keeps nothing, of priority 0.
        return keyring if keyring.get_keyring().priority > 0 else None
    except Exception:  # noqa: BLE001 - not installed, or its backend is broken
        return None


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
        named = _found(environ, None).get("MLOPS_USER") or profile.user
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
        platform=_identity_of_local(profile.address),
    )


@dataclass(frozen=True, slots=True)
class DataDir:
    """The files by which an embedded platform and its users find each other."""

    root: Path

    @property
    def running(self) -> Path:
        """``{"pid", "address", "version", "started"}`` of the platform running here."""
        return self.root / "platform.json"

    @property
    def lock(self) -> Path:
        """Locked for as long as a platform runs on this folder."""
        return self.root / "platform.lock"

    @property
    def admin(self) -> Path:
        """``{"user", "password"}`` of the first user when they were generated; 0600."""
        return self.root / "admin.json"

    @property
    def identity(self) -> str:
        """What tells this platform from others; its port is another at each start."""
        return f"local:{self.root.resolve()}"

    @property
    def log(self) -> Path:
        """What a detached platform prints."""
        return self.root / "platform.log"


def default_data_dir() -> DataDir:
    """The data folder of the platform that ``%codex local`` starts."""
    return DataDir(data_home() / "platform")


def _identity_of_local(address: str) -> str | None:
    folder = default_data_dir()
    running = read_json(folder.running).get("address")
    return folder.identity if f"{running}/api" == address else None


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file; {} when the file is absent or is not one."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def write_private(path: Path, value: Mapping[str, Any]) -> None:
    """Write a JSON object that only its owner can read, all of it or nothing.

    Raises:
        OSError: the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp creates with 0600, so the secret is never readable by others.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(value, file)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


class GroupTokens:
    """Group tokens remembered on this machine, since a platform shows each only once.

    Kept 0600 in the user's data folder, by platform identity and group.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or data_home() / "tokens.json"

    def get(self, platform: str, group: str) -> Secret:
        """The remembered token; an unset Secret when there is none."""
        value = read_json(self._path).get(platform, {}).get(group)
        return Secret(value if isinstance(value, str) else None)

    def put(self, platform: str, group: str, token: str) -> None:
        """Remember a token.

        Raises:
            OSError: the data folder cannot be written.
        """
        # Two notebooks may each be given a token now, and neither is shown again.
        with _locked(self._path.with_suffix(".lock")):
            held = read_json(self._path)
            held.setdefault(platform, {})[group] = token
            write_private(self._path, held)

    def __repr__(self) -> str:
        return f"GroupTokens({str(self._path)!r})"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        try:
            import fcntl
        except ImportError:
            # Windows: one notebook at a time is the rule there, and all there is.
            yield
            return
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
