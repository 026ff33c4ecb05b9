"""The deploy form's part of the message tables; see `messages`."""

from __future__ import annotations

from collections.abc import Mapping

SHAPES: dict[str, Mapping[str, str]] = {
    "draft": {
        "name": "string",
        "group": "string",
        "operation": "string",
        "input": "string",
        "python": "string",
        "source": "string",
        "function": "string",
        "script": "string",
        "code": "string",
        "reference": "string",
        "model": "string",
        "model_object": "string",
        "model_file": "string",
        "schema": "string",
        "schema_object": "string",
        "schema_file": "string",
        "schema_text": "string",
        "requirements": "string?",
        "env": "string",
        "extras": "string[]",
        "check": "boolean",
    },
    "variable": {"name": "string", "kinds": "string[]", "what": "string"},
    "trouble": {
        "field": "string",
        "text": "string",
        "hint": "string",
        "detail": "string",
    },
    "column": {"name": "string", "kind": "string", "text": "string"},
}

TO_PAGE: dict[str, Mapping[str, str]] = {
    "draft": {"draft": "draft"},
    "offers": {
        "variables": "variable[]",
        "groups": "string[]",
        "pythons": "string[]",
        "here": "string",
        "problem": "string",
        "hint": "string",
    },
    "checked": {
        "seq": "number",
        "troubles": "trouble[]",
        "line": "string",
        "detected": "string?",
        "notices": "string[]",
        "columns": "column[]",
        "sample": "string",
        "env": "string",
        "update": "string",
        "reason": "string",
    },
    "attempt": {
        "number": "number",
        "running": "boolean",
        "state": "string",
        "notes": "string[]",
    },
}

FROM_PAGE: dict[str, Mapping[str, str]] = {
    "draft": {"draft": "draft", "seq": "number", "settled": "boolean"},
    "paste": {"text": "string"},
    "paths": {"text": "string", "ends": "string[]"},
    "put": {"tag": "string", "name": "string", "size": "number", "at": "number"},
    "drop": {"tag": "string"},
    "try": {"draft": "draft"},
    "deploy": {"draft": "draft"},
}
