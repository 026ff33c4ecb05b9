"""The platform's own keys, and what is encrypted with them."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from codex_jupyter.config import DataDir, read_json, write_private

_FILE = "keys.json"


KEY = "CODEX_JUPYTER_KEY"
"""The environment variable that may hold the key; then it is on no disk of ours."""

_MAKE = "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"


class KeyGone(ValueError):
    """It was encrypted with a key that this platform has no more, or is damaged."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What signs tokens and what encrypts ``.env`` files.

    Args:
        encryption: the first encrypts; what any of them encrypted can be read.
    """

    signing: str
    encryption: tuple[bytes, ...]

    def __repr__(self) -> str:
        return "Keys(set)"

    def encrypt(self, plain: bytes) -> bytes:
        """Encrypt a file for keeping (Fernet: AES-128-CBC with HMAC-SHA256)."""
        from cryptography.fernet import Fernet

        return Fernet(self.encryption[0]).encrypt(plain)

    def decrypt(self, sealed: bytes) -> bytes:
        """The plain file.

        Raises:
            KeyGone: made with another key, or damaged.
        """
        from cryptography.fernet import Fernet, InvalidToken

        for key in self.encryption:
            with suppress(InvalidToken):
                return Fernet(key).decrypt(sealed)
        raise KeyGone(
            "The .env file was encrypted with a key that this platform has no more. "
            f"Start it with that key in {KEY}, or deploy again."
        )


def load_keys(root: Path) -> Keys:
    """The keys of a data folder, made on the first start.

    The key in ``CODEX_JUPYTER_KEY`` comes before the folder's own, which is then made
    only if it is there already.

    Raises:
        ValueError: the variable holds no key.
    """
    from cryptography.fernet import Fernet

    path = root / _FILE
    held = read_json(path)
    given = os.environ.get(KEY, "").strip()
    if given:
        try:
            Fernet(given)
        except ValueError:
            raise ValueError(
                f'{KEY} holds no key: 32 bytes in base64. Make one: python -c "{_MAKE}"'
            ) from None
    made = {"signing": held.get("signing") or secrets.token_hex(32)}
    own = held.get("encryption") or ("" if given else Fernet.generate_key().decode())
    if own:
        made["encryption"] = own
    if made != held:
        write_private(path, made)
    keys = tuple(key.encode() for key in (given, own) if key)
    return Keys(made["signing"], keys)


def admin_credentials(data: DataDir) -> tuple[str, str]:
    """User and password of the first user: given by the environment, else generated.

    ``MLOPS_USER`` and ``MLOPS_PASSWORD`` win; otherwise the password is generated
    once and kept in the data folder, readable by its owner only.
    """
    user, password = os.environ.get("MLOPS_USER"), os.environ.get("MLOPS_PASSWORD")
    if user and password:
        return user, password
    held = read_json(data.admin)
    if "user" not in held or "password" not in held:
        held = {"user": "admin", "password": secrets.token_urlsafe(18)}
        write_private(data.admin, held)
    return held["user"], held["password"]
