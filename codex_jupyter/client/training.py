"""Training experiments: creating and finding them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from codex_jupyter.errors import InputError, TrainingError
from codex_jupyter.protocol import names
from codex_jupyter.protocol import training_routes as training
from codex_jupyter.protocol.states import MODEL_TYPES

from .base import BaseMLOpsClient
from .errors_map import member
from .operation import Call, Steps, operation
from .training_execution import MLOpsTrainingExecution
from .training_experiment import MLOpsTrainingExperiment
from .training_logger import MLOpsTrainingLogger

__all__ = [
    "MLOpsTrainingClient",
    "MLOpsTrainingExecution",
    "MLOpsTrainingExperiment",
    "MLOpsTrainingLogger",
]


class MLOpsTrainingClient(BaseMLOpsClient):
    """Creates and finds experiments; see `BaseMLOpsClient` for the arguments."""

    @operation
    def create_training_experiment(
        self,
        experiment_name: str,
        model_type: str,
        group: str,
        force: bool = False,  # noqa: FBT001, FBT002 - documented so
    ) -> Steps[MLOpsTrainingExperiment]:
        """Create an experiment, or take the one of that name, type and group.

        Args:
            model_type: ``Classification``, ``Regression`` or ``Unsupervised``.
            force: create one even where there is one.

        Raises:
            InputError: the name or the type is not allowed.
            GroupError: there is no such group.
        """
        if problem := names.experiment_problem(experiment_name):
            raise InputError(problem)
        kind = model_type.title()
        if kind not in MODEL_TYPES:
            raise InputError(
                f"model_type is '{model_type[:40]}'; it is {', '.join(MODEL_TYPES)}."
            )
        yield from self._check_group(group)
        wanted = (experiment_name, kind, group)
        known = [] if force else (yield from MLOpsTrainingClient.rows.steps(self))
        for row in known:
            if _key(row) == wanted:
                return (yield from self._described(str(row["TrainingHash"]), group))
        fields = {"experiment_name": experiment_name, "model_type": kind}
        call = Call(training.TRAINING_REGISTER, {"group": group}, fields=fields)
        body = yield from self._connection.ask(call)
        found = member(body, "TrainingHash", str, call)
        return (yield from self._described(found, group))

    acreate_training_experiment = create_training_experiment.twin

    @operation
    def get_training(
        self,
        training_id: str | None = None,
        group: str | None = None,
        *,
        training_hash: str | None = None,
    ) -> Steps[MLOpsTrainingExperiment]:
        """One experiment by its hash.

        Args:
            training_id: the hash; ``training_hash`` is its other name.

        Raises:
            InputError: hash or group is missing.
            TrainingError: there is none.
        """
        chosen = training_hash or training_id
        if not (chosen and group):
            raise InputError(
                "Give training_id and group.",
                hint="client.find_training(name) finds one by its name.",
            )
        return (yield from self._described(chosen, group))

    aget_training = get_training.twin

    @operation
    def rows(self, group: str | None = None) -> Steps[list[dict[str, Any]]]:
        """The platform's own rows of the experiments, in one request."""
        query = {"group": group} if group else {}
        call = Call(training.TRAINING_SEARCH, query=query)
        body = yield from self._connection.ask(call)
        found: list[dict[str, Any]] = member(body, "Results", list, call)
        # Documented platforms know no query.
        return [r for r in found if group in (None, r.get("GroupName"))]

    arows = rows.twin

    @operation
    def find_training(
        self, name_or_hash: str, group: str | None = None
    ) -> Steps[MLOpsTrainingExperiment]:
        """One experiment by its hash or name; of several the newest.

        Raises:
            TrainingError: there is none.
        """
        known = yield from MLOpsTrainingClient.rows.steps(self, group)
        for key in ("TrainingHash", "ExperimentName"):
            for row in known:
                if row.get(key) == name_or_hash:
                    where = str(row["GroupName"])
                    return (yield from self._described(str(row["TrainingHash"]), where))
        told = sorted({str(row.get("ExperimentName")) for row in known})
        near = difflib.get_close_matches(name_or_hash, told, n=2)
        where = f" in the group '{group}'" if group else ""
        hint = "%codex runs shows those there are."
        if near:
            hint = f"Did you mean {' or '.join(repr(n) for n in near)}?"
        elif not told:
            hint = "No experiment is there yet; %%codex train makes one."
        raise TrainingError(
            f"There is no training experiment '{name_or_hash}'{where}.",
            status=404,
            hint=hint,
        )

    afind_training = find_training.twin

    def _described(
        self, training_hash: str, group: str
    ) -> Steps[MLOpsTrainingExperiment]:
        row = {"TrainingHash": training_hash}
        made = MLOpsTrainingExperiment(self._connection, self._keys, row, group)
        yield from MLOpsTrainingExperiment.training_info.steps(made)
        return made


def _key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return (
        str(row.get("ExperimentName")),
        str(row.get("ModelType")),
        str(row.get("GroupName")),
    )
