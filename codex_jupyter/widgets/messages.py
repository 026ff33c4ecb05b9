"""Every message between kernel and page, written once on this side.

The page's own table is written into the manifest by the build; a test holds the two
against each other. A kind ending in ``[]`` is a list, one ending in ``?`` may be None.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import deploy_messages, local_messages, play_messages

Fields = Mapping[str, str]

SHAPES: dict[str, Fields] = {
    "step": {
        "name": "string",
        "progress": "string",
        "seconds": "number?",
        "note": "string",
        "usual": "number?",
    },
    "row": {"time": "string", "level": "string", "text": "string"},
    "pair": {"name": "string", "value": "string"},
    "model": {
        "hash": "string",
        "name": "string",
        "state": "string",
        "operation": "string",
        "group": "string",
        "python": "string",
        "uploaded": "number?",
        "version": "number?",
        "calls": "number?",
        "called": "number?",
        "drift": "string",
        "period": "string",
    },
    "listed": {
        "number": "number",
        "what": "string",
        "name": "string",
        "group": "string",
        "state": "string",
        "asked": "number?",
        "took": "string",
        "given": "string",
        "made": "string",
    },
    "binned": {
        "name": "string",
        "kind": "string",
        "labels": "string[]",
        "intervals": "boolean",
        "moderate": "number",
        "significant": "number",
        "examples": "string[]",
    },
    **deploy_messages.SHAPES,
    **play_messages.SHAPES,
}

TO_PAGE: dict[str, Fields] = {
    "asset": {"name": "string", "hash": "string"},
    "ack": {"id": "string", "platform": "string"},
    "reply": {"id": "string", "result": "any"},
    "fault": {"id": "string", "message": "string", "hint": "string"},
    "status": {
        "name": "string",
        "group": "string",
        "state": "string",
        "line": "string",
        "reason": "string",
        "detail": "string",
        "steps": "step[]",
        "outlook": "string",
        "running": "number?",
        "actions": "string[]",
        "busy": "string",
        "link": "string",
        "hash": "string",
        "python": "string",
        "updated": "number",
    },
    "rows": {"oldest": "number", "first": "number", "rows": "row[]"},
    "execution": {
        "name": "string",
        "group": "string",
        "number": "string",
        "state": "string",
        "line": "string",
        "told": "string",
        "reason": "string",
        "detail": "string",
        "fraction": "number?",
        "what": "string",
        "actions": "string[]",
        "repeat": "string",
        "busy": "string",
        "link": "string",
        "facts": "pair[]",
        "metrics": "pair[]",
        "params": "pair[]",
        "offers": "string[]",
        "again": "string",
        "updated": "number",
    },
    "preview": {
        "columns": "string[]",
        "rows": "any",
        "of": "number?",
        "note": "string",
    },
    "api": {
        "name": "string",
        "group": "string",
        "address": "string",
        "token": "boolean",
        "document": "any",
    },
    "models": {
        "full": "boolean",
        "rows": "model[]",
        "gone": "string[]",
        "updated": "number",
        "problem": "string",
    },
    "executions": {
        "tag": "string",
        "of": "string",
        "rows": "listed[]",
        "count": "number",
        "what": "string",
        "state": "string",
        "text": "string",
        "hours": "number?",
        "skip": "number",
        "updated": "number",
        "problem": "string",
    },
    "connect": {
        "address": "string",
        "user": "string",
        "tenant": "string",
        "group": "string",
        "connected": "string",
        "groups": "string[]",
        "problem": "string",
    },
    # Its two binary parts are counts and SHAP values; drift_message.py tells how.
    "drift": {
        "title": "string",
        "rule": "string",
        "against": "string",
        "periods": "string[]",
        "columns": "binned[]",
        "wide": "boolean",
        "quantiles": "number[]",
        "undated": "number",
        "only_reference": "string[]",
        "only_current": "string[]",
        "features": "string[]",
        "shap_periods": "string[]",
        "shap_rows": "number[]",
        "ndcg": "number?[]",
        "alerts": "string[]",
        "updated": "number",
        "refreshable": "boolean",
        "exports": "string[]",
    },
    **deploy_messages.TO_PAGE,
    **local_messages.TO_PAGE,
    **play_messages.TO_PAGE,
}

FROM_PAGE: dict[str, Fields] = {
    "hello": {},
    "ping": {},
    "asset": {"name": "string"},
    "act": {"action": "string"},
    "request": {"method": "string", "url": "string", "headers": "pair[]"},
    "cancel": {"request": "string"},
    "preview": {},
    "save": {},
    "look": {},
    "browse": {
        "tag": "string",
        "what": "string",
        "state": "string",
        "text": "string",
        "hours": "number?",
        "skip": "number",
    },
    "open": {"number": "number"},
    "code": {"language": "string"},
    "shut": {},
    "sign_in": {
        "address": "string",
        "user": "string",
        "tenant": "string",
        "group": "string",
        "test": "boolean",
    },
    "export": {"format": "string"},
    **deploy_messages.FROM_PAGE,
    **play_messages.FROM_PAGE,
}

_ATOMS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "boolean": (bool,),
}


def problem(fields: Mapping[str, Any], table: Fields) -> str | None:
    """What is wrong with a message's fields, or None.

    Fields that the table does not know are wrong too: nothing travels by accident.
    """
    if extra := fields.keys() - table.keys():
        return f"unknown field {min(extra)}"
    for name, kind in table.items():
        if name not in fields:
            return f"field {name} is missing"
        if not _fits(fields[name], kind):
            return f"field {name} is not of kind {kind}"
    return None


def _fits(value: Any, kind: str) -> bool:
    if kind == "any":
        return True
    if kind.endswith("?"):
        return value is None or _fits(value, kind[:-1])
    if kind.endswith("[]"):
        return isinstance(value, list) and all(_fits(v, kind[:-2]) for v in value)
    if kind in SHAPES:
        return isinstance(value, dict) and problem(value, SHAPES[kind]) is None
    # bool is an int to Python and not a number to the page.
    return isinstance(value, _ATOMS[kind]) and (
        kind == "boolean" or not isinstance(value, bool)
    )
