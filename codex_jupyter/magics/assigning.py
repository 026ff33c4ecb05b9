"""Where a result goes: ``%codex x << models`` and ``%codex models -o x``."""

from __future__ import annotations

import re
from keyword import iskeyword

from codex_jupyter.errors import InputError

_TARGET = re.compile(r"(\S+)\s*<<\s*(.*)\Z", re.DOTALL)


def assigned(line: str) -> tuple[str | None, str]:
    """The name before ``<<`` at the start of a line, or None, and the rest.

    ``x = %%codex deploy`` is no Python, so a cell magic needs a way of its own.
    """
    found = _TARGET.match(line)
    return (found[1], found[2]) if found else (None, line)


def variable(before: str | None, after: str | None) -> str | None:
    """The variable that takes the result, of the two ways to name it.

    Raises:
        InputError: both are used, or what is named can be no variable.
    """
    if before is not None and after is not None:
        raise InputError(
            "The result has two names: one before << and one after -o.",
            hint="Leave one of them out.",
        )
    name = after if before is None else before
    if name is not None and (not name.isidentifier() or iskeyword(name)):
        raise InputError(
            f"'{name[:40]}' can be no variable's name.",
            hint="Write a name such as answer: %codex answer << predict NAME row",
        )
    return name
