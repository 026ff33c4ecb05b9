"""The files of an upload, from paths, from memory and from notebook objects."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias, TypeGuard, cast

from codex_jupyter.errors import InputError
from codex_jupyter.protocol import names
from codex_jupyter.protocol.texts import parse_env

from .operation import Part
from .payload import encode, is_frame, rows_of

File: TypeAlias = str | os.PathLike[str] | tuple[str, bytes]
"""A path, or a file's name with its content."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def part(field: str, given: File, what: str) -> Part:
    """One file of an upload.

    Raises:
        InputError: there is no such file.
    """
    if isinstance(given, tuple):
        name, content = given
        return Part(field, names.file_name(name, field), bytes(content))
    path = Path(given).expanduser()
    if not path.is_file():
        problem = "is a folder" if path.is_dir() else "does not exist"
        raise InputError(
            f"The {what} '{given}' {problem}.",
            hint=f"Paths are taken from the working directory, {Path.cwd()}.",
        )
    return Part(field, path.name, path)


def schema_part(given: Any) -> Part:
    """The sample input: a file, or a dict, list, DataFrame or Series of one row.

    Raises:
        InputError: there is no such file, or the sample is empty.
    """
    if isinstance(given, (str, os.PathLike)) or is_file(given):
        return part("schema", given, "schema")
    if is_frame(given):
        given = next(rows_of(given.head(1)), None)
    content = encode(given)
    if content in (b"null", b"{}", b"[]"):
        raise InputError(
            "The schema is empty.", hint="Give a sample row: the model is tried on it."
        )
    return Part("schema", "schema.json", content)


def env_part(given: File | Mapping[str, str]) -> Part:
    """The model's own environment variables: a file, or a dict of them.

    Raises:
        InputError: there is no such file, or a name cannot be a variable's.
    """
    if not isinstance(given, Mapping):
        found = part("env", given, "env file")
        # The platform knows the file by the end of its name.
        name = found.name if found.name.endswith("env") else ".env"
        return Part("env", name, found.source)
    lines = []
    for name, value in given.items():
        if not _VARIABLE.match(name):
            raise InputError(f"'{name}' cannot be the name of a variable.")
        quoted = str(value).replace("\\", "\\\\").replace("'", "\\'")
        lines.append(f"{name}='{quoted}'\n")
    return Part("env", ".env", "".join(lines).encode())


def extra_parts(given: File | Iterable[File] | None) -> list[Part]:
    """Any other files.

    Raises:
        InputError: one of them does not exist.
    """
    if given is None:
        return []
    if isinstance(given, (str, os.PathLike)) or is_file(given):
        return [part("extra", given, "extra file")]
    return [part("extra", cast("File", one), "extra file") for one in given]


def check_distinct(parts: Iterable[Part]) -> None:
    """Refuse two files of one name: the platform keeps a model's files in one folder.

    Raises:
        InputError: two files have the same name.
    """
    seen: dict[str, Part] = {}
    for one in parts:
        if one.part == "env":
            # The platform keeps it elsewhere, encrypted.
            continue
        other = seen.setdefault(names.kept_as(one.name), one)
        if other is not one:
            raise InputError(
                f"Two files are called '{one.name}': {other.part} and {one.part}.",
                hint="Rename one; a model's files lie in one folder.",
            )


def clash(files: Iterable[str]) -> str | None:
    """Of the names of a model's files the first that one before it has too."""
    seen: set[str] = set()
    for name in files:
        kept = names.kept_as(name)
        if kept in seen:
            return name
        seen.add(kept)
    return None


def variables_of(env: Path) -> dict[str, str]:
    """What a model gets of a .env file.

    Raises:
        OSError: it cannot be read.
    """
    return parse_env(env.read_bytes())


def input_type_of(schema: Part) -> str:
    """``json``, ``csv`` or ``parquet`` by the sample's name."""
    suffix = PurePosixPath(schema.name).suffix.lower().lstrip(".")
    return suffix if suffix in ("csv", "parquet") else "json"


def is_file(given: Any) -> TypeGuard[tuple[str, bytes]]:
    """True for a file's name with its content."""
    return (
        isinstance(given, tuple)
        and len(given) == 2
        and isinstance(given[0], str)
        and isinstance(given[1], (bytes, bytearray))
    )
