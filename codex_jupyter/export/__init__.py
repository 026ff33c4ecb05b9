"""Files made from a model: a runnable notebook and a one-page dossier."""

from .dossier import dossier
from .facts import Facts, gather
from .files import destination, save
from .notebook import notebook
from .words import LANGUAGES, language_of

__all__ = [
    "LANGUAGES",
    "Facts",
    "destination",
    "dossier",
    "gather",
    "language_of",
    "notebook",
    "save",
]
