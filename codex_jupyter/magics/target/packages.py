"""The kernel against the target: Python and packages, and which of them differ."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from codex_jupyter.magics.explaining.failure import name_of

_PIN = re.compile(r"([\w.-]+)(?:\[[^\]]*\])?\s*(?:==\s*([^\s;]+)|@)")


@dataclass(frozen=True, slots=True)
class Versions:
    """One package, or Python, in both.

    Args:
        kernel: the version here; "" where it is not installed.
        target: the version there.
    """

    name: str
    kernel: str
    target: str

    @property
    def differs(self) -> bool:
        """Whether what runs there is not what runs here; of Python its minor counts."""
        if self.name == "Python":
            return _minor(self.kernel) != _minor(self.target)
        return self.kernel.partition("+")[0] != self.target.partition("+")[0]


def compared(
    python: str, pins: Iterable[str], asked: Iterable[str], here: Mapping[str, str]
) -> tuple[list[Versions], int]:
    """Python, the packages asked for, and those that differ; how many others do not.

    Args:
        python: the target's, such as ``3.9.18``.
        pins: of everything that is installed there.
        asked: lines of the requirements.
        here: the versions of this kernel by package.
    """
    known = {_plain(name): version for name, version in here.items()}
    wanted = {_plain(name_of(line.strip())) for line in asked}
    rows, same = [Versions("Python", platform.python_version(), python)], 0
    for pin in pins:
        found = _PIN.match(pin)
        if found is None:
            continue
        name = found[1]
        row = Versions(
            name, known.get(_plain(name), ""), found[2] or "from its address"
        )
        if row.differs or _plain(name) in wanted:
            rows.append(row)
        else:
            same += 1
    # What differs first: the reader looks for it.
    return sorted(rows, key=lambda row: (row.name != "Python", not row.differs)), same


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]
