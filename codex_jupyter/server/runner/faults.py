"""What went wrong in the user's code, in words for the user."""

from __future__ import annotations

import gc
import importlib.util
import os
import re
import sys
import traceback
from typing import Any, Sequence

_MIB = 1 << 20
_DETAIL = 8000
_WITHOUT = (
    "%s needs the package '%s', which is not in the model's environment. Add '%s' to "
    "its requirements."
)
# What pandas says where one of its optional packages is missing, by version.
_OPTIONAL = re.compile(
    r"tried using: '([\w.-]+)'|`Import ([\w.-]+)` failed|"
    r"Missing optional dependency '([\w.-]+)'"
)
_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
# Distributions whose name is not that of the module they bring.
_DISTRIBUTIONS = {
    "Crypto": "pycryptodome",
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "distutils": "setuptools",
    "dotenv": "python-dotenv",
    "pkg_resources": "setuptools",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "PyYAML",
}


class Fault(Exception):
    """A sentence about the user's code, and a traceback or nothing."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail


def explain(
    subject: str, error: BaseException, *, folders: Sequence[str], memory_bytes: int
) -> Fault:
    """The fault that tells of an exception.

    Args:
        subject: what was done, such as ``score()``; begins the sentence.
        folders: the model's folder and the execution's; left out of paths.
    """
    if isinstance(error, Fault):
        return Fault("%s %s" % (subject, error.message), error.detail)
    detail = _trace(error, folders)
    if isinstance(error, SystemExit):
        code = "" if error.code is None else repr(error.code)
        return Fault("%s called sys.exit(%s)." % (subject, code[:200]), detail)
    if isinstance(error, MemoryError):
        gc.collect()
        text = (
            "%s ran out of memory; a model's process may use %d MiB. Load less at "
            "once, or allow more: codex-jupyter serve --memory %d"
        )
        limit = memory_bytes // _MIB
        return Fault(text % (subject, limit, 2 * limit), detail)
    if isinstance(error, ModuleNotFoundError) and error.name:
        return Fault(_missing_module(subject, error.name), detail)
    if isinstance(error, ImportError):
        package = _optional_package(error)
        if package:
            return Fault(_WITHOUT % (subject, package, package), detail)
    if isinstance(error, SyntaxError) and error.filename:
        text = "%s failed: line %s of %s is not valid Python (%s)."
        name = os.path.basename(error.filename)
        return Fault(text % (subject, error.lineno, name, error.msg), detail)
    return Fault("%s raised %s" % (subject, _one_line(error)), detail)


def _one_line(error: BaseException) -> str:
    name = type(error).__name__
    try:
        text = str(error).strip()
    except Exception:  # noqa: BLE001 - a broken __str__ of the user's
        text = ""
    if not text:
        return name
    first = text.splitlines()[0]
    return "%s: %s" % (name, first if len(first) <= 300 else first[:300] + "...")


def _optional_package(error: ImportError) -> str | None:
    try:
        found = _OPTIONAL.search(str(error))
    except Exception:  # noqa: BLE001 - a broken __str__ of the user's
        return None
    if found is None:
        return None
    package = next(name for name in found.groups() if name)
    return _DISTRIBUTIONS.get(package, package)


def _missing_module(subject: str, name: str) -> str:
    top = name.partition(".")[0]
    try:
        found = importlib.util.find_spec(top) is not None
    except (ImportError, ValueError):
        found = False
    if found:
        return (
            "%s needs the module '%s', which the installed version of '%s' does not "
            "have. Pin the version that the model was made with." % (subject, name, top)
        )
    return (
        "%s needs the module '%s', which is not in the model's environment. Add '%s' "
        "to its requirements, or %s.py to its files."
        % (subject, top, _DISTRIBUTIONS.get(top, top), top)
    )


def _trace(error: BaseException, folders: Sequence[str]) -> str:
    """The traceback as the user would see it at home: no frames or paths of ours."""
    try:
        trace = traceback.TracebackException(type(error), error, error.__traceback__)
        _drop_our_frames(trace)
        text = "".join(trace.format()).strip()
    except Exception:  # noqa: BLE001 - a broken __str__ of the user's
        text = type(error).__name__
    for folder in (*folders, sys.prefix):
        text = text.replace(folder + "/", "")
    if len(text) > _DETAIL:
        half = _DETAIL // 2
        text = "%s\n[...]\n%s" % (text[:half], text[-half:])
    return text


def _drop_our_frames(trace: Any) -> None:
    seen = set()
    todo = [trace]
    while todo:
        one = todo.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        one.stack[:] = [
            frame
            for frame in one.stack
            if not frame.filename.startswith((_OURS, "<frozen importlib"))
        ]
        todo += [one.__cause__, one.__context__]
        todo += getattr(one, "exceptions", None) or []
