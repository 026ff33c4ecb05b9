"""Where the platform is, who the user is, and where the secrets are kept.

Arguments win over ``MLOPS_*`` variables, which win over a ``.env`` file found upward
from the working directory. Secrets never appear in a repr.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
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
    from dotenv import dotenv_values

    found: dict[str, str | None] = {}
    for place in (start := (folder or Path.cwd()).resolve(), *start.parents):
        if (place / ".env").is_file():
            found = dict(dotenv_values(place / ".env"))
            break
    found.update(os.environ if environ is None else environ)

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


def data_home() -> Path:
    """The folder of our data: ``CODEX_JUPYTER_HOME``, or the user's data folder."""
    if chosen := os.environ.get("CODEX_JUPYTER_HOME"):
        return Path(chosen).expanduser()
    share = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(share) / "codex-jupyter"


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
