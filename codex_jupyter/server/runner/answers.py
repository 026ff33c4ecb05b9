"""The answer of a user's function as JSON text."""

from __future__ import annotations

import json
import math
from typing import Any, Callable

from .faults import Fault


def encode(value: Any) -> tuple[bytes, bool]:
    """An answer as JSON text (UTF-8), and whether a null in it stands for a NaN.

    Values of numpy, pandas and the like are converted; a text must be JSON already and
    passes as it is. JSON has neither NaN nor infinities: they become null.

    Raises:
        Fault: the value is, or holds, what JSON has no form for.
    """
    if isinstance(value, str):
        return _checked(value)
    if not isinstance(value, (dict, list, tuple, int, float, type(None))):
        value = _native(value, "returned a %s" % type(value).__name__)
    try:
        return _utf8(_dumps(value)), False
    except (TypeError, ValueError):
        # A NaN, or keys that are not text: seldom enough to be looked for only now.
        pass
    nans: list[Any] = []
    try:
        return _utf8(_dumps(_plain(value, nans))), bool(nans)
    except RecursionError:
        raise Fault("returned a value that contains itself.") from None


def _dumps(value: Any, default: Callable[[Any], Any] | None = None) -> str:
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, default=default or _native
    )


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        # A lone surrogate has no UTF-8 form, but JSON can escape it.
        return json.dumps(json.loads(text)).encode("ascii")


def _checked(text: str) -> tuple[bytes, bool]:
    nans: list[Any] = []
    try:
        # append returns None, which then stands where the NaN was.
        value = json.loads(text, parse_constant=nans.append)
    except ValueError:
        shown = text if len(text) <= 60 else text[:60] + "..."
        raise Fault(
            "returned a str that is not a JSON text: %r. Return a dict, a list or "
            "json.dumps(...) of one." % shown
        ) from None
    return _utf8(_dumps(value) if nans else text), bool(nans)


def _native(value: Any, what: str = "") -> Any:
    kind = type(value)
    if kind.__name__ in ("NaTType", "NAType"):
        return None
    if _is_of_times(value):
        # Their items would be bare numbers of nanoseconds.
        return _times(value.astype(str).tolist())
    # Looked up on the class: a frame's columns are attributes of the frame.
    for method in ("isoformat", "tolist", "item"):
        if hasattr(kind, method):
            return getattr(value, method)()
    text = what or "returned a result that holds a %s" % kind.__name__
    if hasattr(kind, "to_dict"):
        hint = "Return its to_dict('records') instead."
    else:
        hint = "Return a dict, a list of dicts or a JSON text."
    raise Fault("%s, which JSON has no form for. %s" % (text, hint))


def _is_of_times(value: Any) -> bool:
    return hasattr(type(value), "astype") and getattr(
        getattr(value, "dtype", None), "kind", ""
    ) in ("M", "m")


def _times(texts: Any) -> Any:
    if isinstance(texts, list):
        return [_times(text) for text in texts]
    return None if texts == "NaT" else texts


def _plain(value: Any, nans: list[Any]) -> Any:
    """The value with every NaN replaced by None and every key made text."""
    if isinstance(value, float):
        if math.isfinite(value):
            return float(value)
        nans.append(value)
        return None
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, dict):
        return {_key(key): _plain(item, nans) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, nans) for item in value]
    return _plain(_native(value), nans)


def _key(key: Any) -> Any:
    if isinstance(key, float) and not math.isfinite(key):
        return str(key)
    if key is None or isinstance(key, (str, int, float)):
        return key
    if isinstance(key, tuple):
        text = "returned a dict whose key %r is a tuple; JSON has text keys only."
        raise Fault(text % (key,))
    return _native(key, "returned a dict with a key of type %s" % type(key).__name__)
