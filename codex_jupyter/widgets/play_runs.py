"""One call of a model as the playground shows it, and a bounded list of those made."""

from __future__ import annotations

import json
import math
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import CodexError, InputError
from codex_jupyter.render.words import t

from .sample_form import json_text

if TYPE_CHECKING:
    from .kernel_model import Callee

MAX_INPUT = 1024 * 1024
MAX_OUTPUTS = 200
MAX_TEXT = 100_000
MAX_VALUE = 2000
MAX_RUNS = 40
MAX_KEPT = 4 * 1024 * 1024  # characters of all runs together


def checked(text: str) -> Any:
    """The JSON value of an input of the page.

    Raises:
        InputError: it is not JSON, or too large for a panel.
    """
    if len(text) > MAX_INPUT:
        raise InputError(
            t("The input is larger than 1 MiB, too large for the playground."),
            hint=t("Send it from a cell: %codex predict NAME @file.json"),
        )
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InputError(t("The input is not JSON: {error}", error=error)) from None


def ask(
    model: Callee, text: str, script: str = ""
) -> tuple[dict[str, Any], Exception | None]:
    """Call the model with that JSON text; what it gave or why it failed.

    Args:
        script: the hash of one that prepares the input; "" for none.

    Returns:
        A message of the ``result`` shape, and the error if there was one.
    """
    started = time.perf_counter()
    failure: Exception | None = None
    answer: Any = None
    try:
        # The text, not its value: a JSON string would be taken for a file's name.
        answer = model.predict(data=text, **prepared_by(script))
    except Exception as error:  # noqa: BLE001 - the panel tells it
        failure = error
    made: dict[str, Any] = {
        "model": model.model_hash,
        "name": model.name,
        "ms": (time.perf_counter() - started) * 1000,
        "text": "",
        "outputs": [],
        "why": None,
        **told(failure),
    }
    if failure is None:
        whole = json_text(answer, indent=2)
        cut = f"{whole[:MAX_TEXT]}\n… ({len(whole) - MAX_TEXT} characters more)"
        made["text"] = whole if len(whole) <= MAX_TEXT else cut
        made["outputs"] = outputs_of(answer)
    return made, failure


def prepared_by(script: str) -> dict[str, Any]:
    """How a call names the script that prepares its input; nothing for none."""
    return {"preprocessing": script} if script else {}


def told(error: Exception | None) -> dict[str, str]:
    """An error's words; another's text may hold anything, so only its kind is told."""
    if error is None:
        return {"error": "", "hint": "", "detail": ""}
    if isinstance(error, CodexError):
        return {
            "error": error.message,
            "hint": error.hint or "",
            "detail": (error.detail or "")[-MAX_TEXT:],
        }
    kind = type(error).__name__
    return {
        "error": t("The kernel failed on this ({error}).", error=kind),
        "hint": "",
        "detail": "",
    }


def reason(error: Exception) -> str:
    """An error's words and the next step, as one text."""
    words = told(error)
    return " ".join(part for part in (words["error"], words["hint"]) if part)


def outputs_of(answer: Any) -> list[dict[str, Any]]:
    """The single values in an answer, named by where they are: ``proba[0]``, ``a.b``.

    Returns:
        At most `MAX_OUTPUTS` of the ``output`` shape.
    """
    found: list[dict[str, Any]] = []
    for name, value in _leaves(answer, ""):
        if len(found) == MAX_OUTPUTS:
            break
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        text = value if isinstance(value, str) else json_text(value)
        short = text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]}…"
        number = float(value) if is_number and abs(value) < 1e300 else None
        if number is not None and not math.isfinite(number):
            number = None
        found.append({"name": name or "answer", "text": short, "number": number})
    return found


class Runs:
    """The calls made so far, the newest last; the oldest are forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: deque[dict[str, Any]] = deque(maxlen=MAX_RUNS)
        self._count = 0

    def add(
        self,
        text: str,
        results: list[dict[str, Any]],
        script: str = "",
        prepared: str = "",
    ) -> dict[str, Any]:
        """Keep one call, and give it as a message of the ``run`` shape.

        Args:
            script: the hash of the one that prepared the input.
            prepared: its name.
        """
        with self._lock:
            self._count += 1
            made = {
                "number": self._count,
                "at": time.time(),
                "input": text,
                "script": script,
                "prepared": prepared,
                "results": results,
            }
            self._kept.append(made)
            while len(self._kept) > 1 and sum(map(_size, self._kept)) > MAX_KEPT:
                self._kept.popleft()
            return made

    def result(self, number: int, model: str) -> tuple[str, dict[str, Any]]:
        """The input of a call, and what one of its models answered.

        Raises:
            InputError: it is not kept any more, or that model was not asked.
        """
        with self._lock:
            for run in self._kept:
                if run["number"] != number:
                    continue
                for result in run["results"]:
                    if result["model"] == model:
                        return str(run["input"]), result
        raise InputError(t("This call is not kept any more."), hint=t("Predict again."))

    def explain(self, number: int, model: str, why: Mapping[str, Any]) -> Any:
        """Keep why a model answered so; the call as a message of the ``run`` shape.

        Raises:
            InputError: the call is not kept any more.
        """
        _, result = self.result(number, model)
        with self._lock:
            result["why"] = why
            return next(run for run in self._kept if run["number"] == number)

    def all(self) -> list[dict[str, Any]]:
        """Those that are kept, the oldest first."""
        with self._lock:
            return list(self._kept)


def _leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{name}[{place}]")
    else:
        yield name, value


def _size(run: dict[str, Any]) -> int:
    answers = (len(r["text"]) + len(r["detail"]) for r in run["results"])
    return len(run["input"]) + sum(answers)


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is not a JSON value; write null")
