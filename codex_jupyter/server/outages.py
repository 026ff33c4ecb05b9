"""A database server that is away for a while: what is waited for, what goes on."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import OperationalError

T = TypeVar("T")

_PAUSE_S = 1.0
# Appendix A of PostgreSQL's documentation: connection exceptions, a server that is
# shut down or not up yet, too many connections, transactions that met.
_PASSING = ("08", "57P", "53300", "40")


def is_away(error: BaseException) -> bool:
    """True when the error says that a database server does not answer, or ends.

    A file is always there: what goes wrong with it does not pass. Neither do most of
    the failures that a server tells of, such as a limit that a statement meets.
    """
    if not isinstance(error, OperationalError) or isinstance(error.orig, sqlite3.Error):
        return False
    # A connection that is lost or refused has none.
    state = getattr(error.orig, "sqlstate", None)
    return state is None or str(state).startswith(_PASSING)


def unless_away(ask: Callable[[], T], otherwise: T) -> T:
    """The answer, or the other value while the database is away.

    For questions that are asked again soon, by work that needs no answer to go on.
    """
    try:
        return ask()
    except OperationalError as error:
        if is_away(error):
            return otherwise
        raise


def until_answered(ask: Callable[[], T], is_stopping: Callable[[], bool]) -> T:
    """The answer, asked for again as long as the database is away.

    For the end of work that would else be done twice. Of a change whose answer alone
    was lost, the second try must do no harm.

    Raises:
        OperationalError: the platform stops meanwhile, or it is another failure.
    """
    while True:
        try:
            return ask()
        except OperationalError as error:
            if not is_away(error) or is_stopping():
                raise
        time.sleep(_PAUSE_S)
