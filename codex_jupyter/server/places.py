"""Where the files of what runs are laid out: a platform's places, or a check's own."""

from __future__ import annotations

from typing import Protocol

from .artifacts import Artifacts
from .limits import Limits
from .modelfiles import ModelFiles
from .runs import RunFolders


class Places(Protocol):
    """What laying out files needs."""

    @property
    def artifacts(self) -> Artifacts:
        """The uploaded files."""

    @property
    def files(self) -> ModelFiles:
        """The folders of models and scripts."""

    @property
    def runs(self) -> RunFolders:
        """The folders of executions."""

    @property
    def limits(self) -> Limits:
        """What they may use."""
