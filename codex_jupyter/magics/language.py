"""The language of a notebook's panels and files, chosen on a line that connects."""

from __future__ import annotations

from codex_jupyter.render.words import LANGUAGES, speak

from .command import Call
from .parser import Parser


def add_language(parser: Parser) -> None:
    """The option ``--lang``."""
    parser.add(
        "--lang",
        choices=LANGUAGES,
        help="the language of panels, notebooks and dossiers (CODEX_JUPYTER_LANG, or "
        "that of the locale)",
    )


def choose_language(call: Call) -> None:
    """Speak the language that the line names, now and in later lines."""
    if chosen := call.arguments.lang:
        call.session.language = chosen
        speak(chosen)
