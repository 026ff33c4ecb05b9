"""Texts that other rooms wrote in English, in the language in use.

An error, a hint, a platform's answer or a stored sentence about drift is English where
it is made and on the wire; programs and other clients read it there. It is translated
here, where it is shown, by the tables that `words` reads. ``scripts/words.py`` finds
those texts in the sources: the first place of ``f"There is no file {path}."`` is
``{1}``, and ``{n1}`` where it is written as a number. What no table knows, such as the
text of a user's own exception, stays as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from .card_parts import STATE_WORDS
from .words import known, mark, number_said, spoken

_PLACE = re.compile(r"\{(n?\d+)\}")
_NEXT = re.compile(r"(?<=[.!?:;])\s+")
# A name is what stands in quotes; what follows an article may be a noun of ours.
_QUOTES = "'\"`«"
_ARTICLE = re.compile(r"(?:^|\s)(?:the|a|an)\s$", re.IGNORECASE)
_DECIMAL = re.compile(r"-?[\d,]+(\.\d+)?( %)?")
# How a platform puts its sentences and the names of its periods together.
_AROUND = (
    mark("In {1}: {2}"),
    mark("In week {1}: {2}"),
    mark("In month {1}: {2}"),
    mark("In quarter {1}: {2}"),
    mark("In year {1}: {2}"),
    mark("{1} of `{2}` became missing in {3}."),
    mark("week {1}"),
    mark("month {1}"),
    mark("quarter {1}"),
    mark("year {1}"),
    mark("{1}() raised {2}"),
    mark("set"),
    mark("the reference"),
    mark("nothing to compare"),
    mark("within sampling noise (n={1})"),
)
# A place's value ends where the next sentence begins.
_NEXT_SENTENCE = re.compile(r"[.!?]\s+[A-Z`']")
_MOST_TEXT, _MOST_SENTENCES, _MOST_VALUE = 4000, 16, 400


def said(text: str, language: str = "") -> str:
    """The text in a language: whole, or sentence by sentence.

    Args:
        text: English, perhaps of several lines; any other text comes back unchanged.
        language: one of `words.LANGUAGES`; that in use where it is not given.
    """
    language = language or spoken()
    if language == "en" or not text or len(text) > _MOST_TEXT:
        return text
    return _said(text, language)


@lru_cache(maxsize=2048)
def _said(text: str, language: str) -> str:
    if (whole := _one(text, language)) is not None:
        return whole
    if "\n" in text:
        return "\n".join(_said(line, language) for line in text.split("\n"))
    told = _sentences(text, language)
    if told == text:
        # What was put in a place may be sentences too, such as a library's own.
        return _one(text, language, is_loose=True) or text
    return told


def _sentences(text: str, language: str) -> str:
    """Each known run of sentences translated, the longest first."""
    starts = [0, *(found.end() for found in _NEXT.finditer(text)), len(text)]
    if len(starts) > _MOST_SENTENCES:
        return text
    told, at = "", 0
    while at < len(starts) - 1:
        for end in range(len(starts) - 1, at, -1):
            piece = text[starts[at] : starts[end]]
            bare = piece.strip()
            if (found := _one(bare, language)) is not None:
                told += piece.replace(bare, found)
                at = end
                break
        else:
            told += text[starts[at] : starts[at + 1]]
            at += 1
    return told


class _Template(NamedTuple):
    parts: tuple[str, ...]
    names: tuple[str, ...]
    longest: str
    translated: str

    def spans(self, text: str, *, is_loose: bool) -> list[tuple[int, int]] | None:
        """Where the values of the places are; None when it is not this text.

        Each part is looked for once, after the one before: a regular expression would
        try every way to share a long text out, which takes minutes.
        """
        first, *between, last = self.parts
        if not (text.startswith(first) and text.endswith(last)):
            return None
        found, begin, end = [], len(first), len(text) - len(last)
        for part in between:
            at = text.find(part, begin, end) if part else begin
            if at < 0:
                return None
            found.append((begin, at))
            begin = at + len(part)
        found.append((begin, end))
        if begin > end or not (is_loose or all(_is_one(text[a:b]) for a, b in found)):
            return None
        return found


def _is_one(value: str) -> bool:
    return _NEXT_SENTENCE.search(value) is None


def _one(text: str, language: str, *, is_loose: bool = False) -> str | None:
    """One text of ours, or None.

    Args:
        is_loose: a place may hold several sentences.
    """
    texts = known(language)
    if (exact := texts.get(text)) and not _PLACE.search(text):
        return exact
    if " " not in text:
        return None
    for template in _templates(language):
        if template.longest not in text:
            continue
        if spans := template.spans(text, is_loose=is_loose):
            values = {
                name: _value(name, text, span, language)
                for name, span in zip(template.names, spans, strict=True)
            }
            parts = _PLACE.split(template.translated)
            parts[1::2] = [values[name] for name in parts[1::2]]
            return "".join(parts)
    return None


def _value(name: str, text: str, span: tuple[int, int], language: str) -> str:
    before, value = text[: span[0]], text[span[0] : span[1]]
    if before and before[-1] in _QUOTES:
        return value
    if value in STATE_WORDS:
        return known(language).get(value, value)
    if name.startswith("n") or value.endswith(" %"):
        return number_said(value, language) if _DECIMAL.fullmatch(value) else value
    if len(value) > _MOST_VALUE:
        return value
    if " " in value or _ARTICLE.search(before):
        return _one(value, language) or value
    return value


@lru_cache
def _templates(language: str) -> tuple[_Template, ...]:
    """Those of the table that have places, the most specific first."""
    made = []
    for text, translated in known(language).items():
        names = tuple(_PLACE.findall(text))
        if not names:
            continue
        parts = tuple(_PLACE.split(text)[::2])
        one = _Template(parts, names, max(parts, key=len), translated)
        made.append((sum(map(len, parts)), one))
    made.sort(key=lambda pair: -pair[0])
    return tuple(one for _, one in made)
