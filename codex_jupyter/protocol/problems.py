"""The one error body of the protocol, and the kinds of error our platform names.

``{"Error": {"Type": "<kind>", "Message": "<text>"}}``. Older platforms also answer
``{"error": {"message": …}}``, a bare JSON string or plain text; `read` takes them all.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any


class ProblemKind(StrEnum):
    """``Type`` of an error body."""

    BAD_INPUT = "BadInput"
    TOO_LARGE = "TooLarge"
    BAD_TOKEN = "InvalidBearerToken"
    NOT_ALLOWED = "NotAllowed"
    NOT_FOUND = "NotFound"
    GROUP_EXISTS = "GroupExists"
    WRONG_STATE = "WrongState"
    MODEL_FAILED = "ModelFailed"
    DEADLINE = "DeadlineExceeded"
    WORKER_DIED = "WorkerDied"
    OVERLOADED = "Overloaded"
    CREDENTIALS = "CredentialsRefused"
    STORAGE = "StorageFailed"
    UNEXPECTED = "UnexpectedError"


def body(kind: ProblemKind, message: str) -> dict[str, dict[str, str]]:
    """The error body for one problem."""
    return {"Error": {"Type": kind.value, "Message": message}}


def read(content: bytes) -> tuple[str | None, str]:
    """The kind (None when not given) and the text of an error answer's body."""
    text = content.decode("utf-8", "replace").strip()
    try:
        parsed: Any = json.loads(text)
    except ValueError:
        # An HTML page of some proxy helps nobody; its first words may.
        return None, "" if text.startswith("<") else text[:2000]
    if isinstance(parsed, str):
        return None, parsed
    if isinstance(parsed, dict):
        inner = parsed.get("Error", parsed.get("error"))
        if isinstance(inner, dict):
            kind = inner.get("Type", inner.get("type"))
            message = inner.get("Message", inner.get("message", ""))
            return (str(kind) if kind else None), str(message)
        if inner is not None:
            return None, str(inner)
        if "Message" in parsed:
            return None, str(parsed["Message"])
    return None, text[:2000]
