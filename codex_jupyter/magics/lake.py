"""Datasources and datasets as the commands know them: clients, names, credentials."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import DatasetNotFoundError, DataSourceError, InputError

from .hosting import SHORT
from .values import Namespace

if TYPE_CHECKING:
    from codex_jupyter.client.datasets import MLOpsDataset, MLOpsDatasetClient
    from codex_jupyter.client.datasources import (
        Credentials,
        MLOpsDataSource,
        MLOpsDataSourceClient,
    )

    from .session import Session

_SHORT_HASH = 6
_VARIABLE = re.compile(r"\$?([^\W\d]\w*)\Z|\{([^\W\d]\w*)\}\Z")


def datasource_client(session: Session) -> MLOpsDataSourceClient:
    """The client of datasources on the session's platform."""
    # Here and not at the top: they bring httpx, which help has no use for.
    from codex_jupyter.client.datasources import MLOpsDataSourceClient

    session.client()
    return MLOpsDataSourceClient(settings=session.settings)


def dataset_client(session: Session) -> MLOpsDatasetClient:
    """The client of datasets on the session's platform."""
    from codex_jupyter.client.datasets import MLOpsDatasetClient

    session.client()
    return MLOpsDatasetClient(settings=session.settings)


def find_datasource(
    client: MLOpsDataSourceClient, name: str, group: str | None
) -> MLOpsDataSource:
    """The datasource of that name, in whichever group there is one.

    Raises:
        DataSourceError: there is none, or several groups have one.
    """
    rows = client.list_datasources(group=group)
    found = [row for row in rows if row.get("Name") == name]
    if not found:
        known = ", ".join(str(row.get("Name")) for row in rows[:10])
        raise DataSourceError(
            f"There is no datasource {name[:100]}{f' in {group}' if group else ''}.",
            hint=f"There are: {known}."
            if known
            else "%codex datasources register makes one.",
        )
    if len(found) > 1:
        groups = [str(row.get("Group")) for row in found]
        raise DataSourceError(
            f"{len(found)} groups have a datasource {name}: {', '.join(groups)}.",
            hint=f"Add --group {groups[0]}.",
        )
    return client.get_datasource(
        datasource_name=name, group=str(found[0].get("Group") or group)
    )


def find_dataset(
    client: MLOpsDatasetClient, name: str, group: str | None
) -> MLOpsDataset:
    """The dataset of that hash, the start of its hash, or its name.

    Raises:
        DatasetNotFoundError: there is none, or it fits several.
    """
    rows = client.list_datasets(group=group)
    found = [one for one in rows if one.dataset_hash == name]
    found = found or [one for one in rows if one.name == name]
    if not found and len(name) >= _SHORT_HASH:
        found = [one for one in rows if one.dataset_hash.startswith(name)]
    if not found:
        raise DatasetNotFoundError(
            f"There is no dataset {name[:100]}{f' in {group}' if group else ''}.",
            hint="%codex datasets lists them.",
        )
    if len(found) > 1:
        raise DatasetNotFoundError(
            f"{len(found)} datasets fit {name[:100]}.",
            hint="%codex datasets lists them; type the start of the hash, such as "
            f"{found[0].dataset_hash[:SHORT]}.",
        )
    return found[0]


def credentials(text: str, names: Namespace) -> Credentials:
    """What ``--credentials`` names: a variable, or a JSON file.

    A line is saved with the notebook, so the credentials themselves are not taken
    from it, and nothing of what was typed is repeated.

    Raises:
        InputError: it names neither.
    """
    named = _VARIABLE.match(text)
    variable = (named[1] or named[2]) if named else ""
    if variable in names:
        value = names[variable]
        if isinstance(value, Mapping):
            return value
        if isinstance(value, str) and value.lstrip().startswith("{"):
            return "credentials.json", value.encode()
        if not isinstance(value, (str, Path)):
            raise InputError(
                f"{variable} is a {type(value).__name__}; a dict, a JSON text or a "
                "file's path is expected."
            )
        text = str(value)
    path = Path(text.removeprefix("@")).expanduser()
    if _is_file(path):
        return str(path)
    raise InputError(
        "--credentials names no variable of this notebook and no file.",
        hint="Keep the credentials in a JSON file or in a dict: a line is saved with "
        "the notebook.",
    )


def described(dataset: MLOpsDataset) -> dict[str, Any]:
    """A dataset as a row to show."""
    size = dataset.get("Size")
    return {
        "dataset": dataset.dataset_hash[:SHORT],
        "name": dataset.name,
        "group": dataset.group,
        "from": _origin(dataset),
        "state": dataset.get("Status"),
        "format": dataset.get("Format"),
        "size": _size(size) if isinstance(size, int) and size else None,
        "message": str(dataset.get("Log") or "").partition("\n")[0] or None,
    }


def _origin(dataset: MLOpsDataset) -> str:
    told = dataset.get("OriginId")
    if dataset.origin == "Datasource" and told:
        return str(told)
    number = dataset.get("ExecutionId")
    return f"{dataset.origin} {number}" if number else dataset.origin


def _size(count: int) -> str:
    amount = float(count)
    for unit in ("B", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GiB"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        # Longer than any file's name.
        return False
