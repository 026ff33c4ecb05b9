"""``%codex predict``: one row, each row of a DataFrame, or a file of rows."""

from __future__ import annotations

from typing import Any

from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.rows import RowsBar
from codex_jupyter.magics.values import input_value


def _configure(parser: Parser) -> None:
    parser.add("name", kind=Kind.MODEL, metavar="NAME", help="the model's name or hash")
    parser.add(
        "input",
        kind=Kind.OBJECT,
        rest=True,
        metavar="INPUT",
        help="a variable, {expression}, JSON or a file; of a DataFrame each row is "
        "predicted. An asynchronous model takes a file, a DataFrame or a dataset's "
        "hash",
    )
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="the model's group")
    parser.add(
        "--preprocessing",
        kind=Kind.SCRIPT,
        metavar="SCRIPT",
        help="a script that prepares the input first, by its name or hash",
    )
    parser.add(
        "--wait",
        kind=Kind.FLAG,
        help="wait for an asynchronous model; returns what it wrote, as a DataFrame",
    )


def _run(call: Call) -> Any:
    given = call.arguments
    # Read first: a mistyped variable needs no platform to be noticed.
    data = input_value(given.input, call.namespace)
    model = call.session.model(given.name, given.group)
    script = None
    if given.preprocessing is not None:
        script = call.session.script(given.preprocessing, model.group)
    if model.operation != "Async":
        bar = RowsBar(call.shell, model.name)
        return model.predict(data=data, preprocessing=script, progress=bar)
    from codex_jupyter.magics.running import follow, started

    execution = model.predict(data=data, preprocessing=script)
    return follow(call.shell, execution) if given.wait else started(execution)


COMMAND = Command(
    name="predict",
    summary="Predict: returns what the model answers, a DataFrame for a DataFrame.",
    examples=(
        "answer = %codex predict credit-score row",
        '%codex predict credit-score {"age": 41, "income": 3200}',
        "%codex predict credit-score @row.json",
        "scores = %codex predict credit-score X.head(100)",
        "%codex predict credit-score row --preprocessing clean-row",
        "preds = %codex predict churn-batch big.parquet --wait",
    ),
    configure=_configure,
    run=_run,
)
