"""Executions of asynchronous scripts: what they make is a table, and a dataset."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from codex_jupyter.protocol import script_routes as routes

from .errors_map import member
from .execution import ExecutionRoutes, MLOpsExecution
from .operation import Call, Steps, operation
from .saving import read_table, saved_as

__all__ = ["NamedPreprocessExecution", "PreprocessExecution"]

_HEAD = 64


class PreprocessExecution(MLOpsExecution):
    """One run of an asynchronous script; `MLOpsPreprocessing.run` starts them.

    Attributes:
        dataset_hash: the dataset that it makes; "" while it is not known.
    """

    exec_type = "AsyncPreprocessing"
    _getter = "script.get_preprocessing_execution"
    _routes = ExecutionRoutes(
        subject="script",
        status=routes.SCRIPT_EXECUTION_STATUS,
        describe=routes.SCRIPT_EXECUTION_DESCRIBE,
        result=routes.SCRIPT_EXECUTION_RESULT,
        events=routes.SCRIPT_EXECUTION_EVENTS,
        cancel=routes.SCRIPT_EXECUTION_CANCEL,
    )
    dataset_hash = ""

    @classmethod
    def _direct(  # type: ignore[override]
        cls, *, preprocess_hash: str, group: str, exec_id: int | str, **user: Any
    ) -> PreprocessExecution:
        from .preprocessing import MLOpsPreprocessingClient

        client = MLOpsPreprocessingClient(**user)
        return client.get_execution(preprocess_hash, exec_id, group)

    @property
    def preprocessing_id(self) -> str:
        """The hash of the script that runs."""
        return self.subject_hash

    @operation
    def download_result(
        self, *, path: str | Path = "./", filename: str = ""
    ) -> Steps[Path]:
        """Save the table that the script made, and give its path.

        Args:
            path: the folder to save it in; made when it is missing.
            filename: what to call it there; ``preprocessed_data`` with the ending of
                its kind if it is not given.

        Raises:
            ExecutionError: it has no result, because it still runs or has failed.
            InputError: the file cannot be written.
        """
        content = yield from self.content()
        name = filename or f"preprocessed_data{_suffix(content)}"
        with saved_as(path, name) as part:
            part.write_bytes(content)
        return Path(path).expanduser() / name

    adownload_result = download_result.twin

    @operation
    def download(self, path: str | Path = "./", filename: str = "") -> Steps[Path]:
        """`download_result` under its newer name."""
        steps = PreprocessExecution.download_result.steps
        return (yield from steps(self, path=path, filename=filename))

    adownload = download.twin

    def content(self) -> Steps[bytes]:
        """Steps that give the table that it made, as bytes."""
        with tempfile.TemporaryDirectory(prefix="codex-") as folder:
            file = Path(folder) / "result"
            yield from self._fetch(file)
            return file.read_bytes()

    def _read(self, file: Path) -> Any:
        content = file.read_bytes()
        return read_table(f"result{_suffix(content)}", content)

    @operation
    def output_dataset(self) -> Steps[str]:
        """The hash of the dataset that it made, "" where the platform names none."""
        if not self.dataset_hash:
            info = yield from type(self).execution_info.steps(self)
            self.dataset_hash = str(info.get("DatasetHash") or "")
        return self.dataset_hash

    aoutput_dataset = output_dataset.twin


class NamedPreprocessExecution(PreprocessExecution):
    """A run of a script that takes its tables by their names."""

    _routes = ExecutionRoutes(
        subject="script",
        status=routes.SCRIPT2_EXECUTION_STATUS,
        describe=routes.SCRIPT2_EXECUTION_DESCRIBE,
        result=routes.SCRIPT2_EXECUTION_RESULT,
        events=routes.SCRIPT_EXECUTION_EVENTS,
        cancel=routes.SCRIPT_EXECUTION_CANCEL,
    )

    @operation
    def get_status(self) -> Steps[dict[str, Any]]:
        """Ask for the state: ``{"Status", "Message", "OutputDatasetHash"}``."""
        call = Call(self._routes.status, self._where)
        body: dict[str, Any] = yield from self._ask(call)
        self.status = member(body, "Status", str, call)
        self.message = str(body.get("Message") or "")
        self.dataset_hash = str(body.get("OutputDatasetHash") or "")
        return body

    aget_status = get_status.twin

    @operation
    def execution_info(self) -> Steps[dict[str, Any]]:
        """Everything the platform knows of the execution."""
        told: dict[str, Any] = yield from self._ask(
            Call(self._routes.describe, self._where)
        )
        state = yield from NamedPreprocessExecution.get_status.steps(self)
        self.name = str(told.get("Name") or self.name)
        # Platforms differ in what they describe; these two are what the rest reads.
        return {"ExecutionState": state["Status"], "DatasetHash": self.dataset_hash} | {
            key: value for key, value in told.items() if value is not None
        }

    aexecution_info = execution_info.twin


def _suffix(content: bytes) -> str:
    """The ending of a table's name, by what the file begins with."""
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"PAR1"):
        return ".parquet"
    return ".json" if head[:1] in (b"[", b"{") else ".csv"
