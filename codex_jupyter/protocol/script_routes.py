"""The routes of preprocessing scripts: both generations of the protocol, and ours.

The first generation (``/preprocessing``) takes one table a run; the second (``/v2``)
registers a script part by part and takes several tables, each by its name. A script of
the second answers on the run, status, result and description of the first as well.
"""

from __future__ import annotations

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

_GROUP = "{group}/{script}"
_RUN = "{group}/{execution}"
_V2 = "/v2/preprocessing/{script}"
_V2_RUN = f"{_V2}/execution/{{execution}}"
_TABLE = (
    Field("dataset_name", required=False, text="The name the script knows it by."),
    opt("dataset_hash", text="A dataset's hash, in the place of a file."),
)
_DATASET = Field("DatasetHash", text="The dataset that it is kept as.")

SCRIPT_REGISTER = Route(
    "script.register", "POST", "/preprocessing/register/{group}", Auth.USER, 201,
    "Register a preprocessing script's files",
    body=Body.MULTIPART,
    fields=(
        Field("name"), Field("script_reference", text="The function to call."),
        Field("operation", text="Sync or Async."),
        Field("python_version", text="Python38 to Python313."),
        Field("source", "file"), Field("requirements", "file"),
        Field("schema", "file", text="A sample: json for Sync, a table for Async."),
        opt("env", "file"),
        Field(
            "extra", "file", required=False, text="Any other file.", repeated=True
        ),
    ),
    answer=(Field("Hash"), MESSAGE),
)  # fmt: skip
SCRIPT_HOST = Route(
    "script.host", "GET", f"/preprocessing/{{op}}/host/{_GROUP}", Auth.USER, 202,
    "Start the script's deployment", answer=(MESSAGE,),
)  # fmt: skip
SCRIPT_STATUS = Route(
    "script.status", "GET", f"/preprocessing/status/{_GROUP}", Auth.USER, 200,
    "The script's state", answer=STATE,
)  # fmt: skip
SCRIPT_DESCRIBE = Route(
    "script.describe", "GET", f"/preprocessing/describe/{_GROUP}", Auth.USER, 200,
    "Everything known of the script", answer=(Field("Description", "object"),),
)  # fmt: skip
SCRIPT_SEARCH = Route(
    "script.search", "GET", "/preprocessing/search", Auth.USER, 200, "Find scripts",
    query=(
        opt("name"), opt("state"), opt("group"), opt("operation"),
        opt("start", text="First day of the registration, dd-MM-yyyy."),
        opt("end", text="Last day of it."),
    ),
    answer=(Field("Count", "integer"), RESULTS),
)  # fmt: skip
SCRIPT_LOGS = Route(
    "script.logs", "GET", f"/preprocessing/logs/{_GROUP}", Auth.USER, 200,
    "A script's log rows", query=LOG_QUERY, answer=(RESULTS,),
)  # fmt: skip
SCRIPT_LOGS_ANY = Route(
    "script.logs_any", "GET", "/preprocessing/logs/{script}", Auth.USER, 200,
    "The same, without naming the group", query=LOG_QUERY, answer=(RESULTS,),
)  # fmt: skip
SCRIPT_RUN = Route(
    "script.run", "POST", f"/preprocessing/sync/run/{_GROUP}", Auth.GROUP, 200,
    "Run a synchronous script on one input; the answer is what it returned",
    body=Body.JSON,
    fields=(Field("Input", "any", text="An object, a list or a JSON text."),),
)  # fmt: skip
SCRIPT_RUN_ASYNC = Route(
    "script.run_async", "POST", f"/preprocessing/async/run/{_GROUP}", Auth.GROUP, 202,
    "Start an asynchronous script on one table",
    body=Body.MULTIPART,
    fields=(
        Field("dataset", "file", required=False, text="The table: csv, parquet, json."),
        opt("dataset_hash", text="A dataset's hash, in the place of a file."),
    ),
    answer=(Field("ExecutionId", "integer"), MESSAGE),
)  # fmt: skip
SCRIPT_EXECUTION_STATUS = Route(
    "script_execution.status", "GET", f"/preprocessing/async/status/{_RUN}",
    Auth.GROUP, 200, "A script execution's state",
    answer=(Field("ExecutionId"), *STATE),
)  # fmt: skip
SCRIPT_EXECUTION_RESULT = Route(
    "script_execution.result", "GET", f"/preprocessing/async/result/{_RUN}",
    Auth.GROUP, 200, "The table that the script made", media=Body.BYTES,
)  # fmt: skip

