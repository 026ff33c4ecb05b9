"""Files of this machine: only below folders that the platform's owner allows.

Names are resolved before they are judged, so neither ``..`` nor a link leads out;
hidden files (keys, tokens, histories) and the platform's own data never count as
allowed, whatever folder they lie in.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from .faults import Unreadable

_MAGIC = frozenset("*?[")
_MORE = " Its owner can allow more: codex-jupyter serve --local-data DIR"


def default_folders(host: str) -> tuple[Path, ...]:
    """What may be read when the owner names nothing.

    The home of whoever runs the platform, when only this machine can talk to it: who
    logs in there is the owner, as a rule, and could read these files anyway. Of a
    platform that others can reach, nothing.
    """
    home = Path.home().resolve()
    is_alone = host in ("localhost", "::1") or host.startswith("127.")
    # A service account may have no home but the root of everything.
    return (home,) if is_alone and home != Path(home.anchor) else ()


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders that may be read.

    Args:
        allowed: resolved, absolute.
        own: the platform's own data; never readable.
    """

    allowed: tuple[Path, ...]
    own: Path

    def view(self, folder: str | None) -> View:
        """What a datasource may read.

        Args:
            folder: as it was registered; None for all that is allowed.

        Raises:
            Unreadable: it is not allowed, or there is no such folder.
        """
        if not self.allowed:
            raise Unreadable(f"This platform may read no folder of its machine.{_MORE}")
        whole = View(self.allowed[0], self.allowed, self.own)
        if folder is None:
            return whole
        found = whole.allowed(whole.path_of(folder))
        if not found.is_dir():
            raise Unreadable(f"There is no folder {folder}.")
        return View(found, (found,), self.own, is_confined=True)


@dataclass(frozen=True, slots=True)
class View:
    """What one datasource may read.

    Args:
        base: what relative addresses are taken from.
        roots: only what lies below one of them.
        is_confined: the datasource itself named its folder.
    """

    base: Path
    roots: tuple[Path, ...]
    own: Path
    is_confined: bool = False

    def find(self, uri: str, most: int) -> list[Path]:
        """The files that a path or pattern names, at most so many and one.

        Of a folder, all files directly in it.

        Raises:
            Unreadable: nothing is there, or it is not allowed.
            OSError: it cannot be listed.
        """
        given = self.path_of(uri)
        if not _has_magic(given) or os.path.lexists(given):
            real = self.allowed(given)
            if not real.exists():
                raise Unreadable(f"There is nothing at {uri}.")
            if real.is_file():
                return [real]
            return sorted(islice(filter(self._fits, real.iterdir()), most + 1))
        if ".." in given.parts:
            raise Unreadable("A pattern must not contain '..'.")
        start = next(folder for folder in given.parents if not _has_magic(folder))
        pattern = str(given.relative_to(start))
        try:
            # Links to elsewhere and hidden files are left out.
            found = filter(self._fits, self.allowed(start).glob(pattern))
            return sorted(islice(found, most + 1))
        except (ValueError, NotImplementedError) as error:
            raise Unreadable(f"The pattern {uri} cannot be used: {error}.") from None

    def open(self, uri: str) -> BinaryIO:
        """Open a file that was found, for reading.

        Raises:
            Unreadable: it is not allowed any more, or is no file.
            OSError: it cannot be opened.
        """
        path = self.path_of(uri)
        real = self.allowed(path)
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        file = os.fdopen(os.open(real, flags), "rb")
        try:
            held = os.fstat(file.fileno())
            if not stat.S_ISREG(held.st_mode):
                raise Unreadable(f"{path} is no file.")
            # A folder on the way may have become a link between the two.
            if path.resolve() != real or not os.path.samestat(held, real.stat()):
                raise Unreadable(f"{path} changed while it was opened.")
        except BaseException:
            file.close()
            raise
        return file

    def path_of(self, uri: str) -> Path:
        """The absolute path that an address means.

        Raises:
            Unreadable: it is the address of something else.
        """
        if uri.lower().startswith("file:"):
            parts = urlsplit(uri)
            if parts.netloc not in ("", "localhost"):
                raise Unreadable(f"{uri} names another machine.")
            uri = unquote(parts.path)
        elif "://" in uri:
            raise Unreadable(
                f"{uri} is no path. A Local datasource takes a file, a folder or a "
                "pattern of this machine, such as data/*.csv."
            )
        if "\0" in uri:
            raise Unreadable("A path has no zero bytes.")
        try:
            return self.base / Path(uri).expanduser()
        except RuntimeError:
            raise Unreadable(f"There is no home for {uri}.") from None

    def allowed(self, path: Path) -> Path:
        """The path that a name leads to, when it may be read.

        Raises:
            Unreadable: it may not.
        """
        try:
            real = path.resolve()
        except (OSError, RuntimeError):
            # Links in a circle, or names longer than the system takes.
            raise Unreadable(f"{path} leads nowhere.") from None
        roots = [root for root in self.roots if real.is_relative_to(root)]
        if not roots:
            shown = ", ".join(map(str, self.roots))
            more = "" if self.is_confined else _MORE
            raise Unreadable(
                f"{path} is outside of what may be read here: {shown}.{more}"
            )
        if real.is_relative_to(self.own):
            raise Unreadable("The platform's own data cannot be imported.")
        if all(_is_hidden(real.relative_to(root)) for root in roots):
            raise Unreadable(f"{path} is hidden; hidden files are not imported.")
        return real

    def _fits(self, path: Path) -> bool:
        try:
            return self.allowed(path).is_file()
        except (Unreadable, OSError):
            return False


def _has_magic(path: Path) -> bool:
    return not _MAGIC.isdisjoint(str(path))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
