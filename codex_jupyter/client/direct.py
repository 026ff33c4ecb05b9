"""Objects of a platform made by their names, without a client at hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar

from codex_jupyter.config import Secret
from codex_jupyter.protocol.states import MonitoringStatus

from .transport import Connection

# Releases place their arguments differently; by these the order in use is seen.
_SEEN_BY: dict[str, Callable[[Any], bool]] = {
    "url": lambda value: is_address(value),
    "tenant": lambda value: not is_address(value),
    "group_token": lambda value: (
        isinstance(value, Secret)
        or re.fullmatch("[0-9a-f]{32}", str(value)) is not None
    ),
    "status": lambda value: str(value) in set(MonitoringStatus),
}


class Direct(type):
    """Lets a class be called as documented: with the names of what it stands for.

    Clients make these objects from a connection and what the platform told of them;
    ``MLOpsModel(model_id=…, group=…)`` logs in, asks for the model and gives it. A
    class that can be called so has ``_direct``, which takes what is documented by its
    name, and in ``_places`` the orders in which releases take it without names, the
    oldest first.
    """

    _places: ClassVar[tuple[tuple[str, ...], ...]] = ()

    def __call__(cls, *given: Any, **named: Any) -> Any:
        """Make an object, or find the one that is named.

        Raises:
            TypeError: an argument is given twice, or must be named.
        """
        find = getattr(cls, "_direct", None)
        if find is None or (given and isinstance(given[0], Connection)):
            return super().__call__(*given, **named)
        return find(**by_name(cls.__name__, cls._places, given), **named)


def by_name(
    kind: str, places: tuple[tuple[str, ...], ...], given: tuple[Any, ...]
) -> dict[str, Any]:
    """The names of what was given by its place.

    Args:
        kind: the class, for the error.
        places: the orders that releases have, the oldest first; the first that the
            values fit is taken.

    Raises:
        TypeError: no order has so many places.
    """
    if not given:
        return {}
    orders = [order[: len(given)] for order in places if len(order) >= len(given)]
    if not orders:
        takes = max((len(order) for order in places), default=0)
        raise TypeError(
            f"{kind} takes {takes or 'no'} arguments without a name; {len(given)} were "
            f"given. Name them: {kind}(group=…, …)"
        )
    fitting = (order for order in orders if all(map(_fits, order, given)))
    return dict(zip(next(fitting, orders[0]), given, strict=True))


def is_address(value: Any) -> bool:
    """True for what is a platform's address, and no tenant."""
    return isinstance(value, str) and "://" in value


def _fits(name: str, value: Any) -> bool:
    seen = _SEEN_BY.get(name)
    return seen is None or value is None or seen(value)
