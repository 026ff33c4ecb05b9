"""What the status panel knows of a deployment: events in, one plain view out.

No thread, no widget: the panel feeds it, the page and the static twin show it.
"""

from __future__ import annotations

import time
from typing import Any

from codex_jupyter.errors import CodexError
from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.states import ALLOWED_ACTIONS, ModelState, Stage
from codex_jupyter.render.outlook import outlook
from codex_jupyter.render.words import mark, number, t

from .live_view import LOST, WAITING, LiveView

# Shown before the model exists; not states of the protocol.
UPLOADING = "Uploading"
REFUSED = "Not uploaded"

_BUTTONS = ("restart", "disable", "delete")
_LINES = {
    ModelState.READY: mark("Uploaded; waiting for the platform to start."),
    ModelState.BUILDING: mark("The platform is building its environment."),
    ModelState.RECOVERING: mark("The platform is starting it again."),
    ModelState.DISABLED: mark("Calls are refused until it is restarted."),
    ModelState.DELETED: mark("It was deleted."),
}
_FAILED = frozenset(
    {ModelState.FAILED, ModelState.FAILED_RECOVERY, ModelState.DISABLED_FAILED}
)
_LIVE = {
    Stage.RESOLVE: mark("Choosing versions for the requirements."),
    Stage.INSTALL: mark("Installing the environment."),
    Stage.START: mark("Starting its process."),
    Stage.TEST: mark("Calling it with the sample."),
}


