"""One line of the doctor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from codex_jupyter.errors import CodexError


class Level(StrEnum):
    """How well something is."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing; never a secret.

    Args:
        what: was looked at.
        told: what it is like, in one line.
        fix: what to type; "" when nothing needs it.
    """

    what: str
    level: Level
    told: str
    fix: str = ""


def looked(what: str, look: Callable[[], Finding]) -> Finding:
    """A finding, also when looking itself fails."""
    try:
        return look()
    except CodexError as error:
        return Finding(what, Level.BAD, error.message, error.hint or "")
    except Exception as error:  # noqa: BLE001 - the doctor tells, whatever it is
        return Finding(what, Level.BAD, f"{type(error).__name__}: {error}")


def at_least(version: str, wanted: str) -> bool:
    """True when the first version is the second or a later one."""
    return _numbers(version) >= _numbers(wanted)


def _numbers(version: str) -> tuple[int, ...]:
    found = []
    for part in version.partition("+")[0].split("."):
        digits = "".join(c for c in part if c.isdecimal())
        found.append(int(digits or 0))
    while found and found[-1] == 0:
        found.pop()
    return tuple(found)
