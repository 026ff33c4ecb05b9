"""What a run of a training needs: its train data and its files, laid out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .inputs import kind_of
from .modelfiles import script_name
from .runs import RunFolder
from .sources import script_text
from .store import FileRow

if TYPE_CHECKING:
    from .places import Places

_LAID_OUT = ("source", "extra", "supplied", "requirements", "conf_dict")
# Documented scripts open a fixed name, whatever was uploaded.
_DOCUMENTED = "dados.csv"


def lay_out(
    places: Places,
    subject: str,
    label: str,
    data: tuple[str, str],
    files: Sequence[FileRow],
) -> tuple[RunFolder, Path]:
    """Put the train data and the other files where the function looks for them.

    Args:
        subject: the experiment.
        label: of the run's folder.
        data: the name and the blob of the train data.

    Returns:
        The folder, and the path of the train data.

    Raises:
        ValueError: the data cannot be unpacked, or the source is no script.
        OSError: the folder cannot be written.
    """
    folder, tables = places.runs.lay_out_tables(
        subject, label, [data], also=(), limit=places.limits.input_bytes
    )
    found = tables[0]
    for file in files:
        if file.role in _LAID_OUT:
            places.artifacts.fetch(file.blob, folder.data / file.name)
        if file.role == "source":
            raw = (folder.data / file.name).read_bytes()
            script = folder.data / script_name(file.name)
            script.write_text(script_text(raw), encoding="utf-8")
    documented = folder.data / _DOCUMENTED
    if kind_of(found) == "csv" and not documented.exists():
        os.link(found, documented)
    return folder, found
