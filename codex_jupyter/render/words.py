"""Texts for people, in their language.

The English text is the key: ``t("{n} rows", n=3)``. Other languages are tables in
``pt-BR.json`` beside the code whose texts they are; ``scripts/words.py`` tells what is
missing in them. Who runs the notebook speaks one language, so it is the process's; what
was begun in another one, such as a panel, goes on in it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")

LANGUAGES = ("en", "pt-BR")

_PACKAGE = Path(__file__).parents[1]
_PLACE = re.compile(r"\{(\w+)\}")


class Words:
    """The texts of one language.

    Args:
        language: one of `LANGUAGES`.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = _texts(language)

    def t(self, text: str, /, **values: object) -> str:
        """A text in this language.

        Args:
            text: English, written out where it is used; or given by `mark`.
            values: for each ``{name}`` in it; numbers are written as the language does.
        """
        found = self._texts.get(text, text)
        return _PLACE.sub(
            lambda place: (
                self._shown(values[place[1]]) if place[1] in values else place[0]
            ),
            found,
        )

    def number(self, value: float, digits: int = 0) -> str:
        """A number with its thousands apart, such as ``1,234.5`` or ``1.234,5``."""
        text = f"{value:,.{digits}f}"
        return text if self.language == "en" else text.translate(_SWAPPED)

    def day(self, moment: datetime) -> str:
        """Day and time as the moment's zone has it."""
        iso = self.language == "en"
        return moment.strftime("%Y-%m-%d %H:%M:%S" if iso else "%d/%m/%Y %H:%M:%S")

    def _shown(self, value: object) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            return self.number(value)
        return str(value)


_SWAPPED = str.maketrans(",.", ".,")


def language_of(locale: str) -> str:
    """The language of ours for a locale such as ``pt_BR.UTF-8``; English for others."""
    return "pt-BR" if locale.lower().startswith("pt") else "en"


def language_here(environ: Mapping[str, str] | None = None) -> str:
    """The language of who did not choose one: ``CODEX_JUPYTER_LANG``, or the locale's.

    Args:
        environ: read instead of ``os.environ``.
    """
    found = os.environ if environ is None else environ
    names = ("CODEX_JUPYTER_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    return language_of(next(filter(None, map(found.get, names)), ""))


def speak(language: str | None) -> None:
    """Use that language from now on; that of `language_here` where it is none of ours.

    For the whole process, but for what is done while `speaking` another.
    """
    global _now
    _now = Words(language if language in LANGUAGES else language_here())


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Use that language on this thread, whatever the process speaks."""
    before = _own.set(Words(language))
    try:
        yield
    finally:
        _own.reset(before)


def kept(act: Callable[_P, _R]) -> Callable[_P, _R]:
    """The same, done in the language in use now: for a thread of its own."""
    language = spoken()

    def done(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with speaking(language):
            return act(*args, **kwargs)

    return done


def spoken() -> str:
    """The language in use, one of `LANGUAGES`."""
    return _words().language


def t(text: str, /, **values: object) -> str:
    """A text in the language in use; see `Words.t`."""
    return _words().t(text, **values)


def number(value: float, digits: int = 0) -> str:
    """A number as the language in use writes it."""
    return _words().number(value, digits)


def day(moment: datetime) -> str:
    """Day and time as the language in use writes them."""
    return _words().day(moment)


def known(language: str) -> Mapping[str, str]:
    """Every text of ours in that language, by its English."""
    return _texts(language)


def number_said(digits: str, language: str) -> str:
    """A number written in English, such as ``1,234.5``, as a language does."""
    return digits if language == "en" else digits.translate(_SWAPPED)


def mark(text: str) -> str:
    """The text as it is: what a table holds, and `t` is given when it is shown."""
    return text


_now: Words | None = None
_own: ContextVar[Words | None] = ContextVar("codex_jupyter_language", default=None)


def _words() -> Words:
    if (own := _own.get()) is not None:
        return own
    if _now is None:
        speak(None)
    assert _now is not None  # noqa: S101 - speak sets it
    return _now


@cache
def _texts(language: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for path in sorted(_PACKAGE.glob(f"*/{language}.json")):
        found |= json.loads(path.read_text("utf-8"))
    return found
