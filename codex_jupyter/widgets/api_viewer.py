"""The API viewer: an OpenAPI document in the cell, executed by the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from codex_jupyter.errors import InputError
from codex_jupyter.render.cards import api_card
from codex_jupyter.render.html import Displayable

from .bridge import Request
from .calls import Calls
from .http_relay import MAX_RUNNING, HttpRelay
from .panel import Panel

if TYPE_CHECKING:
    from codex_jupyter.client.model import MLOpsModel
    from codex_jupyter.client.platform_api import PlatformApi


class ApiViewer(Panel):
    """Swagger UI for a model or a platform; requests run in the kernel.

    Args:
        model: the deployed model, or the platform; its document is fetched once, here.

    Raises:
        CodexError: the document could not be fetched.
    """

    front_end = "api_viewer"
    shared = ("swagger",)

    def __init__(self, model: MLOpsModel | PlatformApi, **unknown: object) -> None:
        super().__init__(**unknown)
        self._document = _absolute(model.openapi(), model.docs)
        self._model = model
        self._calls = Calls(self.bridge, MAX_RUNNING, "codex-relay")
        self._relay = HttpRelay(self.bridge, model, self._calls)
        self.bridge.on("code", self._code)

    def card(self) -> Displayable:
        """The document as a table, with a sample call, in static HTML and text."""
        return api_card(self._document)

    def close(self) -> None:
        """Wait for no answer any more, and take the panel from the page."""
        if "_calls" in self.__dict__:
            self._calls.close()
        super().close()

    def _code(self, request: Request) -> None:
        language = request.fields["language"]
        write = getattr(self._model, "generate_predict_code", None)
        if write is None:
            raise InputError("Code is written for the calls of one model.")
        self._calls.start(request, lambda _: (write(language), None))

    def push(self) -> None:
        """Send the document and where its requests run."""
        server = urlsplit(self._document["servers"][0]["url"])
        self.bridge.send(
            "api",
            name=self._model.name,
            group=self._model.group,
            address=f"{server.scheme}://{server.netloc}",
            token=self._model.has_token,
            document=self._document,
        )


def _absolute(document: dict[str, Any], docs: str) -> dict[str, Any]:
    """The document with absolute server addresses.

    Relative ones are relative to the document, which the page does not know: it would
    take them as its own Jupyter server's.
    """
    servers = document.get("servers") or [{"url": "/"}]
    made = [{**server, "url": urljoin(docs, server["url"])} for server in servers]
    return {**document, "servers": made}
