"""Writing a fitted model into a file that another process can load."""

from __future__ import annotations

import os
import pickle
import sys
from typing import Any

from .faults import Fault

_LINE = "cloudpickle>=2.0.0"
# Under these names a pickle refers to what the script itself defines.
_OWN = (b"model_script", b"__main__")


def save_model(model: Any, path: str) -> str:
    """Save a model by its own ``save_model``, else by cloudpickle, else by pickle.

    Returns:
        How it was saved: ``save_model``, ``cloudpickle`` or ``pickle``.

    Raises:
        Fault: it cannot be saved.
    """
    own = getattr(model, "save_model", None)
    if callable(own):
        try:
            own(path)
        except Exception as error:  # noqa: BLE001 - the user's own method
            raise _unsaved("its save_model() raised", error) from None
        if not os.path.isfile(path):
            raise Fault("returned a 'pipeline' whose save_model() wrote no file.")
        return "save_model"
    try:
        import cloudpickle
    except ImportError:
        _pickle(model, path)
        return "pickle"
    # What the script defines goes into the file: no other process can import it.
    register = getattr(cloudpickle, "register_pickle_by_value", None)
    if register is not None:
        register(sys.modules["model_script"])
    try:
        with open(path, "wb") as file:
            cloudpickle.dump(model, file)
    except Exception as error:  # noqa: BLE001 - whatever its parts raise
        raise _unsaved("cloudpickle cannot save it", error) from None
    return "cloudpickle"


def _pickle(model: Any, path: str) -> None:
    reason = "pickle can only save what packages define"
    try:
        data = pickle.dumps(model)
    except Exception as error:  # noqa: BLE001 - whatever its parts raise
        reason = "pickle cannot save it (%s)" % _line(error)
        data = b""
    if not data or any(name in data for name in _OWN):
        text = "returned a 'pipeline' that needs cloudpickle, which is not in the "
        text += "environment: %s. Add this line to the requirements: %s"
        raise Fault(text % (reason, _LINE))
    with open(path, "wb") as file:
        file.write(data)


def _unsaved(what: str, error: Exception) -> Fault:
    text = "returned a 'pipeline' that cannot be kept: %s: %s"
    return Fault(text % (what, _line(error)))


def _line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return "%s: %s" % (type(error).__name__, lines[0][:300] if lines else "")
