"""``%codex notebook``: a model as a notebook of its own."""

from __future__ import annotations

from typing import Any

from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.exporting import (
    add_arguments,
    connect_line,
    language,
    line_again,
)
from codex_jupyter.magics.parser import Parser
from codex_jupyter.render.messages import note


def _configure(parser: Parser) -> None:
    add_arguments(parser, "NAME.ipynb")


def _run(call: Call) -> Any:
    from codex_jupyter import export

    given = call.arguments
    model = call.session.model(given.name, given.group)
    path = export.destination(model.name, ".ipynb", given.to)
    text = export.notebook(
        export.gather(model),
        connect_line(call.session),
        language(given),
    )
    export.save(path, text, force=given.force, again=line_again("notebook", given))
    return note(
        f"{path} shows how {model.name} was deployed and how to call it; it holds no "
        "token."
    )


COMMAND = Command(
    name="notebook",
    summary="Write a notebook about a model: how it was deployed and trained, how to "
    "call it, its drift, its documentation.",
    examples=(
        "%codex notebook credit-score",
        "%codex notebook m --to docs/m.ipynb --lang pt-BR",
    ),
    configure=_configure,
    run=_run,
)
