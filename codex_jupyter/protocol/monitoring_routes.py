"""The routes of monitoring: registered for a model, validated, run by period."""

from __future__ import annotations

from .route import DAYS, LIMIT, MESSAGE, RESULTS, Auth, Body, Field, Route, opt

_STATUS = (
    Field("Status", text="Unvalidated, Validating, Validated or Invalidated."),
    Field("Message", text="What validation found, or why it failed; null before."),
)
_WHICH = opt(
    "period", text="Day, Week, Month, Quarter or Year, where there are several."
)

MONITORING_REGISTER = Route(
    "monitoring.register", "POST", "/monitoring/register/{group}/{model}", Auth.USER,
    201, "Register the monitoring of a model for one period",
    body=Body.MULTIPART,
    fields=(
        Field("preprocess_reference", text="The function that makes two frames."),
        Field("shap_reference", text="The function that explains."),
        Field("configuration", "file", text="JSON: Period, TrainData, InputCols, …"),
        opt("source", "file"), opt("requirements", "file"),
    ),
    answer=(Field("ModelHash"), MESSAGE),
)  # fmt: skip
MONITORING_HOST = Route(
    "monitoring.host", "GET", "/monitoring/host/{group}/{model}/{period}", Auth.USER,
    200, "Start the validation: both functions run on real records",
    answer=(MESSAGE,),
)  # fmt: skip
MONITORING_STATUS = Route(
    "monitoring.status", "GET", "/monitoring/status/{group}/{model}/{period}",
    Auth.USER, 200, "Where the monitoring stands", answer=_STATUS,
)  # fmt: skip
MONITORING_RECORDS = Route(
    "monitoring.records", "GET", "/monitoring/search/records/{group}/{subject}",
    Auth.USER, 200,
    "A model's production records; of an external monitoring, what its runs read",
    query=(
        *DAYS,
        LIMIT,
        opt("skip", "integer", "Leave out so many rows first."),
    ),
    answer=(Field("Count", "integer", text="Of all in those days."), RESULTS),
)  # fmt: skip
MONITORING_LIST = Route(
    "monitoring.list", "GET", "/monitoring/list", Auth.USER, 200,
    "Every monitoring, with its state and its last verdict",
    query=(opt("group"), opt("model", text="A model's hash.")),
    answer=(RESULTS,), ours=True,
)  # fmt: skip
MONITORING_RESULTS = Route(
    "monitoring.results", "GET", "/monitoring/results/{group}/{subject}", Auth.USER,
    200, "Every period's result in counts, by the hash of a model or a monitoring",
    query=(
        _WHICH, opt("first", text="The first period wanted, such as 2026-W14."),
        opt("last", text="The last period wanted."),
    ),
    answer=(
        Field("Monitoring", "object"), Field("Periods", "object"),
        Field("Runs", "array", text="The newest runs."),
    ),
    ours=True,
)  # fmt: skip
MONITORING_RESULT = Route(
    "monitoring.result", "GET", "/monitoring/results/{group}/{subject}/{label}",
    Auth.USER, 200, "The result of one period", query=(_WHICH,),
    answer=(Field("Label"), Field("Drift", "object", required=False)), ours=True,
)  # fmt: skip
MONITORING_RUN = Route(
    "monitoring.run", "POST", "/monitoring/run/{group}/{subject}", Auth.USER, 202,
    "Run periods now: the present one, one again, or a range of them",
    query=(
        _WHICH, opt("first", text="A period's label or a day; today by default."),
        opt("last", text="The last period of a range."),
    ),
    answer=(Field("Executions", "array"), MESSAGE), ours=True,
)  # fmt: skip
MONITORING_RUN_STATUS = Route(
    "monitoring.run_status", "GET", "/monitoring/run/status/{group}/{execution}",
    Auth.USER, 200, "A run's state: Requested, Running, Succeeded or Failed",
    answer=(Field("ExecutionId"), Field("Status"), Field("Message")), ours=True,
)  # fmt: skip
MONITORING_RUN_DESCRIBE = Route(
    "monitoring.run_describe", "GET", "/monitoring/run/describe/{group}/{execution}",
    Auth.USER, 200, "Everything known of a run",
    answer=(Field("Description", "object"),), ours=True,
)  # fmt: skip
MONITORING_RUN_CANCEL = Route(
    "monitoring.run_cancel", "POST", "/monitoring/run/cancel/{group}/{execution}",
    Auth.USER, 200, "End a run that waits or runs", answer=(MESSAGE,), ours=True,
)  # fmt: skip
MONITORING_RUN_EVENTS = Route(
    "monitoring.run_events", "GET", "/monitoring/run/events/{group}/{execution}",
    Auth.USER, 200, "A run's states, progress and log rows (server-sent events)",
    media=Body.EVENTS, ours=True,
)  # fmt: skip
MONITORING_COLUMNS = Route(
    "monitoring.columns", "GET", "/monitoring/columns/{group}/{execution}", Auth.USER,
    200, "The columns that a training execution can be watched by",
    answer=(Field("InputCols", "array"), Field("OutputCols", "array")), ours=True,
)  # fmt: skip
MONITORING_EXPLAIN = Route(
    "monitoring.explain", "POST", "/monitoring/explain/{group}/{model}", Auth.USER,
    200, "What moved one prediction, by the get_shap() of the model's monitoring",
    body=Body.JSON,
    fields=(
        Field("Input", "any", text="What the model was asked."),
        Field("Output", "any", text="What it answered."),
    ),
    answer=(
        Field("Function", text="The name of the function that explained."),
        Field("Base", "any", text="What contributions start from; null if untold."),
        Field("Columns", "array", text="Name, Value and Contribution of each input."),
    ),
    ours=True,
)  # fmt: skip

MONITORING_ROUTES: tuple[Route, ...] = (
    MONITORING_REGISTER, MONITORING_HOST, MONITORING_STATUS, MONITORING_RECORDS,
    MONITORING_LIST, MONITORING_RESULTS, MONITORING_RESULT, MONITORING_RUN,
    MONITORING_RUN_STATUS, MONITORING_RUN_DESCRIBE, MONITORING_RUN_CANCEL,
    MONITORING_RUN_EVENTS, MONITORING_COLUMNS, MONITORING_EXPLAIN,
)  # fmt: skip
