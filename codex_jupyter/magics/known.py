"""What the platform holds, kept for completion: never waited for long."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from .kept import Kept
from .session import group_names
from .values import number_in

if TYPE_CHECKING:
    from codex_jupyter.client.datasets import MLOpsDataset
    from codex_jupyter.client.model import MLOpsModel
    from codex_jupyter.config import Settings

    from .session import Session

T = TypeVar("T")

_SHORT = 12  # characters of a hash that a person tells apart
_MOST_RUNS = 100


class Known:
    """Names, hashes and numbers of the platform, refreshed behind the scenes.

    Args:
        session: whose platform is asked; asking may attach to a running local one.
        clock: seconds that only grow.
    """

    def __init__(
        self, session: Session, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._session = session
        self._clock = clock
        self._of: Settings | None = None
        self._commands = 0
        self._kept: dict[tuple[str, ...], Kept[Any]] = {}

    def renew(self) -> None:
        """Ask for the models, which most lines name, without waiting for them."""
        self._keeping(self._ask_models, _Models([]), "models").renew()

    def models(self) -> list[str]:
        """Names of models that are not deleted, the newest first."""
        return self._listed().names

    def hashes(self) -> list[str]:
        """The beginnings of all models' hashes, deleted ones too, the newest first."""
        return self._listed().hashes

    def versions(self) -> list[str]:
        """The beginnings of the hashes of all models, then of all scripts."""
        none: list[str] = []
        scripts = self._get(self._ask_versions, none, "script versions")
        return [*self.hashes(), *scripts]

    def live_hashes(self) -> list[str]:
        """Those of models that are not deleted."""
        return self._listed().live

    def scripts(self) -> list[str]:
        """Names of preprocessing scripts that are not deleted."""
        none: dict[str, tuple[str, str]] = {}
        return list(self._get(self._ask_scripts, none, "scripts"))

    def columns(self, model: str, training: str | None, side: str) -> list[str]:
        """Columns that a model can be watched by.

        Args:
            model: its name.
            training: the run as it was typed, such as churn:3; None for the model's.
            side: ``inputs`` or ``outputs``.
        """
        row = self._listed().row(model)
        if row is None:
            return []
        number = row.get("TrainingExecution")
        if training is not None:
            number = number_in(training)
        if number is None:
            return []
        group, run = str(row.get("Group")), int(number)
        found: dict[str, list[str]] = self._get(
            lambda: self._session.client().training_columns(group, run),
            {},
            *("columns", group, str(run)),
        )
        return found.get("InputCols" if side == "inputs" else "OutputCols", [])

    def periods(self, model: str) -> list[str]:
        """Labels of a monitored model's periods, the newest first."""
        return self._get(lambda: self._ask_periods(model), [], "periods", model)

    def groups(self) -> list[str]:
        """Names of groups."""
        return self._get(lambda: group_names(self._session.client()), [], "groups")

    def pythons(self) -> list[str]:
        """Python versions on offer, such as 3.11."""
        return self._get(
            lambda: python_versions(self._session.client().platform_info()),
            [],
            "pythons",
        )

    def experiments(self) -> list[str]:
        """Names of training experiments, the newest first."""
        return list(self._experiments())

    def runs(self, name: str) -> list[str]:
        """Numbers of what was run under a name, the newest first.

        Args:
            name: of a training experiment, of an asynchronous model, or of a script.
        """
        return self._get(lambda: self._ask_runs(name), [], "runs", name)

    def datasets(self) -> list[str]:
        """What datasets may be typed as: names, or hashes where names repeat."""
        return self._get(self._ask_datasets, [], "datasets")

    def datasources(self) -> list[str]:
        """Names of datasources."""
        return self._get(self._ask_datasources, [], "datasources")

    def _listed(self) -> _Models:
        return self._get(self._ask_models, _Models([]), "models")

    def _experiments(self) -> dict[str, tuple[str, str]]:
        return self._get(self._ask_experiments, {}, "experiments")

    def _get(self, ask: Callable[[], T], empty: T, *key: str) -> T:
        # The first time, modules of the client are imported: that takes a while.
        connected = self._session.settings is not None
        return self._keeping(ask, empty, *key).get(patient=connected)

    def _keeping(self, ask: Callable[[], T], empty: T, *key: str) -> Kept[T]:
        current = self._current()
        if key not in current:
            current[key] = Kept(ask, empty, self._clock)
        return current[key]

    def _current(self) -> dict[tuple[str, ...], Kept[Any]]:
        """What is kept of the platform in use, in doubt once a command has run."""
        of = self._session.settings
        if self._of is not None and of is not self._of:
            self._kept = {}
        self._of = of
        if self._commands != self._session.commands:
            self._commands = self._session.commands
            for kept in self._kept.values():
                kept.doubt()
        return self._kept

    def _ask_models(self) -> _Models:
        return _Models(self._session.client().rows())

    def _ask_scripts(self) -> dict[str, tuple[str, str]]:
        with self._session.script_client() as client:
            rows = client.search_preprocessing()
        return {
            str(row["Name"]): (str(row["Hash"]), str(row["Group"]))
            for row in rows
            if row.get("Name") and row.get("Status") != "Deleted"
        }

    def _ask_versions(self) -> list[str]:
        with self._session.script_client() as client:
            rows = client.search_preprocessing()
        rows.sort(key=lambda row: str(row.get("UploadedAt", "")), reverse=True)
        return [str(row["Hash"])[:_SHORT] for row in rows]

    def _ask_experiments(self) -> dict[str, tuple[str, str]]:
        from .trainings import training_client

        with training_client(self._session) as client:
            rows = client.rows()
        return {
            str(row["ExperimentName"]): (
                str(row["TrainingHash"]),
                str(row["GroupName"]),
            )
            for row in rows
        }

    def _ask_runs(self, name: str) -> list[str]:
        from .trainings import training_client

        numbers: set[int] = set()
        if where := self._ask_experiments().get(name):
            with training_client(self._session) as client:
                numbers |= {int(n) for n in client.get_training(*where).executions}
        rows: list[dict[str, Any]] = []
        listed = _Models(self._session.client().rows(name=name))
        if (row := listed.row(name)) and row.get("Operation") == "Async":
            rows += self._model(row).list_executions(limit=_MOST_RUNS)
        if where := self._ask_scripts().get(name):
            hash_, group = where
            with self._session.script_client() as scripts:
                script = scripts.get_preprocessing(
                    hash_, group=group, wait_for_ready=False
                )
                rows += script.list_executions(limit=_MOST_RUNS)
        numbers |= {int(row["ExecutionId"]) for row in rows}
        return [str(number) for number in sorted(numbers, reverse=True)]

    def _ask_periods(self, name: str) -> list[str]:
        row = _Models(self._session.client().rows(name=name)).row(name)
        if row is None:
            return []
        found = self._model(row).monitoring_results()["Periods"]
        return sorted(found, reverse=True)

    def _model(self, row: dict[str, Any]) -> MLOpsModel:
        return self._session.client().get_model(
            model_hash=str(row["ModelHash"]),
            group=str(row["Group"]),
            wait_for_ready=False,
        )

    def _ask_datasets(self) -> list[str]:
        from .lake import dataset_client

        with dataset_client(self._session) as client:
            return _typed(client.list_datasets())

    def _ask_datasources(self) -> list[str]:
        from .lake import datasource_client

        with datasource_client(self._session) as client:
            return [str(row["Name"]) for row in client.list_datasources()]


