"""What the network can do to a request, as errors of ours."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from codex_jupyter.errors import ProtocolError, UnreachableError, WaitTimeoutError

from .operation import Fault

# Everything that httpx raises derives from one of these.
HTTPX_ERRORS = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.CookieConflict,
    httpx.StreamError,
)

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_loopback(address: str) -> bool:
    """True when the address is on this machine."""
    return urlsplit(address).hostname in _LOOPBACK


def fault_of(error: Exception, address: str, seconds: float) -> Fault:
    """The fault that an httpx exception stands for.

    Args:
        address: the platform's base address, told to the user.
        seconds: how long the request was allowed to take.
    """
    match error:
        case httpx.ConnectError():
            return Fault(_unreachable(error, address), "refused")
        case httpx.ConnectTimeout() | httpx.ProxyError():
            return Fault(_unreachable(error, address), "wrong")
        case httpx.UnsupportedProtocol() | httpx.InvalidURL():
            text = f"{address} is not an address that can be called."
            hint = "Give one such as https://codex.example.com"
            return Fault(UnreachableError(text, hint=hint), "wrong")
        case httpx.TimeoutException():
            text = f"{address} did not answer within {seconds:g} s."
            hint = "It may still be working on it: look again, or allow more time."
            return Fault(WaitTimeoutError(text, hint=hint), "late")
        case httpx.NetworkError():
            text = f"The connection to {address} broke before the whole answer came."
            hint = "Check that the platform is still running, then try again."
            return Fault(UnreachableError(text, hint=hint), "broken")
    text = f"{address} broke off its answer, or does not speak HTTP as expected."
    hint = "Check the address, and that the platform is still running."
    return Fault(
        ProtocolError(text, hint=hint, detail=str(error)[:300] or None),
        "broken" if isinstance(error, httpx.RemoteProtocolError) else "wrong",
    )


def _unreachable(error: Exception, address: str) -> UnreachableError:
    reason = str(error)[:300]
    if "CERTIFICATE_VERIFY" in reason:
        return UnreachableError(
            f"The certificate of {address} is not trusted here.",
            hint="Set SSL_CERT_FILE to the file of the authority that signed it.",
            detail=reason,
        )
    if is_loopback(address):
        hint = "Run %codex local: it starts the platform or finds the running one."
    else:
        hint = "Check the address, the network and the proxy, then try again."
    return UnreachableError(
        f"Nothing answers at {address}.", hint=hint, detail=reason or None
    )
