"""A model's state that can be read, and asked for anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class ModelStatus(str):
    """The state when last seen; calling it asks the platform.

    The documented SDK had an attribute ``model.status`` first and a method
    ``model.status()`` later: both are this.

    Args:
        ask: gives the state of now.
    """

    __slots__ = ("_ask",)
    _ask: Callable[[], str]

    def __new__(cls, state: str, ask: Callable[[], str]) -> ModelStatus:
        """The text, with what asks for it anew."""
        made = super().__new__(cls, state)
        made._ask = ask
        return made

    def __call__(self) -> str:
        """Ask the platform for the state of now."""
        return self._ask()

    def __reduce__(self) -> tuple[Any, ...]:
        # A copy is the plain text: it has no platform to ask.
        return (str, (str(self),))
