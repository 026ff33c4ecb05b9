"""Which names a piece of code takes from outside, and which it imports."""

from __future__ import annotations

import ast
import builtins
import symtable
import traceback
from collections.abc import Iterator

from codex_jupyter.errors import InputError

_PROVIDED = frozenset({*dir(builtins), "__file__", "__name__", "__doc__"})
_FORGIVING = frozenset({"ImportError", "ModuleNotFoundError", "Exception"})


def free_names(source: str) -> set[str]:
    """Names that the module-level code or its functions use and nothing there defines.

    Builtins are not among them.

    Raises:
        SyntaxError: the source is not Python.
    """
    top = symtable.symtable(source, "<script>", "exec")
    used: set[str] = set()
    defined: set[str] = set()
    for table in _tables(top):
        for symbol in table.get_symbols():
            outermost = table is top
            if outermost or symbol.is_global():
                if symbol.is_assigned() or symbol.is_imported():
                    defined.add(symbol.get_name())
                if symbol.is_referenced():
                    used.add(symbol.get_name())
    return used - defined - _PROVIDED


def parse(source: str, what: str) -> ast.Module:
    """The syntax tree of Python source.

    Args:
        source: the text.
        what: whose text it is, for the error.

    Raises:
        InputError: it is not Python; shows the line.
    """
    try:
        return ast.parse(source)
    except SyntaxError as error:
        shown = "".join(traceback.format_exception_only(error)).partition("\n")[2]
        raise InputError(
            f"{what} is not valid Python: {error.msg}, line {error.lineno}.",
            detail=shown.replace("SyntaxError: ", "").rstrip(),
        ) from None
    except ValueError as error:
        raise InputError(f"{what} is not valid Python: {error}.") from None
    except (RecursionError, MemoryError):
        # How the parser says it, by the version.
        raise InputError(f"{what} is nested too deeply for Python.") from None


def top_level_names(tree: ast.Module) -> set[str]:
    """Names of the functions and classes that a module defines at its top level."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in tree.body if isinstance(node, kinds)}


def bound_names(tree: ast.Module) -> tuple[set[str], bool]:
    """Names that a module has once it was run, and whether there may be others.

    Others come with ``from module import *``.
    """
    names = top_level_names(tree)
    is_open = False
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update((a.asname or a.name).partition(".")[0] for a in node.names)
            is_open = is_open or any(a.name == "*" for a in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
    return names, is_open


def imported_modules(tree: ast.Module) -> dict[str, bool]:
    """Full names of imported modules; True where the import must succeed.

    An import within ``try: … except ImportError`` need not.
    """
    found: dict[str, bool] = {}
    for name, needed in _imports(tree, needed=True):
        found[name] = found.get(name, False) or needed
    return found


def _imports(node: ast.AST, *, needed: bool) -> Iterator[tuple[str, bool]]:
    if isinstance(node, ast.Import):
        yield from ((alias.name, needed) for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module, needed
    elif isinstance(node, ast.Try) and any(map(_forgives, node.handlers)):
        for child in node.body:
            yield from _imports(child, needed=False)
        for part in (*node.handlers, *node.orelse, *node.finalbody):
            yield from _imports(part, needed=needed)
        return
    for inner in ast.iter_child_nodes(node):
        yield from _imports(inner, needed=needed)


def _forgives(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id in _FORGIVING for kind in kinds)


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)
