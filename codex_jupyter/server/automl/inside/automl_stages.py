"""What each stage of a pipeline can be, and which combinations can work at all."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass
from typing import Any, Dict, List, Tuple

import sklearn
from automl_columns import Columns
from automl_parts import IqrCapper, RandomImputer, RankCountEncoder, TreeEncoder
from imblearn.pipeline import Pipeline

STAGES = ("models", "missing", "cleaner", "encoding", "preprocess", "unbalance")
_FEW = 0.1
_CELLS_A_THREAD = 100_000
_VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])
# Models that learn from missing numbers as they are.
_TAKES_MISSING = {"lightgbm", "xgboost", "catboost", "dt"} | (
    {"rf"} if _VERSION >= (1, 4) else set()
)


@dataclass(frozen=True)
class Nature:
    """What the choice of stages depends on, seen in the training part.

    Args:
        rows: of the training part.
        features: its columns that are features.
        fewest: rows of its smaller class.
        has_numbers: it has features that are numbers (flags and dates are, too).
        has_missing: some of those are missing somewhere.
        has_texts: it has categories.
    """

    rows: int
    features: int
    fewest: int
    has_numbers: bool
    has_missing: bool
    has_texts: bool


def space(
    stages: Dict[str, List[str]], nature: Nature
) -> Tuple[Dict[str, List[str]], List[str]]:
    """The stages that are searched, with their options, and what was left out.

    Returns:
        The options by stage, and a sentence for each stage or option without use.
    """
    made, told = dict(stages), []
    if not nature.has_missing:
        del made["missing"]
        told.append("stage missing is left out: no numbers are missing")
    if not nature.has_texts:
        del made["encoding"]
        told.append("stage encoding is left out: there are no categories")
    if nature.fewest >= _FEW * nature.rows:
        del made["unbalance"]
        told.append("stage unbalance is left out: both classes have 10 % or more")
    useless = [] if nature.has_texts else ["rare"]
    if not nature.has_numbers:
        useless.append("iqr")
    kept = [one for one in made["cleaner"] if one not in useless]
    if kept != made["cleaner"]:
        told.append("cleaner %s is left out: no such columns" % " and ".join(useless))
    made["cleaner"] = kept or ["none"]
    return made, told


def combinations(options: Dict[str, List[str]]) -> List[Dict[str, str]]:
    """Every combination that can work."""
    made = itertools.product(*options.values())
    each = (dict(zip(options, one)) for one in made)
    return [one for one in each if _is_possible(one)]


def openers(options: Dict[str, List[str]]) -> List[Dict[str, str]]:
    """One sensible combination a model, to begin with; the search goes on from them."""
    made = []
    order = ("lightgbm", "logreg", "catboost", "xgboost", "rf", "dt")
    for model in sorted(options["models"], key=order.index):
        wishes = {
            "models": [model],
            "missing": ["median", "mean"],
            "cleaner": ["none"],
            "encoding": ["catboost", "dt", "count"],
            "preprocess": ["norm", "robust"] if model == "logreg" else ["none"],
            "unbalance": ["none"],
        }
        one = {
            stage: next((w for w in wishes[stage] if w in allowed), allowed[0])
            for stage, allowed in options.items()
        }
        if _is_possible(one):
            made.append(one)
    return made


def label(combination: Dict[str, str]) -> str:
    """A combination in a line: ``lightgbm + median + dt encoding``."""
    # Encoders have the names of models.
    words = {"encoding": "%s encoding"}
    return " + ".join(
        words.get(stage, "%s") % value
        for stage, value in combination.items()
        if value != "none"
    )


def build(
    combination: Dict[str, str], kinds: Dict[str, str], nature: Nature, seed: int
) -> Any:
    """The pipeline of a combination, not fitted."""
    steps: List[Tuple[str, Any]] = [("columns", Columns(kinds))]
    if nature.has_numbers:
        # Rows that come later may miss what no row of the training missed.
        steps.append(("missing", _missing(combination.get("missing", "median"), seed)))
    steps.append(("cleaner", _cleaner(combination["cleaner"])))
    if nature.has_texts:
        steps.append(("encoding", _encoding(combination["encoding"], seed)))
    steps += _preprocess(combination["preprocess"])
    steps.append(("unbalance", _unbalance(combination.get("unbalance"), nature, seed)))
    steps.append(("model", model(combination["models"], nature, seed)))
    return Pipeline([step for step in steps if step[1] is not None])


def threads(cells: int) -> int:
    """The cores that a model may use.

    Args:
        cells: of the training table; a small one is learnt faster by one core alone.
    """
    return max(1, min(_cores(), cells // _CELLS_A_THREAD))


def _cores() -> int:
    given = os.environ.get("OMP_NUM_THREADS", "")
    if given.isdigit() and int(given):
        return int(given)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _is_possible(one: Dict[str, str]) -> bool:
    if one.get("missing") != "none":
        return True
    return (
        one["models"] in _TAKES_MISSING
        and one["preprocess"] != "binarizer"
        and one.get("unbalance") != "smote"
    )


def _missing(option: str, seed: int) -> Any:
    if option in ("mean", "median"):
        from feature_engine.imputation import MeanMedianImputer

        return MeanMedianImputer(imputation_method=option)
    if option == "tail":
        from feature_engine.imputation import EndTailImputer

        return EndTailImputer(imputation_method="gaussian", tail="right", fold=3)
    return RandomImputer(seed) if option == "random" else None


def _cleaner(option: str) -> Any:
    if option == "rare":
        from feature_engine.encoding import RareLabelEncoder

        return RareLabelEncoder(tol=0.05, n_categories=2, replace_with="rare")
    return IqrCapper() if option == "iqr" else None


def _encoding(option: str, seed: int) -> Any:
    import category_encoders

    if option == "catboost":
        return category_encoders.CatBoostEncoder(random_state=seed)
    if option == "count":
        return category_encoders.CountEncoder(handle_unknown=0)
    return TreeEncoder(seed) if option == "dt" else RankCountEncoder()


def _preprocess(option: str) -> List[Tuple[str, Any]]:
    from sklearn import preprocessing

    made: List[Tuple[str, Any]] = []
    if option == "norm":
        made = [("preprocess", preprocessing.StandardScaler())]
    elif option == "robust":
        made = [("preprocess", preprocessing.RobustScaler())]
    elif option == "minmax":
        made = [("preprocess", preprocessing.MinMaxScaler())]
    elif option == "binarizer":
        # Above the median or not: the first step puts it at zero.
        centred = preprocessing.RobustScaler(with_scaling=False)
        made = [("centre", centred), ("preprocess", preprocessing.Binarizer())]
    return [(name, step.set_output(transform="pandas")) for name, step in made]


def _unbalance(option: Any, nature: Nature, seed: int) -> Any:
    if option == "smote":
        from imblearn.over_sampling import SMOTE

        neighbours = max(1, min(5, nature.fewest - 1))
        return SMOTE(random_state=seed, k_neighbors=neighbours)
    if option == "random_under":
        from imblearn.under_sampling import RandomUnderSampler

        return RandomUnderSampler(random_state=seed)
    return None


def model(option: str, nature: Nature, seed: int) -> Any:
    """An estimator that is quiet, seeded, and no larger than the data allow."""
    cores = threads(nature.rows * nature.features)
    leaf = max(1, min(20, nature.rows // 50))
    if option == "lightgbm":
        from lightgbm import LGBMClassifier

        return LGBMClassifier(
            n_estimators=200,
            learning_rate=0.05,
            min_child_samples=leaf,
            random_state=seed,
            n_jobs=cores,
            deterministic=True,
            force_row_wise=True,
            verbose=-1,
        )
    if option == "xgboost":
        from xgboost import XGBClassifier

        return XGBClassifier(
            n_estimators=200,
            learning_rate=0.05,
            max_depth=5,
            tree_method="hist",
            random_state=seed,
            n_jobs=cores,
            verbosity=0,
        )
    if option == "catboost":
        from catboost import CatBoostClassifier

        return CatBoostClassifier(
            iterations=200,
            depth=5,
            random_seed=seed,
            thread_count=cores,
            allow_writing_files=False,
            verbose=False,
        )
    if option == "rf":
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(
            n_estimators=200, min_samples_leaf=2, random_state=seed, n_jobs=cores
        )
    if option == "dt":
        from sklearn.tree import DecisionTreeClassifier

        return DecisionTreeClassifier(
            max_depth=6, min_samples_leaf=leaf, random_state=seed
        )
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=1000, random_state=seed)
