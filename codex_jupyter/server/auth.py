"""Who is asking: passwords, user tokens (JWT) and group tokens.

Tokens survive restarts because the signing key is kept beside the data; several
tokens of one user are valid at once. Passwords are kept as salted scrypt hashes,
group tokens, which are 128 random bits, as SHA-256.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from codex_jupyter.protocol.problems import ProblemKind

from .clock import now
from .problems import Problem
from .store import GroupRow, Store
from .store.users import UserRow

TOKEN_LIFETIME = timedelta(seconds=10_800)
GROUP_TOKEN_LIFETIME = timedelta(days=365)
_CLAIM = "https://neomaril.datarisk.net/"


class Auth:
    """Checks and issues tokens.

    Args:
        key: the secret that signs user tokens.
    """

    def __init__(self, store: Store, key: str) -> None:
        self._store = store
        self._key = key
        # Keyed digests of passwords that were found right: some clients log in
        # before every request, and scrypt is slow on purpose.
        self._proven: dict[str, bytes] = {}
        self._groups: dict[str, GroupRow] = {}

    def set_password(self, user: str, password: str, role: str = "master") -> None:
        """Create the user, or change the password."""
        salt = secrets.token_bytes(16)
        self._store.users.put(UserRow(user, salt, _scrypt(password, salt), role))
        self._proven.pop(user, None)

    def login(self, user: str, password: str, tenant: str | None) -> str:
        """A user token.

        Raises:
            Problem: 401, wrong user or password.
        """
        quick = hmac.digest(
            self._key.encode(), f"{user}\0{password}".encode(), "sha256"
        )
        if not hmac.compare_digest(self._proven.get(user, b""), quick):
            row = self._store.users.get(user)
            salt = row.salt if row else b"no such user, same time"
            right = row.password if row else b""
            if not hmac.compare_digest(_scrypt(password, salt), right):
                raise _refused("Wrong user or password.")
            self._proven[user] = quick
        issued = datetime.now(UTC)
        claims: dict[str, Any] = {
            "iss": "codex-jupyter",
            "sub": user,
            "iat": issued,
            "exp": issued + TOKEN_LIFETIME,
            "jti": secrets.token_hex(8),
            f"{_CLAIM}tenant": tenant or "local",
            f"{_CLAIM}role": "master",
        }
        return jwt.encode(claims, self._key, algorithm="HS256")

    def user(self, header: str | None) -> str:
        """The user of an Authorization header.

        Raises:
            Problem: 401, the token is missing, wrong or expired.
        """
        try:
            claims = jwt.decode(
                _bearer(header),
                self._key,
                algorithms=["HS256"],
                issuer="codex-jupyter",
            )
        except jwt.ExpiredSignatureError:
            raise _refused("The user token has expired. Log in again.") from None
        except jwt.InvalidTokenError:
            raise _refused("The user token is not valid. Log in again.") from None
        return str(claims["sub"])

    def group(self, header: str | None, group: str) -> None:
        """Check that an Authorization header carries this group's token.

        Raises:
            Problem: 401, the token is missing, of another group or expired.
        """
        digest = _digest(_bearer(header))
        row = self._groups.get(digest)
        if row is None:
            row = self._store.groups.by_token(digest)
            if row is not None:
                self._groups[digest] = row
        if row is None or row.name != group:
            raise _refused(f"The token is not one of the group '{group}'.")
        if row.token_expires < now():
            raise _refused(f"The token of the group '{group}' has expired. Refresh it.")

    def new_group_token(self) -> tuple[str, str, datetime]:
        """A token, the hash to store, and when it expires."""
        token = secrets.token_hex(16)
        return token, _digest(token), now() + GROUP_TOKEN_LIFETIME

    def forget_groups(self) -> None:
        """A group's token changed: ask the store again."""
        self._groups.clear()


def _bearer(header: str | None) -> str:
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _refused("No bearer token was sent.")
    return token.strip()


def _refused(message: str) -> Problem:
    return Problem(401, ProblemKind.BAD_TOKEN, message)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)
