"""Orders of several calls: what a failure of a later one leaves behind."""

from __future__ import annotations

from typing import Any, TypeVar

from codex_jupyter.errors import CodexError, TransportError

from .operation import Steps

R = TypeVar("R")


def after_upload(steps: Steps[R]) -> Steps[R]:
    """The same steps; where they fail, what was uploaded before is there.

    Raises:
        CodexError: as they do, with ``in_doubt`` set.
    """
    try:
        return (yield from steps)
    except CodexError as error:
        error.in_doubt = True
        raise


def if_answered(steps: Steps[Any]) -> Steps[None]:
    """The same steps; an answer that does not come is asked for again later.

    For a first look at what has been made: whoever follows it looks again, and an
    error would lose the object.
    """
    try:
        yield from steps
    except TransportError:
        pass
