"""The folder of one execution: what its function finds there, and its zipped result."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
        base = self._root / model
        shutil.rmtree(base / label, ignore_errors=True)
        folder = RunFolder(base, label, base / label / "data")
        folder.data.mkdir(parents=True)
        folder.output.mkdir()
        # In a folder of its own, where no name can be taken already.
        incoming = folder.output / "incoming"
        self._artifacts.fetch(blob, incoming)
        found = place(incoming, name, wanted, folder.data, limit)
        for other in also:
            if not (folder.data / other).exists():
                os.link(found, folder.data / other)
        return RunFolder(base, label, found)


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
