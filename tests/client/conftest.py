"""A platform that answers as the documented one did when it was recorded.

It is a real HTTP server on a real socket; what it does can be turned by attributes.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from codex_jupyter.client import auth
from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.config import Secret, Settings
from codex_jupyter.protocol import routes
from codex_jupyter.protocol.events import HEARTBEAT, Event
from codex_jupyter.protocol.route import Auth
from codex_jupyter.protocol.route import Route as Documented

USER, PASSWORD, GROUP_TOKEN = "ana", "a-secret-password", "0123456789abcdef" * 2
MODEL = "M" + "ab12" * 15 + "abc"
SAMPLE = {"age": 41, "name": 'Zoë\'s "café" $HOME `x` \\n', "note": "</script>"}


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve an ASGI application on a free port; gives its address."""
    config = uvicorn.Config(app, port=0, log_level="critical", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join()


def error(status: int, kind: str, message: str) -> Response:
    return JSONResponse({"Error": {"Type": kind, "Message": message}}, status)


@dataclass
class StandIn:
    """What the platform knows, and how it behaves."""

    address: str = ""
    groups: dict[str, str] = field(default_factory=lambda: {"demo": GROUP_TOKEN})
    rows: list[dict[str, Any]] = field(default_factory=list)
    states: list[tuple[str, str | None]] = field(
        default_factory=lambda: [("Deployed", None)]
    )
    logs: list[dict[str, Any]] = field(default_factory=list)
    score: Callable[[Any], Any] = lambda value: {"seen": value}
    stream: Callable[[Request], Any] | None = None
    openapi: dict[str, Any] | None = None
    password: str = PASSWORD
    tokens: set[str] = field(default_factory=set)
    logins: int = 0
    seen: list[tuple[str, str]] = field(default_factory=list)
    uploads: list[list[tuple[str, Any, Any]]] = field(default_factory=list)
    overrides: dict[Documented, Callable[[Request], Response]] = field(
        default_factory=dict
    )

    def client(self, **more: Any) -> MLOpsModelClient:
        return MLOpsModelClient(settings=self.settings(**more))

    def settings(self, **more: Any) -> Settings:
        given = {"user": USER, "password": Secret(PASSWORD)} | more
        return Settings(self.address + "/api", **given)

    def asked(self, route: Documented) -> int:
        """How often a route was called."""
        pattern = re.compile(re.sub(r"{\w+}", "[^/]+", route.path))
        return sum(
            m == route.method and bool(pattern.fullmatch(p)) for m, p in self.seen
        )

    # The answers

    def app(self) -> Starlette:
        made = [
            Route(r.path, self._guarded(r), methods=[r.method]) for r in routes.ROUTES
        ]
        return Starlette(routes=[Mount("/api", routes=made)])

    def _guarded(self, route: Documented) -> Any:
        handler = getattr(self, route.name.replace(".", "_"), None)

        async def endpoint(request: Request) -> Response:
            self.seen.append((request.method, request.url.path.removeprefix("/api")))
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            good = {
                Auth.NONE: True,
                Auth.USER: token in self.tokens,
                Auth.GROUP: token
                == self.groups.get(request.path_params.get("group", "")),
            }[route.auth]
            if not good:
                message = "InvalidBearerToken: The token provided is not seen as valid."
                return JSONResponse({"error": {"message": message}}, 401)
            if route in self.overrides:
                answer = self.overrides[route](request)
                return await answer if asyncio.iscoroutine(answer) else answer
            if handler is None:
                return error(404, "NotFound", "no such route")
            return await handler(request)

        return endpoint

    async def health(self, request: Request) -> Response:
        return JSONResponse({"Version": "1.0"})

    async def login(self, request: Request) -> Response:
        async with request.form() as form:
            given = (form["user"], form["password"])
        self.logins += 1
        await asyncio.sleep(0.05)
        if given != (USER, self.password):
            return Response("Wrong email or password.", 403)
        token = f"login-token-{self.logins}"
        self.tokens.add(token)
        return JSONResponse({"Token": token})

    async def groups_list(self, request: Request) -> Response:
        return JSONResponse({"Results": [{"Name": name} for name in self.groups]})

    async def groups_create(self, request: Request) -> Response:
        async with request.form() as form:
            name = str(form["name"])
        if name in self.groups:
            return error(409, "GroupExists", f"Group {name} already exists")
        self.groups[name] = token = f"group-token-of-{name}"
        return JSONResponse({"Token": token}, 201)

    async def groups_refresh(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self.groups:
            return error(404, "NotFound", "no such group")
        if request.query_params.get("force") == "true":
            self.groups[name] = f"new-token-of-{name}"
        return JSONResponse({"Token": self.groups[name]}, 201)

    async def model_upload(self, request: Request) -> Response:
        parts: list[tuple[str, Any, Any]] = []
        async with request.form() as form:
            name = form["name"]
            for field_name, value in form.multi_items():
                if isinstance(value, str):
                    parts.append((field_name, None, value))
                else:
                    parts.append((field_name, value.filename, await value.read()))
        self.uploads.append(parts)
        return JSONResponse(
            {"ModelHash": MODEL, "Message": f"Model '{name}' inserted"}, 201
        )

    async def model_host(self, request: Request) -> Response:
        return JSONResponse({"Message": "started"}, 202)

    async def model_status(self, request: Request) -> Response:
        state, message = self.states[0]
        if len(self.states) > 1:
            self.states.pop(0)
        return JSONResponse({"Status": state, "Message": message})

    async def model_describe(self, request: Request) -> Response:
        model = request.path_params["model"]
        for row in self.rows:
            if row["ModelHash"] == model:
                return JSONResponse({"Description": row})
        return error(404, "NotFound", "There is no such model.")

    async def model_search(self, request: Request) -> Response:
        wanted = {k.capitalize(): v for k, v in request.query_params.items()}
        wanted = {"Status" if k == "State" else k: v for k, v in wanted.items()}
        found = [r for r in self.rows if all(r[k] == v for k, v in wanted.items())]
        return JSONResponse({"Count": len(found), "Results": found})

    async def model_logs(self, request: Request) -> Response:
        return JSONResponse({"Results": self.logs})

    model_logs_any = model_logs

    async def model_run(self, request: Request) -> Response:
        # The documented clients send no content type, so none is looked at.
        body = json.loads(await request.body())
        answer = self.score(body["Input"])
        return answer if isinstance(answer, Response) else JSONResponse(answer)

    async def model_health(self, request: Request) -> Response:
        return JSONResponse({"Message": "OK"})

    async def model_disable(self, request: Request) -> Response:
        self.states = [("Disabled", None)]
        model = request.path_params["model"]
        return JSONResponse({"Message": f"Model {model} is now disabled."})

    async def model_delete(self, request: Request) -> Response:
        self.states = [("Deleted", None)]
        return JSONResponse({"Message": "Model removed"})

    async def model_restart(self, request: Request) -> Response:
        self.states = [("Building", None), ("Deployed", None)]
        return JSONResponse({"Message": "restarting"})

    async def model_openapi(self, request: Request) -> Response:
        if self.openapi is None:
            return error(404, "NotFound", "no document")
        return JSONResponse(self.openapi)

    async def model_events(self, request: Request) -> Response:
        if self.stream is None:
            return error(404, "NotFound", "no such route")
        return StreamingResponse(
            self.stream(request), media_type="text/event-stream; charset=utf-8"
        )


def row(**more: Any) -> dict[str, Any]:
    """A search row with the recorded keys."""
    return {
        "ModelHash": MODEL,
        "Operation": "Sync",
        "PythonVersion": "Python39",
        "Status": "Deployed",
        "Name": "credit",
        "Group": "demo",
        "UploadedAt": "2024-08-06T13:44:49.846712+00:00",
        "ModelReference": "score",
        "Input": "json",
        "Origin": "External",
        "ExperimentName": "",
    } | more


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """No settings, tokens or files of the person who runs the tests."""
    for name in ("USER", "PASSWORD", "URL", "TENANT", "GROUP_TOKEN"):
        monkeypatch.delenv(f"MLOPS_{name}", raising=False)
    monkeypatch.setenv("CODEX_JUPYTER_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(auth.LOGINS, "_held", {})


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    made = StandIn()
    with serving(made.app()) as address:
        made.address = address
        yield made


@pytest.fixture
def model(stand_in: StandIn) -> Any:
    """A deployed model whose group token is given."""
    stand_in.rows = [row()]
    with stand_in.client(group_token=Secret(GROUP_TOKEN)) as client:
        yield client.find_model("credit")


@pytest.fixture
def make_row() -> Callable[..., dict[str, Any]]:
    return row


@pytest.fixture
def serve() -> Any:
    return serving


@pytest.fixture
def say() -> Callable[..., bytes]:
    """One event of a stream as it travels."""

    def say(name: str, number: int | None = None, **data: Any) -> bytes:
        if name == "heartbeat":
            return HEARTBEAT
        return Event(name, data, str(number) if number else None).encode()

    return say


@pytest.fixture
def run() -> Callable[[Any], Any]:
    """Runs a coroutine in an event loop of its own, which ends with it."""
    return asyncio.run
