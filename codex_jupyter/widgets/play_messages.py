"""The playground's part of the message tables; see `messages`."""

from __future__ import annotations

from collections.abc import Mapping

SHAPES: dict[str, Mapping[str, str]] = {
    "field": {
        "name": "string",
        "kind": "string",
        "text": "string",
        "low": "number?",
        "high": "number?",
        "step": "number?",
        "whole": "boolean",
        "choices": "string[]",
        "open": "boolean",
        "seen": "seen?",
    },
    "seen": {
        "source": "string",
        "count": "number",
        "ends": "string[]",
        "usual": "string[]",
    },
    "output": {"name": "string", "text": "string", "number": "number?"},
    "result": {
        "model": "string",
        "name": "string",
        "ms": "number",
        "text": "string",
        "outputs": "output[]",
        "error": "string",
        "hint": "string",
        "detail": "string",
        "why": "why?",
    },
    "part": {"name": "string", "value": "string", "number": "number?"},
    "why": {
        "function": "string",
        "base": "number?",
        "parts": "part[]",
        "left": "number",
        "rest": "number",
    },
    "run": {
        "number": "number",
        "at": "number",
        "input": "string",
        "script": "string",
        "prepared": "string",
        "results": "result[]",
    },
    "point": {
        "at": "number",
        "who": "number",
        "value": "string",
        "number": "number",
        "outputs": "output[]",
        "error": "string",
    },
}

TO_PAGE: dict[str, Mapping[str, str]] = {
    "play": {
        "name": "string",
        "group": "string",
        "hash": "string",
        "state": "string",
        "token": "boolean",
        "link": "string",
        "fields": "field[]",
        "sample": "string",
        "comparable": "boolean",
        "batch": "boolean",
        "reads": "string",
        "runs": "run[]",
    },
    "played": {"run": "run"},
    "batched": {"tag": "string", "done": "number", "of": "number"},
    "swept": {"tag": "string", "done": "number", "of": "number", "points": "point[]"},
}

FROM_PAGE: dict[str, Mapping[str, str]] = {
    "predict": {"input": "string", "models": "string[]", "script": "string"},
    "sweep": {
        "tag": "string",
        "input": "string",
        "field": "string",
        "low": "number",
        "high": "number",
        "steps": "number",
        "whole": "boolean",
        "models": "string[]",
        "script": "string",
    },
    "peers": {},
    "tables": {},
    "batch": {
        "tag": "string",
        "source": "string",
        "keep": "string",
        "script": "string",
    },
    "scripts": {},
    "snippet": {"language": "string", "input": "string", "script": "string"},
    "why": {"number": "number", "model": "string"},
}
