"""Files that come from the platform: saved whole or not at all, and read back."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from codex_jupyter.errors import InputError, ProtocolError

_HEAD = 1 << 16
_SEPARATORS = ",;\t|"


@contextmanager
def saved_as(folder: str | Path, name: str) -> Iterator[Path]:
    """A file to write to, which gets its name only when it is whole.

    Raises:
        InputError: the folder cannot be made or written.
    """
    target = Path(folder).expanduser() / name
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield part
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{target} cannot be written: {error.strerror}.") from None


def read_result(file: Path) -> Any:
    """What an execution wrote, as a DataFrame.

    Args:
        file: the zip with one file in it: csv, parquet or json.

    Raises:
        ProtocolError: it is no such zip.
        InputError: the file in it is of another kind, or cannot be read.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            name = next(n for n in packed.namelist() if not n.endswith("/"))
            content = packed.read(name)
    except (zipfile.BadZipFile, StopIteration):
        raise ProtocolError("The result is no zip with a file in it.") from None
    return read_table(name, content)


def format_of(file: Path) -> str:
    """What a table's file is, by its content: parquet, json, jsonl or csv.

    Raises:
        InputError: it cannot be read.
    """
    try:
        with file.open("rb") as opened:
            head = opened.read(_HEAD)
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.") from None
    if head.startswith(b"PAR1"):
        return "parquet"
    text = head.decode("utf-8-sig", "replace").lstrip()
    if not text.startswith(("{", "[")):
        return "csv"
    first, _, rest = text.partition("\n")
    try:
        json.loads(first)
    except ValueError:
        return "json"
    return "jsonl" if text.startswith("{") and rest.strip() else "json"


def read_table(
    name: str, content: bytes, saving: str = "execution.download_result()"
) -> Any:
    """A csv, parquet or json file as a DataFrame.

    Args:
        saving: the call that saves the file without reading it, for hints.

    Raises:
        InputError: it is of another kind, or cannot be read.
    """
    import pandas as pd

    suffix = PurePosixPath(name).suffix.lower()
    source = io.BytesIO(content)
    try:
        if content.startswith(b"PAR1") or suffix == ".parquet":
            return pd.read_parquet(source)
        if suffix in (".json", ".jsonl"):
            return pd.read_json(source, lines=suffix == ".jsonl")
        if suffix in (".csv", ".txt", ".tsv", ""):
            return pd.read_csv(source, sep=_separator(content))
    except ImportError:
        raise InputError(
            "Reading Parquet needs the package pyarrow, which is not installed here.",
            hint=f"pip install pyarrow, or save it with {saving}.",
        ) from None
    except Exception as error:
        # Whatever pandas and pyarrow find wrong with the content.
        raise InputError(
            f"'{name}' cannot be read as a table: {error}",
            hint=f"{saving} saves it as it is.",
        ) from error
    raise InputError(
        f"'{name}' is no csv, parquet or json file.",
        hint=f"{saving} saves it as it is.",
    )


def _separator(content: bytes) -> str:
    head = content[:_HEAD].decode("utf-8-sig", "replace").partition("\n")[0]
    try:
        return csv.Sniffer().sniff(head, _SEPARATORS).delimiter
    except csv.Error:
        return ","
