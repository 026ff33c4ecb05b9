"""A requirements file from a stranger: what of it the resolver gets to see.

The rules are the protocol's; packages come from where UV_* variables say.
"""

from __future__ import annotations

from codex_jupyter.protocol.requirements import (
    is_harmless,
    lines,
    requirement_problem,
)

from .faults import BuildFault


def clean(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The requirements, in one order and one spelling, and the options left out.

    The same set of lines gives the same result, whatever the comments and blanks.

    Raises:
        BuildFault: a line is refused.
    """
    kept: set[str] = set()
    left_out: list[str] = []
    for line in lines(text):
        if is_harmless(line):
            left_out.append(line)
        elif problem := requirement_problem(line):
            raise BuildFault(problem)
        else:
            kept.add(line)
    return tuple(sorted(kept, key=lambda line: (line.lower(), line))), tuple(left_out)
