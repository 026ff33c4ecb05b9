"""The drift dashboard: what moved, where, since when, and whether it matters."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from codex_jupyter.errors import DriftError
from codex_jupyter.render.html import Displayable
from codex_jupyter.render.words import t

from .bridge import Request
from .calls import Calls, Reply
from .drift_card import card_of
from .drift_files import KINDS, file_of
from .drift_message import message_of
from .drift_view import DriftView
from .panel import Panel

__all__ = ["DriftDashboard", "DriftView"]


class DriftDashboard(Panel):
    """Drift of two tables, or of a monitored model, as a live panel.

    The counts travel to the page once; periods, references and noise floors are worked
    out there, so that the panel answers while the kernel is busy. Nothing of it becomes
    widget state.

    A comparison of two tables::

        DriftDashboard(DriftView(compare(train, now)), "train → now").show()

    Results that a platform stored, one document a period, with a button that asks it
    again::

        def fetch() -> DriftView:
            answer = client.drift_of(model)       # one request
            return DriftView.stored(
                answer["Periods"],                # {"2026-W14": result.to_dict()}
                shap=answer["Shap"],              # [shap.to_dict(), …]
                thresholds=answer["Thresholds"],  # {"income": {"moderate": 0.2}}
                alerts=answer["Alerts"],          # ["`income` is above 0.25 …"]
                period="Week",
            )

        DriftDashboard(fetch(), "credit-score", refresh=fetch).show()

    Args:
        view: what to show.
        title: the panel's first words.
        refresh: gives a newer view when the reader asks for one; runs on a thread of
            its own and may raise a `CodexError`. Without it there is no such button.

    Raises:
        InputError: a keyword is not known.
    """

    front_end = "drift"

    def __init__(
        self,
        view: DriftView,
        title: str = "Drift",
        refresh: Callable[[], DriftView] | None = None,
        **unknown: object,
    ) -> None:
        super().__init__(**unknown)
        self._view = view
        self._title = title
        self._refresh = refresh
        self._updated = time.time()
        self._calls = Calls(self.bridge, 2, "codex-drift")
        self.bridge.on("look", self._look)
        self.bridge.on("export", self._export)

    @property
    def view(self) -> DriftView:
        """What is shown now."""
        return self._view

    def card(self) -> Displayable:
        """The verdict, the table and the periods in static form."""
        return card_of(self._view, self._title)

    def push(self) -> None:
        """Send everything that is shown."""
        fields, buffers = message_of(self._view, self._title)
        self.bridge.send(
            "drift",
            buffers,
            **fields,
            updated=self._updated,
            refreshable=self._refresh is not None,
            exports=list(KINDS),
        )

    def close(self) -> None:
        """Cancel what runs and take the panel from the page."""
        if "_calls" in self.__dict__:
            self._calls.close()
        super().close()

    def _look(self, request: Request) -> None:
        refresh = self._refresh
        if refresh is None:
            raise DriftError(
                t("This comparison has nowhere to look again."),
                hint=t("Run the cell again."),
            )

        def work(stop: threading.Event) -> Reply:
            found = refresh()
            if not stop.is_set():
                self._view, self._updated = found, time.time()
                self.push()
                self.freeze()
            return None, None

        self._calls.start(request, work)

    def _export(self, request: Request) -> None:
        kind = request.fields["format"]

        def work(_: threading.Event) -> Reply:
            name, content = file_of(self._view, self._title, kind)
            return {"name": name}, [content]

        self._calls.start(request, work)
