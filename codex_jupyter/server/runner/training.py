"""A training: the user's function makes a model, and what it returned is kept.

The call's payload is a JSON object: ``data`` the file of the train data, ``output`` a
folder for what is kept, ``execution`` the run's number, ``type`` the experiment's.
The answer names what was kept; the tables are packed as ``tables.py`` tells.
"""

from __future__ import annotations

import json
import os
from typing import Any

from .answers import encode
from .estimators import automatic_metrics, parameters
from .faults import Fault
from .saving import save_model
from .script import Script
from .tables import as_frame, read_table, write_table

_UNSUPERVISED = "Unsupervised"
_WANTED = {
    "X_train": "a pandas DataFrame of what the model was trained on",
    "y_train": "a DataFrame, Series or array of what it had to learn",
    "model_output": "a DataFrame, Series or array of what it predicts for X_train",
    "pipeline": "the fitted model",
    "metrics": "a dict of names and numbers",
}
_EXTRA = ("extra", "extras")
_TABLES = ("X_train", "y_train", "model_output")


def train(script: Script, payload: bytes) -> tuple[bytes, bool]:
    """Call the training function and keep what it returned.

    Raises:
        Fault: it raised, or returned something other than the documented dict.
    """
    given = json.loads(payload)
    name = script.reference
    value = script.call(name, *_arguments(script, given))
    try:
        return encode(_kept(script, value, given))[0], False
    except Exception as error:  # noqa: BLE001 - a value of the user's may raise anything
        raise script.fault(name + "()", error) from None


def _arguments(script: Script, given: dict[str, Any]) -> list[Any]:
    """What the function is called with: older ones take their folder only."""
    names = script.parameters(script.reference)
    if len(names) == 1 and names[0] != "df":
        return [script.folder]
    try:
        import pandas  # noqa: F401 - only to see that it is there
    except ImportError:
        text = "Reading the train data needs pandas, which is not in the environment. "
        text += "Add pandas to the requirements."
        raise Fault(text) from None
    return [read_table(given["data"]), script.folder][: len(names) or 2]


def _kept(script: Script, value: Any, given: dict[str, Any]) -> dict[str, Any]:
    warnings: list[str] = []
    wanted = dict(_WANTED)
    if given["type"] == _UNSUPERVISED:
        del wanted["y_train"]
    _check(value, wanted)
    frames = {
        key: _frame(value[key], key)
        for key in _TABLES
        if key in wanted or value.get(key) is not None
    }
    _compare_rows(frames, warnings)
    for key, frame in frames.items():
        write_table(frame, os.path.join(given["output"], key.lower() + ".table"))
    pipeline = value["pipeline"]
    extra = _extra_files(script.folder, value, warnings)
    saved_by = save_model(pipeline, os.path.join(given["output"], "model.pkl"))
    x, y = value["X_train"], value.get("y_train")
    metrics = _metrics(value["metrics"], warnings)
    for name, found in automatic_metrics(pipeline, x, y, warnings).items():
        metrics.setdefault(name, found)
    told = parameters(pipeline, frames["X_train"], frames.get("y_train"))
    # Spelled as the protocol does.
    told["neomaril_exectuion_id"] = given["execution"]
    return {
        "metrics": metrics,
        "parameters": told,
        "extra": extra,
        "saved_by": saved_by,
        "tables": [key.lower() for key in frames],
        "warnings": warnings,
    }


def _check(value: Any, wanted: dict[str, str]) -> None:
    if not isinstance(value, dict):
        text = "returned a %s. Return a dict with: %s."
        raise Fault(text % (type(value).__name__, _listed(wanted)))
    missing = {key: what for key, what in wanted.items() if value.get(key) is None}
    if missing:
        keys = ", ".join("'%s'" % str(key)[:40] for key in list(value)[:20])
        has = "it has %s" % keys if keys else "it is empty"
        absent = ", ".join("'%s'" % key for key in missing)
        text = "returned a dict without %s; %s. Add: %s."
        raise Fault(text % (absent, has, _listed(missing)))


def _listed(wanted: dict[str, str]) -> str:
    return "; ".join("'%s', %s" % pair for pair in wanted.items())


def _frame(value: Any, key: str) -> Any:
    import pandas as pd

    is_frame = isinstance(value, pd.DataFrame)
    if isinstance(value, (list, tuple)):
        value = pd.Series(list(value))
    tolerated = isinstance(value, pd.Series) or type(value).__name__ == "ndarray"
    if not is_frame and (key == "X_train" or not tolerated):
        text = "returned a %s as '%s'; wanted is %s."
        raise Fault(text % (type(value).__name__, key, _WANTED[key]))
    if len(value) == 0:
        raise Fault("returned no rows as '%s'." % key)
    if isinstance(value, pd.Series) and value.name is None:
        value = value.rename(key)
    frame = as_frame(value, "returned as '%s'" % key)
    if not is_frame and list(frame.columns) == ["0"]:
        frame.columns = [key]
    return frame


def _compare_rows(frames: dict[str, Any], warnings: list[str]) -> None:
    sizes = {key: len(frame) for key, frame in frames.items()}
    if len(set(sizes.values())) > 1:
        told = ", ".join("%s has %d" % pair for pair in sizes.items())
        warnings.append("The tables differ in their rows: %s." % told)


def _metrics(given: Any, warnings: list[str]) -> dict[str, Any]:
    if not isinstance(given, dict):
        text = "returned a %s as 'metrics'; wanted is %s."
        raise Fault(text % (type(given).__name__, _WANTED["metrics"]))
    return {str(key): _number(str(key), one, warnings) for key, one in given.items()}


def _number(key: str, value: Any, warnings: list[str]) -> Any:
    if hasattr(type(value), "item") and getattr(value, "size", 0) == 1:
        value = value.item()
    if not isinstance(value, (bool, int, float)):
        text = "returned a %s as the metric '%s'; a number is wanted."
        raise Fault(text % (type(value).__name__, key[:80]))
    if isinstance(value, float) and value - value != 0:
        text = "The metric '%s' is %r; it is kept as null, because JSON has no such."
        warnings.append(text % (key[:80], value))
        return None
    return value


def _extra_files(folder: str, value: dict[Any, Any], warnings: list[str]) -> list[str]:
    """The paths of the files that the function wants kept beside the model."""
    found: list[str] = []
    inside = os.path.realpath(folder) + os.sep
    for key in _EXTRA:
        given = value.get(key) or []
        for one in [given] if isinstance(given, (str, os.PathLike)) else list(given):
            if not isinstance(one, (str, os.PathLike)):
                text = (
                    "returned a %s in '%s'; the name of a file in base_path is wanted."
                )
                raise Fault(text % (type(one).__name__, key))
            path = os.path.realpath(os.path.join(folder, os.fspath(one)))
            shown = "'%s' in '%s'" % (os.fspath(one)[-200:], key)
            if not path.startswith(inside):
                raise Fault("returned %s, which lies outside of base_path." % shown)
            if not os.path.isfile(path):
                text = "returned %s, and there is no such file in base_path."
                raise Fault(text % shown)
            if os.path.basename(path) == "model.pkl":
                text = "%s was left out: the pipeline itself is kept under that name."
                warnings.append((text % shown).capitalize())
            elif path not in found:
                found.append(path)
    names = [os.path.basename(path) for path in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        text = "returned two extra files called '%s'. Rename one of them."
        raise Fault(text % twice[0])
    return found
