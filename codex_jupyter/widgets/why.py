"""Why a prediction came out so: its row, explained by the model's own get_shap()."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Mapping
from typing import Any

from codex_jupyter.errors import CodexError, InputError, PredictionError
from codex_jupyter.render.words import t

from .bridge import Bridge, Request
from .calls import Calls, Reply
from .kernel_model import Callee, KernelModel
from .play_runs import Runs, told

MAX_PARTS = 200  # inputs that are told one by one

Advice = Callable[[Exception], str]
"""What to do about a failure, in words; "" where nothing is known."""


class Why:
    """The kernel's half of explaining a call.

    Args:
        calls: answers the requests and takes their cancelling.
        runs: the calls that were made.
        models: those that may have been asked, by their hash.
        advise: what to do when parse() or get_shap() fails.
        changed: called when a call was explained.
    """

    def __init__(
        self,
        bridge: Bridge,
        calls: Calls,
        runs: Runs,
        models: Mapping[str, Callee],
        advise: Advice | None,
        changed: Callable[[], None],
    ) -> None:
        self._bridge = bridge
        self._calls = calls
        self._runs = runs
        self._models = models
        self._advise = advise
        self._changed = changed
        bridge.on("why", self._start)

    def _start(self, request: Request) -> None:
        number, hash_ = int(request.fields["number"]), request.fields["model"]
        text, result = self._runs.result(number, hash_)
        model = self._models.get(hash_)
        if model is None or result["error"]:
            raise InputError(t("This call has no answer that could be explained."))
        if isinstance(model, KernelModel):
            raise InputError(
                t(
                    "{name} has no get_shap(): one is registered with the monitoring "
                    "of a deployed model.",
                    name=model.name,
                )
            )

        def work(stop: threading.Event) -> Reply:
            try:
                answer = json.loads(result["text"])
            except ValueError:
                # A long answer is not kept whole.
                raise InputError(
                    t("This answer is too long to be explained here."),
                    hint=t("In a cell: model.explain(row, answer)"),
                ) from None
            try:
                found = model.explain(text, answer)
            except CodexError as error:
                return self._failed(error), None
            if not stop.is_set():
                run = self._runs.explain(number, hash_, why_of(found))
                self._bridge.send("played", run=run)
                self._changed()
            return told(None), None

        self._calls.start(request, work)

    def _failed(self, error: CodexError) -> dict[str, str]:
        made = told(error)
        if isinstance(error, PredictionError) and self._advise is not None:
            made["hint"] = self._advise(error) or made["hint"]
        return made


def why_of(found: Mapping[str, Any]) -> dict[str, Any]:
    """An explanation as the ``why`` shape: what moved the answer most comes first."""
    parts: list[dict[str, Any]] = [
        {
            "name": str(one["Name"]),
            "value": str(one["Value"]),
            "number": _number(one["Contribution"]),
        }
        for one in found["Columns"]
    ]
    parts.sort(key=lambda one: -abs(one["number"] or 0.0))
    left = parts[MAX_PARTS:]
    return {
        "function": f"{found['Function']}()",
        "base": _number(found["Base"]),
        "parts": parts[:MAX_PARTS],
        "left": len(left),
        "rest": sum(one["number"] or 0.0 for one in left),
    }


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) and abs(value) < 1e300 else None
