"""``%codex delete``: a model and its files go."""

from __future__ import annotations

from typing import Any

from codex_jupyter.magics.asking import add_arguments, confirmed
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.render.messages import note


def _run(call: Call) -> Any:
    model = confirmed(call, "delete", "This removes it for good")
    model.delete()
    return note(f"{model.name} is deleted; its description and what it made are kept.")


COMMAND = Command(
    name="delete",
    summary="Remove a model for good.",
    examples=("%codex delete credit-score --yes",),
    configure=add_arguments,
    run=_run,
)
