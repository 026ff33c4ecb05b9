"""SHAP drift: whether a model still decides by the same features."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from codex_jupyter.errors import DriftError

from .comparing import compare
from .drawing import figure_of
from .reference import DriftReference
from .result import DriftResult

__all__ = ["NDCG_ALARM", "ShapDrift", "ndcg", "shap_drift"]

# Below this the live ranking has left training's.
NDCG_ALARM = 0.90
_TRAINING = "training"
# A smaller share of |SHAP| is not worth a sentence.
_WORTH_SAYING = 0.05
_VERSION = 1


def ndcg(training: Any, live: Any) -> float:
    """How well a live ranking of features keeps training's, from 0 to 1.

    Features are put in the order of their live importance and scored by training's,
    discounted by the logarithm of their place; equal live importances share the mean
    of their places' discounts. 1 is training's own order.

    Args:
        training: importance of each feature in training, not negative.
        live: importance of the same features now.
    """
    gains = np.asarray(training, dtype=float)
    now = np.asarray(live, dtype=float)
    discount = 1 / np.log2(np.arange(len(gains)) + 2)
    best = float((np.sort(gains)[::-1] * discount).sum())
    if not best:
        return float("nan")
    if np.isnan(now).any():
        return float("nan")
    _, tie, sizes = np.unique(-now, return_inverse=True, return_counts=True)
    ends = np.cumsum(sizes)
    sums = np.concatenate([[0], np.cumsum(discount)])
    shared = (sums[ends] - sums[ends - sizes]) / sizes
    return float((gains * shared[tie]).sum() / best)


@dataclass(frozen=True, repr=False)
class ShapDrift:
    """SHAP values of some periods against training's.

    Attributes:
        features: the features, as in the training frame.
        periods: labels of the periods, in the order given.
        mean_abs: mean |SHAP|, shape (1 + periods, features); training comes first.
        mean: mean SHAP, the same shape.
        psi: PSI of the SHAP values, shape (periods, features).
        psi_input: PSI of the features' own values, or NaN where it is not known.
        rows: how many rows were explained, training first.
    """

    features: tuple[str, ...]
    periods: tuple[str, ...]
    mean_abs: npt.NDArray[np.float64]
    mean: npt.NDArray[np.float64]
    psi: npt.NDArray[np.float64]
    psi_input: npt.NDArray[np.float64]
    rows: tuple[int, ...]

    def __repr__(self) -> str:
        return (
            f"ShapDrift of {len(self.features)} features in {len(self.periods)} "
            "periods: .averages, .frame, .sentences(), .figure()"
        )

    @property
    def share(self) -> npt.NDArray[np.float64]:
        """Each feature's share of the total mean |SHAP|; training first."""
        total = self.mean_abs.sum(axis=1, keepdims=True)
        found: npt.NDArray[np.float64] = np.full_like(self.mean_abs, np.nan)
        np.divide(self.mean_abs, total, out=found, where=total > 0)
        return found

    @property
    def rank(self) -> npt.NDArray[np.float64]:
        """1 for the largest mean |SHAP|; equal ones share the better place."""
        table = pd.DataFrame(self.mean_abs)
        return table.rank(axis=1, ascending=False, method="min").to_numpy()

    @property
    def impact(self) -> npt.NDArray[np.float64]:
        """PSI of the feature times its live share of |SHAP|: does it matter?"""
        return self.psi_input * self.share[1:]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a period and feature.

        Returns:
            Columns "mean_abs", "share", "share_change" (against training), "rank",
            "rank_training", "sign_flip", "psi" (of the SHAP values), "psi_input" and
            "impact", indexed by period and feature.
        """
        index = pd.MultiIndex.from_product(
            [self.periods, self.features], names=["period", "feature"]
        )
        share, rank = self.share, self.rank
        flipped = np.sign(self.mean[1:]) * np.sign(self.mean[:1]) < 0
        columns = {
            "mean_abs": self.mean_abs[1:],
            "share": share[1:],
            "share_change": share[1:] - share[:1],
            "rank": rank[1:],
            "rank_training": np.broadcast_to(rank[:1], rank[1:].shape),
            "sign_flip": flipped,
            "psi": self.psi,
            "psi_input": self.psi_input,
            "impact": self.impact,
        }
        flat = {name: values.ravel() for name, values in columns.items()}
        return pd.DataFrame(flat, index=index)

    @cached_property
    def averages(self) -> pd.DataFrame:
        """One row a period.

        Returns:
            Columns "mean_abs" and "psi" (both means over the features), "ndcg" of the
            live ranking against training's, "alarm" and "rows".
        """
        scores = [ndcg(self.mean_abs[0], live) for live in self.mean_abs[1:]]
        return pd.DataFrame(
            {
                "mean_abs": self.mean_abs[1:].mean(axis=1),
                "psi": self.psi.mean(axis=1),
                "ndcg": scores,
                "alarm": [score < NDCG_ALARM for score in scores],
                "rows": list(self.rows[1:]),
            },
            index=pd.Index(self.periods, name="period"),
        )

    def weights(self) -> dict[str, float]:
        """Training's share of each feature, for `DriftResult.weighted_average`."""
        return dict(zip(self.features, self.share[0].tolist(), strict=True))

    def figure(self, kind: str = "shap_rank", **options: Any) -> Any:
        """A plotly figure of these values.

        Args:
            kind: "shap_rank", "shap_share" or "shap_averages".
            options: of that figure, such as ``top=5``.

        Raises:
            DriftError: there is no such figure, or nothing that draws is installed.
        """
        return figure_of(self, kind, options)

    def sentences(self, periods: Iterable[str] | None = None) -> list[str]:
        """What happened, in plain words, period by period.

        Args:
            periods: only of these.
        """
        wanted = set(self.periods if periods is None else periods)
        told = []
        rank, share = self.rank, self.share
        flipped = np.sign(self.mean[1:]) * np.sign(self.mean[:1]) < 0
        for place, period in enumerate(self.periods):
            if period not in wanted:
                continue
            score = ndcg(self.mean_abs[0], self.mean_abs[place + 1])
            if score < NDCG_ALARM:
                most = int(np.abs(rank[place + 1] - rank[0]).argmax())
                told.append(
                    f"In {period} the model ranks its features differently than in "
                    f"training (nDCG {score:.2f}): `{self.features[most]}` went from "
                    f"place {rank[0, most]:.0f} to {rank[place + 1, most]:.0f}."
                )
            told.extend(
                f"In {period} `{name}` pushes predictions the other way than in "
                "training."
                for at, name in enumerate(self.features)
                if flipped[place, at] and share[place + 1, at] >= _WORTH_SAYING
            )
        return told

    def to_dict(self) -> dict[str, Any]:
        """Plain data that JSON can hold; unknown numbers are null."""
        return {
            "version": _VERSION,
            "features": list(self.features),
            "periods": list(self.periods),
            "rows": list(self.rows),
            **{name: _plain(getattr(self, name)) for name in _TABLES},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ShapDrift:
        """What `to_dict` wrote.

        Raises:
            DriftError: when the data is something else.
        """
        try:
            width = len(data["features"])
            tables = {
                name: np.array(data[name], dtype=float).reshape(-1, width)
                for name in _TABLES
            }
            return cls(
                tuple(data["features"]),
                tuple(data["periods"]),
                rows=tuple(data["rows"]),
                **tables,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise DriftError(
                "This is not a stored SHAP drift.",
                hint="Store one with shap_drift(...).to_dict().",
            ) from error


_TABLES = ("mean_abs", "mean", "psi", "psi_input")


def _plain(table: npt.NDArray[np.float64]) -> list[list[float | None]]:
    return [[None if x != x else x for x in row] for row in table.tolist()]


def _numbers(frame: Any, period: str) -> pd.DataFrame:
    made = pd.DataFrame(frame)
    made.columns = made.columns.astype(str)
    try:
        made = made.astype(float)
    except (ValueError, TypeError) as error:
        raise DriftError(
            f"The SHAP values of {period} are not all numbers: {error}.",
            hint="get_shap() returns one number a row and feature.",
        ) from error
    if made.empty:
        raise DriftError(
            f"There are no SHAP values for {period}.",
            hint="Leave out periods without rows.",
        )
    return made


def shap_drift(
    training: Any,
    periods: Any,
    *,
    drift: DriftResult | None = None,
    bins: int = 10,
) -> ShapDrift:
    """How a model's reasons moved, from its SHAP values.

    Args:
        training: SHAP values of training, one row a row and one column a feature.
        periods: the same for each period, as a mapping from its label; or one frame.
        drift: drift of the inputs, for the impact of each feature: by period when it
            has periods, else the same for all.
        bins: quantile bins for the PSI of the SHAP values.

    Raises:
        DriftError: when a frame holds anything but numbers, is empty, or has other
            features than training.
    """
    given = periods if isinstance(periods, Mapping) else {"current": periods}
    base = _numbers(training, _TRAINING)
    reference = DriftReference.fit(base, bins=bins)
    features = list(base.columns)
    frames = {_TRAINING: base}
    values = []
    for label, frame in given.items():
        one = _numbers(frame, label)
        if set(one.columns) != set(features):
            odd = sorted(set(one.columns) ^ set(features))
            raise DriftError(
                f"The SHAP values of {label} have other features than training: "
                f"{', '.join(odd[:5])}.",
                hint="Give the same columns in every period.",
            )
        frames[label] = one = one[features]
        found = compare(None, one, reference_counts=reference)
        values.append([found[name].psi for name in features])
    shape = (len(given), len(features))
    return ShapDrift(
        tuple(features),
        tuple(given),
        np.array([frame.abs().mean().to_numpy() for frame in frames.values()]),
        np.array([frame.mean().to_numpy() for frame in frames.values()]),
        np.array(values, dtype=float).reshape(shape),
        np.array(
            [_inputs(drift, label, features) for label in given], dtype=float
        ).reshape(shape),
        tuple(len(frame) for frame in frames.values()),
    )


def _inputs(drift: DriftResult | None, label: str, names: list[str]) -> list[float]:
    if drift is None or (drift.periods and label not in drift.periods):
        return [np.nan] * len(names)
    found = drift.at(label) if drift.periods else drift
    return [found[name].psi if name in found.columns else np.nan for name in names]
