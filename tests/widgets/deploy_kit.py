"""A notebook to deploy from: a real shell, and a platform as a test wants it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config
from widget_kit import FakeModel, deployment, state, until

from codex_jupyter.config import Secret, Settings
from codex_jupyter.magics.commands.deploy import COMMAND
from codex_jupyter.magics.deploying.bench import NotebookBench
from codex_jupyter.magics.session import Session
from codex_jupyter.widgets.deploy import DeployForm

CELLS = (
    """
import json

class Scorecard:
    def predict(self, row):
        return min(1.0, row["income"] / 10_000 + row["age"] / 200)

card = Scorecard()
limit = 0.5
row = {"age": 41, "income": 3200.5, "employed": True, "city": "Natal",
       "since": "2021-03-04"}
""",
    """
def score(data: str, base_path: str):
    row = json.loads(data)
    share = min(1.0, row["income"] / 10_000 + row["age"] / 200)
    print("share", share)
    return {"probability": share, "label": "good" if share > limit else "bad"}
""",
)
BROKEN = """
def score(data: str, base_path: str):
    return {"label": json.loads(data)["not there"]}
"""
READY = {"name": "credit-score", "group": "demo"}


@dataclass
class Platform:
    """What the client of the session answers, and what it was sent."""

    groups: list = field(default_factory=lambda: ["credit", "demo"])
    rows_: list = field(default_factory=list)
    pythons: tuple = ("3.9", "3.11", "3.12")
    error: Exception | None = None
    sent: list = field(default_factory=list)
    model: FakeModel = field(default_factory=FakeModel)
    hold: threading.Event | None = None

    def _answer(self, value):
        if self.error:
            raise self.error
        return value

    def platform_info(self):
        return self._answer({"Pythons": list(self.pythons)})

    def list_groups(self):
        return self._answer([{"Name": name} for name in self.groups])

    def rows(self, **_):
        return self._answer(list(self.rows_))

    def create_model(self, **given):
        if self.hold:
            self.hold.wait(90)
        # Files are gone once the upload is over: what arrived is kept.
        kept = dict(given)
        kept["model_file"] = given["model_file"].read_bytes()
        self.sent.append(kept)
        self._answer(None)
        self.model.name, self.model.group = given["model_name"], given["group"]
        self.model.status = "Ready"
        return self.model


class OneSession(Session):
    """A session that is connected to that platform."""

    def __init__(self, platform):
        super().__init__()
        self._platform = platform
        self.settings = Settings("http://127.0.0.1:4321/api", "ana", Secret("s3cr3t"))

    def client(self):
        return self._platform


def shell_of(*cells):
    """A shell in which the cells were run."""
    InteractiveShell.clear_instance()
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    shell = InteractiveShell.instance(config=config)
    for cell in cells:
        shell.run_cell(cell, store_history=True).raise_error()
    return shell


def opened(*cells, platform=None):
    """A form in a notebook in which the cells were run, its shell, its platform."""
    platform = platform or Platform()
    shell = shell_of(*(cells or CELLS))
    bench = NotebookBench(OneSession(platform), shell, COMMAND.parser)
    return DeployForm(bench), shell, platform


def succeeds(platform):
    """Let the next deployment end well."""
    platform.model.feed(*deployment())


def fails(platform, reason="KeyError: 'age'"):
    """Let the next deployment fail at the platform."""
    platform.model.feed(state("Building"), state("Failed", reason), None)


class Page:
    """The page's end: sends drafts and requests, and waits for what comes back."""

    def __init__(self, panel):
        self.panel = panel
        self.comm = panel.comm
        self.count = 0

    def ask(self, kind, buffers=(), **fields):
        self.count += 1
        name = f"r{self.count}"
        if kind in ("try", "deploy"):
            fields = {"draft": self.panel._draft.fields()} | fields
        self.comm.say({"kind": kind, "id": name, **fields}, buffers)
        ends = lambda: [*self.comm.of("reply"), *self.comm.of("fault")]  # noqa: E731
        until(lambda: any(m["id"] == name for m in ends()))
        return next(m for m in ends() if m["id"] == name)

    def type(self, *, settled=True, **changed):
        """Change the draft; what was found out about it."""
        draft = self.panel._draft.fields() | READY | changed
        seq = self.count + 1000
        self.ask("draft", draft=draft, seq=seq, settled=settled)
        until(lambda: any(m["seq"] == seq for m in self.comm.of("checked")))
        # The newest: a second look may have followed at once.
        return [m for m in self.comm.of("checked") if m["seq"] == seq][-1]