SCRIPT_EVENTS = Route(
    "script.events", "GET", f"/preprocessing/events/{_GROUP}", Auth.USER, 200,
    "States, stages and log rows as they happen (server-sent events)",
    media=Body.EVENTS, ours=True,
)  # fmt: skip
SCRIPT_FILE = Route(
    "script.file", "GET", f"/preprocessing/files/{_GROUP}/{{name}}", Auth.USER, 200,
    "One of the files that the script was made of, by its name; never its .env file",
    media=Body.BYTES, ours=True,
)  # fmt: skip
SCRIPT_RESTART = Route(
    "script.restart", "GET", f"/preprocessing/restart/{_GROUP}", Auth.USER, 200,
    "Deploy the script anew", answer=(MESSAGE,), ours=True,
)  # fmt: skip
SCRIPT_DISABLE = Route(
    "script.disable", "POST", f"/preprocessing/disable/{_GROUP}", Auth.USER, 200,
    "Take no more runs of the script, keep its files", answer=(MESSAGE,), ours=True,
)  # fmt: skip
SCRIPT_DELETE = Route(
    "script.delete", "DELETE", f"/preprocessing/delete/{_GROUP}", Auth.USER, 200,
    "Remove the script; what it made stays", answer=(MESSAGE,), ours=True,
)  # fmt: skip
SCRIPT_EXECUTION_LIST = Route(
    "script_execution.list", "GET", f"/preprocessing/async/executions/{_GROUP}",
    Auth.USER, 200, "A script's executions, the newest first",
    query=(
        opt("state"), LIMIT,
        opt("before", "integer", "Only those with a smaller id."),
    ),
    answer=(Field("Count", "integer", text="Of all of them."), RESULTS),
    ours=True,
)  # fmt: skip
SCRIPT_EXECUTION_DESCRIBE = Route(
    "script_execution.describe", "GET",
    f"/preprocessing/describe/{_GROUP}/{{execution}}", Auth.USER, 200,
    "Everything known of one execution", answer=(Field("Description", "object"),),
    ours=True,
)  # fmt: skip
SCRIPT_EXECUTION_CANCEL = Route(
    "script_execution.cancel", "POST", f"/preprocessing/async/cancel/{_RUN}",
    Auth.GROUP, 200, "End an execution that waits or runs", answer=(MESSAGE,),
    ours=True,
)  # fmt: skip
SCRIPT_EXECUTION_EVENTS = Route(
    "script_execution.events", "GET", f"/preprocessing/async/events/{_RUN}",
    Auth.USER, 200, "An execution's states and log rows (server-sent events)",
    media=Body.EVENTS, ours=True,
)  # fmt: skip

