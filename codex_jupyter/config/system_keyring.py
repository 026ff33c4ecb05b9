"""The operating system's keyring, where there is one."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from .secret import Secret


class Keyring:
    """The operating system's keyring, where there is one.

    It is reached through the library ``keyring``, an extra of ours that is imported
    only here; without it, or on a machine without a keyring, nothing is kept. A secret
    is kept by a place (an address, or whose groups) and a name (a user, or a group).
    """

    @property
    def backend(self) -> str | None:
        """What keeps the secrets, or None where nothing does."""
        library = _keyring()
        return None if library is None else str(library.get_keyring().name)

    def get(self, place: str, name: str) -> Secret:
        """The secret that is kept; an unset one when there is none."""
        library = _keyring()
        try:
            return Secret(library and library.get_password(_service(place), name))
        except Exception:  # noqa: BLE001 - locked, or refused by the user
            return Secret()

    def put(self, place: str, name: str, value: Secret) -> bool:
        """Keep a secret; False where it cannot be kept."""
        library = _keyring()
        if library is None:
            return False
        try:
            library.set_password(_service(place), name, value.reveal())
        except Exception:  # noqa: BLE001 - locked, or refused by the user
            return False
        return True

    def forget(self, place: str, name: str) -> None:
        """Take a secret away, if one is kept."""
        library = _keyring()
        if library is not None:
            with suppress(Exception):
                library.delete_password(_service(place), name)


def _service(place: str) -> str:
    return f"codex-jupyter {place}"


def _keyring() -> Any:
    try:
        import keyring

        # Machines without a screen have a backend that keeps nothing, of priority 0.
        return keyring if keyring.get_keyring().priority > 0 else None
    except Exception:  # noqa: BLE001 - not installed, or its backend is broken
        return None