class _Models:
    """The platform's models as completion needs them; made once an answer.

    Args:
        rows: as the platform gives them.
    """

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        rows = sorted(rows, key=lambda r: str(r.get("UploadedAt", "")), reverse=True)
        live = [row for row in rows if row.get("Status") != "Deleted"]
        # Of several with one name the newest is the first, and the one that counts.
        self._by_name = {str(row["Name"]): row for row in reversed(live)}
        self.names = list(dict.fromkeys(str(row["Name"]) for row in live))
        self.hashes = [str(row.get("ModelHash", ""))[:_SHORT] for row in rows]
        self.live = [str(row.get("ModelHash", ""))[:_SHORT] for row in live]

    def row(self, name: str) -> dict[str, Any] | None:
        """The row of the newest model of that name."""
        return self._by_name.get(name)


def _typed(datasets: list[MLOpsDataset]) -> list[str]:
    """The name of each where it is the only one so called, else its short hash."""
    counts = Counter(one.name for one in datasets)
    return [
        one.name if counts[one.name] == 1 else one.dataset_hash[:12] for one in datasets
    ]


def python_versions(info: dict[str, Any]) -> list[str]:
    """The versions that a platform says it offers, such as 3.8 and 3.11, in order."""
    found = {short_python(str(item)) for item in info.get("Pythons", [])}
    return sorted(found, key=_minor)


def short_python(version: str) -> str:
    """3.11 from 3.11.7: a platform chooses the newest patch itself."""
    return ".".join(version.split(".")[:2])


def nearest_python(version: str, offered: list[str]) -> str:
    """The offered version that is nearest to the given one."""
    return min(offered, key=lambda other: abs(_minor(other) - _minor(version)))


def _minor(version: str) -> int:
    digits = version.partition(".")[2]
    return int(digits) if digits.isdecimal() else 0
