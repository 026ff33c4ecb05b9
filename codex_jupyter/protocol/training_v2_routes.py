"""The second generation of training routes, which two versions of clients spoke.

A run is registered first and gets its files one by one. What is made here is the same
as by the first generation, which all other versions speak, ours too.
"""

from __future__ import annotations

from .route import MESSAGE, STATE, Auth, Body, Field, Route, opt

_T = "/v2/training"
_RUN = f"{_T}/execution/{{execution}}"
_DATASET = opt("DatasetHash", text="What it is known as from now on.")
_HASH = opt("dataset_hash", text="A dataset's hash, in the place of a file.")


def _part(name: str, path: str, role: str, text: str, *more: Field) -> Route:
    """One file of a run."""
    return Route(
        f"training.v2.{name}", "PATCH", f"{_RUN}/{path}", Auth.USER, 201, text,
        body=Body.MULTIPART, fields=(opt(role, "file"), *more),
        answer=(MESSAGE, _DATASET), withdrawn=True,
    )  # fmt: skip


V2_LIST = Route(
    "training.v2.list", "GET", _T, Auth.USER, 200, "List the experiments",
    withdrawn=True,
)  # fmt: skip
V2_DESCRIBE = Route(
    "training.v2.describe", "GET", f"{_T}/{{training}}", Auth.USER, 200,
    "One experiment", answer=(Field("ExperimentsQuantity", "integer"),),
    withdrawn=True,
)  # fmt: skip
V2_CREATE = Route(
    "training.v2.create", "POST", f"{_T}/{{group}}", Auth.USER, 201,
    "Create an experiment", body=Body.JSON,
    fields=(Field("Name"), Field("Type", text="The model type.")),
    answer=(MESSAGE, Field("TrainingHash")), withdrawn=True,
)  # fmt: skip
V2_REGISTER = Route(
    "training.v2.register", "POST", f"{_T}/{{training}}/execution", Auth.USER, 201,
    "Register a run, without its files", body=Body.JSON,
    fields=(
        Field("RunName"), opt("Description"),
        Field("TrainingType", text="Custom, AutoML or External."),
    ),
    answer=(MESSAGE, Field("ExecutionId", "integer")), withdrawn=True,
)  # fmt: skip
V2_INPUT = _part(
    "input", "input/file", "input", "The train data", opt("dataset_name"), _HASH
)
V2_REQUIREMENTS = _part(
    "requirements", "requirements-file", "requirements", "The requirements"
)
V2_SCRIPT = _part(
    "script", "script-file", "script", "The training script",
    Field("training_reference"), Field("python_version"),
)  # fmt: skip
V2_EXTRA = _part("extra", "extra-file", "extra", "Any other file", opt("file_name"))
V2_ENV = _part("env", "env/file", "env", "The .env file")
V2_CONF = _part("conf", "conf-dict/file", "conf_dict", "The AutoML configuration")
V2_FEATURES = _part(
    "features", "features/file", "features", "What the model was trained on",
    opt("dataset_name"), _HASH,
)  # fmt: skip
V2_TARGET = _part(
    "target", "target/file", "target", "What it had to learn",
    opt("dataset_name"), _HASH,
)  # fmt: skip
V2_OUTPUT = _part(
    "output", "output/file", "output", "What it predicts for the features",
    opt("dataset_name"), _HASH,
)  # fmt: skip
V2_METRICS = _part("metrics", "metrics/file", "metrics", "Names and numbers")
V2_PARAMETERS = _part("parameters", "parameters/file", "parameters", "Names and values")
V2_MODEL = _part("model", "model/file", "model", "The model")
V2_PYTHON = Route(
    "training.v2.python", "PATCH", f"{_RUN}/python-version", Auth.USER, 201,
    "The Python that the model was trained on", body=Body.JSON,
    fields=(Field("PythonVersion"),), answer=(MESSAGE,), withdrawn=True,
)  # fmt: skip
V2_START = Route(
    "training.v2.start", "PATCH", _RUN, Auth.USER, 202, "Start a run",
    answer=(MESSAGE,), withdrawn=True,
)  # fmt: skip
V2_STATUS = Route(
    "training.v2.status", "GET", f"{_RUN}/status", Auth.USER, 200, "A run's state",
    answer=STATE, withdrawn=True,
)  # fmt: skip
V2_PROMOTE = Route(
    "training.v2.promote", "PATCH", f"{_RUN}/promote", Auth.USER, 201,
    "Make a model of a run that has succeeded", body=Body.MULTIPART,
    fields=(
        Field("name"), Field("operation"), opt("input_type"), opt("model_reference"),
        opt("source", "file"), opt("schema", "file"),
    ),
    answer=(MESSAGE, Field("ModelHash")), withdrawn=True,
)  # fmt: skip
V2_COPY = Route(
    "training.v2.copy", "POST", f"{_RUN}/copy", Auth.USER, 201,
    "A run that can be changed and started, with the files of another",
    answer=(Field("TrainingHash"), Field("ExecutionId", "integer"), MESSAGE),
    withdrawn=True,
)  # fmt: skip

V2_PARTS = (
    V2_INPUT, V2_REQUIREMENTS, V2_SCRIPT, V2_EXTRA, V2_ENV, V2_CONF, V2_FEATURES,
    V2_TARGET, V2_OUTPUT, V2_METRICS, V2_PARAMETERS, V2_MODEL,
)  # fmt: skip
"""The routes that take one file of a run."""

V2_ROUTES: tuple[Route, ...] = (
    V2_LIST, V2_DESCRIBE, V2_CREATE, V2_REGISTER, *V2_PARTS, V2_PYTHON, V2_START,
    V2_STATUS, V2_PROMOTE, V2_COPY,
)  # fmt: skip
