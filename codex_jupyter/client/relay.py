"""Requests of the API viewer, sent to one platform only and with the right token."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from codex_jupyter.errors import InputError
from codex_jupyter.protocol.route import Body, Route
from codex_jupyter.protocol.routes import ROUTES

from .operation import Answer, Call

# What a page may say about its request; never who sends it or for whom.
_PASSED = frozenset({"accept", "accept-language", "content-type"})
# The body arrives whole and decoded, and no cookie of the platform is the page's.
_DROPPED = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "keep-alive",
        "set-cookie",
        "transfer-encoding",
    }
)


@dataclass(frozen=True, slots=True)
class RelayedAnswer:
    """The platform's answer, whatever its status."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes = field(repr=False)


def gives_token(route: Route) -> bool:
    """True of a route whose answer is a secret, which no page may hold."""
    return any(field.name == "Token" for field in route.answer)


def relay_call(
    address: str,
    method: str,
    path_or_url: str,
    headers: Mapping[str, str],
    body: bytes,
) -> Call:
    """The call for a request that came from a page.

    Args:
        address: the platform's base address; nothing else is ever called.

    Raises:
        InputError: the request is for another place, for no route of the protocol, or
            for a token.
    """
    path, query = _below(address, path_or_url)
    route, params = _match(method.upper(), path)
    if gives_token(route):
        raise InputError(
            "Its answer is a token, and tokens stay in the kernel.",
            hint="%codex connect logs in; %codex groups makes groups.",
        )
    passed = {name: value for name, value in headers.items() if name.lower() in _PASSED}
    call = Call(
        route,
        params,
        query=dict(parse_qsl(query)),
        headers=passed,
        content=body or None,
    )
    call.path  # noqa: B018 - refuses a path that would climb
    return call


def relayed(answer: Answer) -> RelayedAnswer:
    """The answer as the page may see it."""
    kept = [(k, v) for k, v in answer.headers if k not in _DROPPED]
    return RelayedAnswer(answer.status, answer.reason, kept, answer.content)


def _below(address: str, given: str) -> tuple[str, str]:
    base, asked = urlsplit(address), urlsplit(given)
    if asked.scheme or asked.netloc:
        try:
            same = (asked.scheme, asked.hostname, asked.port, asked.username) == (
                base.scheme,
                base.hostname,
                base.port,
                None,
            )
        except ValueError:
            same = False
        if not same:
            raise InputError(
                f"The request is for another place than {address}.",
                hint="The viewer calls this platform only.",
            )
    path = asked.path
    if path == base.path or path.startswith(base.path + "/"):
        path = path[len(base.path) :]
    elif asked.netloc:
        raise InputError(f"The request is for a path outside {address}.")
    return path, asked.query


def _match(method: str, path: str) -> tuple[Route, dict[str, str]]:
    for route, pattern in _PATTERNS:
        if route.method == method and (found := pattern.fullmatch(path)):
            return route, {k: unquote(v) for k, v in found.groupdict().items()}
    raise InputError(
        f"The platform's protocol has no {method[:10]} {path[:200]}.",
        hint="The viewer calls the documented routes only.",
    )


def _pattern(route: Route) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(route.path)))


# An event stream has no end to wait for.
_PATTERNS = tuple((r, _pattern(r)) for r in ROUTES if r.media is not Body.EVENTS)
