"""The ``%codex`` magics: loading and unloading them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["load", "unload"]

NAME = "codex"


def load(shell: InteractiveShell) -> None:
    """Add ``%codex``, ``%%codex`` and their completion to the shell."""
    from .completion import make_matcher
    from .root import make_magic
    from .session import Session

    unload(shell)
    session = Session()
    shell.magics_manager.register_function(
        make_magic(shell, session), "line_cell", NAME
    )
    shell.Completer.custom_matchers.append(make_matcher(shell, session))


def unload(shell: InteractiveShell) -> None:
    """Take away all that `load` added; nothing happens when it was not loaded."""
    from .completion import MATCHER

    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop(NAME, None)
    matchers = shell.Completer.custom_matchers
    matchers[:] = [
        m for m in matchers if getattr(m, "matcher_identifier", "") != MATCHER
    ]
