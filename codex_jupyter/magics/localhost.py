"""What the local panel asks of the notebook: looking, starting and stopping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import LocalPlatformError
from codex_jupyter.render.words import t

if TYPE_CHECKING:
    from codex_jupyter.client.local_state import LocalState
    from codex_jupyter.config import DataDir

    from .session import Session


class NotebookLocal:
    """The embedded platform of a folder, and the session that may use it.

    Args:
        again: the line that starts it.
    """

    def __init__(self, session: Session, folder: DataDir, again: str) -> None:
        self._session = session
        self._folder = folder
        self._again = again

    def look(self) -> LocalState:
        """How the platform is."""
        from codex_jupyter.client import local_state

        return local_state.look(self._folder)

    def start(self) -> None:
        """Start it, and talk to it from now on."""
        from codex_jupyter.client import local

        self._session.use_local(local.start(self._folder))

    def stop(self) -> None:
        """End it; a notebook that talked to it talks to nobody then."""
        from codex_jupyter.client import local

        local.stop(self._folder)
        if self.is_used():
            self._session.forget()

    def rows(self) -> list[dict[str, Any]]:
        """Its models, also where this notebook talks to another platform."""
        if self.is_used():
            return self._session.client().rows()
        from codex_jupyter.client import local
        from codex_jupyter.client.model import MLOpsModelClient

        found = local.find(self._folder)
        if found is None:
            raise LocalPlatformError(t("It does not answer."), hint=self._again)
        with MLOpsModelClient(settings=found.settings) as client:
            return client.rows()

    def is_used(self) -> bool:
        """Whether this notebook talks to it."""
        return self._session.data_dir == self._folder

    def lines(self, state: str) -> list[str]:
        """The buttons as lines, and what may be typed next."""
        stop = self._again.replace("local", "local stop", 1)
        if state == "running":
            return ["%codex deploy", "%codex models", stop]
        return [stop] if state == "silent" else [self._again]
