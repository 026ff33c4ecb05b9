"""The scripts that may prepare an input before a model gets it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import InputError
from codex_jupyter.render.words import t

from .bridge import Bridge, Request
from .calls import Calls, Reply

if TYPE_CHECKING:
    from codex_jupyter.client.model import MLOpsModel

_MOST = 200


@dataclass(frozen=True, slots=True)
class Scripts:
    """The preprocessing scripts of a platform, as a panel may see and use them.

    Args:
        all: gives the rows of those that are deployed in a group.
        run: what one of them, by its hash, makes of an input's JSON text, as such a
            text; for a function that the platform does not call.
    """

    all: Callable[[str], list[dict[str, Any]]]
    run: Callable[[str, str], str]


class Preparing:
    """The kernel's half of choosing a script; none is the usual choice.

    Args:
        scripts: None where nothing can be chosen.
    """

    def __init__(
        self, bridge: Bridge, calls: Calls, model: MLOpsModel, scripts: Scripts | None
    ) -> None:
        self._calls = calls
        self._model = model
        self._scripts = scripts
        self._names: dict[str, str] = {}
        bridge.on("scripts", self._ask)

    def name(self, script: str) -> str:
        """What a script that was chosen is called; "" for none.

        Raises:
            InputError: it was never offered.
        """
        if script and script not in self._names:
            raise InputError(
                t("This script is not known here."), hint=t("Choose it again.")
            )
        return self._names.get(script, "")

    def run(self, script: str, text: str) -> str:
        """What the script makes of an input's JSON text.

        Raises:
            InputError: nothing can run scripts here.
            CodexError: it failed, or cannot be asked.
        """
        if self._scripts is None:
            raise InputError(t("No script can be run here."))
        return self._scripts.run(script, text)

    def _ask(self, request: Request) -> None:
        def work(_: threading.Event) -> Reply:
            rows = self._scripts.all(self._model.group) if self._scripts else []
            found = {
                str(row["Hash"]): str(row["Name"])
                for row in rows
                if str(row.get("Operation")).capitalize() == self._model.operation
            }
            self._names = dict(
                sorted(found.items(), key=lambda one: one[1].lower())[:_MOST]
            )
            return [
                {"hash": hash_, "name": name} for hash_, name in self._names.items()
            ], None

        self._calls.start(request, work)
