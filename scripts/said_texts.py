"""Finds the English sentences that Python code makes, and says elsewhere.

Errors, hints, notes and what the platform answers are not given to ``t()`` where they
are made: `codex_jupyter.render.said` translates them where they are shown. A text is

- an argument of what makes an error, a note or a finding, or named ``hint``;
- any other literal that reads like a sentence: a capital first, a full stop last.

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
    "magics/*.py",
    "magics/checkup/*",
    "magics/commands/*",
    "magics/deploying/*",
    "magics/target/*",
    "protocol/*routes.py",
    "protocol/route.py",
    "protocol/openapi.py",
    "server/cli.py",
    "server/store/*",
    "server/runner/provided/*",
    "server/handlers/docs.py",
)
_MAKES = re.compile(
    r"Error$|Fault$|Problem$|^_?(note|bad_input|not_found|wrong_state|Finding|Trouble|"
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
_NO_WORDS = re.compile(r"\{\w+\}|%%?codex.*|`[^`]*`|https?:\S+|--\w+")


def said_texts(tree: ast.AST) -> Iterator[str]:
    """The texts of a module, with numbered places."""
    return _visit(tree, is_said=False)


def is_shown(name: str) -> bool:
    """False for a file whose texts are of another kind.

    Args:
        name: its path within the package.
    """
    return not any(Path(name).match(pattern) for pattern in NOT_SHOWN)


def _visit(node: ast.AST, *, is_said: bool) -> Iterator[str]:
    match node:
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Call():
            yield from _of_call(node)
        case (
            ast.Assign(targets=[ast.Name(id=name)])
            | ast.AnnAssign(target=ast.Name(id=name))
        ) if node.value is not None:
            if name in _HEADS:
                yield from _words(node.value)
            else:
                yield from _visit(node.value, is_said=name.strip("_") in _SAYS)
        case ast.Constant() | ast.JoinedStr() | ast.BinOp(op=ast.Add() | ast.Mod()):
            texts = [text for text in _ways(node) if _is_text(text, is_said=is_said)]
            yield from texts
            if not texts and not isinstance(node, ast.Constant):
                yield from _children(node, is_said=is_said)
        case _:
            keeps = (ast.Tuple, ast.List, ast.BoolOp, ast.IfExp, ast.Starred)
            yield from _children(node, is_said=is_said and isinstance(node, keeps))


def _children(node: ast.AST, *, is_said: bool) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        yield from _visit(child, is_said=is_said)


def _of_call(node: ast.Call) -> Iterator[str]:
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    is_log = name in _LOGS and getattr(node.func, "attr", "")
    if is_log or name in _CALLS_NOT_SHOWN:
        return
    if name == "table" and len(node.args) > 1:
        yield from _words(node.args[1])
    makes = bool(_MAKES.search(name))
    yield from _visit(node.func, is_said=False)
    for argument in node.args:
        yield from _visit(argument, is_said=makes)
    for word in node.keywords:
        if word.arg not in _SILENT:
            yield from _visit(word.value, is_said=makes or word.arg in _SAYS)


def _words(node: ast.AST) -> Iterator[str]:
    """The single words of a table's heads."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def _is_text(text: str, *, is_said: bool) -> bool:
    count = len(_WORD.findall(_NO_WORDS.sub("", text)))
    if is_said:
        return count >= 2
    sentence = re.match(r"[\s(]*[A-Z{`'\"]", text) and re.search(
        r"[.:!?]['\")]?\s*$", text
    )
    return bool(sentence) and count >= 3


def _ways(node: ast.expr) -> list[str]:
    """Every text that the expression may make, its choices between literals told."""
    made = []
    for parts in itertools.islice(_parts(node), _MOST_WAYS):
        place, text = 0, ""
        for part in parts:
            if part in (_VALUE, _NUMBER):
                place += 1
                text += f"{{{'n' if part is _NUMBER else ''}{place}}}"
            else:
                text += part
        made.append(text.strip())
    return made


_VALUE, _NUMBER = "\0value", "\0number"


def _parts(node: ast.expr) -> list[list[str]]:
    match node:
        case ast.Constant(value=str(text)):
            # Places as code for Python 3.8 writes them, too.
            pieces = re.split(r"%[sdr](?!\w)", text)
            return [[one for piece in pieces for one in (_VALUE, piece)][1:]]
        case ast.JoinedStr(values=values):
            sides = itertools.product(*map(_parts, values))
            return [list(itertools.chain(*one)) for one in sides]
        case ast.FormattedValue(value=ast.JoinedStr() | ast.IfExp() as inner):
            return _parts(inner)
        case ast.FormattedValue(format_spec=form):
            return [[_VALUE if form is None else _NUMBER]]
        case ast.IfExp(body=one, orelse=other):
            return _parts(one) + _parts(other)
        case ast.BinOp(left=left, op=ast.Mod()):
            return _parts(left)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            sides = itertools.product(_parts(left), _parts(right))
            return [a + b for a, b in sides]
    return [[_VALUE]]
