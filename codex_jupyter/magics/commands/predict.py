"""``%codex predict``: one row, or each row of a DataFrame."""

from __future__ import annotations

from typing import Any

from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.values import object_value


def _configure(parser: Parser) -> None:
    parser.add("name", kind=Kind.MODEL, metavar="NAME", help="the model's name or hash")
    parser.add(
        "input",
        kind=Kind.OBJECT,
        rest=True,
        metavar="INPUT",
        help="a variable, {expression}, JSON or @file.json; "
        "of a DataFrame each row is predicted",
    )
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="the model's group")


def _run(call: Call) -> Any:
    given = call.arguments
    # Read first: a mistyped variable needs no platform to be noticed.
    data = object_value(given.input, call.namespace)
    return call.session.model(given.name, given.group).predict(data=data)


COMMAND = Command(
    name="predict",
    summary="Predict: returns what the model answers, a DataFrame for a DataFrame.",
    examples=(
        "answer = %codex predict credit-score row",
        '%codex predict credit-score {"age": 41, "income": 3200}',
        "%codex predict credit-score @row.json",
        "scores = %codex predict credit-score X.head(100)",
    ),
    configure=_configure,
    run=_run,
)
