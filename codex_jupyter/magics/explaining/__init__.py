"""Failures mapped to cause and fix, by rules over what was told of them."""

from .failure import Explanation, Failure
from .rules import RULES, explain

__all__ = ["RULES", "Explanation", "Failure", "explain"]
