"""A password or token that no text form shows."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Secret:
    """A password or token whose repr and str say only whether it is set."""

    _value: str | None = field(default=None, repr=False)

    def reveal(self) -> str:
        """The secret itself; "" when it is not set."""
        return self._value or ""

    def __bool__(self) -> bool:
        return bool(self._value)

    def __str__(self) -> str:
        return "set" if self._value else "not set"

    def __repr__(self) -> str:
        return f"Secret({self})"
