"""Files that the browser sends in parts, kept in a temporary folder of the kernel."""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path

from codex_jupyter.errors import InputError
from codex_jupyter.protocol.names import file_name
from codex_jupyter.render.words import t

MAX_PART = 4 * 1024 * 1024
"""Bytes of one part: a message of more than 10 MiB is lost without a word."""
MAX_SIZE = 512 * 1024 * 1024
_ROOM = 64 * 1024 * 1024  # bytes that stay free on the disk


class Uploads:
    """Takes files part by part; all are gone when the kernel ends, or at `close`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._files: dict[str, Path] = {}
        self._closed = False

    def put(self, tag: str, name: str, size: int, at: int, part: bytes) -> Path | None:
        """Append one part.

        Args:
            tag: names the upload; made up by the page.
            name: the file's name in the browser; only its last part counts.
            size: bytes in all.
            at: where the part belongs; 0 begins anew.

        Returns:
            The file's path once it is whole, else None.

        Raises:
            InputError: it is too large, or the parts do not fit together.
        """
        with self._lock:
            if size > MAX_SIZE:
                raise InputError(
                    t(
                        "{name} is larger than {most} MiB, too much for an upload "
                        "through the browser.",
                        name=name[:80],
                        most=MAX_SIZE >> 20,
                    ),
                    hint=t("Put it where the kernel can read it, and give its path."),
                )
            if self._closed or len(part) > MAX_PART or at + len(part) > size:
                raise InputError(t("The parts of the upload do not fit together."))
            if at == 0:
                self._begin(tag, name, size)
            path = self._files.get(tag)
            if path is None or path.stat().st_size != at:
                raise InputError(
                    t("A part of the upload is missing."),
                    hint=t("Choose the file again."),
                )
            try:
                with path.open("ab") as file:
                    file.write(part)
            except OSError as error:
                raise InputError(
                    t(
                        "{name} cannot be kept: {reason}.",
                        name=name[:80],
                        reason=error.strerror,
                    ),
                    hint=t("Give the path of a file that the kernel can read."),
                ) from None
            return path if at + len(part) == size else None

    def drop(self, tag: str) -> None:
        """Remove what was sent of an upload."""
        with self._lock:
            self._remove(tag)

    def close(self) -> None:
        """Remove everything."""
        with self._lock:
            self._closed = True
            self._files.clear()
            if self._folder is not None:
                self._folder.cleanup()

    def _begin(self, tag: str, name: str, size: int) -> None:
        self._remove(tag)
        if self._folder is None:
            # Removed at the latest when the interpreter ends.
            self._folder = tempfile.TemporaryDirectory(prefix="codex-upload-")
        root = Path(self._folder.name)
        if shutil.disk_usage(root).free < size + _ROOM:
            raise InputError(
                t("There is no room for {name} on the kernel's disk.", name=name[:80]),
                hint=t("Free some space, or give the path of a file that is there."),
            )
        # A folder each: two files may have the same name.
        place = Path(tempfile.mkdtemp(dir=root))
        path = place / file_name(name, "file")
        path.touch(mode=0o600)
        self._files[tag] = path

    def _remove(self, tag: str) -> None:
        if (path := self._files.pop(tag, None)) is not None:
            shutil.rmtree(path.parent, ignore_errors=True)
