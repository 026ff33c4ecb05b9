"""A cell as a script that stands alone: what it takes from the notebook goes first."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

from codex_jupyter.errors import InputError

from .names import free_names
from .parser import near
from .sources import definition
from .values import Namespace

_LONGEST_LITERAL = 20_000


@dataclass(slots=True)
class Script:
    """What will be uploaded as the source.

    Args:
        text: the whole script.
        imports: import lines that were added, in order.
        constants: names whose values were added.
        definitions: names of functions and classes that were added.
    """

    text: str = ""
    imports: list[str] = field(default_factory=list)
    constants: list[str] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)

    @property
    def added(self) -> str:
        """What was put before the cell's own text, for a person; "" if nothing."""
        parts = list(self.imports)
        if self.definitions:
            parts.append(f"the source of {', '.join(self.definitions)}")
        if self.constants:
            parts.append(f"the values of {', '.join(self.constants)}")
        return "; ".join(parts)

    @property
    def told(self) -> list[str]:
        """The line that tells of what was added, if anything was."""
        if not self.added:
            return []
        return [f"Added to the script from the notebook: {self.added}"]


def build(
    body: str, namespace: Namespace, history: Iterable[str], model: str | None = None
) -> Script:
    """The script of a cell.

    Args:
        body: the cell's text.
        namespace: the notebook's variables.
        history: the cells that were run, in order; their imports are used as written.
        model: the variable that holds the model, which no script may use.

    Raises:
        InputError: a name cannot be carried along; says which and what to do.
    """
    return _Builder(namespace, list(history), model).build(body)


class _Builder:
    def __init__(
        self, namespace: Namespace, history: list[str], model: str | None
    ) -> None:
        self._names = namespace
        self._history = history
        self._model = model
        self._script = Script()
        self._values: list[str] = []
        self._sources: list[str] = []
        self._seen: set[str] = set()
        self._problems: list[str] = []

    def build(self, body: str) -> Script:
        self._carry(body, within="the cell")
        if self._problems:
            raise InputError(
                "The cell uses what the deployed script will not have.",
                detail="\n".join(self._problems),
                hint="Define it in the cell, or import it from a file: --extra FILE",
            )
        script = self._script
        script.imports.sort(key=lambda line: (line.startswith("from"), line))
        blocks = [
            "\n".join(script.imports),
            "\n".join(self._values),
            *(f"\n{source}" for source in self._sources),
        ]
        prelude = "\n\n".join(block for block in blocks if block)
        script.text = _insert(body, prelude) if prelude else body
        return script

    def _carry(self, source: str, within: str) -> None:
        """Add what a piece of source takes from the notebook, deepest first."""
        for name in sorted(free_names(source) - self._seen):
            self._seen.add(name)
            if name not in self._names:
                self._miss(name, within)
            else:
                self._add(name, self._names[name], within)

    def _add(self, name: str, value: Any, within: str) -> None:
        if name == self._model:
            self._problems.append(
                f"{name}: used in {within}, but it is the model itself. Load it inside "
                "the function, from base_path + '/model.pkl'."
            )
        elif line := import_line(name, value, self._history):
            self._script.imports.append(line)
        elif source := definition(name, value, self._history):
            self._carry(source, within=name)
            self._sources.append(source)
            self._script.definitions.append(name)
        elif (text := literal(value)) is not None:
            self._values.append(f"{name} = {text}")
            self._script.constants.append(name)
        else:
            self._problems.append(f"{name}: used in {within}, {_refusal(value)}.")

    def _miss(self, name: str, within: str) -> None:
        found = near(name, [n for n in self._names if not n.startswith("_")], 1)
        also = f" Did you mean {found[0]}?" if found else ""
        self._problems.append(f"{name}: used in {within}, defined nowhere.{also}")


def import_line(name: str, value: Any, history: list[str]) -> str | None:
    """The import that gives this name this value, or None when no import does."""
    for cell in reversed(history):
        if line := _as_written(name, value, cell):
            return line
    if isinstance(value, ModuleType):
        if value.__name__ == "__main__":
            return None
        return (
            f"import {name}"
            if value.__name__ == name
            else f"import {value.__name__} as {name}"
        )
    home, own = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if not isinstance(home, str) or home == "__main__" or not isinstance(own, str):
        return None
    for module in _public_first(home):
        if vars(sys.modules[module]).get(own) is value:
            return f"from {module} import {own}" + (
                "" if own == name else f" as {name}"
            )
    return None


def literal(value: Any) -> str | None:
    """The value as Python text that gives it back, or None when there is none.

    Numpy scalars become Python numbers.
    """
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == ():
        value = value.item()
    try:
        text = repr(value)
        if len(text) > _LONGEST_LITERAL:
            return None
        again = ast.literal_eval(text)
        same = type(again) is type(value) and bool(again == value)
    except Exception:  # noqa: BLE001
        # Any object may stand here, and its repr and == may do anything.
        return None
    return text if same else None


def _refusal(value: Any) -> str:
    if isinstance(value, (FunctionType, type)):
        return "has no source of its own (made inside a function, or its cell is gone)"
    kind = type(value)
    where = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return (
        f"is a {where}{kind.__qualname__}; only modules, functions, classes and short "
        "plain constants are carried along"
    )


def _as_written(name: str, value: Any, cell: str) -> str | None:
    """The cell's own import of the name, when it still gives the value."""
    if name not in cell or "import" not in cell:
        return None
    try:
        tree = ast.parse(cell)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        for alias in node.names:
            if (alias.asname or alias.name) != name:
                continue
            given = f" as {alias.asname}" if alias.asname else ""
            if isinstance(node, ast.Import):
                if sys.modules.get(alias.name) is value:
                    return f"import {alias.name}{given}"
            elif node.module and not node.level and node.module != "__future__":
                module = sys.modules.get(node.module)
                held = getattr(module, alias.name, None) if module else None
                if held is value and value is not None:
                    return f"from {node.module} import {alias.name}{given}"
    return None


def _public_first(module: str) -> list[str]:
    """The module and its parents: public ones first, the shortest first."""
    parts = module.split(".")
    names = [".".join(parts[: i + 1]) for i in range(len(parts))]
    loaded = [n for n in names if n in sys.modules]
    return sorted(
        loaded, key=lambda n: (any(p[0] == "_" for p in n.split(".")), len(n))
    )


def _insert(body: str, prelude: str) -> str:
    """The prelude before the body, but after its docstring and __future__ imports."""
    lines = body.splitlines()
    last = 0
    for node in ast.parse(body).body:
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not (future or text):
            break
        last = node.end_lineno or last
    head, rest = "\n".join(lines[:last]), "\n".join(lines[last:]).strip("\n")
    return "\n\n".join(part for part in (head, prelude, "\n" + rest) if part) + "\n"
