"""What is told of a model, asked for once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from codex_jupyter.client.snippets import LANGUAGES
from codex_jupyter.errors import CodexError
from codex_jupyter.protocol.openapi import schema_of
from codex_jupyter.protocol.states import LogType, Routine

if TYPE_CHECKING:
    from codex_jupyter.client.model import MLOpsModel

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Training:
    """The run that a model was promoted from.

    Args:
        number: of the run.
        name: of the run.
        kind: Custom, AutoML or External.
        task: such as Classification.
        metrics: by name; numbers as a rule.
        parameters: by name.
    """

    experiment: str
    number: str
    name: str
    kind: str
    task: str
    metrics: Row
    parameters: Row


@dataclass(frozen=True, slots=True)
class Drift:
    """One monitoring of a model.

    Args:
        period: Day, Week, Month, Quarter or Year.
        state: of the monitoring.
        periods: results as the platform keeps them, the oldest first.
    """

    period: str
    state: str
    periods: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """A model as its platform describes it; nothing secret is among it.

    Args:
        address: of the platform, ending in ``/api``.
        docs: the address of the documentation page.
        python: such as ``3.11``; "" when the platform does not tell.
        source: the script's text; "" where the platform does not hand it out.
        files: rows with ``Role``, ``Name``, ``Sha256`` and ``Size`` in bytes.
        stages: rows with ``Stage``, ``Progress``, ``Seconds`` and ``Note``.
        sample: the schema's row, None when it is not known.
        answer: what the model answered to it, None when it is not known.
        snippets: code that calls the model, by language.
        build_log: rows of the first week after the upload.
        errors: error rows of the last seven days.
        training: None of a model that was uploaded.
        drift: its monitorings.
    """

    name: str
    group: str
    hash: str
    state: str
    operation: str
    reference: str
    python: str
    uploaded: str
    address: str
    docs: str
    message: str = ""
    requirements: str = ""
    source: str = ""
    files: tuple[Row, ...] = ()
    stages: tuple[Row, ...] = ()
    sample: Any = None
    answer: Any = None
    snippets: Mapping[str, str] = field(default_factory=dict)
    build_log: tuple[Row, ...] = ()
    errors: tuple[Row, ...] = ()
    training: Training | None = None
    drift: tuple[Drift, ...] = ()

    @property
    def fields(self) -> list[tuple[str, str, Any]]:
        """Name, JSON type and sample value of every field of the schema."""
        row = self.sample
        if isinstance(row, list) and row and isinstance(row[0], dict):
            row = row[0]
        if not isinstance(row, dict):
            return []
        return [
            (str(name), str(schema_of(value).get("type", "any")), value)
            for name, value in row.items()
        ]


def gather(model: MLOpsModel) -> Facts:
    """Ask the platform for all that it tells of a model.

    What a platform does not have (documents, logs) is left out.

    Raises:
        CodexError: the model cannot be described.
    """
    info = model.model_info()
    uploaded = str(info.get("UploadedAt") or "")
    try:
        document = model.openapi()
    except CodexError:
        document = {}
    return Facts(
        name=model.name,
        group=model.group,
        hash=model.model_hash,
        state=model.status,
        operation=model.operation,
        reference=str(info.get("ModelReference") or ""),
        python=str(info.get("PythonVersion") or "").replace("Python3", "3."),
        uploaded=uploaded,
        address=model.base_url,
        docs=model.docs,
        message=str(info.get("Message") or ""),
        requirements=str(info.get("Requirements") or "").strip(),
        source=_source(model, _rows(info.get("Files"))),
        files=_rows(info.get("Files")),
        stages=_rows(info.get("Stages")),
        sample=model.schema if model.schema is not None else _sample(info),
        answer=_answer(document),
        snippets={one: model.generate_predict_code(one) for one in LANGUAGES},
        build_log=_logs(model, start=_day(uploaded), routine=Routine.HOST.value),
        errors=_logs(model, type=LogType.ERROR.value),
        training=_training(model),
        drift=_drift(model),
    )


def _training(model: MLOpsModel) -> Training | None:
    try:
        run = model.training_run()
    except CodexError:
        # The experiment may be gone; the model is not.
        return None
    if run is None:
        return None
    return Training(
        experiment=run.name,
        number=run.exec_id,
        name=run.run_name,
        kind=run.training_type,
        task=str(run.execution_data.get("ModelType") or ""),
        metrics=run.metrics,
        parameters=run.parameters,
    )


def _drift(model: MLOpsModel) -> tuple[Drift, ...]:
    found = []
    try:
        for row in model.monitorings():
            told = model.monitoring_results(str(row["Period"]))["Periods"]
            found.append(
                Drift(
                    period=str(row["Period"]),
                    state=str(row.get("Status") or ""),
                    periods=tuple(told[label] for label in sorted(told)),
                )
            )
    except CodexError:
        # A platform that does not list monitorings.
        return ()
    return tuple(found)


def _logs(model: MLOpsModel, **query: Any) -> tuple[Row, ...]:
    try:
        return _rows(model.get_logs(**query)["Results"])
    except CodexError:
        # An old platform's model may have no log; the rest is worth its file.
        return ()


def _source(model: MLOpsModel, files: tuple[Row, ...]) -> str:
    """The text of a script; a notebook of another kind is none."""
    name = next((str(f.get("Name")) for f in files if f.get("Role") == "source"), "")
    if not name.endswith(".py"):
        return ""
    try:
        return model.file_content(name).decode()
    except (CodexError, UnicodeDecodeError):
        return ""


def _rows(value: Any) -> tuple[Row, ...]:
    return tuple(row for row in value if isinstance(row, dict)) if value else ()


def _sample(info: Row) -> Any:
    try:
        return json.loads(str(info.get("Schema") or "null"))
    except ValueError:
        return None


def _answer(document: Row) -> Any:
    """The example of the first answer that an OpenAPI document holds."""
    for path in document.get("paths", {}).values():
        for operation in path.values():
            good = operation.get("responses", {}).get("200", {}).get("content", {})
            media = good.get("application/json", {})
            if "requestBody" in operation and "example" in media:
                return media["example"]
    return None


def _day(moment: str) -> str | None:
    try:
        return datetime.fromisoformat(moment).date().isoformat()
    except ValueError:
        return None
