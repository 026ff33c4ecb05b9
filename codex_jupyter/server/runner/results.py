"""The file that an asynchronous function wrote, checked before it is taken."""

from __future__ import annotations

import json
import os
from typing import Any

from .faults import Fault


def result_file(value: Any, data: str, given: frozenset[str]) -> bytes:
    """The path of the file that the function returned, as a JSON text.

    Args:
        value: what the function returned.
        data: the folder of this execution; relative paths begin there.
        given: names of the files that lay in the folder before.

    Raises:
        Fault: it is no path, or there is no such file.
    """
    if not isinstance(value, (str, os.PathLike)):
        text = "returned a %s. Write a file into data_path and return its path%s."
        raise Fault(text % (type(value).__name__, _such_as(data, given)))
    path = os.path.join(data, os.fspath(value))
    if isinstance(path, bytes) or "\0" in path:
        raise Fault("returned what is no path.")
    if os.path.isdir(path):
        text = "returned a folder, '%s'. Return the path of one file%s."
        raise Fault(text % (_shown(path, data), _such_as(data, given)))
    if not os.path.isfile(path):
        text = "returned '%s', and there is no such file. Return the path of the file "
        text += "that it wrote%s."
        raise Fault(text % (_shown(path, data), _such_as(data, given)))
    return json.dumps({"path": os.path.realpath(path)}).encode()


def names_in(data: str) -> frozenset[str]:
    """The names of what lies in a folder."""
    return frozenset(os.listdir(data))


def _shown(path: str, data: str) -> str:
    prefix = data.rstrip("/") + "/"
    text = path[len(prefix) :] if path.startswith(prefix) else path
    return text[:200]


def _such_as(data: str, given: frozenset[str]) -> str:
    new = sorted(names_in(data) - given)
    return ", such as data_path + '/%s'" % new[0] if new else ""
