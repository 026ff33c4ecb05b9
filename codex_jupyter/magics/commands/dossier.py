"""``%codex dossier``: a model on one page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.exporting import add_arguments, language, line_again
from codex_jupyter.magics.parser import Parser
from codex_jupyter.render.messages import note


def _configure(parser: Parser) -> None:
    add_arguments(parser, "NAME.html")


def _run(call: Call) -> Any:
    from codex_jupyter import export

    given = call.arguments
    model = call.session.model(given.name, given.group)
    path = export.destination(model.name, ".html", given.to)
    text = export.dossier(export.gather(model), language(given), datetime.now(UTC))
    again = line_again("dossier", given)
    export.save(path, text, force=given.force, again=again)
    return note(f"{path} tells all of {model.name} on one page of {_size(text)}.")


def _size(text: str) -> str:
    return f"{len(text.encode()) / 1000:.0f} KB"


COMMAND = Command(
    name="dossier",
    summary="Write one HTML page about a model: card, training, drift, schema, calls, "
    "files, build log, errors.",
    examples=("%codex dossier credit-score", "%codex dossier m --lang pt-BR"),
    configure=_configure,
    run=_run,
)
