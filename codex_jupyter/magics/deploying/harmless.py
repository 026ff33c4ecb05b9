"""Whether an expression can be evaluated while it is being typed."""

from __future__ import annotations

import ast

from codex_jupyter.magics.values import expression_in

_KINDS = (
    ast.Expression, ast.Name, ast.Load, ast.Constant, ast.Attribute, ast.Subscript,
    ast.Slice, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.UnaryOp, ast.USub, ast.UAdd,
    ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.keyword,
)  # fmt: skip
# Methods of frames that give a part, and change nothing.
_READERS = frozenset({"head", "tail", "sample", "copy", "drop", "to_dict", "astype"})


def is_harmless(text: str) -> bool:
    """True when nothing of the notebook can be changed by evaluating the text.

    Half a line is often a whole expression: ``stock.pop("a")`` is to be evaluated
    when its author has left the field, and not at its last bracket.
    """
    try:
        tree = ast.parse(expression_in(text.strip()).strip(), mode="eval")
    except (SyntaxError, ValueError):
        # No expression: reading it says so, and runs nothing.
        return True
    return all(_is_reader(node) for node in ast.walk(tree))


def _is_reader(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        named = isinstance(node.func, ast.Attribute) and node.func.attr in _READERS
        return named and not any(
            k.arg == "inplace" or k.arg is None for k in node.keywords
        )
    return isinstance(node, _KINDS)
