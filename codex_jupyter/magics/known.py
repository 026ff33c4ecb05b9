"""What the platform holds, kept for completion: never waited for long."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .session import group_names
from .values import number_in

if TYPE_CHECKING:
    from codex_jupyter.client.datasets import MLOpsDataset
    from codex_jupyter.config import Settings

    from .session import Session

PATIENCE = 0.05
FRESH = 5.0
_SHORT = 12  # characters of a hash that a person tells apart
_MOST_EXPERIMENTS = 10


class Known:
    """Models, groups and Python versions of the platform, refreshed behind the scenes.

    Args:
        session: whose platform is asked; asking may attach to a running local one.
        clock: seconds that only grow.
    """

    def __init__(
        self, session: Session, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._session = session
        self._clock = clock
        self._lock = threading.Lock()
        self._asked: tuple[float, Settings | None] | None = None
        self._thread: threading.Thread | None = None
        self._models: list[dict[str, Any]] = []
        self._groups: list[str] = []
        self._pythons: list[str] = []
        self._wants_data = False
        self._wants_runs = False
        self._experiments: list[str] = []
        self._runs: list[str] = []
        self._datasets: list[str] = []
        self._datasources: list[str] = []
        self._columns: dict[tuple[str, Any], dict[str, list[str]]] = {}

    def models(self) -> list[str]:
        """Names of models that are not deleted, the newest first."""
        self._look()
        live = [row for row in self._models if row.get("Status") != "Deleted"]
        live.sort(key=lambda row: str(row.get("UploadedAt", "")), reverse=True)
        return list(dict.fromkeys(str(row["Name"]) for row in live if row.get("Name")))

    def hashes(self) -> list[str]:
        """The beginnings of all models' hashes, deleted ones too, the newest first."""
        self._look()
        rows = sorted(
            self._models, key=lambda row: str(row.get("UploadedAt", "")), reverse=True
        )
        return [str(row["ModelHash"])[:_SHORT] for row in rows if row.get("ModelHash")]

    def columns(self, model: str, training: str | None, side: str) -> list[str]:
        """Columns that a model can be watched by.

        Args:
            model: its name.
            training: the run as it was typed, such as churn:3; None for the model's.
            side: ``inputs`` or ``outputs``.
        """
        self._look()
        rows = [row for row in self._models if row.get("Name") == model]
        if not rows:
            return []
        number = rows[0].get("TrainingExecution")
        if training is not None:
            number = number_in(training)
        wanted = str(rows[0].get("Group")), number
        if number is not None and wanted not in self._columns:
            thread = threading.Thread(
                target=self._ask_columns, args=wanted, daemon=True
            )
            thread.start()
            thread.join(PATIENCE)
        found = self._columns.get(wanted, {})
        return found.get("InputCols" if side == "inputs" else "OutputCols", [])

    def groups(self) -> list[str]:
        """Names of groups."""
        self._look()
        return self._groups

    def pythons(self) -> list[str]:
        """Python versions on offer, such as 3.11."""
        self._look()
        return self._pythons

    def experiments(self) -> list[str]:
        """Names of training experiments, the newest first."""
        self._look_at_runs()
        return self._experiments

    def runs(self) -> list[str]:
        """Numbers of training runs, the newest first."""
        self._look_at_runs()
        return self._runs

    def datasets(self) -> list[str]:
        """What datasets may be typed as: names, or hashes where names repeat."""
        self._look_at_data()
        return self._datasets

    def datasources(self) -> list[str]:
        """Names of datasources."""
        self._look_at_data()
        return self._datasources

    def _look_at_data(self) -> None:
        # Most notebooks never type one, so it is asked only when one was.
        if not self._wants_data:
            with self._lock:
                self._wants_data, self._asked = True, None
        self._look()

    def _look_at_runs(self) -> None:
        if not self._wants_runs:
            with self._lock:
                self._wants_runs, self._asked = True, None
        self._look()

    def _look(self) -> None:
        """Ask again when the answer is old, and give the answer a moment to come."""
        with self._lock:
            now, of = self._clock(), self._session.settings
            old = self._asked is None or now - self._asked[0] > FRESH
            moved = self._asked is not None and of is not self._asked[1]
            if (old or moved) and (self._thread is None or not self._thread.is_alive()):
                self._asked = now, of
                self._thread = threading.Thread(
                    target=self._ask, name="codex-completion", daemon=True
                )
                self._thread.start()
            thread = self._thread
        if thread is not None:
            thread.join(PATIENCE)

    def _ask_data(self) -> None:
        from .lake import dataset_client, datasource_client

        with dataset_client(self._session) as datasets:
            self._datasets = _typed(datasets.list_datasets())
        with datasource_client(self._session) as datasources:
            rows = datasources.list_datasources()
        self._datasources = [str(row["Name"]) for row in rows]

    def _ask_runs(self) -> None:
        from .trainings import training_client

        with training_client(self._session) as client:
            rows = client.rows()
            self._experiments = list(
                dict.fromkeys(str(row.get("ExperimentName")) for row in rows)
            )
            numbers: list[int] = []
            for row in rows[:_MOST_EXPERIMENTS]:
                where = str(row["TrainingHash"]), str(row["GroupName"])
                numbers += client.get_training(*where).executions
        self._runs = [str(number) for number in sorted(numbers, reverse=True)]

    def _ask_columns(self, group: str, number: int) -> None:
        try:
            found = self._session.client().training_columns(group, number)
        except Exception:  # noqa: BLE001
            # The same: completion is silent.
            return
        self._columns[group, number] = found

    def _ask(self) -> None:
        try:
            client = self._session.client()
            self._models = client.rows()
            self._groups = group_names(client)
            self._pythons = python_versions(client.platform_info())
            if self._wants_data:
                self._ask_data()
            if self._wants_runs:
                self._ask_runs()
        except Exception:  # noqa: BLE001
            # Completion is silent: the command itself will say what is wrong.
            return


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
