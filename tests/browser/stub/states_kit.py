"""One of each panel that asks a platform, which a test takes away and gives back."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from deploy_kit import Platform
from deploy_kit import opened as deploy_form
from drift_kit import dashboard, drifting
from execution_kit import FakeExecution
from gallery_kit import api_viewer, executions, models
from list_kit import Listing, row
from local_kit import Hands
from play_kit import choose
from playwright.sync_api import expect
from widget_kit import Answer, FakeModel, credit, deployment, playable, state

from codex_jupyter.errors import UnreachableError
from codex_jupyter.widgets.batch import Tables
from codex_jupyter.widgets.connect import Connected, ConnectForm
from codex_jupyter.widgets.execution import ExecutionPanel
from codex_jupyter.widgets.local import LocalPanel
from codex_jupyter.widgets.models import ModelsTable
from codex_jupyter.widgets.playground import Playground
from codex_jupyter.widgets.status import StatusPanel

# A kernel as JupyterLab tells of it, for the page's stand-in of a widget manager.
KERNEL = """
    const signal = () => {
        const slots = new Set();
        return {
            connect: (slot) => slots.add(slot),
            disconnect: (slot) => slots.delete(slot),
            emit: (value) => slots.forEach((slot) => slot(null, value)),
            slots,
        };
    };
    window.kernel = {
        statusChanged: signal(),
        connectionStatusChanged: signal(),
        disposed: signal(),
    };
"""


@dataclass
class Case:
    """A panel, the platform behind it, and how a person asks something of it.

    Attributes:
        error: what the platform answers with, or None where it answers well.
        answers: it hangs while this is not set.
        panel: what is shown.
        ask: makes the page send a request.
        ready: waits until there is something to ask with.
        press: makes the page begin what it cannot take back, or cancels itself.
        looks: brings it to where it asks by itself.
    """

    error: Exception | None = None
    answers: threading.Event = field(default_factory=threading.Event)
    panel: Any = None
    ask: Callable[[Any], None] = field(default=lambda tab: press(tab, "Refresh"))
    ready: Callable[[Any], None] = lambda _: None
    press: Callable[[Any], None] = lambda _: None
    looks: Callable[[Any], None] = lambda _: None

    def __post_init__(self):
        self.answers.set()

    def answer(self, value):
        self.answers.wait(90)
        if self.error:
            raise self.error
        return value


def press(tab, name):
    tab.get_by_role("button", name=name, exact=True).click()


def status(case, _):
    model = FakeModel()
    model.refresh = lambda: case.answer(model.status)
    model.disable = lambda: case.answer(None)
    case.panel = StatusPanel(model.name, model.group)
    case.panel.attach(model)
    model.feed(*deployment())

    def act(tab):
        press(tab, "Disable")
        press(tab, "Yes, disable")

    case.press = act


def execution(case, _):
    run = FakeExecution()
    run.result = lambda: case.answer(pd.DataFrame({"score": [0.5, 0.25]}))
    case.panel = ExecutionPanel(run, "execution 5", "%codex attach churn-batch 5")
    case.panel.follow()
    run.feed(state("Running"), state("Succeeded"), None)
    case.ask = lambda tab: press(tab, "Show the first rows")


def listed(case, folder):
    hands = Listing(row(2, state="Failed", Message="no income"), row(1))
    page = hands.page
    hands.page = lambda *asked: case.answer(page(*asked))
    case.panel = executions(folder, hands)


def table(case, folder):
    # None on its way: the kernel would look by itself, and tell what nobody asked for.
    still = ("Deployed", "Failed", "Disabled", "Deleted")
    rows = [row for row in models(folder)._rows if row["Status"] in still][:6]
    case.panel = ModelsTable(rows, lambda: case.answer(rows))


def local(case, folder):
    hands = Hands(folder)
    rows = hands.rows
    hands.rows = lambda: case.answer(rows())
    case.panel = LocalPanel(hands)


def connect(case, _):
    told = Connected("Connected to https://codex.example.com/api as ana.", ["demo"])

    def ask(tab):
        tab.get_by_label("Password").fill("secret")
        press(tab, "Connect")

    case.panel = ConnectForm(
        lambda *_: case.answer(told),
        lambda: case.answer(None),
        address="https://codex.example.com",
        user="ana",
    )

    def connected(tab):
        ask(tab)
        expect(tab.get_by_text("Connected", exact=True)).to_be_visible()

    case.ask = case.press = ask
    case.looks = connected


def drift(case, _):
    view = drifting()
    case.panel = dashboard(view, refresh=lambda: case.answer(view))


def deploy(case, _):
    platform = Platform()
    platform._answer = case.answer
    # Asked when the form opens, and again only where that failed.
    case.error = UnreachableError("Nothing answers yet.")
    case.panel = deploy_form(platform=platform)[0]
    case.ask = lambda tab: press(tab, "Look again")


def playground(case, _):
    case.panel = Playground(
        playable(score=lambda row: case.answer(credit(row))), peers=list
    )
    case.ask = case.press = lambda tab: press(tab, "Predict")


def batch(case, _):
    model = playable()
    model.predict = lambda data: case.answer(data)
    held = {"production": pd.DataFrame({"x": range(3)})}
    tables = Tables(lambda: held, held.__setitem__)
    case.panel = Playground(model, peers=list, tables=tables)

    def ready(tab):
        choose(tab, "Batch")
        tab.get_by_label("Rows from").fill("production")

    case.ready = ready
    case.ask = lambda tab: press(tab, "Predict all")


def api(case, folder):
    body = json.dumps({"score": 0.82}).encode()
    headers = [("content-type", "application/json")]
    case.panel = api_viewer(folder)
    case.panel._model.answer = lambda *_: case.answer(Answer(200, "OK", headers, body))

    def ready(tab):
        tab.get_by_role("button", name="Predict with").first.click(timeout=60_000)
        expect(tab.get_by_role("button", name="Execute")).to_be_visible()

    case.ready = ready
    case.ask = lambda tab: press(tab, "Execute")


CASES = {
    "status": status,
    "execution": execution,
    "executions": listed,
    "models": table,
    "local": local,
    "connect": connect,
    "drift": drift,
    "deploy": deploy,
    "playground": playground,
    "batch": batch,
    "api": api,
}


def case_of(name, folder) -> Case:
    """The panel of that name, with its platform."""
    made = Case()
    CASES[name](made, folder)
    return made
