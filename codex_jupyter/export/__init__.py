"""Files made from a model: a runnable notebook and a one-page dossier."""

from .dossier import dossier
from .facts import Facts, gather
from .files import destination, save
from .notebook import notebook

__all__ = [
    "Facts",
    "destination",
    "dossier",
    "gather",
    "notebook",
    "save",
]
