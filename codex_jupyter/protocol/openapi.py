"""OpenAPI 3.1: the platform's document, from the routes; a model's, from its sample."""

from __future__ import annotations

from typing import Any

from .route import Auth, Body, Field, Route
from .routes import (
    EXECUTION_RESULT,
    EXECUTION_STATUS,
    MODEL_HEALTH,
    MODEL_RUN,
    MODEL_RUN_ASYNC,
    ROUTES,
)

OPENAPI_VERSION = "3.1.0"

ERROR_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["Error"],
    "properties": {
        "Error": {
            "type": "object",
            "required": ["Type", "Message"],
            "properties": {
                "Type": {"type": "string"},
                "Message": {"type": "string"},
            },
        }
    },
}

# Stands for a parameter of the path while the others are filled in.
_OPEN = "-execution-"
_BINARY = {"type": "string", "format": "binary"}

_SECURITY: dict[str, Any] = {
    "user": {"type": "http", "scheme": "bearer", "description": "From POST /login."},
    "group": {"type": "http", "scheme": "bearer", "description": "The group's token."},
}


def platform_document(
    version: str, server: str, routes: tuple[Route, ...] = ROUTES
) -> dict[str, Any]:
    """The document of the whole platform.

    Args:
        version: the platform's version.
        server: the base address, ending in ``/api``; may be relative.
    """
    paths: dict[str, Any] = {}
    for route in routes:
        made = _operation(route) | {"tags": [_noun(route)]}
        paths.setdefault(route.path, {})[route.method.lower()] = made
    return {
        "openapi": OPENAPI_VERSION,
        "info": {"title": "MLOps Codex platform", "version": version},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "securitySchemes": _SECURITY,
            "schemas": {"Error": ERROR_SCHEMA},
        },
    }


def _noun(route: Route) -> str:
    """What a route is about: the first words of its path, such as ``v2 training``."""
    first, second = f"{route.path}/".split("/")[1:3]
    return f"{first} {second}" if first == "v2" else first


def model_document(
    *, name: str, group: str, model: str, sample: Any, answer: Any, server: str
) -> dict[str, Any]:
    """The document of one synchronous model.

    Args:
        sample: the schema sample, any JSON value; the request schema is made from it.
        answer: what the model returned for the sample, or None when not known.
        server: the base address, ending in ``/api``; may be relative.
    """
    run = _operation(MODEL_RUN)
    run["summary"] = f"Predict with {name}"
    run["parameters"] = []
    run["requestBody"] = {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["Input"],
                    "properties": {
                        "Input": schema_of(sample),
                        "ScriptHash": {"type": "string"},
                    },
                },
                "example": {"Input": sample},
            }
        },
    }
    good: dict[str, Any] = {"schema": schema_of(answer) if answer is not None else {}}
    if answer is not None:
        good["example"] = answer
    run["responses"]["200"] = {
        "description": "What the model's function returned.",
        "content": {"application/json": good},
    }
    where = {"group": group, "model": model}
    return _document(
        name, model, server, {MODEL_RUN.url(**where): {"post": run}}, where
    )


def batch_document(
    *,
    name: str,
    group: str,
    model: str,
    input_type: str,
    sample: Any,
    output: str | None,
    server: str,
) -> dict[str, Any]:
    """The document of one asynchronous model.

    Args:
        input_type: json, csv or parquet.
        sample: a row of the schema sample, any JSON value, or None.
        output: the name of the file that the model wrote for the sample, if known.
        server: the base address, ending in ``/api``; may be relative.
    """
    run = _operation(MODEL_RUN_ASYNC)
    run["summary"] = f"Score a file with {name}"
    columns = f" with the columns {', '.join(sample)}" if _is_row(sample) else ""
    text = f"A {input_type} file{columns}, or a zip that holds one."
    form = run["requestBody"]["content"][Body.MULTIPART.value]["schema"]
    form["properties"]["input"]["description"] = text
    status, result = _operation(EXECUTION_STATUS), _operation(EXECUTION_RESULT)
    result["responses"][str(EXECUTION_RESULT.ok)] = {
        "description": f"A zip that holds {output or 'the file that was written'}.",
        "content": {Body.ZIP.value: {"schema": _BINARY}},
    }
    for operation in (run, status, result):
        operation["parameters"] = [
            dict(p, description="The ExecutionId that the start was answered with.")
            for p in operation["parameters"]
            if p["name"] == "execution"
        ]
    where = {"group": group, "model": model}
    paths = {
        MODEL_RUN_ASYNC.url(**where): {"post": run},
        _with_group(EXECUTION_STATUS, group): {"get": status},
        _with_group(EXECUTION_RESULT, group): {"get": result},
    }
    return _document(name, model, server, paths, where)


