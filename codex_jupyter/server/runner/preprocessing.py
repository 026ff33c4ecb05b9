"""Preprocessing: the function gets tables, or the folder they lie in, and makes one.

What a function takes is told by its parameters' names; the documented contracts are

``build_df(df, data_path, extra_path=None)``  one table, already read
``build_df(data_path, extra_path=None)``      the folder of the file; a path is returned
``build_df(dfs, extra_path=None)``            a dict of tables by their names

and a parameter called as one of the named tables is gets that table.
"""

from __future__ import annotations

import json
import os
from typing import Any, Callable, Dict, List, Tuple

from .faults import Fault
from .results import names_in, result_file
from .script import Script
from .tables import as_frame, read_table, write_table

_FOLDER = ("data_path", "input_path", "path")
_EXTRA = ("extra_path", "base_path", "model_path")


def table(script: Script, payload: bytes) -> Tuple[bytes, bool]:
    """Make a table of those that the payload names.

    The payload is ``{"inputs": [{"name", "path"}, …], "out", "named"}``; the answer
    ``{"rows", "columns"}`` when the table was packed to the path ``out``, else
    ``{"path": …}``, the file that the function wrote.

    Raises:
        Fault: a file cannot be read, the function raised or made no table.
    """
    told = json.loads(payload)
    name, data = script.reference, script.data or ""
    given = names_in(data)
    value = script.call(name, *_arguments(script, told))
    if isinstance(value, (str, os.PathLike)):
        try:
            written = result_file(value, data, given)
        except Exception as error:  # noqa: BLE001 - a path of the user's may raise anything
            raise script.fault(name + "()", error) from None
        if not told["named"]:
            return written, False
        # Of this generation every result is a table.
        value = read_table(json.loads(written)["path"])
    frame = as_frame(value, name + "() returned")
    try:
        write_table(frame, told["out"])
    except Exception as error:  # noqa: BLE001 - so may its columns
        raise script.fault("Storing what %s() returned" % name, error) from None
    size = {"rows": len(frame), "columns": len(frame.columns)}
    return json.dumps(size).encode(), False


def _arguments(script: Script, told: Dict[str, Any]) -> List[Any]:
    """What the function is called with, by its parameters' names and their places."""
    paths = {one["name"]: one["path"] for one in told["inputs"]}
    frames: Dict[str, Any] = {}

    def frame(name: str) -> Any:
        if name not in frames:
            frames[name] = _read(paths[name], script.reference)
        return frames[name]

    def every() -> Any:
        return {name: frame(name) for name in paths}

    def one() -> Any:
        if len(paths) != 1:
            text = "%s() takes one table as 'df', and there are %d: %s. Call the "
            text += "parameter dfs to get them all by their names."
            shown = ", ".join(map(repr, paths))
            raise Fault(text % (script.reference, len(paths), shown[:200]))
        return frame(next(iter(paths)))

    known: Dict[str, Callable[[], Any]] = {"dfs": every, "df": one}
    known.update({name: lambda: script.data for name in _FOLDER})
    known.update({name: lambda: script.folder for name in _EXTRA})
    known.update({name: lambda name=name: frame(name) for name in paths})  # type: ignore[misc]
    names = script.parameters(script.reference)
    first = every if told["named"] and len(paths) > 1 else one
    if names and names[0] not in known:
        known[names[0]] = first
    if not names:
        # Its signature is not known: as the newer contract says.
        return [every()] if told["named"] else [one(), script.data]
    places = []
    for name in names:
        if name not in known:
            # Those after it keep their own defaults, or Python names what is missing.
            break
        places.append(known[name]())
    return places


def _read(path: str, reference: str) -> Any:
    try:
        return read_table(path)
    except ModuleNotFoundError as error:
        if error.name != "pandas":
            raise
        text = "%s() takes a table, and its environment has no pandas. Add pandas to "
        raise Fault((text + "the requirements.") % reference) from None
