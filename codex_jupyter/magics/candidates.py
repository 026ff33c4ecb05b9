"""What may stand for one argument of a ``%codex`` line, by its kind."""

from __future__ import annotations

import re
from argparse import Action
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import FunctionType, ModuleType
from typing import Any

from codex_jupyter.config import Profiles

from . import command
from .known import Known
from .parser import Kind, Parser, is_option
from .paths import columns_of, files_below, functions_in
from .tokens import Word

Found = Iterable[tuple[str, str]]
"""Completions with their kinds."""

_HASH = re.compile(r"M[0-9a-f]+\Z")
_OF_ITSELF = ("In", "Out", "exit", "quit", "open", "get_ipython")


@dataclass(frozen=True, slots=True)
class Place:
    """What is being completed.

    Args:
        parser: of the subcommand.
        words: those after the subcommand that are finished.
        fragment: what was typed of the one that is not.
        variables: of the notebook.
        known: what the platform holds.
        cell: the text below the line.
    """

    parser: Parser
    words: list[Word]
    fragment: str
    variables: Mapping[str, Any]
    known: Known
    cell: str

    def values(self) -> list[str]:
        """The finished words that are neither options nor values of one."""
        found: list[str] = []
        waiting = False
        for word in self.words:
            if is_option(word):
                name, equals, _ = word.text.partition("=")
                action = self.parser.options.get(name)
                waiting = not equals and takes_value(self.parser, action)
            elif waiting:
                waiting = False
            else:
                found.append(word.text)
        return found

    def option(self, name: str) -> str | None:
        """The value of an option that is finished."""
        for word, following in pairwise(self.words):
            if word.text == name:
                return following.text
        return None


def takes_value(parser: Parser, action: Action | None) -> bool:
    """Whether a value follows the option."""
    return action is not None and parser.kinds[action.dest] is not Kind.FLAG


def of_kind(place: Place, action: Action, fragment: str) -> Found:
    """What may stand for the argument.

    Args:
        fragment: what was typed of it, without the option's name before a ``=``.
    """
    if action.choices is not None:
        return [(str(choice), "value") for choice in action.choices]
    kind, known = place.parser.kinds[action.dest], place.known
    if kind in _LISTS:
        what, names = _LISTS[kind]
        return [(quoted(name), what) for name in names(known)]
    match kind:
        case Kind.MODEL | Kind.DEPLOYED | Kind.RUNNING | Kind.TABLE_OR_MODEL:
            return _named(place, kind, fragment)
        case Kind.RUN:
            numbers = known.runs(next(iter(place.values()), ""))
            return [(number, "run") for number in numbers]
        case Kind.TRAINING_RUN:
            return _training_run(known, fragment)
        case Kind.PERIOD | Kind.PERIODS:
            labels = known.periods(next(iter(place.values()), ""))
            before, colon, _ = fragment.rpartition(":")
            return [(f"{before}{colon}{label}", "period") for label in labels]
        case Kind.COLUMNS | Kind.COLUMN:
            return _columns(place, action, fragment)
        case Kind.FUNCTION:
            return [(name, "function") for name in _functions(place)]
        case Kind.FILE | Kind.FILES | Kind.OBJECT | Kind.FILE_OR_OBJECT:
            return _objects(place, kind, fragment)
        case Kind.NEW_NAME:
            return _variables(fragment, place.variables)
        case _:
            return []


_LISTS: dict[Kind, tuple[str, Callable[[Known], Iterable[str]]]] = {
    Kind.SCRIPT: ("script", Known.scripts),
    Kind.DATASET: ("dataset", Known.datasets),
    Kind.DATASOURCE: ("datasource", Known.datasources),
    Kind.VERSION: ("hash", Known.versions),
    Kind.EXPERIMENT: ("experiment", Known.experiments),
    Kind.GROUP: ("group", Known.groups),
    Kind.PYTHON: ("version", Known.pythons),
    Kind.PROFILE: ("profile", lambda _: [one.name for one in Profiles().all()]),
    Kind.ADDRESS: (
        "address",
        lambda _: dict.fromkeys(one.address for one in Profiles().all()),
    ),
    Kind.SUBCOMMAND: ("keyword", lambda _: command.NAMES),
}
"""Kinds whose candidates do not depend on what was typed."""


def quoted(name: str) -> str:
    """A name as it must be typed on a line."""
    return f'"{name}"' if " " in name else name


def _named(place: Place, kind: Kind, fragment: str) -> Found:
    """Names of what is deployed, and hashes once one is being typed."""
    known = place.known
    if kind is Kind.TABLE_OR_MODEL:
        yield from _variables(fragment, place.variables)
    yield from ((quoted(name), "model") for name in known.models())
    if kind in (Kind.DEPLOYED, Kind.RUNNING):
        yield from ((quoted(name), "script") for name in known.scripts())
    if kind is Kind.RUNNING:
        yield from ((quoted(name), "experiment") for name in known.experiments())
    if _HASH.match(fragment):
        yield from ((hash_, "hash") for hash_ in known.live_hashes())
    if kind is Kind.TABLE_OR_MODEL:
        yield from _files(fragment)


def _training_run(known: Known, fragment: str) -> Found:
    """An experiment, then ``:`` and one of its runs."""
    name, colon, _ = fragment.rpartition(":")
    if not colon:
        return [(f"{name}:", "experiment") for name in known.experiments()]
    return [(f"{name}:{number}", "run") for number in known.runs(name.strip('"'))]


def _columns(place: Place, action: Action, fragment: str) -> Found:
    """Columns of the training or the tables that the line names, after a comma."""
    before = comma = ""
    if place.parser.kinds[action.dest] is Kind.COLUMNS:
        before, comma, _ = fragment.rpartition(",")
    values = place.values()
    if "--training" in place.parser.options:
        side = "outputs" if action.dest == "outputs" else "inputs"
        model = next(iter(values), "")
        names = place.known.columns(model, place.option("--training"), side)
    else:
        tables = (columns_of(text, place.variables) for text in values)
        names = next(filter(None, tables), [])
    taken = before.split(",")
    return [(f"{before}{comma}{name}", "column") for name in names if name not in taken]


def _functions(place: Place) -> list[str]:
    """Functions of the cell below, else of the file, else of the notebook."""
    if found := functions_in(place.cell, place.option("--source")):
        return found
    return [
        name
        for name, value in place.variables.items()
        if isinstance(value, FunctionType)
        and value.__module__ == "__main__"
        and not name.startswith("_")
    ]


def _objects(place: Place, kind: Kind, fragment: str) -> Found:
    if fragment.startswith("@"):
        return [(f"@{name}", what) for name, what in _files(fragment[1:])]
    if kind in (Kind.FILE, Kind.FILES):
        return _files(fragment)
    names = list(_variables(fragment, place.variables))
    return [*names, *_files(fragment)] if kind is Kind.FILE_OR_OBJECT else names


def _variables(
    fragment: str, variables: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
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
        hidden = name.startswith("_") or name in _OF_ITSELF
        if not hidden and not isinstance(value, ModuleType):
            yield f"{opening}{name}{closing}", "instance"


def _files(fragment: str) -> list[tuple[str, str]]:
    return [(quoted(path), "path") for path in files_below(fragment)]
