"""``%codex disable``: a model stops answering and keeps its files."""

from __future__ import annotations

from typing import Any

from codex_jupyter.magics.asking import add_arguments, confirmed
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.hosting import SHORT
from codex_jupyter.render.messages import note


def _run(call: Call) -> Any:
    model = confirmed(call, "disable", "This stops it from answering")
    model.disable()
    return note(
        f"{model.name} is disabled: its callers get errors, its files are kept.",
        f"%codex restart {model.hash[:SHORT]} --yes brings it back",
    )


COMMAND = Command(
    name="disable",
    summary="Stop a model from answering; its files are kept.",
    examples=("%codex disable credit-score --yes",),
    configure=add_arguments,
    run=_run,
)
