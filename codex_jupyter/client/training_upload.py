"""What the upload of a run and a promotion consist of, checked before they are sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from codex_jupyter.errors import InputError
from codex_jupyter.protocol import names
from codex_jupyter.protocol.training_routes import TRAINING_PROMOTE, TRAINING_UPLOAD

from .batch import is_dataset, table_part
from .files import (
    File,
    check_distinct,
    env_part,
    extra_parts,
    input_type_of,
    part,
    schema_part,
)
from .operation import Call, Part
from .payload import encode, is_frame
from .upload import OPERATIONS, running_python

TYPES = ("Custom", "AutoML", "External")
_DATA = ("features", "target", "output", "parameters", "metrics")
# A table may be large, and the platform reads it before it answers.
_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Run:
    """What was given for a run, by the documented names."""

    run_name: str
    training_type: str
    description: str | None = None
    train_data: Any = None
    dataset: Any = None
    training_reference: str | None = None
    python_version: str | None = None
    conf_dict: Any = None
    source_file: File | None = None
    requirements_file: File | None = None
    extra_files: File | Iterable[File] | None = None
    env: File | Mapping[str, str] | None = None
    X_train: Any = None
    y_train: Any = None
    model_outputs: Any = None
    model_file: File | None = None
    model_metrics: Any = None
    model_params: Any = None
    model_hash: str | None = None


def run_call(where: Mapping[str, str], run: Run) -> Call:
    """The upload of a run.

    Args:
        where: the experiment's group and hash.

    Raises:
        InputError: something is missing, not allowed, or two files clash.
    """
    if problem := names.run_problem(run.run_name):
        raise InputError(problem)
    kind = next((k for k in TYPES if k.lower() == run.training_type.lower()), None)
    if kind is None:
        raise InputError(
            f"training_type is '{run.training_type[:40]}'; it is {', '.join(TYPES)}."
        )
    fields = {"run_name": run.run_name, "training_type": kind}
    if run.description:
        fields["description"] = run.description
    make = {"Custom": _custom, "AutoML": _automl, "External": _external}[kind]
    parts = make(run, fields)
    parts += extra_parts(run.extra_files)
    # Tables and figures are read as data: two may come from files of one name.
    check_distinct(one for one in parts if one.part not in _DATA)
    return Call(
        TRAINING_UPLOAD, where, fields=fields, files=tuple(parts), timeout=_SECONDS
    )


def _custom(run: Run, fields: dict[str, str]) -> list[Part]:
    if not run.training_reference or run.source_file is None:
        raise InputError(
            "A Custom training needs source_file and training_reference.",
            hint="Give the script, and the name of its function.",
        )
    if problem := names.reference_problem(run.training_reference):
        raise InputError(problem)
    if run.requirements_file is None:
        raise InputError("A Custom training needs requirements_file.")
    fields["training_reference"] = run.training_reference
    fields["python_version"] = _python(run)
    parts = _train_data(run, fields)
    parts.append(_renamed(part("source", run.source_file, "source file"), "app.py"))
    parts.append(part("requirements", run.requirements_file, "requirements file"))
    if run.env is not None:
        parts.append(env_part(run.env))
    return parts


def _automl(run: Run, fields: dict[str, str]) -> list[Part]:
    if not run.conf_dict:
        raise InputError(
            "An AutoML training needs conf_dict: a dict or the path of a JSON file."
        )
    return [*_train_data(run, fields), _json("conf_dict", run.conf_dict, "conf.json")]


def _external(run: Run, fields: dict[str, str]) -> list[Part]:
    fields["python_version"] = _python(run)
    if run.model_hash:
        fields["model_hash"] = run.model_hash
    parts = []
    for role, given in (
        ("features", run.X_train),
        ("target", run.y_train),
        ("output", run.model_outputs),
    ):
        if given is not None:
            parts.append(_table(role, given))
    if run.model_file is not None:
        parts.append(part("model", run.model_file, "model file"))
    if run.model_params is not None:
        parts.append(_json("parameters", run.model_params, "params.json"))
    if run.model_metrics is not None:
        parts.append(_json("metrics", run.model_metrics, "metrics.json"))
    if not parts:
        raise InputError(
            "There is nothing to upload.",
            hint="Give X_train, y_train, model_outputs, model_file, model_metrics or "
            "model_params.",
        )
    if run.requirements_file is not None:
        parts.append(part("requirements", run.requirements_file, "requirements file"))
    return parts


def _train_data(run: Run, fields: dict[str, str]) -> list[Part]:
    given = run.train_data if run.train_data is not None else run.dataset
    given = getattr(given, "dataset_hash", given)
    if is_dataset(given):
        fields["dataset_hash"] = str(given)
        return []
    if given is None:
        raise InputError(
            "The training has no data.",
            hint="Give train_data: a path, a DataFrame or the hash of a dataset.",
        )
    kind = _kind(given)
    if kind == "parquet" and not _reads_parquet(run):
        kind = "csv"
    return [table_part("train_data", given, kind, "train data")]


def _reads_parquet(run: Run) -> bool:
    """True when the run's environment will have what reads Parquet."""
    if run.conf_dict is not None:
        told = run.conf_dict if isinstance(run.conf_dict, Mapping) else {}
        return (told.get("train_data") or {}).get("file_type") == "parquet"
    listed = part("requirements", run.requirements_file or "", "requirements file")
    source = listed.source
    text = source if isinstance(source, bytes) else source.read_bytes()
    return b"pyarrow" in text or b"fastparquet" in text


