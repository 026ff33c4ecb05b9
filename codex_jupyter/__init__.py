"""Deploy, try, document and watch models without leaving the notebook.

``%load_ext codex_jupyter`` adds the ``%codex`` magics; ``%codex help`` lists them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["__version__", "load_ipython_extension", "unload_ipython_extension"]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Add the ``%codex`` magics to the shell."""
    from .magics import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take away everything that loading added."""
    from .magics import unload

    unload(shell)
