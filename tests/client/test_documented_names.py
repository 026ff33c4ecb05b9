"""What is documented of the SDK exists here under the same names."""

from __future__ import annotations

import inspect
import json
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from codex_jupyter import client
from codex_jupyter.client import exceptions
from codex_jupyter.client.base import BaseMLOpsClient
from codex_jupyter.client.model import AsyncModel, MLOpsModel, SyncModel
from codex_jupyter.client.operation import operation
from codex_jupyter.errors import CodexError

DOCUMENTED = json.loads(Path(__file__).with_name("documented.json").read_text())
# A client never makes a plain MLOpsModel: what it makes is one of the two.
MADE = {MLOpsModel: (SyncModel, AsyncModel)}
# What only one of the two kinds can do.
OF_ONE = {"get_model_execution", "execution_info"}


def found(kind, name):
    """The methods of that name, of the classes that clients make."""
    classes = MADE.get(kind, (kind,))
    methods = [getattr(one, name) for one in classes if hasattr(one, name)]
    assert methods, f"{kind.__name__} has no {name}"
    if name not in OF_ONE:
        assert len(methods) == len(classes), f"{kind.__name__}.{name}"
    return methods


def parameters(method):
    """Its parameters; of a property that can be called, of what it gives."""
    if isinstance(method, property):
        return {}
    steps = method.steps if isinstance(method, operation) else method
    given = dict(inspect.signature(steps).parameters)
    given.pop("self", None)
    return given


@pytest.mark.parametrize(
    "row",
    DOCUMENTED["methods"],
    ids=lambda row: " ".join([row["path"], *row["releases"]]),
)
def test_a_documented_method_takes_its_documented_parameters(row):
    path, positional = row["path"], row["positional"]
    module, kind, name = path.split(".")
    owner = getattr(import_module(f"codex_jupyter.client.{module}"), kind)
    for method in found(owner, name):
        ours = parameters(method)
        any_keyword = any(p.kind is p.VAR_KEYWORD for p in ours.values())
        for word in [*positional, *row["keyword"]]:
            named = (
                word in ours and ours[word].kind is not inspect.Parameter.VAR_KEYWORD
            )
            assert named or any_keyword, f"{path} does not take {word}"
        places = [
            p.kind
            for p in ours.values()
            if p.kind in (p.POSITIONAL_OR_KEYWORD, p.VAR_POSITIONAL)
        ]
        if inspect.Parameter.VAR_POSITIONAL in places:
            continue
        assert len(places) >= len(positional), f"{path} by position"


@pytest.mark.parametrize(
    "row",
    DOCUMENTED["constructors"],
    ids=lambda row: " ".join([row["path"], *row["releases"]]),
)
def test_a_documented_object_is_made_by_its_documented_names_and_places(row):
    module, name = row["path"].split(".")
    kind = getattr(import_module(f"codex_jupyter.client.{module}"), name)
    own = inspect.signature(getattr(kind, "_direct", kind.__init__)).parameters
    user = inspect.signature(BaseMLOpsClient.__init__).parameters
    takes_user = any(p.kind is p.VAR_KEYWORD for p in own.values())
    for word in [*row["positional"], *row["keyword"]]:
        assert word in own or (takes_user and word in user), f"{name}: no {word}"
    if hasattr(kind, "_direct"):
        orders = kind._places
    else:
        # A client's third is its address or its tenant; it sees which.
        orders = [[*own][1:], ["login", "password", "url"]]
    places = tuple(row["positional"])
    assert any(tuple(order[: len(places)]) == places for order in orders) or not places


@pytest.mark.parametrize("name", DOCUMENTED["exceptions"])
def test_a_documented_error_is_one_of_ours(name):
    assert issubclass(getattr(exceptions, name), CodexError)


def owners():
    """The classes of the client whose methods block."""
    for found in iter_modules(client.__path__):
        module = import_module(f"codex_jupyter.client.{found.name}")
        for kind in vars(module).values():
            if inspect.isclass(kind) and kind.__module__ == module.__name__:
                yield from [kind] * any(
                    isinstance(one, operation) for one in vars(kind).values()
                )


@pytest.mark.parametrize("kind", list(owners()), ids=lambda kind: kind.__name__)
def test_every_blocking_call_has_an_awaitable_twin_and_every_wait_a_timeout(kind):
    for name, method in vars(kind).items():
        if isinstance(method, operation):
            assert hasattr(kind, f"a{name}"), name
            given = parameters(method)
            waits = {"wait_complete", "wait_for_ready", "wait"} & given.keys()
            if waits or "wait" in name or name in ("result", "start"):
                assert "timeout" in given, f"{kind.__name__}.{name}"
