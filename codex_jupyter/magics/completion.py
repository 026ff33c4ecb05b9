"""Tab completion of ``%codex`` lines: commands, options, names, variables, files."""

from __future__ import annotations

import re
from argparse import Action
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from IPython.core.completer import SimpleCompletion, context_matcher

from codex_jupyter.config import Profiles

from . import command
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
_MOST_FILES = 200

Found = Iterable[tuple[str, str]]
"""Completions with their kinds."""


def make_matcher(shell: InteractiveShell, session: Session) -> Callable[..., Any]:
    """The matcher that is added to the shell's completer."""
    known = Known(session)

    def codex_matcher(context: CompletionContext) -> SimpleMatcherResult:
        typed = _LINE.match(context.text_until_cursor)
        if typed is None or (typed.group(1) == "%%" and context.cursor_line):
            return {"completions": [], "suppress": False}
        words, fragment = _words(typed.group(2))
        found = [
            SimpleCompletion(text, type=kind)
            for text, kind in _candidates(words, fragment, shell.user_ns, known)
            if text.startswith(fragment) and text != fragment
        ]
        return {
            "completions": found,
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
    words: list[Word], fragment: str, variables: dict[str, Any], known: Known
) -> Iterator[tuple[str, str]]:
    words = [w for w in words if w.text != "--debug" or w is not words[0]]
    if not words:
        yield from ((name, "keyword") for name in command.NAMES)
        return
    if words[0].text not in command.NAMES:
        return
    parser = command.find(words[0].text).parser()
    values, waiting, used = _place(parser, words[1:])
    if fragment.startswith("--"):
        name, equals, _ = fragment.partition("=")
        if not equals:
            yield from ((option, "option") for option in _options(parser, used))
            return
        action = parser.options.get(name)
        if action is not None:
            inner = _of_kind(
                parser, action, fragment[len(name) + 1 :], variables, known
            )
            yield from ((f"{name}={text}", kind) for text, kind in inner)
        return
    if waiting is not None and parser.kinds[waiting.dest] is Kind.COLUMNS:
        yield from _columns(words[1:], waiting.dest, fragment, known)
        return
    if waiting is not None:
        yield from _of_kind(parser, waiting, fragment, variables, known)
        return
    positionals = parser.positionals
    if values < len(positionals):
        yield from _of_kind(parser, positionals[values], fragment, variables, known)
    if not fragment:
        yield from ((option, "option") for option in _options(parser, used))


def _place(parser: Parser, words: list[Word]) -> tuple[int, Action | None, set[str]]:
    """How many values are there, the option that waits for its own, options used."""
    values = 0
    waiting: Action | None = None
    used: set[str] = set()
    for word in words:
        if is_option(word):
            name, equals, _ = word.text.partition("=")
            used.add(name)
            action = parser.options.get(name)
            takes = action is not None and parser.kinds[action.dest] is not Kind.FLAG
            waiting = action if takes and not equals else None
        elif waiting is not None:
            if parser.kinds[waiting.dest] is not Kind.FILES:
                waiting = None
        else:
            values += 1
    return values, waiting, used


def _options(parser: Parser, used: set[str]) -> list[str]:
    many = {n for n, a in parser.options.items() if parser.kinds[a.dest] is Kind.FILES}
    return [n for n in (*parser.options, "--help") if n not in used or n in many]


def _of_kind(
    parser: Parser,
    action: Action,
    fragment: str,
    variables: dict[str, Any],
    known: Known,
) -> Found:
    """What may stand for one argument."""
    if action.choices is not None:
        return [(str(choice), "value") for choice in action.choices]
    match parser.kinds[action.dest]:
        case Kind.MODEL:
            return [(_quoted(name), "model") for name in known.models()]
        case Kind.TABLE_OR_MODEL:
            models = [(_quoted(name), "model") for name in known.models()]
            return [*_variables(fragment, variables), *models, *_files(fragment)]
        case Kind.DATASET:
            return [(_quoted(name), "dataset") for name in known.datasets()]
        case Kind.DATASOURCE:
            return [(_quoted(name), "datasource") for name in known.datasources()]
        case Kind.VERSION:
            return [(hash_, "model") for hash_ in known.hashes()]
        case Kind.PROFILE:
            return [(one.name, "profile") for one in Profiles().all()]
        case Kind.EXPERIMENT:
            return [(_quoted(name), "experiment") for name in known.experiments()]
        case Kind.RUNNING:
            models = [(_quoted(name), "model") for name in known.models()]
            return [
                *models,
                *((_quoted(name), "experiment") for name in known.experiments()),
            ]
        case Kind.RUN:
            return [(number, "run") for number in known.runs()]
        case Kind.GROUP:
            return [(_quoted(name), "group") for name in known.groups()]
        case Kind.PYTHON:
            return [(version, "version") for version in known.pythons()]
        case Kind.SUBCOMMAND:
            return [(name, "keyword") for name in command.NAMES]
        case Kind.NEW_NAME:
            return list(_variables(fragment, variables))
        case Kind.FILE | Kind.FILES | Kind.OBJECT | Kind.FILE_OR_OBJECT as kind:
            if fragment.startswith("@"):
                return [(f"@{name}", what) for name, what in _files(fragment[1:])]
            if kind in (Kind.FILE, Kind.FILES):
                return _files(fragment)
            names = list(_variables(fragment, variables))
            return [*names, *_files(fragment)] if kind is Kind.FILE_OR_OBJECT else names
        case _:
            return []


def _columns(words: list[Word], side: str, fragment: str, known: Known) -> Found:
    """The columns of the training that the line names, after the last comma."""
    values = [word.text for word in words if not is_option(word)]
    training = next(
        (
            following.text
            for word, following in pairwise(words)
            if word.text == "--training"
        ),
        None,
    )
    before, comma, _ = fragment.rpartition(",")
    taken = before.split(",")
    return [
        (f"{before}{comma}{name}", "column")
        for name in known.columns(values[0] if values else "", training, side)
        if name not in taken
    ]


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


def _variables(fragment: str, variables: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Variables of the notebook, or attributes of one, within ``{`` or after ``$``."""
    opening = fragment[:1] if fragment[:1] in ("{", "$") else ""
    closing = "}" if opening == "{" else ""
    owner, dot, _ = fragment[len(opening) :].rpartition(".")
    if dot:
        if owner in variables:
            yield from (
                (f"{opening}{owner}.{name}", "attribute")
                for name in dir(variables[owner])
                if not name.startswith("_")
            )
        return
    for name, value in variables.items():
        hidden = name.startswith("_") or name in ("In", "Out", "exit", "quit", "open")
        if not hidden and not isinstance(value, ModuleType) and name != "get_ipython":
            yield f"{opening}{name}{closing}", "instance"


def _files(fragment: str) -> list[tuple[str, str]]:
    return [(_quoted(path), "path") for path in files_below(fragment)]


def files_below(text: str) -> list[str]:
    """Files and folders that continue a path; folders end in a slash."""
    head, slash, tail = text.rpartition("/")
    try:
        entries = sorted(Path(head + slash or ".").expanduser().iterdir())
        fitting = [
            entry
            for entry in entries
            if entry.name.startswith(tail) and (tail or not entry.name.startswith("."))
        ]
        return [
            f"{head}{slash}{entry.name}{'/' if entry.is_dir() else ''}"
            for entry in fitting[:_MOST_FILES]
        ]
    except OSError:
        return []
