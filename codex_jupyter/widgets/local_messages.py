"""The local panel's part of the message tables; see `messages`."""

from __future__ import annotations

from collections.abc import Mapping

TO_PAGE: dict[str, Mapping[str, str]] = {
    "local": {
        "state": "string",
        "used": "boolean",
        "address": "string",
        "folder": "string",
        "pid": "number?",
        "version": "string",
        "disk": "number?",
        "whole": "boolean",
        "models": "pair[]",
        "lines": "string[]",
        "problem": "string",
        "hint": "string",
        "detail": "string",
        "updated": "number",
    },
}
