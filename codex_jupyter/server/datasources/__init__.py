"""Where datasets come from: cloud stores through fsspec, and local folders."""

from .faults import Unreadable
from .local import Folders, default_folders
from .sources import Found, Source, open_source

__all__ = [
    "Folders",
    "Found",
    "Source",
    "Unreadable",
    "default_folders",
    "open_source",
]
