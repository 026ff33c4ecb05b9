"""The base of all panels: a thin anywidget with a static twin."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets
from IPython.display import display

from codex_jupyter.errors import InputError
from codex_jupyter.render.card_parts import QUIET
from codex_jupyter.render.html import Displayable, Markup, tag
from codex_jupyter.render.words import speaking, spoken, t

from . import assets
from .bridge import Bridge, Request

if TYPE_CHECKING:
    from IPython.core.display_functions import DisplayHandle


class Panel(anywidget.AnyWidget):
    """A live view in the page, and the same in static HTML beside it.

    What users own never becomes a trait, because traits are saved with the notebook;
    it travels in messages instead. A subclass names its front end in `front_end`,
    gives its static form in `card` and sends its state in `push`. What its front end
    waits for later is in `shared`.

    Raises:
        InputError: a keyword is not known.
        InstallationError: the front end is missing or stale.
    """

    front_end: str
    shared: tuple[str, ...] = ()
    _esm = traitlets.Unicode().tag(sync=True)
    _cx_twin = traitlets.Unicode().tag(sync=True)
    _cx_lang = traitlets.Unicode().tag(sync=True)

    def __init__(self, **unknown: object) -> None:
        if unknown:
            raise InputError(
                f"{type(self).__name__} does not know the word '{min(unknown)}'.",
                hint=f"Type {type(self).__name__}? to see what it takes.",
            )
        self._handle: DisplayHandle | None = None
        self._twin_lock = threading.Lock()
        self._has_twin = False
        super().__init__(
            _esm=assets.loader(self.front_end),
            _cx_twin=uuid.uuid4().hex[:12],
            _cx_lang=spoken(),
        )
        self.bridge = Bridge(self.send)
        self.bridge.on("asset", self._send_asset)
        self.bridge.on("hello", self._greet)
        self.on_msg(lambda _, content, buffers: self.bridge.receive(content, buffers))

    def card(self) -> Displayable:
        """The panel as it stands, in static HTML and plain text."""
        raise NotImplementedError

    def push(self) -> None:
        """Send everything that a new view has to know."""
        raise NotImplementedError

    def show(self) -> None:
        """Display the live view, and below it the static twin that it hides."""
        self._has_twin = True
        display(self)  # type: ignore[no-untyped-call]
        with self._twin_lock, speaking(self._cx_lang):
            self._handle = display(self._twin(), display_id=True)  # type: ignore[no-untyped-call]

    def freeze(self) -> None:
        """Bring the static twin up to date, so that a saved notebook tells the same."""
        with self._twin_lock, speaking(self._cx_lang):
            if self._handle is not None:
                self._handle.update(self._twin())  # type: ignore[no-untyped-call]

    def _twin(self) -> Displayable:
        card = self.card()
        body = card.html if card.html is not None else card.text
        # The live view finds its twin by this class, and hides it while it lives.
        come_back = t(
            "As saved with the notebook. Run the cell again for the live panel."
        )
        marked = tag(
            "div",
            body,
            tag("p", come_back, style=QUIET),
            class_=f"cx-twin cx-twin-{self._cx_twin}",
            lang=self._cx_lang,
        )
        return Displayable(card.text, marked)

    def _send_asset(self, request: Request) -> None:
        self._push_asset()
        request.reply()

    def _push_asset(self) -> None:
        for found in (
            assets.asset(self.front_end, self._cx_lang),
            *map(assets.asset, self.shared),
        ):
            self.bridge.send("asset", [found.packed], name=found.name, hash=found.hash)

    def _greet(self, request: Request) -> None:
        self.push()
        request.reply()

    def _repr_mimebundle_(
        self, **kwargs: Any
    ) -> tuple[dict[str, Any], dict[str, Any]] | None:
        made = super()._repr_mimebundle_(**kwargs)
        if made is None:
            return None
        # Pushed, not asked for: the page's question would wait behind the cells that
        # are still queued.
        self._push_asset()
        with speaking(self._cx_lang):
            self.push()
            fallback: Mapping[str, str] = self.card()._repr_mimebundle_()
        data, metadata = made
        if self._has_twin:
            # The twin is the next output; its content is not to be seen twice.
            fallback = {
                "text/plain": f"{type(self).__name__}",
                "text/html": Markup("<span></span>"),
            }
        return {**data, **fallback}, metadata
