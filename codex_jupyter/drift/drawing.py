"""Figures of a result, drawn by whoever the installation names for it.

This room knows no drawing library. As with the plotting backends of pandas, the
package's metadata has an entry point that names what draws, and it is looked for only
when a figure is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any

from codex_jupyter.errors import DriftError

__all__ = ["figure_of"]

_GROUP = "codex_jupyter.figures"


def figure_of(result: Any, kind: str, options: Mapping[str, Any]) -> Any:
    """The figure of that name.

    Args:
        result: a `DriftResult` or a `ShapDrift`.
        kind: the figure's name.
        options: what the figure takes beside the result.

    Raises:
        DriftError: there is no such figure of this result, an option is not known, or
            no figures are registered in this environment.
    """
    registered = tuple(entry_points(group=_GROUP))
    if not registered:
        raise DriftError(
            "No figures are registered in this environment: codex_jupyter is not "
            "installed here, or by an older version.",
            hint=f'from {_GROUP} import figure; figure(result, "{kind}")',
        )
    draw = registered[0].load()
    try:
        return draw(result, kind, **options)
    except DriftError:
        raise
    except (TypeError, ValueError) as error:
        raise DriftError(
            f"This figure cannot be drawn: {error}",
            hint=f"help({_GROUP}.{kind}) tells its options."
            if str(kind).isidentifier()
            else 'For example result.figure("heatmap")',
        ) from error
