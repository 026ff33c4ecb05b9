"""Group tokens remembered on this machine, since a platform shows each only once."""

from __future__ import annotations

import secrets
import threading
from pathlib import Path

from .files import locked, read_json, write_private
from .folders import data_home
from .secret import Secret
from .system_keyring import Keyring

_MARK = "keyring"


class GroupTokens:
    """Group tokens remembered on this machine, by platform identity and group.

    The keyring of the operating system keeps them where there is one; a file of the
    user's data folder, 0600, keeps the others, and for those of the keyring a mark
    that is new with each token, so that the keyring is asked once for each.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or data_home() / "tokens.json"
        self._lock = threading.Lock()
        self._seen: dict[str, Secret] = {}

    def get(self, platform: str, group: str) -> Secret:
        """The remembered token; an unset Secret when there is none."""
        groups = read_json(self._path).get(platform)
        value = groups.get(group) if isinstance(groups, dict) else None
        if isinstance(value, dict):
            return self._of_keyring(platform, group, str(value.get(_MARK)))
        return Secret(value if isinstance(value, str) else None)

    def put(self, platform: str, group: str, token: str) -> None:
        """Remember a token.

        Raises:
            OSError: the data folder cannot be written.
        """
        # Two notebooks may each be given a token now, and neither is shown again.
        with locked(self._path.with_suffix(".lock")):
            kept = Keyring().put(_place(platform), group, Secret(token))
            value = {_MARK: secrets.token_hex(8)} if kept else token
            held = read_json(self._path)
            groups = held.get(platform)
            groups = groups if isinstance(groups, dict) else {}
            held[platform] = groups | {group: value}
            write_private(self._path, held)

    def _of_keyring(self, platform: str, group: str, mark: str) -> Secret:
        # One asks and the others wait: it may ask the user to unlock it.
        with self._lock:
            if mark not in self._seen:
                found = Keyring().get(_place(platform), group)
                if not found:
                    return found
                self._seen[mark] = found
            return self._seen[mark]

    def __repr__(self) -> str:
        return f"GroupTokens({str(self._path)!r})"


def _place(platform: str) -> str:
    return f"groups of {platform}"
