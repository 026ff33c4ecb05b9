"""What the commands that write files about a model share."""

from __future__ import annotations

from argparse import Namespace

from codex_jupyter.config import default_data_dir
from codex_jupyter.render.words import LANGUAGES, spoken

from .hosting import quoted
from .parser import Kind, Parser
from .session import Session


def add_arguments(parser: Parser, default: str) -> None:
    """The model, the file and whether it may be replaced.

    Args:
        parser: of the command.
        default: the file's name when none is given, for the help.
    """
    parser.add("name", kind=Kind.MODEL, metavar="NAME", help="the model's name or hash")
    parser.add(
        "--to", kind=Kind.FILE, metavar="FILE", help=f"a file or a folder ({default})"
    )
    parser.add(
        "--lang",
        choices=LANGUAGES,
        help="of its texts; else that of %%codex use --lang, or of the locale",
    )
    parser.add("--force", kind=Kind.FLAG, help="replace the file if it exists")
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="the model's group")


def line_again(command: str, given: Namespace) -> str:
    """The line that was typed, with ``--force``."""
    to = f" --to {quoted(given.to)}" if given.to else ""
    group = f" --group {given.group}" if given.group else ""
    lang = f" --lang {given.lang}" if given.lang else ""
    return f"%codex {command} {quoted(given.name)}{to}{group}{lang} --force"


def language(given: Namespace) -> str:
    """The language that was typed, else that of everything in this notebook."""
    chosen: str = given.lang or spoken()
    return chosen


def connect_line(session: Session) -> str:
    """What to type in another notebook to reach the same platform."""
    folder, settings = session.data_dir, session.settings
    if folder is not None:
        if folder == default_data_dir():
            return "%codex local"
        return f"%codex local --data-dir {quoted(str(folder.root))}"
    address = settings.address.removesuffix("/api") if settings else ""
    return f"%codex connect {address}".rstrip()
