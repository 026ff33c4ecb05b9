"""Watching a deployment: the live panel in notebooks, plain lines in terminals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from codex_jupyter.render.html import Displayable
from codex_jupyter.render.outlook import outlook
from codex_jupyter.render.said import said
from codex_jupyter.render.text import clean
from codex_jupyter.render.words import mark, number, t

from .shown import show

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from codex_jupyter.client.deployed import Deployed


_STAGES = {
    "resolve": mark("resolve"),
    "install": mark("install"),
    "start": mark("start"),
    "test": mark("test"),
}
_STATES = {
    "started": mark("started"),
    "done": mark("done"),
    "failed": mark("failed"),
}


class Progress(Protocol):
    """What a deployment is watched by."""

    def show(self) -> None:
        """Put it on the page."""

    def uploading(
        self, text: str, ask: Callable[[], object]
    ) -> AbstractContextManager[None]:
        """Tell what is sent, and when nobody answers meanwhile."""

    def note(self, text: str) -> None:
        """A line before the model exists."""

    def attach(self, model: Deployed) -> None:
        """Watch this model from now on."""

    def fail(self, error: BaseException) -> None:
        """The model never came to exist."""

    def wait(self, timeout: float | None = None) -> str:
        """Block until the state is final, and return it."""


class TextProgress:
    """Plain lines for front-ends without widgets."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._model: Deployed | None = None

    def show(self) -> None:
        """Nothing is shown before there is something to tell."""

    @contextmanager
    def uploading(
        self,
        text: str,
        ask: Callable[[], object],  # noqa: ARG002 - a line cannot be taken back
    ) -> Iterator[None]:
        """Tell what is sent."""
        self.note(text)
        yield

    def note(self, text: str) -> None:
        """Show the line."""
        show(Displayable(clean(said(text))))

    def attach(self, model: Deployed) -> None:
        """Watch this model in `wait`."""
        self._model = model

    def fail(self, error: BaseException) -> None:
        """The command itself raises the error."""

    def wait(self, timeout: float | None = None) -> str:
        """Show each step as it happens until the state is final."""
        if self._model is None:
            return ""
        state = expected = ""
        for event in self._model.watch(timeout=timeout):
            if event.name == "state":
                state = str(event.data.get("Status", ""))
                self.note(f"{self._name}: {t(state)}")
            elif event.name == "estimate":
                # Told again when it is known better.
                if (told := f"  {outlook(event.data)}") != expected:
                    expected = told
                    self.note(told)
            elif event.name == "stage":
                self.note(stage_line(event.data))
            elif event.name == "log":
                self.note(f"  | {event.data.get('OutputData', '')}")
        return state or self._model.refresh()


def progress(shell: InteractiveShell, name: str, group: str) -> Progress:
    """The live panel where the shell has a kernel, else plain lines."""
    if not has_widgets(shell):
        return TextProgress(name)
    from codex_jupyter.widgets.status import StatusPanel

    panel: Progress = StatusPanel(name, group)
    return panel


def has_widgets(shell: InteractiveShell) -> bool:
    """True in a Jupyter kernel; a terminal's IPython has no comms."""
    return getattr(shell, "kernel", None) is not None


def stage_line(data: dict[str, Any]) -> str:
    """A step of a build in a line."""
    seconds = data.get("Seconds")
    time = f" {number(seconds, 1)} s" if isinstance(seconds, (int, float)) else ""
    told = f" {said(data['Note'])}" if data.get("Note") else ""
    stage, progress = str(data.get("Stage", "")), str(data.get("Progress", ""))
    state = t(_STATES.get(progress, progress))
    return f"  {t(_STAGES.get(stage, stage))} {state}{time}{told}"
