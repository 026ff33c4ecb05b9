"""Datasets: files that the platform keeps, known by their hashes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codex_jupyter.errors import (
    DatasetNotFoundError,
    DataSourceError,
    WaitTimeoutError,
)
from codex_jupyter.protocol import routes
from codex_jupyter.protocol.names import file_name
from codex_jupyter.protocol.states import ExecutionState

from .base import BaseMLOps, BaseMLOpsClient
from .errors_map import is_good, member, refusal
from .execution import is_moving
from .operation import Call, Steps, operation, pause
from .saving import format_of, read_table, saved_as
from .transport import Connection
from .waiting import detaching

__all__ = ["MLOpsDataset", "MLOpsDatasetClient"]


# Seconds between two looks at an import: quick at first, for it is often short.
_LOOKS = (0.1, 0.2, 0.4, 0.8)
_LOOK = 2.0


class MLOpsDatasetClient(BaseMLOpsClient):
    """Lists datasets; see `BaseMLOpsClient` for the arguments."""

    @operation
    def list_datasets(
        self: BaseMLOps,
        *,
        origin: str | None = None,
        origin_id: str | int | None = None,
        datasource_name: str | None = None,
        group: str | None = None,
    ) -> Steps[list[MLOpsDataset]]:
        """The datasets, all of them or those that fit.

        Each may be read like the platform's own row too: ``dataset["Hash"]``.

        Args:
            origin: ``Training``, ``Preprocessing``, ``Datasource`` or ``Model``.
            origin_id: the hash of what made them, or the number of its execution.
            datasource_name: a datasource's, only with ``origin="Datasource"``.

        Raises:
            InputError: the origin is none of these.
        """
        given = {
            "origin": origin,
            "origin_id": origin_id,
            "datasource": datasource_name,
            "group": group,
        }
        query = {name: str(value) for name, value in given.items() if value is not None}
        call = Call(routes.DATASET_LIST, query=query)
        body = yield from self._connection.ask(call)
        rows = member(body, "Results", list, call)
        return [MLOpsDataset(self._connection, row, group) for row in rows]

    alist_datasets = list_datasets.twin

    @operation
    def load_dataset(self, dataset_hash: str) -> Steps[MLOpsDataset]:
        """The dataset of that hash, whatever its group.

        Raises:
            DatasetNotFoundError: there is none.
        """
        for dataset in (yield from MLOpsDatasetClient.list_datasets.steps(self)):
            if dataset.dataset_hash == dataset_hash:
                return dataset
        raise DatasetNotFoundError(f"There is no dataset {dataset_hash[:12]}….")

    aload_dataset = load_dataset.twin

    @operation
    def download(
        self,
        group: str,
        dataset_hash: str,
        path: str | Path = "./",
        filename: str = "dataset",
    ) -> Steps[Path]:
        """`MLOpsDataset.download` of a dataset that is known by its hash."""
        return (
            yield from MLOpsDataset.download.steps(
                self._dataset(group, dataset_hash), path, filename
            )
        )

    adownload = download.twin

    @operation
    def delete(self, group: str, dataset_hash: str) -> Steps[str]:
        """`MLOpsDataset.delete` of a dataset that is known by its hash."""
        one = self._dataset(group, dataset_hash)
        return (yield from MLOpsDataset.delete.steps(one))

    adelete = delete.twin

    def _dataset(self, group: str, dataset_hash: str) -> MLOpsDataset:
        row = {"Hash": dataset_hash, "Group": group}
        return MLOpsDataset(self._connection, row)


class MLOpsDataset(BaseMLOps):
    """One dataset.

    Attributes:
        dataset_hash: what it is known by.
        name: the file's name.
        group: the group it belongs to.
        origin: what made it, as the platform says.
        info: the platform's row of it.
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
        self.info = dict(row)

    def __repr__(self) -> str:
        return (
            f"MLOpsDataset({self.name!r}, group={self.group!r}, {self.origin}, "
            f"{self.dataset_hash[:12]}…)"
        )

    def __getitem__(self, name: str) -> Any:
        return self.info[name]

    def get(self, name: str, default: Any = None) -> Any:
        """A member of the platform's row, such as ``Size``."""
        return self.info.get(name, default)

    @property
    def hash(self) -> str:
        """What it is known by, under its shorter name."""
        return self.dataset_hash

    @property
    def dataset_name(self) -> str:
        """Its name, under its longer name."""
        return self.name

    @property
    def _where(self) -> dict[str, str]:
        return {"group": self.group, "dataset": self.dataset_hash}

    @operation
    def get_status(self) -> Steps[dict[str, Any]]:
        """Whether it is there: ``{"Status", "Log"}``.

        ``Requested`` and ``Running`` while it is imported, ``Failed`` with the reason
        as ``Log``, else ``Succeeded``.

        Raises:
            DatasetNotFoundError: there is no such dataset.
        """
        call = Call(routes.DATASET_STATUS, self._where)
        body: dict[str, Any] = yield from self._connection.ask(call)
        return body

    aget_status = get_status.twin

    @operation
    def wait_ready(self, timeout: float | None = None) -> Steps[str]:
        """Wait until it is there, and give its state.

        Args:
            timeout: seconds; None for as long as it takes.

        Raises:
            DataSourceError: its import failed; with the reason.
            DatasetNotFoundError: there is no such dataset.
            WaitTimeoutError: the time is over; the import goes on.
        """
        began, looks = time.monotonic(), iter(_LOOKS)
        again = (
            f"client.load_dataset('{self.dataset_hash}').wait_ready() waits for it "
            "again"
        )
        with detaching(f"the import of '{self.name}'", again):
            while True:
                body = yield from MLOpsDataset.get_status.steps(self)
                state = str(body.get("Status") or ExecutionState.SUCCEEDED)
                if state == ExecutionState.FAILED:
                    raise DataSourceError(
                        f"The import of '{self.name}' failed: "
                        f"{body.get('Log') or 'no reason was given.'}"
                    )
                if not is_moving(state):
                    return state
                if timeout is not None and time.monotonic() - began > timeout:
                    raise WaitTimeoutError(
                        f"'{self.name}' was not imported within {timeout:g} s; the "
                        "import goes on.",
                        hint=f"{again}.",
                    )
                yield from pause(next(looks, _LOOK))

    await_ready = wait_ready.twin

    @operation
    def download(
        self, path: str | Path = "./", filename: str | None = None
    ) -> Steps[Path]:
        """Save it, and give the file's path; an import that runs is waited for.

        Args:
            path: the folder to save it in; made when it is missing.
            filename: what to call it there; its own name if None. One without a
                suffix gets that of its content: .csv, .json or .parquet.

        Raises:
            DatasetNotFoundError: there is no such dataset.
            DataSourceError: its import failed.
            InputError: the file cannot be written.
        """
        name = filename or file_name(self.name, "dataset")
        yield from MLOpsDataset.wait_ready.steps(self)
        with saved_as(path, name) as part:
            yield from self._fetch(part)
        saved = Path(path).expanduser() / name
        if saved.suffix:
            return saved
        return saved.replace(saved.with_name(f"{name}.{format_of(saved)}"))

    adownload = download.twin

    @operation
    def to_frame(self, timeout: float | None = None) -> Steps[Any]:
        """Read it into a DataFrame; an import that runs is waited for.

        Args:
            timeout: seconds to wait; None for as long as it takes.

        Raises:
            DatasetNotFoundError: there is no such dataset.
            DataSourceError: its import failed.
            InputError: it is no csv, parquet or json.
        """
        yield from MLOpsDataset.wait_ready.steps(self, timeout)
        with tempfile.TemporaryDirectory(prefix="codex-") as folder:
            file = Path(folder) / "dataset"
            yield from self._fetch(file)
            name = f"{self.name}.{format_of(file)}"
            return read_table(name, file.read_bytes(), "dataset.download()")

    ato_frame = to_frame.twin

    def _fetch(self, file: Path) -> Steps[None]:
        call = Call(routes.DATASET_RESULT, self._where, save=file)
        answer = yield from self._connection.exchange(call)
        if not is_good(call, answer):
            raise refusal(call, answer, self._connection.settings)

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
