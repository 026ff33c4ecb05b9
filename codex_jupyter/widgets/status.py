"""The status panel: where a deployment stands, live."""

from __future__ import annotations

from codex_jupyter.render.cards import status_card
from codex_jupyter.render.html import Displayable

from .deployment import Deployment
from .following import FollowingPanel
from .panel import Panel


class StatusPanel(Deployment, FollowingPanel):
    """A deployment's state, steps, log, failure and buttons.

    Args:
        name: the model's name, as text for people.
        group: its group.

    `show` displays it; see `Deployment` for the rest.
    """

    front_end = "status"

    def __init__(self, name: str, group: str, **unknown: object) -> None:
        Panel.__init__(self, **unknown)
        Deployment.__init__(self, name, group, self.bridge, self.freeze)

    def card(self) -> Displayable:
        """The panel as it stands, in static HTML and plain text."""
        return status_card(self.facts())
