"""What the platform supplies to a run: scripts, requirements, a Python."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LEADERBOARD = "leaderboard.json"
"""The file, made by a run, that lists every pipeline it tried."""
SCHEMAS = {
    ("Sync", "csv"): "schema.json",
    ("Sync", "parquet"): "schema.json",
    ("Async", "csv"): "schema.csv",
    ("Async", "parquet"): "schema.parquet",
}
"""The file, made by a run, that is the schema of its promotion: by the operation and
the ``file_type`` of the configuration's train data."""

_INSIDE = Path(__file__).parent / "inside"
_CONFIGURATION = "automl_configuration.json"
# What the pickle of a model refers to.
_OF_MODEL = ("automl_classifier.py", "automl_columns.py", "automl_parts.py")
_SCORERS = {"Sync": "automl_score.py", "Async": "automl_score_file.py"}

# Each set is whole: its versions were run together. Everything has wheels for these.
_NEW = """\
catboost==1.2.10
category-encoders==2.8.1
cloudpickle==3.1.2
feature-engine==1.9.4
imbalanced-learn==0.14.0
lightgbm==4.6.0
numpy==2.2.6
optuna==4.5.0
pandas==2.3.3
pyarrow==21.0.0
scikit-learn==1.7.2
scipy==1.15.3
xgboost-cpu==3.0.5
"""
# scikit-learn 1.6 began to refuse estimators that category-encoders 2.6 has.
_PYTHON_3_9 = """\
catboost==1.2.8
category-encoders==2.6.4
cloudpickle==3.1.2
feature-engine==1.8.3
imbalanced-learn==0.12.4
lightgbm==4.6.0
numpy==1.26.4
optuna==4.5.0
pandas==2.2.3
pyarrow==20.0.0
scikit-learn==1.5.2
scipy==1.13.1
xgboost-cpu==2.1.4
"""
_PYTHON_3_8 = """\
catboost==1.2.8
category-encoders==2.6.4
cloudpickle==3.1.2
feature-engine==1.6.2
imbalanced-learn==0.12.4
lightgbm==4.6.0
numpy==1.24.4
optuna==4.5.0
pandas==2.0.3
pyarrow==17.0.0
scikit-learn==1.3.2
scipy==1.10.1
xgboost-cpu==2.1.4
"""
_REQUIREMENTS = {
    8: _PYTHON_3_8,
    9: _PYTHON_3_9,
    10: _NEW,
    11: _NEW,
    12: _NEW,
    13: _NEW,
}
MINORS = tuple(_REQUIREMENTS)
"""The minor versions of Python 3 that a run can have."""
# The others come in the order in which they are likely to stay of use.
_PREFERRED = (12, 11, 13, 10, 9, 8)


@dataclass(frozen=True, slots=True)
class Trainer:
    """The training script of one run.

    Args:
        script: the file among `files` to run.
        reference: its function, called as ``train_model(df, base_path)``.
        files: texts by file name, all to be laid into the run's folder.
    """

    script: str
    reference: str
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Scorer:
    """The script of a model that AutoML made.

    Args:
        script: the file among `files` to run.
        reference: its function, called as the operation's ``score`` is.
        files: texts by file name, all to be laid beside ``model.pkl``.
    """

    script: str
    reference: str
    files: dict[str, str]


def trainer(configuration: dict[str, Any]) -> Trainer:
    """What runs the training.

    Args:
        configuration: as `check_configuration` gives it.
    """
    files = {file.name: file.read_text("utf-8") for file in _INSIDE.glob("automl_*.py")}
    for script in _SCORERS.values():
        del files[script]
    files[_CONFIGURATION] = json.dumps(configuration, ensure_ascii=False, indent=1)
    return Trainer("automl_train.py", "train_model", files)


def scorer(operation: str) -> Scorer:
    """What serves the model that a run made, in the environment of the run.

    Args:
        operation: Sync or Async.
    """
    script = _SCORERS[operation]
    files = {name: (_INSIDE / name).read_text("utf-8") for name in (script, *_OF_MODEL)}
    return Scorer(script, "score", files)


def requirements(minor: int) -> str:
    """The requirements of a run and of the model that it makes.

    Args:
        minor: one of `MINORS`.

    Raises:
        ValueError: it is another; the sentence says which there are.
    """
    try:
        return _REQUIREMENTS[minor]
    except KeyError:
        raise ValueError(
            f"AutoML cannot run on Python 3.{minor}. It runs on 3.{MINORS[0]} to "
            f"3.{MINORS[-1]}."
        ) from None


def choose_python(installed: Collection[int]) -> int:
    """The minor version of Python for a run: ours if it can be, else a usual one.

    The platform is mostly started by the kernel's own Python, so that a downloaded
    model opens in the notebook.

    Args:
        installed: the minor versions on this machine.

    Raises:
        ValueError: none of them can be used; the sentence says what to install.
    """
    for minor in (sys.version_info.minor, *_PREFERRED):
        if minor in installed and minor in _REQUIREMENTS:
            return minor
    found = ", ".join(f"3.{minor}" for minor in sorted(installed)) or "none"
    raise ValueError(
        f"AutoML needs Python 3.{MINORS[0]} to 3.{MINORS[-1]} on the platform's "
        f"machine; found: {found}. Install one with 'python -m uv python install "
        f"3.{_PREFERRED[0]}' and run it again."
    )
