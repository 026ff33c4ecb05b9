"""The user's script: imported once, its entry point called many times."""

from __future__ import annotations

import difflib
import io
import linecache
import os
import sys
import tokenize
import types
from typing import Any, Callable, Optional

from .answers import encode
from .faults import Fault, explain
from .frames import MOST_ANSWER
from .results import names_in, result_file


class Script:
    """The imported script of a model.

    Args:
        folder: the model's folder; becomes the functions' ``base_path``.
        path: the script's file.
        reference: the name of the function to call.
        data: the folder of an execution; None for a model that is asked by JSON.

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
        self._folder = folder.rstrip("/")
        self._path = path
        self._memory_bytes = memory_bytes
        self._data = data
        self._entry = self._load()

    def answer(self, payload: bytes) -> tuple[bytes, bool]:
        """The function's answer as JSON text, and whether a null stands for a NaN.

        For an execution the answer is ``{"path": …}``, the file that was written.

        Raises:
            Fault: the function raised, or its answer is not JSON or no file.
        """
        subject = self.reference + "()"
        try:
            if self._data is not None:
                given = names_in(self._data)
                written = self._entry(self._data, self._folder)
                return result_file(written, self._data, given), False
            value = self._entry(str(payload, "utf-8"), self._folder)
            body, has_nan = encode(value)
            if len(body) > MOST_ANSWER:
                text = "returned %d MiB; %d MiB are allowed."
                raise Fault(text % (len(body) >> 20, MOST_ANSWER >> 20))
        except BaseException as error:  # noqa: BLE001 - sys.exit() too is an answer
            raise self._fault(subject, error) from None
        return body, has_nan

    def _load(self) -> Callable[[str, str], Any]:
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
            raise self._fault("Importing " + name, error) from None
        entry = getattr(module, self.reference, None)
        if entry is None:
            raise Fault(self._no_entry(name, module))
        if not callable(entry):
            text = "'%s' in %s is not a function but a value of type %s."
            raise Fault(text % (self.reference, name, type(entry).__name__))
        return entry

    def _no_entry(self, name: str, module: types.ModuleType) -> str:
        functions = [
            key
            for key, value in vars(module).items()
            if isinstance(value, types.FunctionType)
            and value.__module__ == module.__name__
        ]
        text = "%s does not define '%s'." % (name, self.reference)
        close = difflib.get_close_matches(self.reference, functions, 1)
        if close:
            return "%s Did you mean '%s'?" % (text, close[0])
        if functions:
            return "%s It defines: %s." % (text, ", ".join(functions[:10]))
        return text + " It defines no function."

    def _fault(self, subject: str, error: BaseException) -> Fault:
        folders = (self._data, self._folder) if self._data else (self._folder,)
        return explain(subject, error, folders=folders, memory_bytes=self._memory_bytes)


def _remember_lines(name: str, source: bytes) -> None:
    """Let tracebacks show the script's lines under its own name."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    lines = source.decode(encoding, "replace").splitlines(keepends=True)
    linecache.cache[name] = (len(source), None, lines, name)
