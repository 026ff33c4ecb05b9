"""``%codex code``: how other programs call the model."""

from __future__ import annotations

from typing import Any

from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.render.snippets import Snippet


def _configure(parser: Parser) -> None:
    parser.add("name", kind=Kind.MODEL, metavar="NAME", help="the model's name or hash")
    parser.add(
        "--language",
        choices=["curl", "python", "javascript"],
        default="curl",
        help="in which language (curl)",
    )
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="the model's group")


def _run(call: Call) -> Any:
    given = call.arguments
    model = call.session.model(given.name, given.group)
    return Snippet(model.generate_predict_code(language=given.language))


COMMAND = Command(
    name="code",
    summary="Write the code that calls a model, ready to paste.",
    examples=("%codex code credit-score --language python",),
    configure=_configure,
    run=_run,
)
