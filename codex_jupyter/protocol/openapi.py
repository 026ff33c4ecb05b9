"""OpenAPI 3.1: the platform's document, from the routes; a model's, from its sample."""

from __future__ import annotations

from typing import Any

from .routes import MODEL_HEALTH, MODEL_RUN, ROUTES, Auth, Body, Field, Route

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
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
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
    health = _operation(MODEL_HEALTH)
    health["parameters"] = []
    where = {"group": group, "model": model}
    return {
        "openapi": OPENAPI_VERSION,
        "info": {"title": name, "version": model[:12], "x-model-hash": model},
        "servers": [{"url": server}],
        "paths": {
            MODEL_RUN.url(**where): {"post": run},
            MODEL_HEALTH.url(**where): {"get": health},
        },
        "components": {
            "securitySchemes": {"group": _SECURITY["group"]},
            "schemas": {"Error": ERROR_SCHEMA},
        },
    }


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
            "content": {route.body.value: {"schema": _object(route.fields)}},
        }
    return operation


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
        made = {"type": "string", "format": "binary"}
    else:
        made = {"type": field.kind}
    if field.repeated:
        made = {"type": "array", "items": made}
    if field.text:
        made["description"] = field.text
    return made
