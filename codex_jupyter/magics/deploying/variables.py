"""Which variables of the notebook may be deployed, by their types and never by value.

Nothing of an object is called: a lazy one would work, and one that is broken break.
"""

from __future__ import annotations

import inspect
from contextlib import suppress
from types import FunctionType, ModuleType
from typing import Any

MOST = 300
_OURS = frozenset({"In", "Out", "exit", "quit", "open", "get_ipython"})
_ORDER = ("function", "model", "sample", "other")
_PLAIN = (str, bytes, bool, int, float, complex, type(None))


def listed(names: dict[str, Any]) -> list[tuple[str, tuple[str, ...], str]]:
    """Name, kinds and description of each variable that fits, the likely ones first."""
    found = []
    for name, value in list(names.items()):
        if name.startswith("_") or name in _OURS or not name.isidentifier():
            continue
        # Whatever a variable's type does when it is looked at, the others are listed.
        with suppress(Exception):
            if kinds := kinds_of(value):
                found.append((name, kinds, describe(value)))
    # The notebook's newest variables are its last; of each kind they come first.
    found.reverse()
    found.sort(key=lambda one: (_ORDER.index(one[1][0]), one[0] != "score"))
    return found[:MOST]


def kinds_of(value: Any) -> tuple[str, ...]:
    """Of ``function``, ``model``, ``sample`` and ``other``; () for what never fits."""
    if isinstance(value, FunctionType):
        return ("function",) if value.__module__ == "__main__" else ()
    if isinstance(value, (ModuleType, type)):
        return ()
    kind = type(value)
    if any(hasattr(kind, name) for name in ("predict", "predict_proba", "forward")):
        return ("model",)
    if is_frame(kind) or is_series(kind):
        return ("sample", "other")
    if isinstance(value, (dict, list)) and value:
        return ("sample", "other")
    if isinstance(value, _PLAIN):
        return ()
    return ("other",)


def describe(value: Any) -> str:
    """A variable's type and size."""
    kind = type(value)
    if isinstance(value, FunctionType):
        return f"({', '.join(inspect.signature(value).parameters)})"
    if is_frame(kind):
        shape = getattr(value, "shape", None)
        if isinstance(shape, tuple) and len(shape) == 2:
            return f"{kind.__name__}, {shape[0]} rows, {shape[1]} columns"
    if isinstance(value, (dict, list)) or is_series(kind):
        size = len(value)
        return f"{kind.__name__} of {size}"
    return kind.__name__


def is_frame(kind: type) -> bool:
    """True for the type of a DataFrame."""
    return hasattr(kind, "itertuples") and hasattr(kind, "columns")


def is_series(kind: type) -> bool:
    """True for the type of a Series."""
    return hasattr(kind, "dtype") and hasattr(kind, "to_dict")
