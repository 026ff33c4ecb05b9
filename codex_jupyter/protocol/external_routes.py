"""The routes of external monitoring: of data that a datasource leads to."""

from __future__ import annotations

from dataclasses import replace

from .route import MESSAGE, Auth, Body, Field, Route, opt

_STATUS = (
    Field("Status", text="Unvalidated, Validating, Validated or Invalidated."),
    Field("Message", text="What validation found, or why it failed; null before."),
)
_ROOT = "/external-monitoring"
_SCRIPT = (
    Field("preprocess_reference", text="The function that makes two frames."),
    Field("shap_reference", text="The function that explains."),
    opt("python_version"), Field("script", "file"),
)  # fmt: skip

EXTERNAL_REGISTER = Route(
    "external.register", "POST", _ROOT, Auth.USER, 201,
    "Register the monitoring of a table that a datasource leads to",
    body=Body.JSON,
    fields=(
        Field("Name"), Field("Group"), Field("TrainingExecutionId", "integer"),
        Field("Period", text="Day, Week, Month, Quarter or Year."),
        Field("InputCols", "array"), Field("OutputCols", "array"),
        Field("DataSourceName"), Field("ExtractionType", text="Full or Incremental."),
        Field("DataSourceUri"), opt("ColumnName", text="What holds the day."),
        opt("ReferenceDate", text="YYYY-MM-DD; earlier rows are left out."),
        opt("PythonVersion"), opt("Thresholds", "object"), opt("Webhook"),
    ),
    answer=(Field("ExternalMonitoringHash"),),
)  # fmt: skip
EXTERNAL_LIST = Route(
    "external.list", "GET", _ROOT, Auth.USER, 200, "Every external monitoring",
    answer=(Field("Result", "array"), Field("Count", "integer")),
)  # fmt: skip
EXTERNAL_MODEL = Route(
    "external.model", "PATCH", f"{_ROOT}/{{external}}/model-file", Auth.USER, 201,
    "Its model", body=Body.MULTIPART, fields=(Field("model", "file"),),
    answer=(MESSAGE,),
)  # fmt: skip
EXTERNAL_REQUIREMENTS = Route(
    "external.requirements", "PATCH", f"{_ROOT}/{{external}}/requirements-file",
    Auth.USER, 201, "Its requirements", body=Body.MULTIPART,
    fields=(Field("requirements", "file"),), answer=(MESSAGE,),
)  # fmt: skip
EXTERNAL_SCRIPT = Route(
    "external.script", "PATCH", f"{_ROOT}/{{external}}/script-file", Auth.USER, 201,
    "Its script", body=Body.MULTIPART, fields=_SCRIPT, answer=(MESSAGE,),
)  # fmt: skip
EXTERNAL_HOST = Route(
    "external.host", "PATCH", f"{_ROOT}/{{external}}/status", Auth.USER, 202,
    "Start the validation", answer=(MESSAGE,),
)  # fmt: skip
EXTERNAL_STATUS = Route(
    "external.status", "GET", f"{_ROOT}/{{external}}/status", Auth.USER, 200,
    "Where the monitoring stands", answer=_STATUS,
)  # fmt: skip


def _older(route: Route, path: str, **changes: object) -> Route:
    return replace(
        route,
        name=route.name.replace("external.", "external_older."),
        path=path,
        summary=f"{route.summary} (of older clients)",
        withdrawn=True,
        **changes,  # type: ignore[arg-type]
    )


_OLDER = f"{_ROOT}/{{group}}/{{external}}"
OLDER_REGISTER = _older(EXTERNAL_REGISTER, f"{_ROOT}/{{group}}")
OLDER_GET = Route(
    "external_older.get", "GET", _OLDER, Auth.USER, 200,
    "One external monitoring (of older clients)", withdrawn=True,
)  # fmt: skip
OLDER_MODEL = _older(EXTERNAL_MODEL, f"{_OLDER}/model-file")
OLDER_REQUIREMENTS = _older(EXTERNAL_REQUIREMENTS, f"{_OLDER}/requirements-file")
OLDER_SCRIPT = _older(EXTERNAL_SCRIPT, f"{_OLDER}/script-file")
OLDER_HOST = _older(EXTERNAL_HOST, f"{_OLDER}/status", ok=200)
OLDER_STATUS = _older(EXTERNAL_STATUS, f"{_OLDER}/status")

# Of two that fit one path the first wins: "status" is no monitoring's hash.
EXTERNAL_ROUTES: tuple[Route, ...] = (
    EXTERNAL_REGISTER, EXTERNAL_LIST, EXTERNAL_MODEL, EXTERNAL_REQUIREMENTS,
    EXTERNAL_SCRIPT, EXTERNAL_HOST, EXTERNAL_STATUS, OLDER_REGISTER, OLDER_GET,
    OLDER_MODEL, OLDER_REQUIREMENTS, OLDER_SCRIPT, OLDER_HOST, OLDER_STATUS,
)  # fmt: skip
