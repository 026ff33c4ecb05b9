"""What goes wrong while answering, as the protocol's error bodies."""

from __future__ import annotations

import errno
import logging

from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from codex_jupyter.protocol.problems import ProblemKind, body

from .outages import is_away
from .workers import WorkerFault

log = logging.getLogger(__name__)

_FULL = "The platform's disk is full. Free some space and try again; nothing was lost."
_AWAY = "The platform's database does not answer. Try again in a moment."
_WORKER_STATUS = {
    ProblemKind.MODEL_FAILED: 500,
    ProblemKind.WORKER_DIED: 500,
    ProblemKind.OVERLOADED: 503,
    ProblemKind.DEADLINE: 504,
}
_HTTP_TEXTS = {
    404: "There is no such path. GET /api/openapi.json tells all that there are.",
    405: "This path takes another method. GET /api/openapi.json tells which.",
}
_HTTP_KINDS = {404: ProblemKind.NOT_FOUND, 413: ProblemKind.TOO_LARGE}


class Problem(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, kind: ProblemKind, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.message = message


def bad_input(message: str) -> Problem:
    """400: what was sent cannot be used."""
    return Problem(400, ProblemKind.BAD_INPUT, message)


def not_found(message: str) -> Problem:
    """404: there is no such thing."""
    return Problem(404, ProblemKind.NOT_FOUND, message)


def wrong_state(message: str) -> Problem:
    """409: the model's state does not allow it."""
    return Problem(409, ProblemKind.WRONG_STATE, message)


def answer(status: int, kind: ProblemKind, message: str) -> JSONResponse:
    """The error as a response."""
    return JSONResponse(body(kind, message), status)


async def on_problem(_request: Request, error: Exception) -> JSONResponse:
    """Answer a Problem."""
    assert isinstance(error, Problem)  # noqa: S101 - registered for this class only
    return answer(error.status, error.kind, error.message)


async def on_worker_fault(_request: Request, error: Exception) -> JSONResponse:
    """Answer a failure of the model's own code or process."""
    assert isinstance(error, WorkerFault)  # noqa: S101 - the same
    return answer(_WORKER_STATUS.get(error.kind, 500), error.kind, error.text)


async def on_http(_request: Request, error: Exception) -> JSONResponse:
    """Answer what Starlette refuses: unknown paths and methods."""
    assert isinstance(error, HTTPException)  # noqa: S101 - the same
    kind = _HTTP_KINDS.get(error.status_code, ProblemKind.BAD_INPUT)
    text = _HTTP_TEXTS.get(error.status_code, error.detail)
    return answer(error.status_code, kind, text)


async def on_disconnect(_request: Request, _error: Exception) -> Response:
    """End a request that broke off while it was sent; nobody reads the answer."""
    return Response(status_code=400)


async def on_storage(request: Request, error: Exception) -> JSONResponse:
    """Answer a full disk, and a database that is away, as such.

    Raises:
        Exception: the same error, when it is another one.
    """
    if is_away(error):
        log.warning("%s %s: no database", request.method, request.url.path)
        return answer(503, ProblemKind.STORAGE, _AWAY)
    if not is_full(error):
        raise error
    log.warning("%s %s: no space left", request.method, request.url.path)
    return answer(507, ProblemKind.STORAGE, _FULL)


async def on_anything(_request: Request, _error: Exception) -> JSONResponse:
    """Answer our own mistakes without their insides; the server logs them."""
    return answer(
        500, ProblemKind.UNEXPECTED, "The platform failed on this request; see its log."
    )


def is_full(error: BaseException) -> bool:
    """True when the error says that no space is left."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    # SQLite's words; PostgreSQL speaks its server's language, and has a number.
    return isinstance(error, OperationalError) and (
        "disk is full" in str(error) or getattr(error.orig, "sqlstate", "") == "53100"
    )
