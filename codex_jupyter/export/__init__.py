"""Files made from a model: a runnable notebook and a one-page dossier."""

from .dossier import dossier
from .facts import Drift, Facts, Training, gather
from .files import destination, save
from .notebook import notebook

__all__ = [
    "Drift",
    "Facts",
    "Training",
    "destination",
    "dossier",
    "gather",
    "notebook",
    "save",
]
