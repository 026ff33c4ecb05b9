"""Loads of unchanged files, memoised for the life of the process.

The documentation teaches scripts to open and unpickle their model in every call. An
object that was loaded from a file below the model's folder (pickle's, cloudpickle's
and joblib's ``load``, ``pickle.loads`` of a whole file) is kept, and loading the file
again gives it back unless the file changed.

Plain dicts, lists and sets, arrays and frames are handed out as copies. Any other
object, such as an estimator, is shared by all calls of the process: a script that
changes its model in place must opt out.
"""

from __future__ import annotations

import importlib.util
import io
import os
import pickle
import sys
import time
from typing import Any, Callable

_MOST = 64
_SHORTEST_TEXT = 4096
_LONGEST_TEXT = 64 << 20
# A file written less than this ago may change again without another time stamp.
_SETTLED_NS = 100_000_000


class Memo:
    """Objects loaded from the files of one folder.

    Args:
        folder: only files below it are kept.
    """

    def __init__(self, folder: str) -> None:
        self._below = os.path.realpath(folder) + os.sep
        self._files: dict[tuple[str, str, int], tuple[tuple[int, ...], Any, int]] = {}
        self._texts: dict[int, tuple[bytes, Any]] = {}

    def install(self) -> None:
        """Put the keeping functions in the place of the loading ones."""
        # cloudpickle's load is pickle's, taken when it is imported, which is later.
        pickle.load = self.keeping_load(pickle.load, "pickle")
        pickle.loads = self.keeping_loads(pickle.loads)
        sys.meta_path.insert(0, _JoblibFinder(self))

    def keeping_load(self, load: Callable[..., Any], module: str) -> Callable[..., Any]:
        """A ``load`` of a file or path that keeps what it loaded."""

        def keeping(source: Any, *args: Any, **options: Any) -> Any:
            if args or options:
                return load(source, *args, **options)
            if not isinstance(source, (str, os.PathLike)):
                return self._read(load, source, source, module)
            try:
                file = open(source, "rb")  # noqa: SIM115 - closed below
            except OSError:
                return load(source)
            with file:
                return self._read(load, source, file, module)

        return _named(keeping, load, "load", module)

    def keeping_loads(self, loads: Callable[..., Any]) -> Callable[..., Any]:
        """A ``loads`` that keeps what the whole of a file held."""

        def keeping(data: Any, *args: Any, **options: Any) -> Any:
            size = len(data) if type(data) is bytes else 0
            if args or options or not _SHORTEST_TEXT <= size <= _LONGEST_TEXT:
                return loads(data, *args, **options)
            kept = self._texts.get(size)
            if kept is None or kept[0] != data:
                kept = (data, loads(data))
                if not self._is_size_of_a_file(size):
                    return kept[1]
                self._texts[size] = kept
            return own_copy(kept[1], {})

        return _named(keeping, loads, "loads", "pickle")

    def _read(
        self, load: Callable[..., Any], source: Any, file: Any, module: str
    ) -> Any:
        if type(file) is not io.BufferedReader:
            return load(source)
        try:
            name = os.fsdecode(file.name)
            where = (module, name, file.tell())
            stat = os.fstat(file.fileno())
        except (OSError, TypeError, ValueError):
            return load(source)
        changed = (stat.st_mtime_ns, stat.st_ctime_ns)
        mark = (stat.st_dev, stat.st_ino, stat.st_size, *changed)
        kept = self._files.get(where)
        if kept is None or kept[0] != mark:
            value = load(source)
            settled = time.time_ns() - max(changed) > _SETTLED_NS
            if not settled or not os.path.realpath(name).startswith(self._below):
                return value
            if len(self._files) >= _MOST:
                del self._files[next(iter(self._files))]
            kept = self._files[where] = (mark, value, file.tell())
        # What follows in the file is read from where the first load left it.
        file.seek(kept[2])
        return own_copy(kept[1], {})

    def _is_size_of_a_file(self, size: int) -> bool:
        try:
            with os.scandir(self._below) as entries:
                return any(e.is_file() and e.stat().st_size == size for e in entries)
        except OSError:
            return False


def own_copy(value: Any, done: dict[int, Any]) -> Any:
    """The value for one call: what scripts change in place is copied, models are not.

    Args:
        done: copies made so far by id, so that cycles end and aliases stay aliases.
    """
    kind = type(value)
    if id(value) in done:
        return done[id(value)]
    if kind is dict:
        made: Any = {}
        done[id(value)] = made
        made.update((key, own_copy(item, done)) for key, item in value.items())
        return made
    if kind is list:
        made = []
        done[id(value)] = made
        made.extend(own_copy(item, done) for item in value)
        return made
    if kind is set or kind is bytearray:
        return value.copy()
    if kind.__name__ in ("ndarray", "DataFrame", "Series"):
        return value.copy()
    return value


def _named(
    keeping: Callable[..., Any], load: Callable[..., Any], name: str, module: str
) -> Callable[..., Any]:
    # Named as what it replaces, so that it can be pickled by reference itself.
    keeping.__name__ = keeping.__qualname__ = name
    keeping.__module__ = module
    keeping.__doc__ = load.__doc__
    return keeping


class _JoblibFinder:
    """Gives joblib its keeping load when it is first imported."""

    def __init__(self, memo: Memo) -> None:
        self._memo = memo

    def find_spec(self, name: str, *_: Any) -> Any:
        if name != "joblib":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def exec_module(module: Any) -> None:
                run(module)
                module.load = self._memo.keeping_load(module.load, "joblib")

            spec.loader.exec_module = exec_module
        return spec
