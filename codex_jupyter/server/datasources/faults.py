"""What goes wrong at a provider, in one sentence and without its secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote

# What may be told: where the files lie and whose they are, never what opens them.
_OPEN = frozenset(
    {
        "account_name", "client_email", "endpoint_url", "folder", "project_id",
        "quota_project_id", "region", "token_uri", "type",
    }
)  # fmt: skip
_SHORTEST_SECRET = 4
_LONGEST = 300
_REFUSED = frozenset({401, 403})
# Names of the providers' errors: their packages may not be installed.
_REFUSALS = frozenset(
    {
        "ClientAuthenticationError", "DefaultCredentialsError", "NoCredentialsError",
        "PermissionError", "RefreshError", "TokenRetrievalError",
    }
)  # fmt: skip
_REFUSAL_CODES = frozenset(
    {"AccessDenied", "ExpiredToken", "InvalidAccessKeyId", "InvalidToken",
     "SignatureDoesNotMatch", "TokenRefreshRequired"}
)  # fmt: skip
_UNREACHABLE = frozenset(
    {
        "ClientConnectionError", "ConnectTimeoutError", "ConnectionError",
        "ConnectionClosedError", "EndpointConnectionError", "HTTPClientError",
        "ServiceRequestError", "ServiceResponseError", "TimeoutError",
        "TransportError",
    }
)  # fmt: skip


class Unreadable(Exception):
    """A datasource's files cannot be read; the text says why.

    Args:
        is_refusal: True when the credentials are what is wrong.
    """

    def __init__(self, text: str, *, is_refusal: bool = False) -> None:
        super().__init__(text)
        self.text = text
        self.is_refusal = is_refusal


def worded(
    error: BaseException, uri: str, credentials: Mapping[str, str]
) -> Unreadable:
    """The error of a provider's package as one of ours."""
    if isinstance(error, Unreadable):
        return error
    chain = list(_chain(error))
    names = {cls.__name__ for one in chain for cls in type(one).__mro__}
    told = _first_line(chain, credentials)
    if any(_is_refusal(one) for one in chain) or "Forbidden:" in told:
        text = f"The provider refused the credentials for {uri}{_said(told)}"
        return Unreadable(text, is_refusal=True)
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return Unreadable(f"There is nothing at {uri}.")
    if names & _UNREACHABLE:
        return Unreadable(f"The provider of {uri} cannot be reached{_said(told)}")
    return Unreadable(f"{uri} cannot be read{_said(told)}")


def without_secrets(text: str, credentials: Mapping[str, str]) -> str:
    """The text with every secret of the credentials blotted out."""
    for secret in sorted(_secrets(credentials), key=len, reverse=True):
        for form in (secret, quote(secret), quote(secret, safe="")):
            text = text.replace(form, "•••")
    return text


def _secrets(credentials: Mapping[str, str]) -> set[str]:
    found: set[str] = set()
    for name, value in credentials.items():
        if name in _OPEN:
            continue
        found.add(value)
        if name == "connection_string":
            pairs = (part.partition("=") for part in value.split(";"))
            found |= {v for k, _, v in pairs if "key" in k.lower() or "Sig" in k}
        # Parsers and signers quote single lines, and parts of a signature.
        found |= {line for line in value.splitlines() if len(line) > len("-----BEGIN")}
        found |= {part.partition("=")[2] for part in value.split("&") if "=" in part}
    return {secret for secret in found if len(secret) >= _SHORTEST_SECRET}


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _is_refusal(error: BaseException) -> bool:
    names = {cls.__name__ for cls in type(error).__mro__}
    if names & _REFUSALS:
        return True
    response = getattr(error, "response", None)
    if isinstance(response, Mapping):
        code = response.get("Error", {}).get("Code")
        return code in _REFUSAL_CODES
    codes = {getattr(error, name, None) for name in ("code", "status", "status_code")}
    return any(isinstance(code, int) and code in _REFUSED for code in codes)


def _first_line(chain: list[BaseException], credentials: Mapping[str, str]) -> str:
    for one in chain:
        lines = without_secrets(str(one), credentials).strip().splitlines()
        if lines:
            text = lines[0].strip()
            return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return ""


def _said(told: str) -> str:
    return f": {told.rstrip('.')}." if told else "."
