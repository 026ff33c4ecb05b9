"""What a stopped platform keeps on its disk, by kind, and what of it nothing uses."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import URL

from codex_jupyter.config import DataDir
from codex_jupyter.protocol.texts import plain_text
from codex_jupyter.server.artifacts import Artifacts
from codex_jupyter.server.environments import keeping
from codex_jupyter.server.store.named import HASH, Named, read_named

_CHUNK = 1 << 20
_PINS = 3


@dataclass(frozen=True, slots=True)
class Item:
    """Something that nothing uses.

    Args:
        name: how it is told.
        size: bytes.
        remove: deletes it; False where that must wait.
    """

    name: str
    size: int
    remove: Callable[[], bool]


@dataclass(slots=True)
class Kind:
    """One kind of data: how many there are, their bytes, and the unused of them."""

    name: str
    count: int = 0
    size: int = 0
    unused: list[Item] = field(default_factory=list)

    @property
    def freed(self) -> int:
        """Bytes of what is unused."""
        return sum(item.size for item in self.unused)

    def add(
        self, name: str, size: int, remove: Callable[[], bool] | None = None
    ) -> None:
        """Count one more; unused if it can be removed."""
        self.count += 1
        self.size += size
        if remove is not None:
            self.unused.append(Item(name, size, remove))


@dataclass(frozen=True, slots=True)
class Disk:
    """A data folder.

    Args:
        archived: bytes of files that only deleted models and scripts name.
    """

    kinds: tuple[Kind, ...]
    archived: int


def look(data: DataDir, database: URL, *, deleted: bool) -> Disk:
    """Everything in the folder of a platform that is stopped.

    Args:
        deleted: what only deleted models and scripts name is unused too.

    Raises:
        Unknown: the database does not tell.
        OSError: something cannot be read.
    """
    named = read_named(database)
    artifacts = Artifacts(str(data.root / "artifacts"))
    blobs, archived = _blobs(artifacts, named, deleted=deleted)
    return Disk(
        (
            blobs,
            _environments(data.root / "environments", named, artifacts),
            _folders(data.root / "models", named.folders),
            # Of executions that were killed: they begin anew at the next start.
            _runs(data.root / "executions"),
            _counted("recorded predictions", data.root / "records"),
            _others(data.root),
        ),
        archived,
    )


def _blobs(artifacts: Artifacts, named: Named, *, deleted: bool) -> tuple[Kind, int]:
    sizes = dict(artifacts.kept())
    # Also the others: what a JSON file in use names may be one of the archived.
    used = _followed(artifacts, named.blobs - named.archived, sizes.keys())
    archived = (named.archived & sizes.keys()) - used
    if not deleted:
        used = _followed(artifacts, named.blobs, sizes.keys())
    kind = Kind("uploads and results")
    for blob, size in sorted(sizes.items(), key=lambda one: -one[1]):
        remove = None if blob in used else partial(_remove_blob, artifacts, blob)
        kind.add(f"file {blob[:12]}", size, remove)
    for part, size in artifacts.parts():
        kind.add("part of an upload", size, partial(_remove_part, artifacts, part))
    return kind, 0 if deleted else sum(sizes[blob] for blob in archived)


def _followed(
    artifacts: Artifacts, named: Collection[str], kept: Collection[str]
) -> set[str]:
    """The blobs in use: those that rows name, and what JSON files among them name."""
    used: set[str] = set()
    wanted = set(named) & set(kept)
    while wanted:
        used |= wanted
        open_ = set(kept) - used
        if not open_:
            break
        wanted = {one for blob in wanted for one in _mentioned(artifacts, blob, open_)}
    return used


def _mentioned(artifacts: Artifacts, blob: str, among: Collection[str]) -> set[str]:
    """Which blobs a JSON file names, as the baseline of a monitoring does."""
    found: set[str] = set()
    with artifacts.open(blob) as file:
        piece = file.read(_CHUNK)
        if piece[:1] not in (b"{", b"["):
            return found
        tail = b""
        while piece:
            text = (tail + piece).decode("latin-1")
            found.update(one for one in HASH.findall(text) if one in among)
            # Longer than a hash: one that is cut in two is whole in the next piece.
            tail, piece = (tail + piece)[-80:], file.read(_CHUNK)
    return found


def _environments(root: Path, named: Named, artifacts: Artifacts) -> Kind:
    texts = set()
    for blob in named.requirements:
        try:
            texts.add(plain_text(artifacts.get(blob)))
        except FileNotFoundError:
            continue
    used = keeping.keys_for(root, texts)
    # built/<key>/bin/python
    used |= {python.parent.parent.name for python in named.pythons}
    kind = Kind("environments")
    for one in keeping.kept(root):
        shown = ", ".join(one.pins[:_PINS]) or "no packages"
        more = f" and {len(one.pins) - _PINS} more" if len(one.pins) > _PINS else ""
        remove = None if one.key in used else partial(keeping.remove, one)
        kind.add(
            f"environment {one.key[:12]}: {shown}{more}", _size(one.folder), remove
        )
    return kind


def _folders(root: Path, named: Collection[str]) -> Kind:
    kind = Kind("folders of models")
    for path in _within(root):
        remove = None if path.name in named else partial(_remove_folder, path)
        kind.add(f"folder {path.name}", _size(path), remove)
    return kind


def _runs(root: Path) -> Kind:
    kind = Kind("folders of executions")
    for path in _within(root):
        kind.add(f"folder of {path.name}", _size(path), partial(_remove_folder, path))
    return kind


def _counted(name: str, root: Path) -> Kind:
    kind = Kind(name)
    for path in _within(root):
        kind.add(path.name, _size(path))
    return kind


def _others(root: Path) -> Kind:
    told = {"artifacts", "environments", "models", "executions", "records"}
    kind = Kind("database, log and the rest")
    for path in _within(root):
        if path.name not in told:
            kind.add(path.name, _size(path))
    return kind


def _within(root: Path) -> Iterable[Path]:
    return sorted(root.iterdir()) if root.is_dir() else ()


def _size(path: Path) -> int:
    """Bytes of a file, or of all files below a folder; links are not followed."""
    if path.is_symlink() or not path.is_dir():
        return path.lstat().st_size
    return sum(
        (Path(folder) / name).lstat().st_size
        for folder, _, names in os.walk(path)
        for name in names
    )


def _remove_blob(artifacts: Artifacts, blob: str) -> bool:
    artifacts.remove(blob)
    return True


def _remove_part(artifacts: Artifacts, name: str) -> bool:
    artifacts.remove_part(name)
    return True


def _remove_folder(path: Path) -> bool:
    keeping.remove_tree(path)
    return True
