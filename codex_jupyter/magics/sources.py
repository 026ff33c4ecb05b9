"""The source text of functions and classes that other cells of the notebook define."""

from __future__ import annotations

import ast
import inspect
import linecache
import textwrap
from collections.abc import Iterable, Iterator
from types import FunctionType
from typing import Any

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def definition(name: str, value: Any, history: list[str]) -> str | None:
    """The source that defines the name as this function or class.

    Args:
        name: how the calling code names it.
        value: a function or class of the notebook.
        history: the cells that were run, in order.

    Returns:
        None when it is no function or class, or its source cannot stand alone: a
        closure, or one whose cell is unknown.
    """
    texts: Iterable[str] = ()
    if isinstance(value, type):
        texts = _cells_of(value, history)
    elif callable(value) and isinstance(plain := inspect.unwrap(value), FunctionType):
        # functools.wraps and lru_cache keep what they wrap; its text has the decorator.
        texts = () if plain.__closure__ else _cell_of(plain)
    for text in texts:
        if source := _segment(text, name):
            return source
    return None


def _cell_of(function: FunctionType) -> Iterator[str]:
    yield "".join(linecache.getlines(function.__code__.co_filename))


def _cells_of(value: type, history: list[str]) -> Iterator[str]:
    """Cells that may define the class: those of its methods, then all, newest first."""
    for method in vars(value).values():
        if isinstance(method, FunctionType):
            yield "".join(linecache.getlines(method.__code__.co_filename))
    yield from reversed(history)


def _segment(cell: str, name: str) -> str | None:
    """The last top-level definition of the name in a cell, with its decorators."""
    try:
        tree = ast.parse(cell)
    except (SyntaxError, ValueError):
        return None
    found: ast.stmt | None = None
    for node in tree.body:
        named = isinstance(node, _DEFINITIONS) and node.name == name
        if named or _is_lambda(node, name):
            found = node
    if found is None:
        return None
    decorators: list[ast.expr] = getattr(found, "decorator_list", [])
    first = min([found.lineno, *(d.lineno for d in decorators)])
    lines = cell.splitlines()[first - 1 : found.end_lineno]
    return textwrap.dedent("\n".join(lines)).strip()


def _is_lambda(node: ast.stmt, name: str) -> bool:
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Lambda)
        and [t.id for t in node.targets if isinstance(t, ast.Name)] == [name]
    )
