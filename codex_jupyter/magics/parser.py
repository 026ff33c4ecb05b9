"""Parsers of subcommands: argparse that never exits and words errors for people."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from enum import Enum, auto
from textwrap import fill
from typing import Any, NoReturn

from codex_jupyter.errors import CodexError, InputError

from .tokens import Word, split


class Kind(Enum):
    """What an argument takes; tells how it is read and what completes it."""

    TEXT = auto()
    SUBCOMMAND = auto()
    MODEL = auto()
    SCRIPT = auto()
    DEPLOYED = auto()
    DATASET = auto()
    DATASOURCE = auto()
    VERSION = auto()
    EXPERIMENT = auto()
    RUNNING = auto()
    RUN = auto()
    TRAINING_RUN = auto()
    PERIOD = auto()
    PERIODS = auto()
    GROUP = auto()
    PROFILE = auto()
    PYTHON = auto()
    FILE = auto()
    FILES = auto()
    OBJECT = auto()
    FILE_OR_OBJECT = auto()
    COLUMNS = auto()
    COLUMN = auto()
    FUNCTION = auto()
    ADDRESS = auto()
    TABLE_OR_MODEL = auto()
    FLAG = auto()
    NEW_NAME = auto()


# These are looked up or read by the command itself, not as plain text.
RAW_KINDS = frozenset(
    {
        *(Kind.OBJECT, Kind.FILE_OR_OBJECT, Kind.TABLE_OR_MODEL),
        *(Kind.FLAG, Kind.NEW_NAME),
    }
)
_SECRET = re.compile(
    r"pass(word|wd|phrase)?\b|pwd|token|secret|api-?key|login|user", re.IGNORECASE
)

# argparse's own words.
_REQUIRED = "the following arguments are required:"
_CHOICE = re.compile(
    r"argument (\S+): invalid choice: .*\(choose from (.*)\)", re.DOTALL
)


class HelpRequested(CodexError):
    """``--help`` was typed; the message is the help."""


class Parser(argparse.ArgumentParser):
    """The parser of one subcommand.

    Args:
        name: the subcommand.
        summary: one sentence about it.
        examples: lines to copy.
    """

    def __init__(self, name: str, summary: str, examples: Sequence[str]) -> None:
        super().__init__(
            prog=f"%codex {name}",
            description=fill(summary, 78),
            epilog="\n".join(["examples:", *(f"  {line}" for line in examples)]),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            add_help=False,
            allow_abbrev=False,
        )
        self._positionals.title = "values"
        self._example = examples[0]
        self.kinds: dict[str, Kind] = {}
        self.rest: str | None = None
        self.add(
            "-o",
            dest="out",
            kind=Kind.NEW_NAME,
            metavar="VAR",
            help="keep the result in this variable, in the place of showing it",
        )

    def add(
        self, *names: str, kind: Kind = Kind.TEXT, rest: bool = False, **settings: Any
    ) -> None:
        """Add an argument.

        Args:
            names: as for ``add_argument``.
            kind: what it takes.
            rest: the last positional takes all words that are not options.
            settings: as for ``add_argument``.
        """
        if kind is Kind.FLAG:
            settings["action"] = "store_true"
        elif kind is Kind.FILES:
            settings |= {"action": "append", "default": []}
        action = self.add_argument(*names, **settings)
        self.kinds[action.dest] = kind
        if rest:
            self.rest = action.dest

    def parse(self, line: str, read: Callable[[str], str] = str) -> argparse.Namespace:
        """The arguments of a line.

        Args:
            line: what follows the subcommand.
            read: gives the text that a plain word stands for.

        Raises:
            HelpRequested: ``--help`` is among the words.
            InputError: the line does not fit; the message says how.
        """
        words = split(line)
        options, values = self._sort(words, read)
        if len(values) > (most := len(self.positionals)):
            if self.rest is None:
                # What was typed is not repeated: it may be a secret.
                raise InputError(
                    f"{self.prog} takes {most or 'no'} "
                    f"value{'s' if most != 1 else ''}; {len(values)} were given.",
                    hint=f"{self.prog} --help shows how it is used.",
                )
            first = values[most - 1]
            whole = line[first.start : values[-1].end]
            values = [*values[: most - 1], Word(whole, first.start, values[-1].end)]
        elif self.rest is not None and len(values) == most and values[-1].quoted:
            # The quotes belong to the value: "a" is a text, a would be a name.
            last = values[-1]
            values[-1] = Word(line[last.start : last.end], last.start, last.end)
        if values:
            raw = [self.kinds[a.dest] in RAW_KINDS for a in self.positionals]
            # After -- argparse takes -1 and the like for the values that they are.
            options.append("--")
            for word, is_raw in zip(values, raw, strict=False):
                options.append(word.text if is_raw else read(word.text))
        return self.parse_args(options)

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would have printed.

        Raises:
            InputError: always.
        """
        hint = f"{self.prog} --help shows how it is used."
        if (needed := message.removeprefix(_REQUIRED)) != message:
            message = f"it needs {needed.strip()}"
            hint = f"Such as {self._example} ({self.prog} --help says more)."
        elif wrong := _CHOICE.search(message):
            # What was typed is not repeated: it may be a secret.
            message = f"{wrong[1]} is one of {wrong[2]}".replace("'", "")
        raise InputError(f"{self.prog}: {message}.", hint=hint)

    def format_help(self) -> str:
        """The help, with a usage line that starts as one types."""
        values = " ".join(_usage(a) for a in self.positionals)
        must = [a for a in self.options.values() if a.required]
        needed = " ".join(f"{a.option_strings[0]} {a.metavar}" for a in must)
        parts = [self.prog, values, needed, "[options]" if self.options else ""]
        self.usage = " ".join(part for part in parts if part).replace("%", "%%")
        return super().format_help()

    @property
    def positionals(self) -> list[argparse.Action]:
        """The arguments that are no options, in order."""
        return [a for a in self._actions if not a.option_strings]

    @property
    def options(self) -> dict[str, argparse.Action]:
        """Option names with their arguments, ``--help`` not among them."""
        return {name: a for a in self._actions for name in a.option_strings}

    def _sort(
        self, words: list[Word], read: Callable[[str], str]
    ) -> tuple[list[str], list[Word]]:
        """Options as argparse takes them, and the values that are no options."""
        options: list[str] = []
        values: list[Word] = []
        rest = iter(words)
        waiting = next(rest, None)
        while waiting is not None:
            word, waiting = waiting, next(rest, None)
            if not is_option(word):
                values.append(word)
                continue
            name, equals, value = word.text.partition("=")
            if name == "--help":
                raise HelpRequested(self.format_help().strip())
            action = self.options.get(name) or self._unknown(name)
            kind = self.kinds[action.dest]
            if kind is Kind.FLAG:
                if equals:
                    self.error(f"{name} takes no value")
                options.append(name)
                continue
            if not equals:
                if waiting is None or is_option(waiting):
                    self.error(f"{name} needs a value")
                value, waiting = waiting.text, next(rest, None)
            options.append(f"{name}={value if kind in RAW_KINDS else read(value)}")
            while kind is Kind.FILES and waiting is not None and not is_option(waiting):
                options.append(f"{name}={read(waiting.text)}")
                waiting = next(rest, None)
        return options, values

    def _unknown(self, name: str) -> NoReturn:
        if _SECRET.search(name):
            raise InputError(
                f"{name[:40]} is not an option: a line is saved with the notebook.",
                hint="Take it out of the cell, and set MLOPS_USER and MLOPS_PASSWORD "
                "(or MLOPS_GROUP_TOKEN) in the environment or in a .env file.",
            )
        found = near(name, self.options, 1)
        raise InputError(
            f"{self.prog} has no option {name[:40]}.",
            hint=f"Did you mean {found[0]}?"
            if found
            else f"{self.prog} --help shows its options.",
        )


def _usage(action: argparse.Action) -> str:
    """A value as the usage line shows it: in brackets where it may be left out."""
    name = str(action.metavar or "|".join(map(str, action.choices or [action.dest])))
    return f"[{name}]" if action.nargs == "?" and name[0] != "[" else name


def is_option(word: Word) -> bool:
    """True for ``--name`` and ``-o``; ``-1``, ``--`` and quoted words are values."""
    named = word.text.startswith("--") and word.text[2:3].isalpha()
    return not word.quoted and (named or word.text == "-o")


def near(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known names that look like the given one, the nearest first."""
    return get_close_matches(name, list(known), n=most, cutoff=0.6)
