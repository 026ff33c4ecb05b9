"""What a file is, told by its first bytes and never by its name."""

from __future__ import annotations

import json

from codex_jupyter.protocol.texts import plain_text

HEAD = 1 << 16
"""Bytes that are looked at."""

_PARQUET = b"PAR1"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_OTHERS = {
    b"PK": "a zip or an Office file",
    b"\x1f\x8b": "compressed by gzip",
    b"BZh": "compressed by bzip2",
    b"\xfd7zXZ": "compressed by xz",
    b"(\xb5/\xfd": "compressed by zstd",
    b"%PDF": "a PDF",
    b"Obj\x01": "an Avro file",
    b"ORC": "an ORC file",
}


def format_of(head: bytes) -> str:
    """``csv``, ``json``, ``jsonl`` or ``parquet``.

    Args:
        head: the first `HEAD` bytes, or all there are.

    Raises:
        ValueError: it is empty, or something else; the text ends a sentence that
            begins with the file's address.
    """
    if head.startswith(_PARQUET):
        return "parquet"
    for mark, what in _OTHERS.items():
        if head.startswith(mark) and (len(mark) > 3 or b"\0" in head or mark == b"PK"):
            raise ValueError(f"is {what}. Import it as csv, JSON or Parquet.")
    text = plain_text(head).strip("\ufeff \t\r\n\0")
    if not text and len(head) < HEAD:
        raise ValueError("is empty.")
    if b"\0" in head and not head.startswith(_UTF_16):
        raise ValueError("is neither text nor Parquet, so it is no table.")
    if text.startswith("<"):
        raise ValueError("is an HTML or XML page, not a table.")
    if text.startswith(("{", "[")):
        return _json_of(text, is_whole=len(head) < HEAD)
    return "csv"


def _json_of(text: str, *, is_whole: bool) -> str:
    """A document, or one on each line."""
    first, _, rest = text.partition("\n")
    if text.startswith("{") and rest.strip() and _is_json(first):
        return "jsonl"
    if is_whole and not _is_json(text):
        raise ValueError("begins as JSON, but it is not.")
    return "json"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
