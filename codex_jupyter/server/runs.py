"""The folder of one execution: what its function finds there, and its zipped result."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .artifacts import Artifacts
from .inputs import place

_PACKED = (".parquet", ".zip", ".gz", ".xz", ".bz2", ".zst", ".png", ".jpg", ".xlsx")


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One execution's place.

    Args:
        base: the folder of all executions of the model.
        label: the name of this one below it.
        input: the input's file.
    """

    base: Path
    label: str
    input: Path

    @property
    def data(self) -> Path:
        """What the function is called with; it may write there."""
        return self.base / self.label / "data"

    @property
    def output(self) -> Path:
        """Where a logger within the function may write."""
        return self.base / self.label / "output"

    def environ(self) -> Mapping[str, str]:
        """The variables that tell the function of its execution."""
        return {
            "inputFileName": self.input.name,
            "BASE_PATH": str(self.base),
            "EXECUTION_ID": self.label,
        }

    def remove(self) -> None:
        """Delete it; what is kept of the execution is kept elsewhere."""
        shutil.rmtree(self.base / self.label, ignore_errors=True)


class RunFolders:
    """Makes the folders of executions, all below one.

    What a killed platform left there is removed: its executions begin anew.
    """

    def __init__(self, root: Path, artifacts: Artifacts) -> None:
        shutil.rmtree(root, ignore_errors=True)
        self._root = root
        self._artifacts = artifacts

    def lay_out(
        self,
        model: str,
        label: str,
        *,
        blob: str,
        name: str,
        wanted: str,
        also: Iterable[str],
        limit: int,
    ) -> RunFolder:
        """Put the input where the function looks for it, under its own name.

        Args:
            blob: the input, as it was sent; a zip is unpacked.
            wanted: json, csv or parquet.
            also: other names under which scripts look for it; the input's own wins.
            limit: bytes that it may have when unpacked.

        Raises:
            ValueError: it cannot be unpacked.
            OSError: the folder cannot be written.
        """
        folder = self._fresh(model, label)
        found = self._place(folder, folder.data, blob, name, wanted, limit)
        _link(found, also)
        return replace(folder, input=found)

    def lay_out_tables(
        self,
        script: str,
        label: str,
        tables: Sequence[tuple[str, str]],
        *,
        also: Iterable[str],
        limit: int,
    ) -> tuple[RunFolder, list[Path]]:
        """Put tables where a script looks for them; their paths in the same order.

        Args:
            tables: the name and the blob of each; a zip is unpacked. Of several, each
                has a folder of its own, because their names may clash.
            also: other names under which scripts look for the first.
            limit: bytes that each may have when unpacked.

        Raises:
            ValueError: one of them cannot be unpacked.
            OSError: the folder cannot be written.
        """
        folder = self._fresh(script, label)
        paths: list[Path] = []
        for number, (name, blob) in enumerate(tables):
            target = folder.data / str(number) if len(tables) > 1 else folder.data
            target.mkdir(exist_ok=True)
            paths.append(self._place(folder, target, blob, name, None, limit))
        if paths:
            _link(paths[0], also)
            folder = replace(folder, input=paths[0])
        return folder, paths

    def _fresh(self, subject: str, label: str) -> RunFolder:
        base = self._root / subject
        shutil.rmtree(base / label, ignore_errors=True)
        folder = RunFolder(base, label, base / label / "data")
        folder.data.mkdir(parents=True)
        folder.output.mkdir()
        return folder

    def _place(
        self,
        folder: RunFolder,
        target: Path,
        blob: str,
        name: str,
        wanted: str | None,
        limit: int,
    ) -> Path:
        # In a folder of its own, where no name can be taken already.
        incoming = folder.output / "incoming"
        self._artifacts.fetch(blob, incoming)
        return place(incoming, name, wanted, target, limit)


def _link(found: Path, also: Iterable[str]) -> None:
    for other in also:
        if not (found.parent / other).exists():
            os.link(found, found.parent / other)


def zipped(file: Path, folder: RunFolder) -> Path:
    """The execution's result: a zip that holds the file under its own name.

    Raises:
        OSError: the file cannot be read or the zip cannot be written.
    """
    target = folder.output / f"{folder.label}.zip"
    is_packed = file.suffix.lower() in _PACKED
    method = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    # The lowest level takes a third of the time for a tenth more bytes.
    with zipfile.ZipFile(target, "w", method, compresslevel=1) as made:
        made.write(file, file.name)
    return target
