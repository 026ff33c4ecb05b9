"""The figures' texts, in the language of who looks at them.

This room may not know who speaks which language, as the engine of drift may not know
what draws: the package's metadata has an entry point that names who translates. Where
there is none, figures are English.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points

__all__ = ["said", "t", "translator"]

_GROUP = "codex_jupyter.words"


@cache
def translator() -> Callable[[str], str]:
    """What says a text of ours in the language in use; looked for once."""
    registered = tuple(entry_points(group=_GROUP))
    return registered[0].load() if registered else str


def said(text: str) -> str:
    """A text that a result wrote in English, such as a verdict; others unchanged."""
    return translator()(text)


def t(text: str, /, **values: object) -> str:
    """A text of the figures.

    Args:
        text: English, written out where it is used.
        values: for each ``{name}`` in it; they are not translated.
    """
    return said(text).format_map(values)
