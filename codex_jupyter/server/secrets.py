"""The platform's own keys, and what is encrypted with them."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from codex_jupyter.config import DataDir, read_json, write_private

_FILE = "keys.json"


@dataclass(frozen=True, slots=True)
class Keys:
    """What signs tokens and what encrypts ``.env`` files."""

    signing: str
    encryption: bytes

    def __repr__(self) -> str:
        return "Keys(set)"

    def encrypt(self, plain: bytes) -> bytes:
        """Encrypt a file for keeping (Fernet: AES-128-CBC with HMAC-SHA256)."""
        from cryptography.fernet import Fernet

        return Fernet(self.encryption).encrypt(plain)

    def decrypt(self, sealed: bytes) -> bytes:
        """The plain file.

        Raises:
            cryptography.fernet.InvalidToken: made with another key, or damaged.
        """
        from cryptography.fernet import Fernet

        return Fernet(self.encryption).decrypt(sealed)


def load_keys(root: Path) -> Keys:
    """The keys of a data folder, made on the first start."""
    path = root / _FILE
    held = read_json(path)
    if "signing" not in held or "encryption" not in held:
        from cryptography.fernet import Fernet

        held = {
            "signing": secrets.token_hex(32),
            "encryption": Fernet.generate_key().decode(),
        }
        write_private(path, held)
    return Keys(held["signing"], held["encryption"].encode())


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
