"""Where our files are on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from .files import read_json


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


def identity_of_local(address: str) -> str | None:
    """The identity of the embedded platform if the address is its own today."""
    folder = default_data_dir()
    running = read_json(folder.running).get("address")
    return folder.identity if f"{running}/api" == address else None
