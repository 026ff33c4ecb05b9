"""One handler for each route of the protocol, by the route's name."""

from __future__ import annotations

from codex_jupyter.protocol import routes
from codex_jupyter.server.routing import Handler

from . import docs, events, groups, identity, logs, models, run, upload

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
    routes.MODEL_EVENTS.name: events.stream,
    routes.MODEL_RUN.name: run.run,
    routes.MODEL_HEALTH.name: run.health,
    routes.MODEL_DOCS.name: docs.page,
    routes.MODEL_OPENAPI.name: docs.model_openapi,
    routes.PLATFORM_OPENAPI.name: docs.platform_openapi,
}
