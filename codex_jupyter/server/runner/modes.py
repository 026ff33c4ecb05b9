"""How a call becomes an answer: one function a mode, loaded when it is asked for.

A mode takes the script and a call's payload, calls the user's functions, and gives the
answer as JSON text, with True where a null in it stands for a NaN.
"""

from __future__ import annotations

import importlib
from typing import Callable

from .answers import encode
from .faults import Fault
from .frames import MOST_ANSWER
from .results import names_in, result_file
from .script import Script
from .tagged import untag

Mode = Callable[[Script, bytes], "tuple[bytes, bool]"]

# Those that need more than this module brings are named by module and function.
_MODES = {
    "rows": ("modes", "rows"),
    "file": ("modes", "file"),
    "table": ("preprocessing", "table"),
    "train": ("training", "train"),
    "monitoring": ("monitoring", "monitoring"),
}


def mode(name: str) -> Mode:
    """The mode of that name.

    Raises:
        KeyError: there is none.
    """
    module, function = _MODES[name]
    found = importlib.import_module("." + module, __package__)
    made: Mode = getattr(found, function)
    return made


def rows(script: Script, payload: bytes) -> tuple[bytes, bool]:
    """One row: the function gets a JSON text and its value is the answer.

    Raises:
        Fault: the function raised, or its answer is not JSON.
    """
    name = script.reference
    value = script.call(name, str(payload, "utf-8"), script.folder)
    try:
        if isinstance(value, str) and value.startswith("["):
            value = _without_entries(script, value)
        body, has_nan = encode(value)
        if len(body) > MOST_ANSWER:
            text = "returned %d MiB; %d MiB are allowed."
            raise Fault(text % (len(body) >> 20, MOST_ANSWER >> 20))
    except Exception as error:  # noqa: BLE001 - a value of the user's may raise anything
        raise script.fault(name + "()", error) from None
    return body, has_nan


def _without_entries(script: Script, text: str) -> str:
    """The answer in what the documented logger wrote; its entries go to the log."""
    found = untag(text)
    if found is None:
        return text
    script.said += found[0]
    return found[1]


def file(script: Script, _payload: bytes) -> tuple[bytes, bool]:
    """A file: the function gets the folder that holds it and writes another one.

    The answer is ``{"path": …}``, the file that was written.

    Raises:
        Fault: the function raised, or there is no such file.
    """
    name, data = script.reference, script.data or ""
    given = names_in(data)
    written = script.call(name, data, script.folder)
    try:
        return result_file(written, data, given), False
    except Exception as error:  # noqa: BLE001 - a path of the user's may raise anything
        raise script.fault(name + "()", error) from None
