"""All rules, in the order in which they are tried."""

from __future__ import annotations

from . import (
    building,
    code,
    imports,
    inputs,
    limits,
    monitoring,
    pickles,
    scripts,
    session,
    trainings,
)
from .failure import Explanation, Failure, Rule

# The narrower first: a pickle of another version also lacks a module, and a crash's
# output may hold any of the other texts.
RULES: tuple[Rule, ...] = (
    *session.RULES,
    *trainings.RULES,
    *scripts.RULES,
    *limits.RULES,
    *monitoring.RULES,
    *building.RULES,
    *pickles.RULES,
    *imports.RULES,
    *code.RULES,
    *inputs.RULES,
)


def explain(failure: Failure) -> Explanation | None:
    """The explanation of the first rule that fits, or None."""
    for rule in RULES:
        found = rule.pattern.search(failure.text)
        if found is not None:
            told = rule.tell(found, failure)
            if told is not None:
                return told
    return None
