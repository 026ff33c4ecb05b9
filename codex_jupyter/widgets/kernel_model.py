"""The function of the notebook, called as if it were a deployed model."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from codex_jupyter.client.payload import plain
from codex_jupyter.errors import PredictionError

if TYPE_CHECKING:
    from codex_jupyter.client.model import MLOpsModel

Callee: TypeAlias = "MLOpsModel | KernelModel"

LOCAL = "kernel"
"""Stands where a model's hash does; no hash is like it."""


class KernelModel:
    """A scoring function of the kernel, for a comparison with what is deployed.

    Args:
        name: as it is shown.
        group: of the model that it is compared with.
        call: takes the input's JSON text, gives what the function returned.

    Attributes:
        prepare: what a script, by its hash, makes of such a text; set by a panel.
    """

    operation = "Sync"
    model_hash = LOCAL

    def __init__(self, name: str, group: str, call: Callable[[str], Any]) -> None:
        self.name = name
        self.group = group
        self._call = call
        self.prepare: Callable[[str, str], str] | None = None

    def predict(self, data: Any, preprocessing: str = "") -> Any:
        """The function's answer to a JSON text, as it would travel.

        Args:
            preprocessing: the hash of a script that the platform runs on it first.

        Raises:
            PredictionError: the function raised, or its answer has no JSON form.
            CodexError: the script failed, or cannot be asked.
        """
        if preprocessing and self.prepare is not None:
            data = self.prepare(preprocessing, data)
        try:
            answer = self._call(data)
            return json.loads(answer) if isinstance(answer, str) else plain(answer)
        except Exception as error:
            # The user's own words: it is the user's own function, in this kernel.
            text = f"{type(error).__name__}: {error}"
            raise PredictionError(f"{self.name} raised {text}") from error
