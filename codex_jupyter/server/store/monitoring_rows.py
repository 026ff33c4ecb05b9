"""Rows of monitorings and of their results as frozen objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class MonitoringRow:
    """What is compared, period by period. Its newest validation tells its state.

    Args:
        model: the hash of the model that it watches; None of an external one.
        name: of an external one; else the model's.
        period: ``Day``, ``Week``, ``Month``, ``Quarter`` or ``Year``.
        config: what was registered, checked and in one spelling, without secrets.
        preprocess: the name of the function that makes two frames; None while unknown.
        shap: the name of the function that explains; None while unknown.
        python: such as ``Python311``.
        webhook: the address that hears of alerts, encrypted; None for none.
        validation: the execution that validates it, or did; None before.
    """

    hash: str
    group: str
    model: str | None
    name: str
    period: str
    config: dict[str, Any]
    preprocess: str | None
    shap: str | None
    python: str
    creator: str
    registered_at: datetime
    webhook: str | None = None
    validation: int | None = None


@dataclass(frozen=True, slots=True)
class ResultRow:
    """The result of one period: a short form of it, and where the whole is.

    Args:
        label: such as ``2026-W14``.
        starts_at: the first moment of the period.
        ends_at: the first moment after it.
        is_complete: False of a period that was not over when it was computed.
        blob: the whole result, a JSON document.
        summary: what a list shows of it.
    """

    monitoring: str
    label: str
    starts_at: datetime
    ends_at: datetime
    is_complete: bool
    execution: int
    written_at: datetime
    blob: str
    summary: dict[str, Any] = field(default_factory=dict)
