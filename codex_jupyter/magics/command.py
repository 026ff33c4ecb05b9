"""What a subcommand is, what it is called with, and which subcommands there are."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import InputError

from .parser import Parser, near
from .values import Namespace

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .session import Session

# In the order of a first visit; help lists them so. One module of commands/ each.
NAMES = (
    "local", "connect", "use", "whoami", "groups",
    "deploy", "models", "status", "logs", "predict", "executions", "attach",
    "cancel", "train", "runs", "promote",
    "preprocess",
    "datasources", "datasets",
    "play", "docs", "code",
    "monitor", "drift", "diff",
    "pipeline",
    "explain", "notebook", "dossier",
    "disable", "restart", "delete",
    "doctor", "help",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One use of a subcommand.

    Args:
        arguments: what its parser made of the line.
        session: the connection and what it remembers.
        shell: the IPython that runs the cell.
        namespace: the variables that the line may name, local ones first.
        cell: the body below ``%%codex``, or None for a line.
    """

    arguments: Arguments
    session: Session
    shell: InteractiveShell
    namespace: Namespace
    cell: str | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """One subcommand.

    Args:
        name: as typed.
        summary: one sentence for the help.
        examples: lines to copy.
        configure: adds its arguments to the parser.
        run: does it, and returns what the cell shows and a variable may hold.
        takes_cell: it can be written ``%%codex name``.
        bare: done instead where neither arguments nor a cell follow, if anything.
    """

    name: str
    summary: str
    examples: tuple[str, ...]
    configure: Callable[[Parser], None]
    run: Callable[[Call], Any]
    takes_cell: bool = False
    bare: Callable[[Call], Any] | None = None

    def parser(self) -> Parser:
        """A new parser of its arguments."""
        parser = Parser(self.name, self.summary, self.examples)
        self.configure(parser)
        return parser


@cache
def find(name: str) -> Command:
    """The subcommand of that name; its module is imported now, not at load.

    Raises:
        InputError: there is none; names the nearest.
    """
    if name not in NAMES:
        found = near(name, NAMES, 1)
        raise InputError(
            f"%codex has no command {name[:40]}.",
            hint=f"Did you mean %codex {found[0]}?" if found else "See %codex help.",
        )
    module = import_module(f"{__package__}.commands.{name}")
    command: Command = module.COMMAND
    return command
