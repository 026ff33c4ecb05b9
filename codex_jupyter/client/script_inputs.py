"""The tables of scripts: one by itself, or several by their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from codex_jupyter.errors import InputError

from .batch import is_dataset, table_part
from .files import is_file
from .operation import Call, Part
from .payload import is_frame

# An upload of gigabytes is read by the platform before it answers.
SECONDS = 600.0


def has_names(data: Any) -> bool:
    """True for tables with names: a pair, a list of pairs, or a dict of tables."""
    if isinstance(data, Mapping):
        return bool(data) and all(is_table(value) for value in data.values())
    if isinstance(data, list):
        return bool(data) and all(_is_pair(one) for one in data)
    return _is_pair(data)


def named(data: Any, known: list[str]) -> list[tuple[str, Any]]:
    """Tables with the names that the script knows them by.

    Args:
        data: a dict of tables by name, pairs of name and table, or one table; of
            datasets a list of hashes. A name of "" is found by the platform.
        known: the script's names, as far as they are known.

    Raises:
        InputError: a table has no name, and the script takes several.
    """
    if isinstance(data, Mapping):
        return list(data.items())
    if has_names(data):
        return [data] if isinstance(data, tuple) else list(data)
    if isinstance(data, list) and data and all(_hash_of(one) for one in data):
        return [("", one) for one in data]
    if len(known) == 1:
        return [(known[0], data)]
    if _hash_of(data):
        return [("", data)]
    shown = ", ".join(f'"{one}": …' for one in known or ["name"])
    raise InputError(
        "The script takes its tables by their names.", hint=f"Give {{{shown}}}."
    )


def fill(call: Call, field: str, data: Any, kind: str, name: str = "") -> Call:
    """The call with one table in it: a file, or the hash of a dataset.

    Args:
        field: what the route calls the file.
        kind: how a DataFrame is written: json, csv or parquet.
        name: what the script knows the table by.

    Raises:
        InputError: it is no table, or there is nothing in it.
    """
    fields = dict(call.fields) | ({"dataset_name": name} if name else {})
    if found := _hash_of(data):
        return _with(call, fields | {"dataset_hash": found}, ())
    part = table_part(field, data, kind, f"table '{name}'" if name else "table")
    return _with(call, fields, (part,))


def is_table(value: Any) -> bool:
    """True for what can be sent as a table: a path, a frame, bytes or a dataset."""
    return (
        isinstance(value, str)
        or hasattr(value, "__fspath__")
        or is_frame(value)
        or is_file(value)
        or bool(_hash_of(value))
    )


def _is_pair(value: Any) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) == 2
        and isinstance(value[0], str)
        and is_table(value[1])
    )


def _hash_of(data: Any) -> str:
    found = getattr(data, "dataset_hash", data)
    return str(found) if is_dataset(found) else ""


def _with(call: Call, fields: Mapping[str, str], files: tuple[Part, ...]) -> Call:
    return replace(call, fields=fields, files=files, timeout=SECONDS)
