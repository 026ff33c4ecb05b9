"""What the platform's answers mean: values out of good ones, errors out of the rest."""

from __future__ import annotations

import gc
import json
from typing import Any, TypeVar

from codex_jupyter.config import Settings
from codex_jupyter.errors import (
    AuthenticationError,
    CodexError,
    CredentialError,
    DatasetNotFoundError,
    DataSourceError,
    ExecutionError,
    ExternalMonitoringError,
    GatewayError,
    GroupError,
    InputError,
    ModelError,
    PlatformError,
    PredictionError,
    PreprocessingError,
    ProtocolError,
    ServerError,
    TrainingError,
    UnexpectedError,
)
from codex_jupyter.protocol import problems, routes
from codex_jupyter.protocol.problems import ProblemKind
from codex_jupyter.protocol.route import Auth

from .auth import LOGINS, key_of
from .operation import Answer, Call
from .repeating import doubt

V = TypeVar("V")

_NOUNS: dict[str, type[PlatformError]] = {
    "groups": GroupError,
    "model": ModelError,
    "monitoring": ModelError,
    "external": ExternalMonitoringError,
    "execution": ExecutionError,
    "dataset": DatasetNotFoundError,
    "datasource": DataSourceError,
    "training": TrainingError,
    "script": PreprocessingError,
    "script2": PreprocessingError,
    "script_execution": ExecutionError,
}
_STATUSES = frozenset(r for r in routes.ROUTES if r.name.endswith(".status"))
_FAILED = frozenset(
    {ProblemKind.MODEL_FAILED, ProblemKind.DEADLINE, ProblemKind.WORKER_DIED}
)
_GATEWAY = frozenset({502, 503, 504})
_TRACEBACK = "Traceback (most recent call last)"
_LONGEST_MESSAGE = 400
_LARGE = 1 << 18  # bytes of an answer


def is_good(call: Call, answer: Answer) -> bool:
    """True for the route's one success code.

    410 with a state in it is what some platforms answer for finished work.
    """
    if answer.status == call.route.ok:
        return True
    if call.route not in _STATUSES or answer.status != 410:
        return False
    return isinstance(_parsed(answer), dict) and "Status" in _parsed(answer)


def value_of(call: Call, answer: Answer, settings: Settings) -> Any:
    """The JSON value of a good answer.

    Raises:
        CodexError: the answer is an error, or is not JSON.
    """
    if not is_good(call, answer):
        raise refusal(call, answer, settings)
    try:
        return _read(answer.content)
    except ValueError:
        raise ProtocolError(
            f"{settings.address}{call.path} answered something that is not JSON.",
            hint="Check that the address is that of an MLOps Codex platform.",
            detail=_beginning(answer),
        ) from None


def member(value: Any, name: str, kind: type[V], call: Call) -> V:
    """One field of an answer.

    Raises:
        ProtocolError: the answer has no such field of that type.
    """
    found = value.get(name) if isinstance(value, dict) else None
    if not isinstance(found, kind):
        raise ProtocolError(
            f"The answer to {call.route.method} {call.path} has no '{name}'.",
            hint="Check that the address is that of an MLOps Codex platform.",
        )
    return found


def refusal(call: Call, answer: Answer, settings: Settings) -> CodexError:
    """The error that an answer other than the good one stands for."""
    route, status = call.route, answer.status
    hint: str | None
    kind, text = problems.read(answer.content)
    text = _without_secrets(text, call, settings)
    message, detail = head_and_rest(text)
    told = message or (
        f"{route.method} {settings.address}{call.path} was answered with {status}."
    )
    noun = _NOUNS.get(route.name.partition(".")[0], UnexpectedError)

    if kind == ProblemKind.CREDENTIALS:
        return CredentialError(told, status=status, kind=kind, detail=detail)
    if kind in _FAILED:
        return PredictionError(told, status=status, kind=kind, detail=detail)
    if status == 401 or (route is routes.LOGIN and status < 500):
        return _not_authentic(call, status, kind, message, settings)
    if kind == ProblemKind.GROUP_EXISTS or (
        status == 409 and route is routes.GROUPS_CREATE
    ):
        hint = "Use it as it is, or choose another name."
        told = message or f"The group '{call.fields.get('name')}' exists already."
        return GroupError(told, status=status, kind=kind, hint=hint)
    if status in (404, 409) and noun is not UnexpectedError:
        return noun(
            told, status=status, kind=kind, detail=detail, hint=_look(call, status)
        )
    if status in (400, 409, 413, 422):
        return InputError(told, detail=detail)
    if status in _GATEWAY and not _is_json(answer):
        return _gateway(call, status, settings.address, message)
    if status >= 500:
        busy = kind == ProblemKind.OVERLOADED or status == 503
        hint = "It is busy: try again in a moment." if busy else "Try again."
        return ServerError(told, status=status, kind=kind, detail=detail, hint=hint)
    if 300 <= status < 400:
        hint = f"It points to {answer.header('location')[:200]}; give that address."
    elif status == 429:
        hint = "Too much was asked at once: try again in a moment."
    elif route is routes.HEALTH:
        told = f"{settings.address} is not an MLOps Codex platform ({status})."
        hint = "Check the address; it is the one before /api."
    else:
        hint = None
    return UnexpectedError(told, status=status, kind=kind, detail=detail, hint=hint)


