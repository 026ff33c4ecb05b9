"""What is sent to asynchronous models, judged by its content and never by its name.

A zip with one file in it is unpacked. Text is handed over untouched, whatever its
byte order mark, separators and line ends are.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from codex_jupyter.protocol.names import file_name
from codex_jupyter.protocol.texts import plain_text

from .jsontext import read_json

TYPES = ("json", "csv", "parquet")

_PARQUET = b"PAR1"
# A zip with files in it, and one without.
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_CHUNK = 1 << 20
_HEAD = 1 << 16
_MOST_FILES = 1000
# Of these a zip is the format itself, not a wrapping.
_OFFICE = "[Content_Types].xml"
_ZIP_FORMATS = (".xlsx", ".xlsm", ".npz", ".ods")
_EMPTY_JSON = frozenset({b"", b"{}", b"[]", b"null", b'""'})


@dataclass(frozen=True, slots=True)
class Found:
    """An input that can be used.

    Args:
        name: what the function will find it as.
        rows: None where they are not known before it is read.
    """

    name: str
    rows: int | None


def examine(file: BinaryIO, name: str, wanted: str | None, limit: int) -> Found:
    """Look at an input without reading all of it.

    Args:
        file: seekable; left at its beginning.
        name: as it was sent; only its last component counts.
        wanted: the type that the model takes: json, csv or parquet; None for any.
        limit: bytes that it may have when unpacked.

    Raises:
        ValueError: it cannot be used; one sentence says why.
    """
    name = file_name(name, _plain_name(wanted))
    try:
        with _unpacked(file, name, wanted, limit) as (inner, shown):
            head = inner.read(_HEAD)
            rows = _check(inner, head, shown, wanted, is_packed=inner is not file)
            return Found(shown, rows)
    finally:
        file.seek(0)


def is_parquet(file: BinaryIO) -> bool:
    """True when it begins as Parquet does; left at its beginning."""
    head = file.read(len(_PARQUET))
    file.seek(0)
    return head == _PARQUET


def kind_of_sample(file: BinaryIO, name: str) -> str:
    """json, csv or parquet: by the end of its name, else by its content."""
    suffix = name.rpartition(".")[2].lower()
    if suffix in TYPES:
        return suffix
    head = file.read(_HEAD)
    file.seek(0)
    return kind_of_head(head)


def place(
    source: Path, name: str, wanted: str | None, folder: Path, limit: int
) -> Path:
    """Put an examined input into a folder, unpacked, and take the source away.

    Returns:
        Its path there.

    Raises:
        ValueError: the zip is damaged, or larger than its own list says.
        OSError: the folder cannot be written.
    """
    name = file_name(name, _plain_name(wanted))
    with source.open("rb") as file, _unpacked(file, name, wanted, limit) as found:
        inner, shown = found
        target = folder / shown
        if inner is not file:
            _copy(inner, target, limit)
    if inner is file:
        source.rename(target)
    else:
        source.unlink()
    return target


def count_rows(path: Path, wanted: str | None = None) -> int | None:
    """The rows of an input: of a text file the lines below its heading.

    Args:
        wanted: json, csv or parquet; None to see from the content.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if head.startswith(_PARQUET):
            file.seek(0)
            return parquet_rows(file, path.name)
        if wanted == "json" or (wanted is None and _is_json(head)):
            return None
        file.seek(0)
        return max(0, count_lines(file) - 1)


def encoding_of(path: Path) -> str:
    """How a text file is written: ``utf-8-sig``, else ``latin-1``."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while piece := file.read(_CHUNK):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


def kind_of(path: Path) -> str:
    """What a table is by its content: ``parquet``, ``json`` or else ``csv``."""
    with path.open("rb") as file:
        return kind_of_head(file.read(_HEAD))


def kind_of_head(head: bytes) -> str:
    """The same, by the file's beginning."""
    if head.startswith(_PARQUET):
        return "parquet"
    return "json" if _is_json(head) else "csv"


def count_lines(file: IO[bytes]) -> int:
    """Lines from the present place to the end; the last may lack its line end."""
    lines, last = 0, b"\n"
    while piece := file.read(_CHUNK):
        lines += piece.count(b"\n")
        last = piece[-1:]
    return lines + (last != b"\n")


def first_value(file: BinaryIO) -> Any:
    """The JSON value of a sample; of a table its first row; None if it has no such.

    NaN and infinities become null.
    """
    head = file.read(_HEAD)
    file.seek(0)
    if head.startswith(_PARQUET):
        return _first_parquet_row(file)
    # A long text that begins as no JSON does is not read to its end.
    if len(head) < _HEAD or plain_text(head).lstrip()[:1] in ("{", "["):
        try:
            text = plain_text(file.read())
            return read_json(text, only_finite=True)
        except (ValueError, RecursionError):
            pass
    return _first_text_row(plain_text(head))