def _document(
    name: str, model: str, server: str, paths: dict[str, Any], where: dict[str, str]
) -> dict[str, Any]:
    health = _operation(MODEL_HEALTH)
    health["parameters"] = []
    return {
        "openapi": OPENAPI_VERSION,
        "info": {"title": name, "version": model[:12], "x-model-hash": model},
        "servers": [{"url": server}],
        "paths": paths | {MODEL_HEALTH.url(**where): {"get": health}},
        "components": {
            "securitySchemes": {"group": _SECURITY["group"]},
            "schemas": {"Error": ERROR_SCHEMA},
        },
    }


def _with_group(route: Route, group: str) -> str:
    """The path with its group filled in; the execution's number stays open."""
    return route.url(group=group, execution=_OPEN).replace(_OPEN, "{execution}")


def _is_row(sample: Any) -> bool:
    return isinstance(sample, dict) and bool(sample)


def schema_of(value: Any) -> dict[str, Any]:
    """A JSON schema (2020-12) that the sample value satisfies."""
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        # One sample row cannot tell whether a column of whole numbers takes 1.5.
        return {"type": "number"}
    if isinstance(value, float):
        return {"type": "number"}
    if isinstance(value, str):
        return {"type": "string"}
    if isinstance(value, dict):
        return {
            "type": "object",
            "required": sorted(value),
            "properties": {key: schema_of(item) for key, item in value.items()},
        }
    if isinstance(value, list):
        return {"type": "array", "items": schema_of(value[0]) if value else {}}
    return {}


def _operation(route: Route) -> dict[str, Any]:
    answers: dict[str, Any] = {
        str(route.ok): {
            "description": "Done.",
            "content": {route.media.value: {"schema": _object(route.answer)}},
        },
        "default": {
            "description": "An error.",
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Error"}}
            },
        },
    }
    operation: dict[str, Any] = {
        "operationId": route.name.replace(".", "_"),
        "summary": route.summary,
        "parameters": [
            {"name": p, "in": "path", "required": True, "schema": {"type": "string"}}
            for p in route.params
        ]
        + [
            {
                "name": f.name,
                "in": "query",
                "required": f.required,
                "description": f.text,
                "schema": _schema(f),
            }
            for f in route.query
        ],
        "responses": answers,
    }
    if route.auth is not Auth.NONE:
        operation["security"] = [{route.auth.value: []}]
    if route.body is not Body.NONE:
        operation["requestBody"] = {
            "required": True,
            "content": {route.body.value: {"schema": _sent(route)}},
        }
    return operation


def _sent(route: Route) -> dict[str, Any]:
    made = _object(route.fields)
    if route.body in (Body.FORM, Body.MULTIPART):
        for field in route.fields:
            if field.kind == "string" and not (field.required or field.repeated):
                # Viewers fill forms in with "string" otherwise, and send it.
                made["properties"][field.name]["default"] = ""
    return made


def _object(fields: tuple[Field, ...]) -> dict[str, Any]:
    if not fields:
        return {}
    return {
        "type": "object",
        "required": [f.name for f in fields if f.required],
        "properties": {f.name: _schema(f) for f in fields},
    }


def _schema(field: Field) -> dict[str, Any]:
    made: dict[str, Any]
    if field.kind == "any":
        made = {}
    elif field.kind == "file":
        made = dict(_BINARY)
    else:
        made = {"type": field.kind}
    if field.repeated:
        made = {"type": "array", "items": made}
    if field.text:
        made["description"] = field.text
    return made