def _kind(given: Any) -> str:
    """How a frame is written; its types survive in Parquet only."""
    if not is_frame(given):
        return "csv"
    try:
        import pyarrow  # noqa: F401 - only to see that it is there
    except ImportError:
        return "csv"
    return "parquet"


def _table(role: str, given: Any) -> Part:
    if hasattr(given, "to_frame") and not is_frame(given):
        # A Series: what it is called is a column's name.
        given = given.to_frame(given.name if given.name is not None else role)
    elif hasattr(given, "tolist") and hasattr(given, "dtype"):
        import pandas as pd

        given = pd.DataFrame(given)
    if is_frame(given):
        given = given.rename(columns=str)
    return table_part(role, given, _kind(given), role)


def _json(role: str, given: Any, name: str) -> Part:
    """Values as a JSON file: a dict, or a file of them."""
    if isinstance(given, Mapping):
        content = encode(dict(given))
        if content == b"{}":
            raise InputError(f"{name} would be empty: the dict has no values.")
        return Part(role, name, content)
    return part(role, given, name)


def _python(run: Run) -> str:
    try:
        return names.python_field(run.python_version or running_python())
    except ValueError as error:
        raise InputError(f"{error}.") from None


def _renamed(given: Part, name: str) -> Part:
    """A script under the name that the documented clients send it by."""
    kept = given.name if given.name.endswith(".ipynb") else name
    return Part(given.part, kept, given.source)


def promotion_call(
    where: Mapping[str, str],
    *,
    name: str,
    operation: str,
    is_automl: bool,
    schema: Any,
    reference: str | None,
    source: File | None,
    requirements: File | None,
    extra: File | Iterable[File] | None,
    env: File | Mapping[str, str] | None,
    input_type: str | None,
    python_version: str | None,
) -> Call:
    """The promotion of a run.

    Args:
        where: the run's group, experiment and number.
        is_automl: the platform supplies the scorer and the sample.

    Raises:
        InputError: something is missing or not allowed.
    """
    if problem := names.model_problem(name):
        raise InputError(problem)
    kind = operation.title()
    if kind not in OPERATIONS:
        raise InputError(f"operation is '{operation[:40]}'; it is Sync or Async.")
    fields = {"name": name, "operation": kind}
    if reference:
        fields["model_reference"] = reference
    parts = []
    if not is_automl:
        missing = [
            label
            for label, given in (
                ("model_reference", reference),
                ("source_file", source),
                ("schema", schema),
            )
            if given is None
        ]
        if missing:
            raise InputError(
                f"The promotion needs {', '.join(missing)}.",
                hint="Only AutoML runs are promoted by name and operation alone.",
            )
    if source is not None:
        parts.append(_renamed(part("source", source, "source file"), "app.py"))
    if schema is not None:
        parts.append(_schema(schema, kind, input_type))
        fields["input_type"] = _input_type(parts[-1], kind, input_type)
    if requirements is not None:
        parts.append(part("requirements", requirements, "requirements file"))
    if env is not None:
        parts.append(env_part(env))
    parts += extra_parts(extra)
    check_distinct(parts)
    if python_version:
        try:
            fields["python_version"] = names.python_field(python_version)
        except ValueError as error:
            raise InputError(f"{error}.") from None
    return Call(
        TRAINING_PROMOTE, where, fields=fields, files=tuple(parts), timeout=_SECONDS
    )


def _schema(given: Any, operation: str, input_type: str | None) -> Part:
    if operation == "Async" and is_frame(given):
        return table_part("schema", given, input_type or "csv", "schema")
    return schema_part(given)


def _input_type(schema: Part, operation: str, input_type: str | None) -> str:
    if operation == "Sync":
        return "json"
    return input_type or input_type_of(schema)
