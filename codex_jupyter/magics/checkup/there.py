"""The platform and the way to it."""

from __future__ import annotations

import shutil
import stat
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter import __version__
from codex_jupyter.config import (
    DataDir,
    Keyring,
    Profiles,
    Secret,
    data_home,
    default_data_dir,
    load_settings,
    read_json,
)
from codex_jupyter.errors import CodexError, ConfigError, GatewayError
from codex_jupyter.magics.known import nearest_python, python_versions
from codex_jupyter.render.progress import duration
from codex_jupyter.render.words import mark, t

from .finding import Finding, Level, looked

if TYPE_CHECKING:
    from codex_jupyter.magics.session import Session

_APART = 60.0  # seconds
_WITHOUT_KEYRING = mark(
    "passwords are read from MLOPS_PASSWORD or .env, group tokens kept in a file that "
    "only you can read"
)
_GB = 1e9
_LITTLE, _TOO_LITTLE = 5 * _GB, 1 * _GB


def check_there(session: Session) -> list[Finding]:
    """The platform in use, or the embedded one; nothing is started or changed."""
    info: dict[str, Any] = {}
    found = [looked("platform", lambda: _platform(session, info))]
    if info:
        found.append(looked("clock", lambda: _clock(session)))
        found.append(looked("interpreters", lambda: _interpreters(session, info)))
    if session.settings is None or session.is_local:
        folder = session.data_dir or default_data_dir()
        found.append(looked("disk", lambda: _disk(folder)))
    found.append(looked("credentials", lambda: _credentials(session)))
    found.append(looked("profiles", _profiles))
    found.append(looked("keyring", _keyring))
    found.append(looked("kept secrets", _kept))
    return found


def _platform(session: Session, info: dict[str, Any]) -> Finding:
    """Whether it answers; what it tells of itself is put into ``info``."""
    from codex_jupyter.client import local

    if session.settings is None and local.find(default_data_dir()) is None:
        return Finding(
            "platform",
            Level.WARN,
            "not connected, and no embedded platform runs on this machine",
            "%codex local, or %codex connect https://…",
        )
    try:
        info.update(session.client().platform_info())
    except CodexError as error:
        again = "%codex local" if session.is_local else "%codex connect"
        fix = again if session.settings else error.hint or again
        if isinstance(error, GatewayError):
            fix = "%codex doctor, again in a moment"
        return Finding("platform", Level.BAD, error.message, fix)
    settings = session.settings
    where = settings.address if settings else ""
    kind = "embedded" if session.is_local else "remote"
    running = read_json(session.data_dir.running) if session.data_dir else {}
    version = running.get("version", __version__)
    if version != __version__:
        return Finding(
            "platform",
            Level.WARN,
            f"the one at {where} was started by codex_jupyter {version}, this is "
            f"{__version__}",
            "%codex local stop, then %codex local",
        )
    told = f"{kind}, answers at {where}, protocol {info.get('Version', 'unknown')}"
    return Finding("platform", Level.OK, told)


def _clock(session: Session) -> Finding:
    """Whether both machines agree on the time, by which tokens and periods go."""
    ahead = session.client().clock_difference()
    if ahead is None:
        return Finding("clock", Level.OK, "the platform does not tell its time")
    if abs(ahead) < _APART:
        return Finding("clock", Level.OK, "as the platform's, within a minute")
    side = "ahead of" if ahead > 0 else "behind"
    return Finding(
        "clock",
        Level.WARN,
        f"the platform's is {duration(abs(ahead))} {side} this machine's: tokens may "
        "count as expired, and logs and periods go by its time",
        "!timedatectl status, here and on the platform's machine",
    )


def _interpreters(session: Session, info: dict[str, Any]) -> Finding:
    offered = python_versions(info)
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    if not offered:
        told = "the platform does not tell which Python versions it has"
        return Finding("interpreters", Level.OK, told)
    told = f"Python {', '.join(offered)}"
    if here in offered:
        return Finding("interpreters", Level.OK, told)
    near = nearest_python(here, offered)
    fix = f"!python -m uv python install {here}" if session.is_local else ""
    return Finding(
        "interpreters",
        Level.WARN,
        f"{told}; not this kernel's {here}",
        fix or f"%%codex deploy … --python {near}",
    )


def _disk(folder: DataDir) -> Finding:
    place = folder.root
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    told = f"{free / _GB:.1f} GB free for {folder.root}"
    if free > _LITTLE:
        return Finding("disk", Level.OK, told)
    level = Level.WARN if free > _TOO_LITTLE else Level.BAD
    return Finding("disk", level, told, f"!du -sh '{folder.root}'/*")


def _credentials(session: Session) -> Finding:
    settings = session.settings
    source = mark("in use")
    if settings is None:
        try:
            settings, source = load_settings(), mark("in MLOPS_* or .env")
        except ConfigError as error:
            return Finding(
                "credentials",
                Level.OK,
                f"user and password not set ({error.message.rstrip('.').lower()}); "
                "%codex local needs none",
            )
    group = session.last_group
    known = settings.group_token
    if group and not known:
        known = session.client().group_token(group)
    of = f" of {group}" if group else ""
    user, password, tenant, token = (
        t(str(one))
        for one in (
            Secret(settings.user),
            settings.password,
            Secret(settings.tenant),
            known,
        )
    )
    told = (
        f"{t(source)}: user {user}, password {password}, tenant {tenant}, "
        f"group token{of} {token}"
    )
    return Finding("credentials", Level.OK, told)


def _profiles() -> Finding:
    names = [profile.name for profile in Profiles().all()]
    told = ", ".join(names) or "none; %codex connect https://… --profile NAME makes one"
    return Finding("profiles", Level.OK, told)


def _keyring() -> Finding:
    """Where secrets are kept; no keyring is no fault, only less comfort."""
    if backend := Keyring().backend:
        return Finding(
            "keyring", Level.OK, f"keeps passwords and group tokens: {backend}"
        )
    if find_spec("keyring") is None:
        told = f"not installed; {_WITHOUT_KEYRING}"
        return Finding(
            "keyring", Level.OK, told, '%pip install "codex_jupyter[keyring]"'
        )
    told = f"this machine has none; {_WITHOUT_KEYRING}"
    return Finding("keyring", Level.OK, told)


def _kept() -> Finding:
    """Whether others on this machine could read what is kept."""
    folder = data_home()
    open_to_others = [
        path
        for path in (folder / "tokens.json", default_data_dir().admin)
        if path.exists() and _is_open(path)
    ]
    if open_to_others:
        names = " ".join(f"'{path}'" for path in open_to_others)
        told = "others on this machine can read where tokens are kept"
        return Finding("kept secrets", Level.BAD, told, f"!chmod 600 {names}")
    told = "only you can read them" if folder.exists() else "none on this machine"
    return Finding("kept secrets", Level.OK, told)


def _is_open(path: Path) -> bool:
    if sys.platform == "win32":
        return False
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
