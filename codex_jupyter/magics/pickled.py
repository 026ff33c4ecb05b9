"""Models as files: writing a pickle, and reading from one what it will import."""

from __future__ import annotations

import pickle
import pickletools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from codex_jupyter.errors import InputError

# cloudpickle names the modules that a function of the notebook uses in calls of this.
_SUBIMPORT = "subimport"
_TEXTS = frozenset({"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE"})
_PUTS = frozenset({"BINPUT", "LONG_BINPUT", "PUT"})
_GETS = frozenset({"BINGET", "LONG_BINGET", "GET"})


def dump(name: str, model: Any, path: Path) -> None:
    """Pickle the model; by cloudpickle when it is installed, else by pickle.

    Raises:
        InputError: it cannot be pickled, or only this notebook could read it.
    """
    try:
        import cloudpickle  # type: ignore[import-untyped]
    except ModuleNotFoundError:
        cloudpickle = None
    writer = cloudpickle or pickle
    try:
        with path.open("wb") as file:
            # The oldest Python that models run on (3.8) reads protocol 5.
            writer.dump(model, file, protocol=5)
    except Exception as error:
        raise InputError(
            f"The model {name} cannot be pickled: {type(error).__name__}: {error}",
            hint="Save it by its own library, and give the file: --model FILE.",
        ) from error
    own = sorted({f for m, f in references(path) if m == "__main__"})
    if own:
        raise InputError(
            f"The model {name} needs {', '.join(own)}, defined in this notebook.",
            hint="Install cloudpickle, which carries such classes along.",
        )


def modules(path: Path) -> set[str]:
    """Full names of the modules that loading the pickle imports.

    A file that is no pickle, or is one only in parts, gives what could be read.
    """
    return {module for module, _ in references(path) if module}


def references(path: Path) -> set[tuple[str, str]]:
    """(module, name) of everything that the pickle looks up when it is loaded.

    The pickle is read, never loaded.
    """
    found: set[tuple[str, str]] = set()
    try:
        with path.open("rb") as file:
            for reference in _scan(file):
                found.add(reference)
    except (ValueError, IndexError, OverflowError, UnicodeDecodeError):
        # joblib puts raw arrays between the opcodes; other formats have none at all.
        pass
    return found


def _scan(file: Any) -> Iterator[tuple[str, str]]:
    memo: dict[Any, str | None] = {}
    # The texts pushed last; None for anything else, so that order is kept.
    last: list[str | None] = [None, None]
    subimport = False
    for opcode, argument, _ in pickletools.genops(file):
        kind = opcode.name
        if kind == "MEMOIZE":
            memo[len(memo)] = last[-1]
        elif kind in _PUTS:
            memo[argument] = last[-1]
        elif kind in _TEXTS or kind in _GETS:
            text = str(argument) if kind in _TEXTS else memo.get(argument)
            last = [last[-1], text]
            if subimport and text is not None:
                yield text, ""
                subimport = False
        elif kind in ("GLOBAL", "STACK_GLOBAL"):
            pair = str(argument).split(" ", 1) if kind == "GLOBAL" else last
            module, name = pair[0], pair[1]
            if module is not None and name is not None:
                yield module, name
                subimport = name == _SUBIMPORT
            last = [None, None]
        else:
            last = [last[-1], None]
