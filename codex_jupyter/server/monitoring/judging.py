"""What a period's counts mean: verdicts, averages, sentences, alerts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from codex_jupyter.drift import DriftResult, ShapDrift
from codex_jupyter.errors import DriftError

from .periods import Span
from .tally import Tally

_ORDER = ("empty", "noise", "stable", "moderate", "significant")
_BECAME = "became missing."


def document(
    span: Span,
    tally: Tally,
    shap: ShapDrift | None,
    *,
    config: Mapping[str, Any],
    is_complete: bool,
    note: str = "",
) -> dict[str, Any]:
    """The whole result of a period as JSON, in counts and in words.

    Args:
        note: why there is no SHAP drift.
    """
    drift = tally.drift.judged(config["Thresholds"]) if tally.drift else None
    where = place(span)
    alerts = alerts_of(drift, shap, where)
    sentences = [placed(text, where) for text in drift.sentences()] if drift else []
    if shap is not None:
        sentences += [placed(text, where) for text in shap.sentences()]
    if tally.bad:
        sentences.append(placed(tally.bad_text().partition("\n")[0], where))
    if not tally.records:
        sentences.append(f"There are no records in {where}.")
    levels = [one.level for one in drift.columns.values()] if drift else []
    return {
        "Label": span.label,
        "Period": span.unit,
        "StartsAt": f"{span.start:%Y-%m-%d}",
        "EndsAt": f"{span.end:%Y-%m-%d}",
        "IsComplete": is_complete,
        "Verdict": max(levels, key=_ORDER.index, default="empty"),
        "Records": tally.records,
        "Bad": tally.bad,
        "BadReasons": tally.reasons,
        "Rows": tally.rows,
        "Columns": columns_of(drift) if drift else {},
        "Averages": averages(drift, shap, config),
        "Previous": None,
        "Sentences": sentences,
        "Alerts": alerts,
        "ShapNote": note,
        "Drift": drift.to_dict() if drift else None,
        "Shap": shap.to_dict() if shap else None,
    }


def summary_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """What a list shows of a result."""
    names = ("Verdict", "Records", "Bad", "Rows", "Averages", "Alerts")
    return {name: told[name] for name in names} | {
        "Drifted": [
            name
            for name, one in told["Columns"].items()
            if one["Level"] in ("moderate", "significant")
        ]
    }


def place(span: Span) -> str:
    """A period within a sentence."""
    return span.label if span.unit == "Day" else f"{span.unit.lower()} {span.label}"


def placed(sentence: str, where: str) -> str:
    """A sentence that says when."""
    if sentence.endswith(_BECAME):
        return f"{sentence[:-1]} in {where}."
    return f"In {where}: {sentence}"


def columns_of(drift: DriftResult) -> dict[str, dict[str, Any]]:
    """The verdict on each column."""
    return {
        name: {
            "Psi": known(one.psi),
            "NoiseFloor": known(one.noise_floor),
            "Level": one.level,
            "Verdict": one.verdict,
            "Moderate": one.bands.moderate,
            "Significant": one.bands.significant,
        }
        for name, one in drift.columns.items()
    }


def averages(
    drift: DriftResult | None, shap: ShapDrift | None, config: Mapping[str, Any]
) -> dict[str, float | None]:
    """Means over the columns; None where there is nothing to take a mean of."""
    made: dict[str, float | None] = dict.fromkeys(
        ("Psi", "PsiInputs", "PsiOutputs", "PsiWeighted", "Shap", "ShapPsi", "Ndcg")
    )
    if drift is not None:
        made["Psi"] = known(drift.psi_average)
        for key, columns in (("PsiInputs", "InputCols"), ("PsiOutputs", "OutputCols")):
            weights = dict.fromkeys(config[columns], 1.0)
            made[key] = known(drift.weighted_average(weights))
    if shap is not None:
        row = shap.averages.iloc[0]
        made["Shap"], made["ShapPsi"] = known(row["mean_abs"]), known(row["psi"])
        made["Ndcg"] = known(row["ndcg"])
        if drift is not None:
            shares = dict(zip(shap.features, np.nan_to_num(shap.share[1]), strict=True))
            made["PsiWeighted"] = known(drift.weighted_average(shares))
    return made


def alerts_of(
    drift: DriftResult | None, shap: ShapDrift | None, where: str
) -> list[str]:
    """What somebody should hear of: significant drift, and another ranking."""
    ranked = sorted(drift.columns.values(), key=_by_psi) if drift else []
    told = [
        f"`{one.name}` drifted in {where}: PSI {one.psi:.2f}, above "
        f"{one.bands.significant:g} (noise floor {one.noise_floor:.2g})."
        for one in ranked
        if one.level == "significant"
    ]
    if shap is not None and bool(shap.averages["alarm"].iloc[0]):
        told.append(
            f"The model decided by other features in {where}: nDCG "
            f"{shap.averages['ndcg'].iloc[0]:.2f} against training's ranking."
        )
    return told


def against_previous(
    told: Mapping[str, Any], earlier: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """PSI of a result against the one before it, column by column.

    Returns:
        ``{"Label", "Psi": {column: number or None}, "Average"}``; None without an
        earlier result that has counts.

    Raises:
        DriftError: one of the two is no stored result.
    """
    if earlier is None or not earlier["Drift"] or not told["Drift"]:
        return None
    before = DriftResult.from_dict(earlier["Drift"])
    now = DriftResult.from_dict(told["Drift"])
    if before.reference_hash != now.reference_hash:
        raise DriftError("The two periods were compared with different references.")
    columns = {
        name: replace(one, reference=before[name].current)
        for name, one in now.columns.items()
        if name in before.columns
    }
    pair = replace(now, columns=columns, against=str(earlier["Label"]))
    return {
        "Label": earlier["Label"],
        "Psi": {name: known(one.psi) for name, one in columns.items()},
        "Average": known(pair.psi_average),
    }


def known(value: float) -> float | None:
    """A number as JSON has it: nothing for NaN."""
    return float(value) if math.isfinite(value) else None


def _by_psi(one: Any) -> float:
    return -one.psi if math.isfinite(one.psi) else 0.0


def drifted(columns: Sequence[str]) -> str:
    """A few names within a sentence."""
    shown = ", ".join(f"`{name}`" for name in columns[:3])
    return shown + (f" and {len(columns) - 3} more" if len(columns) > 3 else "")
