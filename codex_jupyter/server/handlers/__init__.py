"""One handler for each route of the protocol, by the route's name."""

from __future__ import annotations

from codex_jupyter.protocol import routes
from codex_jupyter.server.routing import Handler

from . import (
    datasets,
    datasources,
    docs,
    events,
    executions,
    groups,
    identity,
    logs,
    models,
    run,
    run_async,
    upload,
)

HANDLERS: dict[str, Handler] = {
    routes.HEALTH.name: identity.health,
    routes.LOGIN.name: identity.login,
    routes.PLATFORM_INFO.name: identity.info,
    routes.GROUPS_LIST.name: groups.list_all,
    routes.GROUPS_CREATE.name: groups.create,
    routes.GROUPS_REFRESH.name: groups.refresh,
    routes.MODEL_UPLOAD.name: upload.upload,
    routes.MODEL_HOST.name: models.host,
    routes.MODEL_STATUS.name: models.status,
    routes.MODEL_DESCRIBE.name: models.describe,
    routes.MODEL_SEARCH.name: models.search,
    routes.MODEL_RESTART.name: models.restart,
    routes.MODEL_DISABLE.name: models.disable,
    routes.MODEL_DELETE.name: models.delete,
    routes.MODEL_LOGS.name: logs.of_model,
    routes.MODEL_LOGS_ANY.name: logs.of_model,
    routes.MODEL_EVENTS.name: events.of_model,
    routes.MODEL_RUN.name: run.run,
    routes.MODEL_HEALTH.name: run.health,
    routes.MODEL_RUN_ASYNC.name: run_async.run,
    routes.EXECUTION_DESCRIBE.name: executions.describe,
    routes.EXECUTION_STATUS.name: executions.status,
    routes.EXECUTION_RESULT.name: executions.result,
    routes.EXECUTION_LIST.name: executions.list_all,
    routes.EXECUTION_CANCEL.name: executions.cancel,
    routes.EXECUTION_EVENTS.name: events.of_execution,
    routes.DATASET_LIST.name: datasets.list_all,
    routes.DATASET_STATUS.name: datasets.status,
    routes.DATASET_RESULT.name: datasets.result,
    routes.DATASET_DELETE.name: datasets.delete,
    routes.DATASOURCE_REGISTER.name: datasources.register,
    routes.DATASOURCE_LIST.name: datasources.list_all,
    routes.DATASOURCE_IMPORT.name: datasources.import_files,
    routes.DATASOURCE_DELETE.name: datasources.delete,
    routes.MODEL_DOCS.name: docs.page,
    routes.MODEL_OPENAPI.name: docs.model_openapi,
    routes.PLATFORM_OPENAPI.name: docs.platform_openapi,
}
