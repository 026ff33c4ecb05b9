"""What the network can do to a request, as errors of ours."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import httpx

from codex_jupyter.config import MOST_SECONDS
from codex_jupyter.errors import ProtocolError, UnreachableError, WaitTimeoutError

from .operation import Call, Fault
from .wire import CONNECT_SECONDS

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


def fault_of(error: Exception, address: str, call: Call, seconds: float) -> Fault:
    """The fault that an httpx exception stands for.

    Args:
        address: the platform's base address, told to the user.
        seconds: how long the call was allowed to take.
    """
    match error:
        case httpx.ConnectError():
            return Fault(_unreachable(error, address), "refused")
        case httpx.ConnectTimeout():
            text = (
                f"No connection to {address} came about within {CONNECT_SECONDS:g} s."
            )
            hint = "Check the address, the network, the VPN and the firewall."
            return Fault(UnreachableError(text, hint=hint), "wrong")
        case httpx.ProxyError():
            text = f"The proxy of this network did not connect to {address}."
            hint = "Check the address, and the variables HTTPS_PROXY and NO_PROXY."
            detail = str(error)[:300] or None
            return Fault(UnreachableError(text, hint=hint, detail=detail), "wrong")
        case httpx.UnsupportedProtocol() | httpx.InvalidURL():
            text = f"{address} is not an address that can be called."
            hint = "Give one such as https://codex.example.com"
            return Fault(UnreachableError(text, hint=hint), "wrong")
        case httpx.TimeoutException():
            text = f"{address} did not answer within {seconds:g} s."
            hint = "It may still be working on it: look again."
            if call.timeout is None and seconds < MOST_SECONDS:
                longer = min(seconds * 5, MOST_SECONDS)
                hint = (
                    "It may still be working on it: look again. To wait longer, type "
                    f"%env CODEX_JUPYTER_TIMEOUT={longer:g}"
                )
            return Fault(WaitTimeoutError(text, hint=hint), "late")
        case httpx.NetworkError() | httpx.RemoteProtocolError() if _is_cut(error):
            text = f"The connection to {address} broke before the whole answer came."
            hint = (
                "Check that the platform is running and its address is right, then "
                "try again."
            )
            return Fault(UnreachableError(text, hint=hint), "broken")
    text = f"{address} does not speak HTTP as expected."
    hint = "Check the address: its port, and whether it begins with https:// or http://"
    return Fault(
        ProtocolError(text, hint=hint, detail=str(error)[:300] or None),
        "broken" if isinstance(error, httpx.RemoteProtocolError) else "wrong",
    )


def _is_cut(error: Exception) -> bool:
    """Whether the connection ended, by a reset or by a silent end in mid-answer."""
    ends = ("disconnected", "peer closed", "incomplete")
    return isinstance(error, httpx.NetworkError) or any(
        word in str(error) for word in ends
    )


def _unreachable(error: Exception, address: str) -> UnreachableError:
    reason = str(error)[:300]
    host = urlsplit(address).hostname
    if "CERTIFICATE_VERIFY" in reason:
        return UnreachableError(
            f"The certificate of {address} is not trusted here.",
            hint="Set SSL_CERT_FILE to the file of the authority that signed it.",
            detail=reason,
        )
    if "[SSL" in reason:
        return UnreachableError(
            f"Something answers at {address}, but not encrypted as https is.",
            hint="If it speaks plain HTTP, give its address with http:// instead.",
            detail=reason,
        )
    if _has_cause(error, socket.gaierror):
        return UnreachableError(
            f"The name '{host}' is not known in this network.",
            hint="Check the spelling of the address, the network and the VPN, then try "
            "again.",
            detail=reason,
        )
    if is_loopback(address):
        hint = "Run %codex local: it starts the platform or finds the running one."
    else:
        hint = "Check the address, the network and the proxy, then try again."
    return UnreachableError(
        f"Nothing answers at {address}.", hint=hint, detail=reason or None
    )


def _has_cause(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error is not None
