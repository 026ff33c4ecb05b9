"""Every route of the protocol, written once.

The server mounts this table, the client sends by it and the OpenAPI document is
made from it; a test proves that each row exists on all three sides. Larger parts of
the protocol have modules of their own beside this one, which this one gathers.
Paths are relative to the base address, which ends in ``/api``.
"""

from __future__ import annotations

from .external_routes import EXTERNAL_ROUTES
from .monitoring_routes import MONITORING_ROUTES
from .route import (
    LIMIT,
    LOG_QUERY,
    MESSAGE,
    RESULTS,
    STATE,
    Auth,
    Body,
    Field,
    Route,
    opt,
)
from .script_routes import SCRIPT_ROUTES
from .training_routes import TRAINING_ROUTES
from .training_v2_routes import V2_ROUTES

_TOKEN = Field("Token", text="A bearer token.")

HEALTH = Route(
    "health", "GET", "/health", Auth.NONE, 200, "Is the platform up, and which version",
    answer=(Field("Version", text="The protocol's version."),),
)  # fmt: skip
LOGIN = Route(
    "login", "POST", "/login", Auth.NONE, 200, "Exchange user and password for a token",
    body=Body.FORM,
    fields=(Field("user"), Field("password"), opt("tenant")),
    answer=(_TOKEN,),
)  # fmt: skip
GROUPS_LIST = Route(
    "groups.list", "GET", "/groups", Auth.USER, 200, "List the groups",
    answer=(RESULTS,),
)  # fmt: skip
GROUPS_CREATE = Route(
    "groups.create", "POST", "/groups", Auth.USER, 201,
    "Create a group; the answer holds its token, shown this once",
    body=Body.FORM, fields=(Field("name"), opt("description")), answer=(_TOKEN,),
)  # fmt: skip
GROUPS_REFRESH = Route(
    "groups.refresh", "GET", "/groups/refresh/{name}", Auth.USER, 201,
    "Give the group a new token",
    query=(opt("force", "boolean", "Replace a token that is still valid."),),
    answer=(_TOKEN,),
)  # fmt: skip
MODEL_UPLOAD = Route(
    "model.upload", "POST", "/model/upload/{group}", Auth.USER, 201,
    "Register a model's files",
    body=Body.MULTIPART,
    fields=(
        Field("name"), Field("model_reference", text="The function to call."),
        Field("operation", text="Sync or Async."),
        Field("input_type", text="json, csv or parquet."),
        Field("python_version", text="Python38 to Python313."),
        Field("source", "file"), Field("model", "file"), Field("requirements", "file"),
        Field("schema", "file", text="A sample input."), opt("env", "file"),
        Field(
            "extra", "file", required=False, text="Any other file.", repeated=True
        ),
    ),
    answer=(Field("ModelHash"), MESSAGE),
)  # fmt: skip
MODEL_HOST = Route(
    "model.host", "GET", "/model/{op}/host/{group}/{model}", Auth.USER, 202,
    "Start the deployment; the state is Building before the answer leaves",
    answer=(MESSAGE,),
)  # fmt: skip
MODEL_STATUS = Route(
    "model.status", "GET", "/model/status/{group}/{model}", Auth.USER, 200,
    "The model's state", answer=STATE,
)  # fmt: skip
MODEL_DESCRIBE = Route(
    "model.describe", "GET", "/model/describe/{group}/{model}", Auth.USER, 200,
    "Everything known of the model, in any state",
    answer=(Field("Description", "object"),),
)  # fmt: skip
MODEL_FILE = Route(
    "model.file", "GET", "/model/files/{group}/{model}/{name}", Auth.USER, 200,
    "One of the files that the model was made of, by its name; never its .env file",
    media=Body.BYTES, ours=True,
)  # fmt: skip
MODEL_RANGES = Route(
    "model.ranges", "GET", "/model/ranges/{group}/{model}", Auth.USER, 200,
    "What values each field of the input had, in training or else in production",
    answer=(Field("Fields", "array", text="Name, Kind, Source, Count and values."),),
    ours=True,
)  # fmt: skip
MODEL_SEARCH = Route(
    "model.search", "GET", "/model/search", Auth.USER, 200, "Find models",
    query=(
        opt("name"), opt("state"), opt("group"),
        opt(
            "activity", "boolean",
            "Tell calls, the last call and the last drift verdict too.",
        ),
    ),
    answer=(Field("Count", "integer"), RESULTS),
)  # fmt: skip
MODEL_LOGS = Route(
    "model.logs", "GET", "/model/logs/{group}/{model}", Auth.USER, 200,
    "A model's log rows", query=LOG_QUERY, answer=(RESULTS,),
)  # fmt: skip
MODEL_LOGS_ANY = Route(
    "model.logs_any", "GET", "/model/logs/{model}", Auth.USER, 200,
    "The same, without naming the group", query=LOG_QUERY, answer=(RESULTS,),
)  # fmt: skip
MODEL_RUN = Route(
    "model.run", "POST", "/model/sync/run/{group}/{model}", Auth.GROUP, 200,
    "Predict one input; the answer is what the model's function returned",
    body=Body.JSON,
    fields=(
        Field("Input", "any", text="An object, a list or a JSON text."),
        opt("ScriptHash", text="A preprocessing script to run first."),
    ),
)  # fmt: skip
MODEL_HEALTH = Route(
    "model.health", "GET", "/model/sync/health/{group}/{model}", Auth.GROUP, 200,
    "Is the model's process answering", answer=(MESSAGE,),
)  # fmt: skip
MODEL_RESTART = Route(
    "model.restart", "GET", "/model/restart/{group}/{model}", Auth.USER, 200,
    "Start the model's process anew", answer=(MESSAGE,),
)  # fmt: skip
MODEL_DISABLE = Route(
    "model.disable", "POST", "/model/disable/{group}/{model}", Auth.USER, 200,
    "Stop serving the model, keep its files", answer=(MESSAGE,),
)  # fmt: skip
MODEL_DELETE = Route(
    "model.delete", "DELETE", "/model/delete/{group}/{model}", Auth.USER, 200,
    "Remove the model; its predictions and its description stay", answer=(MESSAGE,),
)  # fmt: skip
MODEL_DOCS = Route(
    "model.docs", "GET", "/model/{op}/docs/{group}/{model}", Auth.NONE, 200,
    "The model's documentation page", media=Body.HTML,
)  # fmt: skip
MODEL_OPENAPI = Route(
    "model.openapi", "GET", "/model/{op}/docs/{group}/{model}/openapi.json",
    Auth.NONE, 200, "The model's OpenAPI 3.1 document", ours=True,
)  # fmt: skip
MODEL_EVENTS = Route(
    "model.events", "GET", "/model/events/{group}/{model}", Auth.USER, 200,
    "States, stages and log rows as they happen (server-sent events)",
    media=Body.EVENTS, ours=True,
)  # fmt: skip
MODEL_RUN_ASYNC = Route(
    "model.run_async", "POST", "/model/async/run/{group}/{model}", Auth.GROUP, 202,
    "Start an execution: the model's function reads a file and writes one",
    body=Body.MULTIPART,
    fields=(
        Field("input", "file", required=False, text="The file to read, or a zip."),
        opt("dataset_hash", text="A dataset's hash, in the place of a file."),
    ),
    answer=(Field("ExecutionId", "integer"), MESSAGE),
)  # fmt: skip
EXECUTION_DESCRIBE = Route(
    "execution.describe", "GET", "/model/describe/{group}/{model}/{execution}",
    Auth.USER, 200, "Everything known of one execution",
    answer=(Field("Description", "object"),),
)  # fmt: skip
EXECUTION_STATUS = Route(
    "execution.status", "GET", "/model/async/status/{group}/{execution}", Auth.GROUP,
    200, "An execution's state: Requested, Running, Succeeded or Failed",
    answer=(Field("ExecutionId"), *STATE),
)  # fmt: skip
EXECUTION_RESULT = Route(
    "execution.result", "GET", "/model/async/result/{group}/{execution}", Auth.GROUP,
    200, "The file that the function wrote, in a zip", media=Body.ZIP,
)  # fmt: skip
EXECUTION_LIST = Route(
    "execution.list", "GET", "/model/async/executions/{group}/{model}", Auth.USER, 200,
    "A model's executions, the newest first",
    query=(
        opt("state"), LIMIT,
        opt("before", "integer", "Only those with a smaller id."),
    ),
    answer=(Field("Count", "integer", text="Of all of them."), RESULTS),
    ours=True,
)  # fmt: skip
EXECUTION_CANCEL = Route(
    "execution.cancel", "POST", "/model/async/cancel/{group}/{execution}", Auth.GROUP,
    200, "End an execution that waits or runs; it is Failed then", answer=(MESSAGE,),
    ours=True,
)  # fmt: skip
EXECUTION_AGAIN = Route(
    "execution.again", "POST", "/model/async/again/{group}/{execution}", Auth.GROUP,
    202, "Run an execution's input again, which the platform has kept",
    answer=(Field("ExecutionId", "integer"), MESSAGE), ours=True,
)  # fmt: skip
EXECUTION_EVENTS = Route(
    "execution.events", "GET", "/model/async/events/{group}/{execution}", Auth.USER,
    200, "An execution's states, progress and log rows (server-sent events)",
    media=Body.EVENTS, ours=True,
)  # fmt: skip
EXECUTIONS = Route(
    "executions.list", "GET", "/executions", Auth.USER, 200,
    "Executions of every kind, the newest first",
    query=(
        opt("kind", text="model, script, training or monitoring."), opt("state"),
        opt("group"), opt("name", text="Part of a name, or an execution's number."),
        opt("subject", text="The hash of what they run."),
        opt("since", text="Requested from then on, such as 2026-03-19T12:00:00Z."),
        opt("skip", "integer", "Leave out so many rows first."),
        opt("limit", "integer", "At most so many rows (100)."),
    ),
    answer=(Field("Count", "integer", text="Of all that fit."), RESULTS),
    ours=True,
)  # fmt: skip
DATASET_LIST = Route(
    "dataset.list", "GET", "/datasets/list", Auth.USER, 200, "List the datasets",
    query=(
        opt("group"), opt("origin", text="Training, Preprocessing, Datasource, Model."),
        opt("origin_id", text="The hash of what made them, or an execution's id."),
        opt("datasource", text="Only together with origin=Datasource."),
    ),
    answer=(RESULTS,),
)  # fmt: skip
DATASET_STATUS = Route(
    "dataset.status", "GET", "/datasets/status/{group}/{dataset}", Auth.USER, 200,
    "Whether the dataset is there", answer=(Field("Status"), Field("Log")),
)  # fmt: skip
DATASET_RESULT = Route(
    "dataset.result", "GET", "/datasets/result/{group}/{dataset}", Auth.USER, 200,
    "The dataset's own bytes", media=Body.BYTES,
)  # fmt: skip
DATASET_DELETE = Route(
    "dataset.delete", "DELETE", "/datasets/{group}/{dataset}", Auth.USER, 200,
    "Forget the dataset; results that it came from stay", answer=(MESSAGE,),
)  # fmt: skip
DATASOURCE_REGISTER = Route(
    "datasource.register", "POST", "/datasource/register/{group}", Auth.USER, 200,
    "Keep a provider's credentials, encrypted; they are never shown again",
    body=Body.MULTIPART,
    fields=(
        Field("name"), Field("provider", text="GCP, AWS, Azure or Local."),
        Field(
            "credentials", "file", required=False,
            text="A JSON object; Local can do without.",
        ),
    ),
    answer=(MESSAGE,),
)  # fmt: skip
DATASOURCE_LIST = Route(
    "datasource.list", "GET", "/datasource/list", Auth.USER, 200,
    "List the datasources, without their credentials",
    query=(opt("group"), opt("provider", text="GCP, AWS, Azure or Local.")),
    answer=(RESULTS,),
)  # fmt: skip
DATASOURCE_IMPORT = Route(
    "datasource.import", "POST", "/datasource/import/{group}/{name}", Auth.USER, 200,
    "Begin to copy a file, or each file of a folder or pattern, into a dataset",
    query=(opt("force", "boolean", "Copy again what was imported before."),),
    body=Body.FORM,
    fields=(
        Field("uri", text="A file, a folder, or a pattern with * in it."),
        Field("name", text="What to call the dataset."),
    ),
    answer=(
        Field("ExternalHash", text="The first of the datasets."),
        Field("Datasets", "array", text="The hash of each."), MESSAGE,
    ),
)  # fmt: skip
DATASOURCE_DELETE = Route(
    "datasource.delete", "DELETE", "/datasources/{group}/{name}", Auth.USER, 200,
    "Forget the datasource and its credentials; its datasets stay", answer=(MESSAGE,),
)  # fmt: skip
PLATFORM_INFO = Route(
    "platform.info", "GET", "/platform", Auth.USER, 200,
    "Python versions on offer, limits and paths of this platform",
    answer=(Field("Version"), Field("Pythons", "array"), Field("Limits", "object")),
    ours=True,
)  # fmt: skip
PLATFORM_OPENAPI = Route(
    "platform.openapi", "GET", "/openapi.json", Auth.NONE, 200,
    "The platform's own OpenAPI 3.1 document", ours=True,
)  # fmt: skip

