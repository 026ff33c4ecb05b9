"""Uploaded files, kept once by their content hash.

Any folder that fsspec can address serves: a local one by default, an object store
by its URL.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

import fsspec

_CHUNK = 1 << 20
_PART = "incoming-"


class Artifacts:
    """A content-addressed store of files.

    Args:
        url: a folder, as a path or an fsspec address.
    """

    def __init__(self, url: str) -> None:
        self._files, self._root = fsspec.core.url_to_fs(url)
        self._files.makedirs(self._root, exist_ok=True)

    def put(self, source: IO[bytes]) -> tuple[str, int]:
        """Keep a file; its SHA-256 and its size in bytes.

        Raises:
            OSError: the store cannot be written (for instance, a full disk).
        """
        digest, size = hashlib.sha256(), 0
        incoming = f"{self._root}/{_PART}{uuid.uuid4().hex}"
        try:
            with self._files.open(incoming, "wb") as target:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    target.write(chunk)
                target.flush()
                if hasattr(target, "fileno"):
                    os.fsync(target.fileno())
            blob = digest.hexdigest()
            place = self._place(blob)
            if not self._files.exists(place):
                self._files.makedirs(place.rpartition("/")[0], exist_ok=True)
                self._files.mv(incoming, place)
        finally:
            if self._files.exists(incoming):
                self._files.rm(incoming)
        return blob, size

    def get(self, blob: str) -> bytes:
        """A kept file's content.

        Raises:
            FileNotFoundError: nothing of that hash is kept.
        """
        return bytes(self._files.cat_file(self._place(blob)))

    def open(self, blob: str) -> BinaryIO:
        """A kept file, open for reading and seeking.

        Raises:
            FileNotFoundError: nothing of that hash is kept.
        """
        opened: BinaryIO = self._files.open(self._place(blob), "rb")
        return opened

    def fetch(self, blob: str, target: Path) -> None:
        """Copy a kept file to a local path.

        Raises:
            FileNotFoundError: nothing of that hash is kept.
            OSError: the path cannot be written.
        """
        self._files.get_file(self._place(blob), str(target))

    def kept(self) -> Iterator[tuple[str, int]]:
        """Every kept file, by its hash, and its size in bytes."""
        for place, told in self._found():
            blob = place.rpartition("/")[2]
            if place == self._place(blob):
                yield blob, told

    def parts(self) -> Iterator[tuple[str, int]]:
        """What uploads that were killed left behind, by its name, and its size."""
        for place, told in self._found():
            folder, _, name = place.rpartition("/")
            if folder == self._root and name.startswith(_PART):
                yield name, told

    def remove(self, blob: str) -> None:
        """Delete a kept file.

        Raises:
            OSError: it cannot be deleted.
        """
        self._files.rm(self._place(blob))

    def remove_part(self, name: str) -> None:
        """Delete what a killed upload left behind, as `parts` named it.

        Raises:
            OSError: it cannot be deleted.
        """
        self._files.rm(f"{self._root}/{name}")

    def _found(self) -> Iterator[tuple[str, int]]:
        found = self._files.find(self._root, detail=True)
        return ((place, int(told["size"])) for place, told in found.items())

    def _place(self, blob: str) -> str:
        return f"{self._root}/{blob[:2]}/{blob}"
