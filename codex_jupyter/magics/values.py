"""Typed words as values: literals, JSON, ``@file``, ``{expression}``, ``$name``, names.

Names are looked up after the line was split, so a value never meets the grammar.
"""

from __future__ import annotations

import ast
import builtins
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codex_jupyter.errors import InputError

from .parser import near

Namespace = Mapping[str, Any]

_REFERENCE = re.compile(r"\$[^\W\d]\w*\Z|\{.+\}\Z", re.DOTALL)
_DATASET = re.compile(r"D[0-9a-f]{63}\Z")
_TABLES = frozenset({".csv", ".txt", ".parquet", ".json", ".jsonl", ".zip"})
_PATH = re.compile(r"[\w./\\~ -]*[./\\][A-Za-z]\w*\Z")


def text_value(text: str, namespace: Namespace) -> str:
    """A plain word; ``$name`` and ``{expression}`` stand for their value.

    Raises:
        InputError: the reference cannot be read, or is neither a text nor a number.
    """
    if not _REFERENCE.match(text):
        return text
    value = object_value(text, namespace)
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Path)):
        raise InputError(
            f"{text} is a {type(value).__name__}; a text is expected here.",
        )
    return str(value)


def object_value(text: str, namespace: Namespace) -> Any:
    """Any object: JSON, a Python expression, ``@file.json``, ``{…}`` or ``$name``.

    Args:
        text: what was typed.
        namespace: the notebook's variables.

    Raises:
        InputError: it cannot be read; says what was near.
    """
    text = text.strip()
    if text.startswith("@"):
        return json_of(existing_file(text[1:]))
    try:
        return json.loads(text)
    except ValueError:
        return evaluate(expression_in(text), namespace)


def evaluate(source: str, namespace: Namespace) -> Any:
    """The value of a Python expression over the notebook's variables.

    Raises:
        InputError: it is no expression, a name in it is unknown, or it raised.
    """
    try:
        tree = ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError):
        raise InputError(
            f"This is neither JSON nor a Python expression: {source[:80]}",
            hint="Give a variable's name, a JSON object, or @file.json.",
        ) from None
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            _known(node.id, tree, namespace)
    try:
        # The user's own expression, typed into the user's own kernel.
        return eval(compile(tree, "<magic>", "eval"), dict(namespace))  # noqa: S307
    except Exception as error:
        raise InputError(
            f"{source[:80]} raised {type(error).__name__}: {error}"
        ) from error


def file_or_object(text: str, namespace: Namespace) -> Path | Any:
    """An existing file as a `Path`, else the object that the text stands for.

    A variable wins over a file of the same name; ``@name`` is always the file.

    Raises:
        InputError: it is neither.
    """
    if names_file(text, namespace):
        return existing_file(text.removeprefix("@"))
    return object_value(text, namespace)


def names_file(text: str, namespace: Namespace) -> bool:
    """Whether a file is meant where an object may stand too."""
    if text.startswith("@"):
        return True
    if text in namespace:
        return False
    # data.csv is a file's name unless the notebook has a variable called data.
    named = _PATH.match(text) and text.partition(".")[0] not in namespace
    return bool(named) or _is_file(text)


def input_value(text: str, namespace: Namespace) -> Any:
    """What is to be predicted: a file's `Path`, a dataset's hash, or any object.

    Raises:
        InputError: it cannot be read, or there is no such file.
    """
    if _DATASET.match(text) and text not in namespace:
        return text
    if text.startswith("@") or Path(text).suffix.lower() in _TABLES:
        return file_or_object(text, namespace)
    return object_value(text, namespace)


def existing_file(text: str) -> Path:
    """The file of that path.

    Raises:
        InputError: there is none; names files that look alike.
    """
    path = Path(text).expanduser()
    if path.is_file():
        return path.resolve()
    what = "a folder" if path.is_dir() else "not there"
    folder = path.parent
    try:
        names = [p.name for p in folder.iterdir()]
    except OSError:
        names = []
    found = near(path.name, names, 1)
    raise InputError(
        f"The file {text} is {what} (looked from {Path.cwd()}).",
        hint=f"Did you mean {folder / found[0]}?"
        if found
        else "Tab completes what is there; %pwd says where you are.",
    )


def text_of(path: Path) -> str:
    """The text of a file.

    Raises:
        InputError: it cannot be read, or is not UTF-8 text.
    """
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The file {path} cannot be read as text: {error}") from None


def json_of(path: Path) -> Any:
    """The JSON value in a file.

    Raises:
        InputError: it is not JSON.
    """
    try:
        return json.loads(text_of(path))
    except ValueError as error:
        raise InputError(f"The file {path.name} is not JSON: {error}") from None


def _is_file(text: str) -> bool:
    try:
        return Path(text).expanduser().is_file()
    except (OSError, RuntimeError):
        # An expression may be longer than any file's name.
        return False


def expression_in(text: str) -> str:
    """The expression meant by ``{x}`` or ``$x``; a dict display stays what it is."""
    if text.startswith("$"):
        return text[1:]
    if text.startswith("{") and text.endswith("}"):
        try:
            ast.parse(text[1:-1].strip(), mode="eval")
        except (SyntaxError, ValueError):
            return text
        return text[1:-1]
    return text


def _known(name: str, tree: ast.Expression, namespace: Namespace) -> None:
    if name in namespace or hasattr(builtins, name) or name in _bound(tree):
        return
    found = near(name, [n for n in namespace if not n.startswith("_")])
    raise InputError(
        f"There is no variable named {name} in this notebook.",
        hint=f"Did you mean {' or '.join(found)}?"
        if found
        else "Run the cell that defines it first.",
    )


def _bound(tree: ast.Expression) -> set[str]:
    """Names that the expression itself binds: comprehensions, lambdas."""
    stored = {
        n.id
        for n in ast.walk(tree)
        if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
    }
    return stored | {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}


def number_in(text: str) -> int | None:
    """The run in ``churn:3`` or ``3``; None where there is none."""
    digits = text.rpartition(":")[2].strip()
    return int(digits) if digits.isascii() and digits.isdecimal() else None
