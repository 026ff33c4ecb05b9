"""Datasets: files that the platform keeps, known by their hashes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codex_jupyter.protocol import routes

from .base import BaseMLOps, BaseMLOpsClient
from .errors_map import is_good, member, refusal
from .operation import Call, Steps, operation
from .saving import saved_as
from .transport import Connection

__all__ = ["MLOpsDataset", "MLOpsDatasetClient"]


class MLOpsDatasetClient(BaseMLOpsClient):
    """Lists datasets; see `BaseMLOpsClient` for the arguments."""

    @operation
    def list_datasets(
        self,
        origin: str | None = None,
        origin_id: str | None = None,
        datasource: str | None = None,
        group: str | None = None,
    ) -> Steps[list[MLOpsDataset]]:
        """The datasets, all of them or those that fit.

        Args:
            origin: ``Training``, ``Preprocessing``, ``Datasource`` or ``Model``.
            origin_id: the hash of what made them, or the number of its execution.
            datasource: a data source's name, only with ``origin="Datasource"``.

        Raises:
            InputError: the origin is none of these.
        """
        given = {
            "origin": origin,
            "origin_id": origin_id,
            "datasource": datasource,
            "group": group,
        }
        query = {name: str(value) for name, value in given.items() if value is not None}
        call = Call(routes.DATASET_LIST, query=query)
        body = yield from self._connection.ask(call)
        rows = member(body, "Results", list, call)
        return [MLOpsDataset(self._connection, row, group) for row in rows]

    alist_datasets = list_datasets.twin


class MLOpsDataset(BaseMLOps):
    """One dataset.

    Attributes:
        dataset_hash: what it is known by.
        name: the file's name.
        group: the group it belongs to.
        origin: what made it, as the platform says.
    """

    def __init__(
        self, connection: Connection, row: Mapping[str, Any], group: str | None = None
    ) -> None:
        self._connection = connection
        # Platforms differ in the name of the field; the newest gives all three.
        found = row.get("DatasetHash") or row.get("Hash") or row.get("Id")
        self.dataset_hash = str(found or "")
        self.name = str(row.get("Name") or self.dataset_hash)
        self.group = str(row.get("Group") or group or "")
        self.origin = str(row.get("Origin") or "")

    def __repr__(self) -> str:
        return (
            f"MLOpsDataset({self.name!r}, group={self.group!r}, {self.origin}, "
            f"{self.dataset_hash[:12]}…)"
        )

    @property
    def _where(self) -> dict[str, str]:
        return {"group": self.group, "dataset": self.dataset_hash}

    @operation
    def get_status(self) -> Steps[dict[str, Any]]:
        """Whether it is there: ``{"Status", "Log"}``.

        Raises:
            DatasetNotFoundError: there is no such dataset.
        """
        call = Call(routes.DATASET_STATUS, self._where)
        body: dict[str, Any] = yield from self._connection.ask(call)
        return body

    aget_status = get_status.twin

    @operation
    def download(
        self, path: str | Path = "./", filename: str | None = None
    ) -> Steps[Path]:
        """Save it, and give the file's path.

        Args:
            path: the folder to save it in; made when it is missing.
            filename: what to call it there; its own name if None.

        Raises:
            DatasetNotFoundError: there is no such dataset.
            InputError: the file cannot be written.
        """
        name = filename or Path(self.name).name
        with saved_as(path, name) as part:
            call = Call(routes.DATASET_RESULT, self._where, save=part)
            answer = yield from self._connection.exchange(call)
            if not is_good(call, answer):
                raise refusal(call, answer, self._connection.settings)
        return Path(path).expanduser() / name

    adownload = download.twin

    @operation
    def delete(self) -> Steps[str]:
        """Forget it; what the platform says to it.

        Raises:
            DatasetNotFoundError: there is no such dataset.
        """
        call = Call(routes.DATASET_DELETE, self._where)
        body = yield from self._connection.ask(call)
        return str(body.get("Message", "")) if isinstance(body, dict) else str(body)

    adelete = delete.twin
