"""A magic's line as words: blanks separate, quotes and brackets keep together.

``--schema X[["a b"]] --requirements "a==1, b"`` is four words; the quotes around a
whole word are dropped, those inside an expression stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from codex_jupyter.errors import InputError

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_QUOTES = "\"'"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a line.

    Args:
        text: the word without the quotes around it.
        start: where it starts in the line, its quotes included.
        end: the position after its last character.
        quoted: it was in quotes, so it is never taken for an option.
        closed: False when a quote or bracket of it is still open.
    """

    text: str
    start: int
    end: int
    quoted: bool = field(default=False, kw_only=True)
    closed: bool = field(default=True, kw_only=True)


def split(line: str) -> list[Word]:
    """The words of a line.

    Raises:
        InputError: a quote or a bracket is never closed.
    """
    words = split_open(line)
    if words and not words[-1].closed:
        raise InputError(
            f"A quote or bracket is not closed: {line[words[-1].start :][:60]}",
            hint="Close it, or quote the whole value.",
        )
    return words


def split_open(line: str) -> list[Word]:
    """The words of a line that may still be being typed."""
    words: list[Word] = []
    position = 0
    while position < len(line):
        if line[position].isspace():
            position += 1
            continue
        word = _word(line, position)
        words.append(word)
        position = word.end
    return words


def _word(line: str, start: int) -> Word:
    if line[start] in _QUOTES:
        end, closed = _quote_end(line, start)
        # "a" + b or "a".upper() is an expression that happens to start with a quote.
        if not closed or end == len(line) or line[end].isspace():
            inner = line[start + 1 : end - 1] if closed else line[start + 1 :]
            text = _unescape(inner, line[start])
            return Word(text, start, end, quoted=True, closed=closed)
    end, closed = _run_end(line, start)
    text = line[start:end]
    name, equals, value = text.partition("=")
    if equals and name.startswith("--") and value[:1] and value[0] in _QUOTES:
        stop, ended = _quote_end(value, 0)
        if ended and stop == len(value):
            text = f"{name}={_unescape(value[1:-1], value[0])}"
    return Word(text, start, end, closed=closed)


def _run_end(line: str, start: int) -> tuple[int, bool]:
    """Where an unquoted word ends: the first blank outside quotes and brackets."""
    waiting: list[str] = []
    position = start
    while position < len(line):
        char = line[position]
        if char.isspace() and not waiting:
            return position, True
        # An apostrophe inside a bare word (it's) opens nothing.
        if char in _QUOTES and (waiting or line[position - 1] in "=+,:"):
            position, closed = _quote_end(line, position)
            if not closed:
                return len(line), False
            continue
        if char in _PAIRS:
            waiting.append(_PAIRS[char])
        elif waiting and char == waiting[-1]:
            waiting.pop()
        position += 1
    return len(line), not waiting


def _quote_end(line: str, start: int) -> tuple[int, bool]:
    """The position after the quote that opens at ``start``, and whether it closes."""
    position = start + 1
    while position < len(line):
        if line[position] == "\\":
            position += 2
            continue
        if line[position] == line[start]:
            return position + 1, True
        position += 1
    return len(line), False


def _unescape(text: str, quote: str) -> str:
    # Only the quote itself needs a backslash; C:\new stays a path.
    return text.replace("\\" + quote, quote)
