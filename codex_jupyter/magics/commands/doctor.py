"""``%codex doctor``: is everything there, and what to do about what is not."""

from __future__ import annotations

from typing import Any

from codex_jupyter.magics.checkup import check_here, check_there
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.parser import Parser
from codex_jupyter.render.checks import checks


def _configure(_: Parser) -> None:
    """It takes no arguments."""


def _run(call: Call) -> Any:
    found = [*check_here(call.shell), *check_there(call.session)]
    return checks([(f.level.value, f.what, f.told, f.fix) for f in found])


COMMAND = Command(
    name="doctor",
    summary="Check packages, kernel, widgets, platform and credentials; one fix for "
    "each finding.",
    examples=("%codex doctor",),
    configure=_configure,
    run=_run,
)
