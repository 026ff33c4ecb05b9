"""One import: a file of a datasource is copied into the platform, piece by piece."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

from codex_jupyter.protocol.credentials import Provider
from codex_jupyter.protocol.states import ExecutionState

from .datasources import Source, Unreadable, open_source
from .datasources.formats import HEAD, format_of
from .detached import detached
from .inputs import parquet_rows
from .jobs import Cancelled, PutBack
from .outages import is_away, unless_away, until_answered
from .problems import is_full
from .secrets import KeyGone
from .store import DatasetRow, DatasourceRow

if TYPE_CHECKING:
    from .platform import Platform

log = logging.getLogger(__name__)

_STALLED_S = 180.0
_MOVING = frozenset({ExecutionState.REQUESTED, ExecutionState.RUNNING})


def source_of(platform: Platform, row: DatasourceRow) -> Source:
    """The files that a datasource leads to.

    Raises:
        Unreadable: its credentials were encrypted with another key.
    """
    try:
        credentials = json.loads(platform.keys.decrypt(row.credentials))
    except KeyGone:
        raise Unreadable(
            f"The credentials of '{row.name}' were kept with another key of this "
            "platform. Delete the datasource and register it again.",
            is_refusal=True,
        ) from None
    return open_source(Provider(row.provider), credentials, platform.folders)


@dataclass(slots=True)
class Importing:
    """One attempt at an import; runs on a job's thread."""

    platform: Platform
    row: DatasetRow
    _moved: float = field(default_factory=time.monotonic)
    _ended: bool = False

    def run(self) -> None:
        """Run it to its end; every failure becomes the dataset's state and log.

        Raises:
            PutBack: the platform stops; the job is taken up at the next start.
        """
        datasets, uri = self.platform.store.datasets, self.row.uri or ""
        if not datasets.move(self.row.hash, _MOVING, ExecutionState.RUNNING):
            # Deleted before its turn, or finished just before a kill.
            return
        try:
            blob, size, format_ = detached(self._copy, self._is_over)
            self._end(ExecutionState.SUCCEEDED, blob=blob, size=size, format=format_)
        except Cancelled:
            self._leave()
        except Unreadable as error:
            self._fail(error.text)
        except ValueError as error:
            self._fail(f"{uri} {error}")
        except OSError as error:
            full = "The platform's disk is full. Free some space and import it again."
            self._fail(full if is_full(error) else f"{uri} could not be kept: {error}.")
        except Exception as error:
            if is_away(error):
                raise  # its job is run again
            log.exception("import %s failed", self.row.hash)
            self._fail("The platform failed on this import; see its log.")
        finally:
            self._ended = True

    def _copy(self) -> tuple[str, int, str]:
        """The blob, the size and the format of what was copied."""
        uri = self.row.uri or ""
        datasource = self.platform.store.datasources.get(
            self.row.group, self.row.origin_id
        )
        if datasource is None:
            raise Unreadable("The datasource was deleted before this import ran.")
        source = source_of(self.platform, datasource)
        with source.open(uri) as opened:
            reader = _Reader(self, source, opened)
            format_ = format_of(reader.head())
            blob, size = self.platform.artifacts.put(cast("BinaryIO", reader))
        if format_ == "parquet":
            with self.platform.artifacts.open(blob) as kept:
                try:
                    parquet_rows(kept, uri)
                except ValueError as error:
                    raise Unreadable(str(error)) from None
        return blob, size, format_

    def moved(self, size: int) -> None:
        """Something came.

        Raises:
            Cancelled: it is not wanted any more.
            Unreadable: it is more than the platform takes.
        """
        self._moved = time.monotonic()
        if self._ended:
            raise Cancelled
        limit = self.platform.limits.input_bytes
        if size > limit:
            raise Unreadable(
                f"{self.row.uri} has more than {limit >> 20} MiB; this platform takes "
                "no more (codex-jupyter serve --input MIB)."
            )

    def _is_over(self) -> bool:
        if time.monotonic() - self._moved > _STALLED_S:
            raise Unreadable(f"Nothing came from {self.row.uri} for {_STALLED_S:g} s.")
        return self.platform.stopping or unless_away(self._is_gone, otherwise=False)

    def _is_gone(self) -> bool:
        row = self.platform.store.datasets.get(self.row.hash)
        return row is None or row.status != ExecutionState.RUNNING

    def _leave(self) -> None:
        if self.platform.stopping:
            self.platform.store.datasets.move(
                self.row.hash, {ExecutionState.RUNNING}, ExecutionState.REQUESTED
            )
            raise PutBack

    def _fail(self, text: str) -> None:
        self._end(ExecutionState.FAILED, text)

    def _end(self, state: ExecutionState, log: str = "", **values: Any) -> None:
        running = {ExecutionState.RUNNING}
        until_answered(
            lambda: self.platform.store.datasets.move(
                self.row.hash, running, state, log, **values
            ),
            lambda: self.platform.stopping,
        )


class _Reader:
    """The opened file, with its head read ahead and its size watched."""

    def __init__(self, work: Importing, source: Source, opened: IO[bytes]) -> None:
        self._work = work
        self._source = source
        self._opened = opened
        self._head = b""
        self._size = 0

    def head(self) -> bytes:
        """The first bytes; they are read again by `read`."""
        while len(self._head) < HEAD:
            piece = self._read(HEAD - len(self._head))
            if not piece:
                break
            self._head += piece
        return self._head

    def read(self, size: int) -> bytes:
        """The next bytes, b"" at the end."""
        if self._head:
            piece, self._head = self._head, b""
            return piece
        return self._read(size)

    def _read(self, size: int) -> bytes:
        try:
            piece = self._opened.read(size)
        except Exception as error:  # noqa: BLE001 - each provider has its own
            raise self._source.worded(error, self._work.row.uri or "") from None
        self._size += len(piece)
        self._work.moved(self._size)
        return piece
