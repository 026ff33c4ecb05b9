"""The search: pipelines proposed by optuna, each tried once, all of them kept."""

from __future__ import annotations

import gc
import random
import time
from typing import Any, Callable, Dict, List

import optuna

_MISSES = 30
_MOST_REASON = 300

Combination = Dict[str, str]


class Search:
    """Proposes combinations, none of them twice.

    Args:
        options: of each stage.
        possible: the combinations that can work.
        openers: those among them to begin with.
        seed: the same seed and the same scores give the same proposals.
    """

    def __init__(
        self,
        options: Dict[str, List[str]],
        possible: List[Combination],
        openers: List[Combination],
        seed: int,
    ) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._options = options
        self._untried = {_key(one): one for one in possible}
        self._openers = list(openers)
        self._random = random.Random(seed)  # noqa: S311 - of a search, not of a secret
        sampler = optuna.samplers.TPESampler(seed=seed)
        self._study = optuna.create_study(direction="maximize", sampler=sampler)
        self._trial: Any = None

    def propose(self) -> Combination:
        """The next combination; there must be one that was not tried."""
        if self._openers:
            self._study.enqueue_trial(self._openers.pop(0))
        for _ in range(_MISSES):
            one = self._ask()
            if _key(one) in self._untried:
                break
            # Impossible, or tried before: the sampler learns nothing from it.
            self._study.tell(self._trial, state=optuna.trial.TrialState.FAIL)
        else:
            self._study.enqueue_trial(self._random.choice(list(self._untried.values())))
            one = self._ask()
        del self._untried[_key(one)]
        return one

    def tell(self, score: Any) -> None:
        """How good the last one was; None when it failed."""
        if score is None:
            self._study.tell(self._trial, state=optuna.trial.TrialState.FAIL)
        else:
            self._study.tell(self._trial, score)

    def _ask(self) -> Combination:
        self._trial = self._study.ask()
        return {
            stage: self._trial.suggest_categorical(stage, options)
            for stage, options in self._options.items()
        }


def run(
    search: Search,
    count: int,
    metric: str,
    attempt: Callable[[Combination], Dict[str, float]],
    label: Callable[[Combination], str],
) -> List[Dict[str, Any]]:
    """Try so many pipelines, with a line for each.

    Args:
        attempt: fits a pipeline and gives its measures on the validation part.

    Returns:
        The leaderboard: best first, equal ones in the order they were tried, failed
        ones last.
    """
    board: List[Dict[str, Any]] = []
    best = None
    for number in range(1, count + 1):
        one = search.propose()
        head = "pipeline %d of %d: %s" % (number, count, label(one))
        row = {"number": number, "stages": one, "state": "Succeeded", "score": None}
        began = time.perf_counter()
        try:
            measures = attempt(one)
        except Exception as error:  # noqa: BLE001 - one that fails must not end the run
            row.update(state="Failed", reason=_reason(error), validation=None)
            print("%s  failed: %s" % (head, row["reason"]), flush=True)
        else:
            score = measures[metric]
            best = score if best is None else max(best, score)
            row.update(score=score, reason=None, validation=measures)
            told = (head, metric, score, best)
            print("%s  %s %.4f (best %.4f)" % told, flush=True)
        row["seconds"] = round(time.perf_counter() - began, 3)
        search.tell(row["score"])
        board.append(row)
        # What one pipeline held is gone before the next one needs room.
        gc.collect()
    failed = [row for row in board if row["score"] is None]
    good = [row for row in board if row["score"] is not None]
    return sorted(good, key=lambda row: -row["score"]) + failed


def _key(one: Combination) -> Any:
    return tuple(sorted(one.items()))


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split()) or "no reason was given"
    if len(text) > _MOST_REASON:
        text = text[:_MOST_REASON] + "…"
    return "%s: %s" % (type(error).__name__, text)