def _check(
    inner: IO[bytes], head: bytes, name: str, wanted: str | None, *, is_packed: bool
) -> int | None:
    if not plain_text(head).strip("\ufeff \t\r\n\0") and len(head) < _HEAD:
        raise ValueError(f"The input '{name}' is empty.")
    is_parquet = head.startswith(_PARQUET)
    if wanted is not None and is_parquet != (wanted == "parquet"):
        what = "is a Parquet file" if is_parquet else "is not a Parquet file"
        raise ValueError(f"The input '{name}' {what}; this model takes {wanted}.")
    if wanted in ("json", None) and head.strip() in _EMPTY_JSON:
        raise ValueError(f"The input '{name}' is an empty JSON value.")
    if not is_parquet or is_packed:
        return None
    rows = parquet_rows(inner, name)
    if rows == 0:
        raise ValueError(f"The input '{name}' has no rows.")
    return rows


@contextmanager
def _unpacked(
    file: BinaryIO, name: str, wanted: str | None, limit: int
) -> Iterator[tuple[IO[bytes], str]]:
    """The file itself, or the one within it when it is a zip; and its name."""
    file.seek(0)
    is_zip = file.read(4) in _ZIP
    file.seek(0)
    if not is_zip or name.lower().endswith(_ZIP_FORMATS):
        yield file, name
        return
    try:
        with zipfile.ZipFile(file) as packed:
            members = packed.infolist()
            if any(member.filename == _OFFICE for member in members):
                file.seek(0)
                yield file, name
                return
            member = _main(members, name, wanted, limit)
            with packed.open(member) as inner:
                yield inner, file_name(member.filename, _plain_name(wanted))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise ValueError(f"The zip '{name}' cannot be unpacked: {error}.") from None
    except RuntimeError as error:
        # What zipfile says of encrypted members.
        raise ValueError(f"The zip '{name}' cannot be opened: {error}.") from None


def _main(
    members: list[zipfile.ZipInfo], name: str, wanted: str | None, limit: int
) -> zipfile.ZipInfo:
    """The one file of a zip that is meant."""
    files = [member for member in members[:_MOST_FILES] if _is_meant(member)]
    suffixes = tuple(f".{kind}" for kind in ((wanted,) if wanted else TYPES))
    fitting = [m for m in files if m.filename.lower().endswith(suffixes)]
    chosen = files if len(files) == 1 else fitting
    if len(chosen) != 1:
        shown = ", ".join(file_name(m.filename, "?") for m in files[:5])
        raise ValueError(
            f"The zip '{name}' holds {len(files)} files, and one is needed. "
            f"Send that file alone{f'; it holds: {shown}' if shown else ''}."
        )
    if chosen[0].file_size > limit:
        raise ValueError(_too_large(name, limit))
    return chosen[0]


def _plain_name(wanted: str | None) -> str:
    return f"input.{wanted or 'csv'}"


def _is_json(head: bytes) -> bool:
    return plain_text(head).lstrip()[:1] in ("{", "[")


def _is_meant(member: zipfile.ZipInfo) -> bool:
    """False for folders, hidden files and what macOS puts beside each file."""
    *folders, name = member.filename.split("/")
    return bool(name) and not name.startswith(".") and "__MACOSX" not in folders


def _copy(inner: IO[bytes], target: Path, limit: int) -> None:
    size = 0
    with target.open("xb") as out:
        while piece := inner.read(_CHUNK):
            size += len(piece)
            if size > limit:
                # The zip's own list said otherwise.
                raise ValueError(_too_large(target.name, limit))
            out.write(piece)


def _too_large(name: str, limit: int) -> str:
    return (
        f"The input '{name}' has more than {limit >> 20} MiB when it is unpacked; "
        "this platform takes no more."
    )


def parquet_rows(file: IO[bytes], name: str) -> int:
    """The rows of a Parquet file, by its own footer.

    Raises:
        ValueError: it is damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    file.seek(0)
    try:
        return int(pq.read_metadata(file).num_rows)
    except (pa.ArrowException, OSError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"The Parquet file '{name}' is damaged: {reason}") from None


def _first_parquet_row(file: BinaryIO) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        batches = pq.ParquetFile(file).iter_batches(batch_size=1)
        rows = next(batches).to_pylist()
    except (pa.ArrowException, OSError, StopIteration):
        return None
    # Dates, decimals and bytes have no JSON form: their text is a good sample too.
    return json.loads(
        json.dumps(rows[0], default=str), parse_constant=lambda _name: None
    )


def _first_text_row(text: str) -> dict[str, str] | None:
    try:
        dialect: Any = csv.Sniffer().sniff(text[:8192], ",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = csv.DictReader(io.StringIO(text), dialect=dialect)
        return next(({k: v or "" for k, v in row.items() if k} for row in rows), None)
    except csv.Error:
        return None