SCRIPT2_LIST = Route(
    "script2.list", "GET", "/v2/preprocessing", Auth.USER, 200, "List the scripts",
    query=(
        opt("state"), opt("group"), opt("start", text="First day, dd-MM-yyyy."),
        opt("end", text="Last day."),
    ),
    answer=(Field("Result", "array", text="The rows."),),
)  # fmt: skip
SCRIPT2_REGISTER = Route(
    "script2.register", "POST", "/v2/preprocessing/{group}", Auth.USER, 201,
    "Register a script; its parts follow", body=Body.JSON,
    fields=(Field("Name"), Field("Operation", text="Async.")),
    answer=(Field("PreprocessHash"), MESSAGE),
)  # fmt: skip
SCRIPT2_DESCRIBE = Route(
    "script2.describe", "GET", _V2, Auth.USER, 200, "Everything known of the script",
    answer=(Field("State", text="A model state."),),
)  # fmt: skip
SCRIPT2_SCHEMA = Route(
    "script2.schema", "PATCH", f"{_V2}/schema", Auth.USER, 201,
    "Add the sample of one of the script's tables", body=Body.MULTIPART,
    fields=(Field("schema_file", "file", required=False), *_TABLE),
    answer=(_DATASET, Field("DatasetName")),
)  # fmt: skip
SCRIPT2_SOURCE = Route(
    "script2.source", "PATCH", f"{_V2}/script-file", Auth.USER, 201,
    "Add the script itself", body=Body.MULTIPART,
    fields=(
        Field("preprocess_reference", text="The function to call."),
        Field("python_version"), Field("script", "file"),
    ),
    answer=(MESSAGE,),
)  # fmt: skip
SCRIPT2_REQUIREMENTS = Route(
    "script2.requirements", "PATCH", f"{_V2}/requirements-file", Auth.USER, 201,
    "Add its requirements", body=Body.MULTIPART,
    fields=(Field("requirements", "file"),), answer=(MESSAGE,),
)  # fmt: skip
SCRIPT2_EXTRA = Route(
    "script2.extra", "PATCH", f"{_V2}/extra-file", Auth.USER, 201,
    "Add another file", body=Body.MULTIPART,
    fields=(opt("extra_file_name"), Field("extra_file", "file")), answer=(MESSAGE,),
)  # fmt: skip
SCRIPT2_ENV = Route(
    "script2.env", "PATCH", f"{_V2}/env-file", Auth.USER, 201,
    "Add its environment variables", body=Body.MULTIPART,
    fields=(Field("env", "file"),), answer=(MESSAGE,),
)  # fmt: skip
SCRIPT2_HOST = Route(
    "script2.host", "PATCH", f"{_V2}/status", Auth.USER, 202,
    "Start the script's deployment", answer=(MESSAGE,),
)  # fmt: skip
SCRIPT2_STATUS = Route(
    "script2.status", "GET", f"{_V2}/status", Auth.USER, 200, "The script's state",
    answer=(*STATE, opt("DatasetHash", text="Once it is deployed.")),
)  # fmt: skip
SCRIPT2_EXECUTION = Route(
    "script2.execution", "POST", f"{_V2}/execution", Auth.USER, 201,
    "Register an execution; its tables follow",
    answer=(MESSAGE, Field("ExecutionId", "integer")),
)  # fmt: skip
SCRIPT2_EXECUTION_DESCRIBE = Route(
    "script2.execution_describe", "GET", _V2_RUN, Auth.USER, 200,
    "Everything known of the execution",
)  # fmt: skip
SCRIPT2_EXECUTION_INPUT = Route(
    "script2.execution_input", "PATCH", f"{_V2_RUN}/input", Auth.USER, 201,
    "Add one of the tables", body=Body.MULTIPART,
    fields=(Field("input", "file", required=False), *_TABLE), answer=(_DATASET,),
)  # fmt: skip
SCRIPT2_EXECUTION_RUN = Route(
    "script2.execution_run", "PATCH", f"{_V2_RUN}/run", Auth.USER, 201,
    "Start the execution; it is Running before the answer leaves", answer=(MESSAGE,),
)  # fmt: skip
SCRIPT2_EXECUTION_STATUS = Route(
    "script2.execution_status", "GET", f"{_V2_RUN}/status", Auth.USER, 200,
    "The execution's state",
    answer=(*STATE, opt("OutputDatasetHash", text="Once it has succeeded.")),
)  # fmt: skip
SCRIPT2_EXECUTION_RESULT = Route(
    "script2.execution_result", "GET", f"{_V2_RUN}/result", Auth.USER, 200,
    "The table that the script made, as Parquet", media=Body.BYTES,
)  # fmt: skip

SCRIPT_ROUTES: tuple[Route, ...] = tuple(
    value for value in list(vars().values()) if isinstance(value, Route)
)
"""All of them, in the order above."""
