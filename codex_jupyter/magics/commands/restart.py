"""``%codex restart``: a model's process anew, or a disabled model back."""

from __future__ import annotations

from typing import Any

from codex_jupyter.magics.asking import add_arguments, confirmed
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.hosting import follow
from codex_jupyter.magics.progress import progress


def _run(call: Call) -> Any:
    model = confirmed(call, "restart", "This starts its process anew")
    model.restart(wait_for_ready=False)
    panel = progress(call.shell, model.name, model.group)
    panel.show()
    follow(panel, model)
    return model


COMMAND = Command(
    name="restart",
    summary="Start a model's process anew, or bring a disabled model back.",
    examples=("%codex restart credit-score --yes",),
    configure=add_arguments,
    run=_run,
)
