"""The user's script: imported once, its functions called many times."""

from __future__ import annotations

import difflib
import inspect
import io
import linecache
import os
import sys
import tokenize
import types
from typing import Any, Callable, List, Optional, Tuple

from .faults import Fault, explain

_BY_EITHER = inspect.Parameter.POSITIONAL_OR_KEYWORD


class Script:
    """The imported script of a model.

    Args:
        folder: the model's folder; becomes the functions' ``base_path``.
        path: the script's file.
        reference: the name of the function that every call is about.
        data: the folder of an execution; None for a model that is asked by JSON.

    Attributes:
        folder: as given, without a slash at its end.
        said: rows for the log, as type and text, that the present call leaves.

    Raises:
        Fault: the script cannot be imported or has no such function.
    """

    def __init__(
        self,
        folder: str,
        path: str,
        reference: str,
        memory_bytes: int,
        data: Optional[str] = None,
    ) -> None:
        self.reference = reference
        self.folder = folder.rstrip("/")
        self.data = data
        self.said: List[Tuple[str, str]] = []
        self._path = path
        self._memory_bytes = memory_bytes
        self._module = self._load()
        self._functions = {reference: self._find(reference)}

    def call(self, name: str, *arguments: Any) -> Any:
        """What a function of the script returns.

        Raises:
            Fault: there is no such function, or it raised.
        """
        entry = self._functions.get(name) or self._find(name)
        self._functions[name] = entry
        try:
            return entry(*arguments)
        except BaseException as error:  # noqa: BLE001 - sys.exit() too is an answer
            raise self.fault(name + "()", error) from None

    def fault(self, subject: str, error: BaseException) -> Fault:
        """The fault that tells of an exception in the user's code.

        Args:
            subject: what was done, such as ``score()``; begins the sentence.
        """
        folders = (self.data, self.folder) if self.data else (self.folder,)
        return explain(subject, error, folders=folders, memory_bytes=self._memory_bytes)

    def place(self, text: str) -> str:
        """Where the called function that a text names is, as a traceback tells it.

        What is wrong with a returned value has no traceback of its own.
        """
        for name, entry in self._functions.items():
            code = getattr(entry, "__code__", None)
            if code is not None and name + "()" in text:
                where = (os.path.basename(code.co_filename), code.co_firstlineno, name)
                return '  File "%s", line %d, in %s' % where
        return ""

    def parameters(self, name: str) -> list[str]:
        """The names of a function's parameters that take a value by position.

        Raises:
            Fault: there is no such function.
        """
        entry = self._functions.get(name) or self._find(name)
        try:
            found = inspect.signature(entry).parameters.values()
        except (TypeError, ValueError):
            # Something callable that Python knows no signature of.
            return []
        by_place = (inspect.Parameter.POSITIONAL_ONLY, _BY_EITHER)
        return [one.name for one in found if one.kind in by_place]

    def _load(self) -> types.ModuleType:
        name = os.path.basename(self._path)
        module = types.ModuleType("model_script")
        module.__file__ = self._path
        sys.modules["model_script"] = module
        # A class defined in a notebook is pickled as __main__.Name; a script that
        # defines it too lets the pickle find it here.
        sys.modules["__main__"] = module
        try:
            with open(self._path, "rb") as file:
                source = file.read()
            code = compile(source, name, "exec", dont_inherit=True)
            _remember_lines(name, source)
            exec(code, module.__dict__)  # noqa: S102 - what this process is for
        except BaseException as error:  # noqa: BLE001 - sys.exit() too is a fault
            raise self.fault("Importing " + name, error) from None
        return module

    def _find(self, function: str) -> Callable[..., Any]:
        name = os.path.basename(self._path)
        entry = getattr(self._module, function, None)
        if entry is None:
            raise Fault(self._no_entry(name, function))
        if not callable(entry):
            text = "'%s' in %s is not a function but a value of type %s."
            raise Fault(text % (function, name, type(entry).__name__))
        return entry

    def _no_entry(self, name: str, function: str) -> str:
        functions = [
            key
            for key, value in vars(self._module).items()
            if isinstance(value, types.FunctionType)
            and value.__module__ == self._module.__name__
        ]
        text = "%s does not define '%s'." % (name, function)
        close = difflib.get_close_matches(function, functions, 1)
        if close:
            return "%s Did you mean '%s'?" % (text, close[0])
        if functions:
            return "%s It defines: %s." % (text, ", ".join(functions[:10]))
        return text + " It defines no function."


def _remember_lines(name: str, source: bytes) -> None:
    """Let tracebacks show the script's lines under its own name."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    lines = source.decode(encoding, "replace").splitlines(keepends=True)
    linecache.cache[name] = (len(source), None, lines, name)