class StatusView(LiveView):
    """The state of one deployment as it is shown."""

    def __init__(self, name: str, group: str) -> None:
        super().__init__(name, group, UPLOADING, t("Uploading."))
        self.python = ""
        self._steps = _fresh_steps()
        self._since = time.monotonic()
        self._estimate: dict[str, Any] | None = None

    @property
    def is_moving(self) -> bool:
        """True while it is uploaded or built."""
        return self.state == UPLOADING or is_moving(self.state)

    @property
    def come_back(self) -> str:
        """The command that follows the deployment again."""
        return f"%codex status {self.name}"

    def _waiting(self) -> str:
        if self.state != UPLOADING:
            return super()._waiting()
        return t(
            "The platform does not answer. The upload goes on when it does; "
            "nothing is sent twice."
        )

    def found(self, state: str, model_hash: str) -> None:
        """The model exists on the platform, in that state."""
        self.hash = model_hash
        self.lost = None
        self._enter(state, None)

    def refuse(self, error: BaseException) -> None:
        """Uploading failed: there is no model to follow, or none that is known."""
        self.lost = error
        self.explain(error)
        if isinstance(error, CodexError) and error.in_doubt:
            self.link = LOST
            self._step("Ready", "unknown")
            self._line = t(
                "It is not known how far it came: look before you send it again."
            )
        else:
            self.link = ""
            self.state = REFUSED
            self._step("Ready", "failed")
            self._line = t("It was not uploaded.")
        self.touch()

    def report(self, error: Exception) -> None:
        """Following it failed for good; what it does now is not known."""
        _doubt(self._steps)
        super().report(error)

    def apply(self, event: Event) -> None:
        """Take one event of the live stream; unknown ones are ignored."""
        data = event.data
        if event.name == "state":
            self._enter(str(data.get("Status", "")), data.get("Message"))
        elif event.name == "stage":
            self._advance(data)
        elif event.name == "estimate":
            self._expect(data)
        elif event.name == "log":
            self.log(data)
        self.touch()

    def begin(self, action: str) -> None:
        """An action was asked for and runs."""
        self.busy = action
        if action == "restart":
            self._steps = _fresh_steps()
            self._estimate = None
            self._step("Ready", "done")
        self.touch()

    def end(self, state: str) -> None:
        """The action ended, and left the model in that state."""
        self.busy = ""
        self._enter(state, None)
        self.touch()

    def fields(self) -> dict[str, Any]:
        """The fields of the ``status`` message."""
        steps = [dict(step) for step in self._steps]
        if self.link == WAITING:
            # A clock that goes on would say that somebody knows.
            _doubt(steps)
        running = any(step["progress"] == "running" for step in steps)
        allowed: frozenset[str] = frozenset()
        if is_known(self.state):
            allowed = ALLOWED_ACTIONS[ModelState(self.state)]
        return {
            "name": self.name,
            "group": self.group,
            "state": self.state,
            "line": self.line,
            "reason": self._reason,
            "detail": self._detail,
            "steps": steps,
            "outlook": self._outlook(),
            "running": time.monotonic() - self._since if running else None,
            "actions": [name for name in _BUTTONS if name in allowed],
            "busy": self.busy,
            "link": self.link,
            "hash": self.hash,
            "python": self.python,
            "updated": self.updated,
        }

    def _enter(self, state: str, message: Any) -> None:
        if not is_known(state) and state in ("", UPLOADING, REFUSED):
            return
        self.state = state
        self._line = t(_LINES.get(ModelState(state), "")) if is_known(state) else ""
        self._step("Ready", "done")
        if is_moving(state):
            self.forget_failure()
            self._step("Deployed", "pending")
        elif state == ModelState.DEPLOYED:
            self.forget_failure()
            self._settle("done")
            self._line = self._summary()
        elif state in _FAILED:
            self._settle("failed")
            if all(step["progress"] != "failed" for step in self._steps):
                self._step("Deployed", "failed")
            self.failed_with(message)
            self._line = t("The deployment failed.")
        else:
            self.forget_failure()
            if state != ModelState.DELETED:
                # What is disabled was deployed before.
                self._settle("done")

    def _expect(self, estimate: dict[str, Any]) -> None:
        """Take what the steps usually last."""
        self._estimate = estimate
        stages = estimate.get("Stages")
        usual = stages if isinstance(stages, dict) else {}
        for stage in Stage:
            seconds = usual.get(stage.value)
            known = float(seconds) if isinstance(seconds, (int, float)) else None
            for step in self._steps:
                if step["name"] == _title(stage):
                    step["usual"] = known

    def _outlook(self) -> str:
        """What earlier builds tell, while that is of interest."""
        if self._estimate is None or not is_moving(self.state):
            return ""
        return outlook(self._estimate)

    def _advance(self, data: dict[str, Any]) -> None:
        stage = str(data.get("Stage", ""))
        progress = {"started": "running"}.get(
            str(data.get("Progress")), str(data.get("Progress"))
        )
        seconds, note = data.get("Seconds"), str(data.get("Note") or "")
        if progress == "running":
            self._since = time.monotonic()
            self._step("Ready", "done")
            self._restart_from(stage)
            if stage in _LIVE:
                self._line = note or _LIVE[Stage(stage)]
        self._step(_title(stage), progress, seconds, note)

    def _restart_from(self, stage: str) -> None:
        """A stage that starts again makes what came after it pending again."""
        names = [step["name"] for step in self._steps]
        if _title(stage) in names:
            for step in self._steps[names.index(_title(stage)) :]:
                step.update(progress="pending", seconds=None, note="")

    def _settle(self, how: str) -> None:
        for step in self._steps:
            if step["progress"] == "running":
                step["progress"] = how
                step["seconds"] = time.monotonic() - self._since
        if how == "done":
            # A platform without stages tells only the state.
            for step in self._steps:
                step["progress"] = "done"

    def _summary(self) -> str:
        spent = [s["seconds"] for s in self._steps if s["seconds"] is not None]
        if not spent:
            return t("Deployed.")
        return t("Deployed in {time}.", time=_seconds(sum(spent)))

    def _step(
        self, name: str, progress: str, seconds: float | None = None, note: str = ""
    ) -> None:
        for step in self._steps:
            if step["name"] == name:
                step["progress"] = progress
                if seconds is not None:
                    step["seconds"] = float(seconds)
                if note:
                    step["note"] = note


def _fresh_steps() -> list[dict[str, Any]]:
    names = ["Ready", *(_title(stage) for stage in Stage), "Deployed"]
    return [
        {
            "name": name,
            "progress": "pending",
            "seconds": None,
            "note": "",
            "usual": None,
        }
        for name in names
    ]


def _doubt(steps: list[dict[str, Any]]) -> None:
    """What ran when the platform was heard of last may be over."""
    for step in steps:
        if step["progress"] == "running":
            step["progress"] = "unknown"


def _title(stage: str) -> str:
    return stage.capitalize()


def is_known(state: str) -> bool:
    """True for a state of the protocol."""
    return state in ModelState.__members__.values()


def is_moving(state: str) -> bool:
    """True while the platform is still working on a model in that state."""
    return is_known(state) and ModelState(state).is_moving


def _seconds(value: float) -> str:
    if value < 60:
        return f"{number(value, 1)} s"
    return f"{int(value // 60)} min {int(value % 60)} s"
