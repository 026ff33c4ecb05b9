"""Tab completion of ``%codex`` lines: commands, options, names, variables, files."""

from __future__ import annotations

import re
from argparse import Action
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from IPython.core.completer import SimpleCompletion, context_matcher

from . import command
from .candidates import Place, of_kind, takes_value
from .known import Known
from .parser import Kind, Parser, is_option
from .tokens import Word, split_open

if TYPE_CHECKING:
    from IPython.core.completer import CompletionContext, SimpleMatcherResult
    from IPython.core.interactiveshell import InteractiveShell

    from .session import Session

MATCHER = "codex_jupyter"
_LINE = re.compile(
    r"\s*(?:[^\W\d][\w., ]*=\s*)?(%%?)codex\s+(?:[^\W\d]\w*\s*<<\s*)?(.*)\Z",
    re.DOTALL,
)
# Nobody reads more, and IPython needs a quarter of a millisecond for each.
_MOST = 100


def make_matcher(shell: InteractiveShell, session: Session) -> Callable[..., Any]:
    """The matcher that is added to the shell's completer."""
    known = Known(session)

    def codex_matcher(context: CompletionContext) -> SimpleMatcherResult:
        typed = _LINE.match(context.text_until_cursor)
        if typed is None or (typed.group(1) == "%%" and context.cursor_line):
            return {"completions": [], "suppress": False}
        known.renew()
        words, fragment = _words(typed.group(2))
        cell = context.full_text.partition("\n")[2] if typed.group(1) == "%%" else ""
        fitting = (
            SimpleCompletion(text, type=kind)
            for text, kind in _candidates(words, fragment, shell.user_ns, known, cell)
            # A name with blanks is completed by its quoted form.
            if text.startswith((fragment, f'"{fragment}')) and text != fragment
        )
        return {
            "completions": list(islice(fitting, _MOST)),
            "matched_fragment": fragment,
            "suppress": True,
            "ordered": True,
        }

    matcher: Callable[..., Any] = context_matcher(identifier=MATCHER, priority=200)(
        codex_matcher
    )
    return matcher


def _words(text: str) -> tuple[list[Word], str]:
    """The finished words, and the one that the cursor is in ("" after a blank)."""
    words = split_open(text)
    if (
        words
        and words[-1].end == len(text)
        and not (words[-1].closed and text[-1:].isspace())
    ):
        last = words.pop()
        return words, text[last.start :]
    return words, ""


def _candidates(
    words: list[Word],
    fragment: str,
    variables: dict[str, Any],
    known: Known,
    cell: str,
) -> Iterator[tuple[str, str]]:
    words = [w for w in words if w.text != "--debug" or w is not words[0]]
    if not words:
        yield from ((name, "keyword") for name in command.NAMES)
        return
    if words[0].text not in command.NAMES:
        return
    parser = command.find(words[0].text).parser()
    place = Place(parser, words[1:], fragment, variables, known, cell)
    waiting, used = _before(parser, words[1:])
    if fragment.startswith("--"):
        name, equals, value = fragment.partition("=")
        if not equals:
            yield from ((option, "option") for option in _options(parser, used))
        elif (action := parser.options.get(name)) is not None:
            for text, kind in of_kind(place, action, value):
                yield f"{name}={text}", kind
        return
    if waiting is not None:
        yield from of_kind(place, waiting, fragment)
        return
    positionals, count = parser.positionals, len(place.values())
    if count < len(positionals):
        yield from of_kind(place, positionals[count], fragment)
    if not fragment:
        yield from ((option, "option") for option in _options(parser, used))


def _before(parser: Parser, words: list[Word]) -> tuple[Action | None, set[str]]:
    """The option that waits for its value, and the options that were used."""
    waiting: Action | None = None
    used: set[str] = set()
    for word in words:
        if is_option(word):
            name, equals, _ = word.text.partition("=")
            used.add(name)
            action = parser.options.get(name)
            waiting = action if takes_value(parser, action) and not equals else None
        elif waiting is not None and parser.kinds[waiting.dest] is not Kind.FILES:
            waiting = None
    return waiting, used


def _options(parser: Parser, used: set[str]) -> list[str]:
    many = {n for n, a in parser.options.items() if parser.kinds[a.dest] is Kind.FILES}
    return [n for n in (*parser.options, "--help") if n not in used or n in many]
