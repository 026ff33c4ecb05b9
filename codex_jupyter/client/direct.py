"""Objects of a platform made by their names, without a client at hand."""

from __future__ import annotations

from typing import Any


class Direct(type):
    """Lets a class be called as documented: with the names of what it stands for.

    Clients make these objects from a connection and what the platform told of them;
    ``MLOpsModel(model_id=…, group=…)`` logs in, asks for the model and gives it. A
    class that can be called so has ``_direct``, which takes what is documented.
    """

    def __call__(cls, *given: Any, **named: Any) -> Any:
        """Make an object, or find the one that is named."""
        find = getattr(cls, "_direct", None)
        if given or find is None:
            return super().__call__(*given, **named)
        return find(**named)