def _gateway(call: Call, status: int, address: str, message: str) -> GatewayError:
    told = {
        502: f"What stands before the platform at {address} cannot reach it (502).",
        503: f"What stands before the platform at {address} has it as away (503).",
        504: f"What stands before the platform at {address} waited in vain (504).",
    }[status]
    wait = (
        "It may be starting: try again in a moment. If that does not help, tell those "
        "who run it."
    )
    hint = wait if status == 503 else doubt(call) or wait
    return GatewayError(told, status=status, hint=hint, detail=message or None)


def _not_authentic(
    call: Call, status: int, kind: str | None, message: str, settings: Settings
) -> AuthenticationError:
    if call.route is routes.LOGIN:
        told = f"{settings.address} refused the user '{settings.user}' or its password."
        hint = "Check MLOPS_USER and MLOPS_PASSWORD, or log in with %codex connect."
    elif call.route.auth is Auth.GROUP:
        group = call.params.get("group", "")
        told = f"The platform refused the token of the group '{group}'."
        hint = new_token_hint(group)
    else:
        told = "The platform refused the login token."
        hint = "Log in again with %codex connect."
    return AuthenticationError(
        told, status=status, kind=kind, hint=hint, detail=message or None
    )


def new_token_hint(group: str) -> str:
    """What to type for a group token that works."""
    return (
        f"Get a new one, which ends the old one: %codex groups --new-token {group} "
        f'--yes; in Python client.refresh_group_token("{group}", force=True).'
    )


def _look(call: Call, status: int) -> str | None:
    if "execution" in call.params and status == 404:
        return "%codex executions lists them with their numbers."
    if "model" in call.params and status == 409:
        short = call.params["model"][:12]
        return (
            f"%codex status {short} shows how it is; %codex restart {short} --yes "
            "brings back what was disabled."
        )
    if "model" in call.params:
        return "%codex models shows the models and their states."
    if "script" in call.params:
        return "%codex preprocess shows the scripts and their states."
    return None


def head_and_rest(text: str) -> tuple[str, str | None]:
    """A message of one line or two, and what is too long for it."""
    before, mark, trace = text.partition(_TRACEBACK)
    if mark:
        head = before.strip() or trace.strip().splitlines()[-1].strip()
        return head[:_LONGEST_MESSAGE], (mark + trace).rstrip()
    head, _, rest = text.strip().partition("\n")
    if len(head) > _LONGEST_MESSAGE:
        return head[:_LONGEST_MESSAGE] + "…", text
    return head, rest.strip() or None


def _read(content: bytes) -> Any:
    # While thousands of dicts are made, the garbage collector would look at all that
    # the notebook holds; and JSON has no cycles to find.
    if len(content) < _LARGE or not gc.isenabled():
        return json.loads(content)
    gc.disable()
    try:
        return json.loads(content)
    finally:
        gc.enable()


def _without_secrets(text: str, call: Call, settings: Settings) -> str:
    # Some proxies echo the request in their error pages.
    login = LOGINS.get(key_of(settings))
    for secret in (call.token, login, settings.password, settings.group_token):
        if len(secret.reveal()) > 3:
            text = text.replace(secret.reveal(), "•••")
    return text


def _is_json(answer: Answer) -> bool:
    """Whether a platform wrote it: what stands before one sends a page, or nothing."""
    try:
        json.loads(answer.content)
    except ValueError:
        return False
    return True


def _parsed(answer: Answer) -> Any:
    try:
        return json.loads(answer.content)
    except ValueError:
        return None


def _beginning(answer: Answer) -> str | None:
    text = answer.content[:200].decode("utf-8", "replace").strip()
    return None if text.startswith("<") else text or None