ROUTES: tuple[Route, ...] = (
    HEALTH, LOGIN, GROUPS_LIST, GROUPS_CREATE, GROUPS_REFRESH, MODEL_UPLOAD,
    MODEL_FILE, MODEL_RANGES, MODEL_HOST, MODEL_STATUS, MODEL_DESCRIBE, MODEL_SEARCH,
    MODEL_LOGS, MODEL_LOGS_ANY, MODEL_RUN, MODEL_HEALTH, MODEL_RESTART, MODEL_DISABLE,
    MODEL_DELETE, MODEL_DOCS, MODEL_OPENAPI, MODEL_EVENTS, MODEL_RUN_ASYNC,
    EXECUTION_DESCRIBE, EXECUTION_STATUS, EXECUTION_RESULT, EXECUTION_LIST,
    EXECUTION_CANCEL, EXECUTION_AGAIN, EXECUTION_EVENTS, EXECUTIONS, DATASET_LIST,
    DATASET_STATUS, DATASET_RESULT,
    DATASET_DELETE, DATASOURCE_REGISTER, DATASOURCE_LIST, DATASOURCE_IMPORT,
    DATASOURCE_DELETE, PLATFORM_INFO, PLATFORM_OPENAPI, *SCRIPT_ROUTES,
    *TRAINING_ROUTES, *V2_ROUTES, *MONITORING_ROUTES, *EXTERNAL_ROUTES,
)  # fmt: skip
