"""The protocol's routes exist in server, client and document, and nothing else does."""

from __future__ import annotations

import ast
from pathlib import Path

from codex_jupyter.protocol import (
    external_routes,
    monitoring_routes,
    routes,
    script_routes,
    training_routes,
    training_v2_routes,
)
from codex_jupyter.protocol.openapi import platform_document
from codex_jupyter.protocol.route import Route
from codex_jupyter.server.app import make_app
from codex_jupyter.server.handlers import HANDLERS

PACKAGE = Path(routes.__file__).parent.parent
TABLES = (
    routes,
    script_routes,
    training_routes,
    training_v2_routes,
    monitoring_routes,
    external_routes,
)
ROOTS = (
    *("/model/", "/groups", "/login", "/training/", "/preprocessing/", "/v2/"),
    "/monitoring",
)
NAMES = {route.name for route in routes.ROUTES}


def constants() -> dict[str, str]:
    """Constant name -> route name, for every route defined in the tables' modules."""
    return {
        key: value.name
        for table in TABLES
        for key, value in vars(table).items()
        if isinstance(value, Route)
    }


def test_every_route_that_is_defined_is_in_the_table():
    assert set(constants().values()) == NAMES
    assert len(routes.ROUTES) == len(NAMES)


def test_no_two_routes_have_the_same_method_and_path():
    pairs = [(route.method, route.path) for route in routes.ROUTES]
    assert len(pairs) == len(set(pairs))


def test_the_server_answers_each_route_and_no_other():
    assert set(HANDLERS) == NAMES

    class NoPlatform:
        auth = None

    mounted = {
        (method, route.path)
        for route in make_app(NoPlatform()).routes
        if getattr(route, "path", "").startswith("/api")
        for method in route.methods - {"HEAD"}
    }
    assert mounted == {(route.method, f"/api{route.path}") for route in routes.ROUTES}


def test_the_client_sends_each_route_and_writes_no_path_itself():
    used = set()
    for path in (PACKAGE / "client").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in constants():
                used.add(constants()[node.attr])
            if isinstance(node, ast.Name) and node.id in constants():
                used.add(constants()[node.id])
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not node.value.startswith(ROOTS)
    # The document of the platform is for people and tools, not for the client.
    withdrawn = {route.name for route in routes.ROUTES if route.withdrawn}
    assert used >= NAMES - withdrawn - {routes.PLATFORM_OPENAPI.name}
    assert not used & withdrawn


def test_the_document_describes_each_route_and_no_other():
    document = platform_document("0", "http://localhost/api")
    described = {
        (method.upper(), path)
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert described == {(route.method, route.path) for route in routes.ROUTES}


def test_a_path_is_filled_in_with_every_character_encoded():
    url = routes.MODEL_STATUS.url(group="a b", model="../x?y#z")
    assert url == "/model/status/a%20b/..%2Fx%3Fy%23z"
