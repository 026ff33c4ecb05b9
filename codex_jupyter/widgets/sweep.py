"""A what-if sweep: one field of an input from here to there, everything else fixed."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import CodexError, InputError, PredictionError
from codex_jupyter.render.words import kept, t

from .play_runs import ask, checked
from .sample_form import json_text

if TYPE_CHECKING:
    from .kernel_model import Callee

MAX_STEPS = 200
PLACES = 4  # calls at a time

Told = Callable[[dict[str, Any]], None]


def steps_of(low: float, high: float, steps: int, *, whole: bool) -> list[float]:
    """The values of a sweep, ends included; whole numbers where the field has them.

    Raises:
        InputError: the ends or the number of steps make no sweep.
    """
    if not low < high:
        raise InputError(t("From has to be smaller than To."))
    if not 2 <= steps <= MAX_STEPS:
        raise InputError(t("A sweep takes from 2 to {most} steps.", most=MAX_STEPS))
    width = high - low
    raw = [low + width * number / (steps - 1) for number in range(steps)]
    if whole:
        return [int(v) for v in dict.fromkeys(round(value) for value in raw)]
    # Between the ends, as many digits as tell the values apart: 416.7, not 416.666667.
    places = 3 - math.floor(math.log10(width / (steps - 1)))
    inner = [float(round(value, max(places, 0))) for value in raw[1:-1]]
    return [float(low), *inner, float(high)]


def sweep(
    models: list[Callee],
    text: str,
    field: str,
    values: list[float],
    stop: threading.Event,
    tell: Told,
    script: str = "",
) -> None:
    """Call each model with each value, and tell each answer as a ``point``.

    A failure of the model's own code is told in its point; any other failure (nothing
    answers, a refused token) ends the sweep.

    Raises:
        InputError: the input is no object, or has no such field.
        CodexError: what ended the sweep.
    """
    row = checked(text)
    if not isinstance(row, dict) or field not in row:
        raise InputError(t("The input has no field '{name}'.", name=field[:80]))
    jobs = (
        (place, value, who, model)
        for place, value in enumerate(values)
        for who, model in enumerate(models)
    )
    crew = _Crew(jobs, row, field, stop, tell, script)
    crew.run()
    if crew.failure is not None:
        raise crew.failure


class _Crew:
    """A few threads that share the calls of one sweep."""

    def __init__(
        self,
        jobs: Iterator[tuple[int, float, int, Callee]],
        row: dict[str, Any],
        field: str,
        stop: threading.Event,
        tell: Told,
        script: str,
    ) -> None:
        self._jobs = jobs
        self._row = row
        self._field = field
        self._stop = stop
        self._tell = tell
        self._script = script
        self._lock = threading.Lock()
        self.failure: Exception | None = None

    def run(self) -> None:
        """Work until everything is told, something failed, or nobody waits."""
        hands = [
            threading.Thread(target=kept(self._work), name="codex-sweep", daemon=True)
            for _ in range(PLACES)
        ]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()

    def _work(self) -> None:
        while not self._stop.is_set() and self.failure is None:
            with self._lock:
                job = next(self._jobs, None)
            if job is None:
                return
            place, value, who, model = job
            text = json_text({**self._row, self._field: value})
            made, failure = ask(model, text, self._script)
            if failure is not None and not isinstance(failure, PredictionError):
                known = isinstance(failure, CodexError)
                self.failure = failure if known else CodexError(made["error"])
                return
            self._tell(
                {
                    "at": place,
                    "who": who,
                    "value": json_text(value),
                    "number": float(value),
                    "outputs": made["outputs"],
                    "error": made["error"],
                }
            )
