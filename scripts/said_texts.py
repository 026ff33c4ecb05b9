"""Finds the English sentences that Python code makes, and says elsewhere.

Errors, hints, notes and what the platform answers are not given to ``t()`` where they
are made: `codex_jupyter.render.said` translates them where they are shown. A text is

- an argument of what makes an error, a note or a finding, or named ``hint``;
- any other literal that reads like a sentence: a capital first, a full stop last.

A choice between literals that has a name of its own is told as part of the text.
Docstrings, logs, help texts of the commands and the API document's own are left out.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

# The API document is English as a whole, and so is what only a log or a terminal shows.
NOT_SHOWN = (
    "protocol/*routes.py",
    "protocol/route.py",
    "protocol/openapi.py",
    "server/cli.py",
    "server/cleaning/command.py",
    "server/database.py",
    "server/store/*",
    "server/runner/provided/*",
    "server/handlers/docs.py",
)
_MAKES = re.compile(
    r"Error$|Fault$|Problem$|^_?(note|bad_input|not_found|wrong_state|Finding|Found|"
    r"Trouble|Change|confirmed|"
    r"refus\w+|wrong|told)$"
)
_SAYS = frozenset({"hint", "next", "fix", "cause", "text", "message", "told", "title"})
_LOGS = frozenset({"debug", "info", "warning", "exception", "critical"})
_SILENT = frozenset({"help", "description", "epilog", "usage", "metavar", "pattern"})
_CALLS_NOT_SHOWN = frozenset(
    {"t", "mark", "compile", "search", "match", "findall", "sub", "field", "Field"}
)
# A table's heads are the keys of its rows.
_HEADS = frozenset({"_COLUMNS", "_ALL", "_PERIODS", "_WHAT"})
_MOST_WAYS = 16
_WORD = re.compile(r"[A-Za-z][a-z']+(?![\w.]*\()")
_NO_WORDS = re.compile(r"\{\w+\}|%%?codex( \w+)?|`[^`]*`|https?:\S+|--\w+")
# A line to type holds names only; a hint says what it does.
_LINE = re.compile(r"[%!]|rows\.csv|\w+ = %|from |compare\(")
_OPENING = re.compile(r"(?:\{\w+\}\S*|[A-Z][a-z]*,?) [`'{a-z]")
_VERBS = re.compile(
    r"\b(adds|and|brings|does|ends|failed|for|gives|goes|has|is|leaves|lists|makes|names|says|"
    r"shows|starts|take|takes|tells|then|to|tries|with|writes)\b"
)


def said_texts(tree: ast.AST) -> Iterator[str]:
    """The texts of a module, with numbered places."""
    return _Reader({}).visit(tree, is_said=False)


def is_shown(name: str) -> bool:
    """False for a file whose texts are of another kind.

    Args:
        name: its path within the package.
    """
    return not any(Path(name).match(pattern) for pattern in NOT_SHOWN)


_VALUE, _NUMBER = "\0value", "\0number"


class _Reader:
    """Reads a part of a module.

    Args:
        choices: what stands for the names that are given once, as a choice of texts.
    """

    def __init__(self, choices: dict[str, ast.expr]) -> None:
        self._choices = choices

    def visit(self, node: ast.AST, *, is_said: bool) -> Iterator[str]:
        match node:
            case ast.Expr(value=ast.Constant()):
                return
            case ast.FunctionDef(name="__repr__"):
                return
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _Reader(_choices(node))._children(node, is_said=False)
            case ast.Call():
                yield from self._of_call(node)
            case ast.Name(id=name) if is_said and name in self._choices:
                yield from self.visit(self._choices[name], is_said=True)
            case (
                ast.Assign(targets=[ast.Name(id=name)])
                | ast.AnnAssign(target=ast.Name(id=name))
            ) if node.value is not None:
                if name in _HEADS:
                    yield from _words(node.value)
                elif name not in self._choices:
                    is_said = name.strip("_") in _SAYS
                    yield from self.visit(node.value, is_said=is_said)
            case ast.Constant() | ast.JoinedStr() | ast.BinOp(op=ast.Add() | ast.Mod()):
                ways = self._ways(node)
                texts = [text for text in ways if _is_text(text, is_said=is_said)]
                yield from texts
                if not texts and not isinstance(node, ast.Constant):
                    yield from self._children(node, is_said=is_said)
            case _:
                keeps = (ast.Tuple, ast.List, ast.BoolOp, ast.IfExp, ast.Starred)
                is_said = is_said and isinstance(node, keeps)
                yield from self._children(node, is_said=is_said)

    def _children(self, node: ast.AST, *, is_said: bool) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            yield from self.visit(child, is_said=is_said)

    def _of_call(self, node: ast.Call) -> Iterator[str]:
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        is_log = name in _LOGS and getattr(node.func, "attr", "")
        if is_log or name in _CALLS_NOT_SHOWN:
            return
        if name == "table" and len(node.args) > 1:
            yield from _words(node.args[1])
            for title in node.args[2:3]:
                yield from self.visit(title, is_said=True)
        if name == "Finding":
            yield from _words(node.args[0])
        makes = bool(_MAKES.search(name))
        yield from self.visit(node.func, is_said=False)
        for argument in node.args:
            yield from self.visit(argument, is_said=makes)
        for word in node.keywords:
            if word.arg not in _SILENT:
                yield from self.visit(word.value, is_said=makes or word.arg in _SAYS)

    def _ways(self, node: ast.expr) -> list[str]:
        """Every text that the expression may make, its choices of words told."""
        made = []
        for parts in itertools.islice(self._parts(node), _MOST_WAYS):
            place, text = 0, ""
            for part in parts:
                if part in (_VALUE, _NUMBER):
                    place += 1
                    text += f"{{{'n' if part is _NUMBER else ''}{place}}}"
                else:
                    text += part
            # Each line is said by itself.
            made += [_numbered(line.strip()) for line in text.split("\n")]
        return made

    def _parts(self, node: ast.expr) -> list[list[str]]:
        match node:
            case ast.Constant(value=str(text)):
                # Places as code for Python 3.8 writes them, too.
                pieces = re.split(r"%[sdr](?!\w)", text)
                return [[one for piece in pieces for one in (_VALUE, piece)][1:]]
            case ast.JoinedStr(values=values):
                sides = itertools.product(*map(self._parts, values))
                return [list(itertools.chain(*one)) for one in sides]
            case ast.FormattedValue(value=ast.Name(id=name)) if name in self._choices:
                return self._parts(self._choices[name])
            case ast.FormattedValue(value=ast.JoinedStr() | ast.IfExp() as inner):
                return self._parts(inner)
            case ast.FormattedValue(format_spec=form):
                return [[_VALUE if form is None else _NUMBER]]
            case ast.IfExp(body=one, orelse=other):
                return self._parts(one) + self._parts(other)
            case ast.BinOp(left=left, op=ast.Mod()):
                return self._parts(left)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                sides = itertools.product(self._parts(left), self._parts(right))
                return [a + b for a, b in sides]
        return [[_VALUE]]


def _numbered(text: str) -> str:
    """The places counted from 1."""
    count = itertools.count(1)
    return re.sub(r"\{(n?)\d+\}", lambda one: f"{{{one[1]}{next(count)}}}", text)


def _choices(function: ast.AST) -> dict[str, ast.expr]:
    """The names that are given once, and as one of several literals."""
    given: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            given.setdefault(node.targets[0].id, []).append(node.value)
    return {
        name: values[0]
        for name, values in given.items()
        if len(values) == 1 and name not in _HEADS and _is_choice(values[0])
    }


def _is_choice(node: ast.expr) -> bool:
    return isinstance(node, ast.IfExp) and all(
        _is_choice(side)
        or isinstance(side, ast.JoinedStr)
        or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in (node.body, node.orelse)
    )


def _words(node: ast.AST) -> Iterator[str]:
    """The single words of a table's heads."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def _is_text(text: str, *, is_said: bool) -> bool:
    plain = _NO_WORDS.sub("", text)
    count = len(_WORD.findall(plain))
    if _LINE.match(text):
        return bool(_VERBS.search(plain)) and (is_said or count >= 3)
    if is_said:
        # So few letters around a place could be anybody's.
        is_ours = ("{" in text or "%codex" in text) and len(plain.strip()) > 5
        return count >= (1 if is_ours else 2)
    if not re.match(r"[\s(]*[A-Z{`'\"]", text):
        return False
    if re.search(r"[.:!?]['\")]?\s*$", text):
        return count >= 3
    return count >= 4 and bool(_OPENING.match(text))
