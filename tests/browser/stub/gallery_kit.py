"""One of each panel with something in it, for what holds for all of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pandas as pd
from deploy_kit import opened as deploy_form
from drift_kit import dashboard, drifting
from execution_kit import TRAINED, FakeExecution
from list_kit import Listing, row
from local_kit import Hands
from play_kit import opened as playground
from widget_kit import HASH, FakeModel, deployment, log, playable, state

from codex_jupyter.protocol.openapi import model_document
from codex_jupyter.widgets.api_viewer import ApiViewer
from codex_jupyter.widgets.batch import Tables
from codex_jupyter.widgets.connect import ConnectForm
from codex_jupyter.widgets.execution import ExecutionPanel
from codex_jupyter.widgets.executions import PAGE, ExecutionsPanel, Query
from codex_jupyter.widgets.local import LocalPanel
from codex_jupyter.widgets.models import ModelsTable
from codex_jupyter.widgets.playground import Playground
from codex_jupyter.widgets.status import StatusPanel

STATES = ("Deployed", "Building", "Failed", "Disabled", "Recovering", "Deleted")


def status(_):
    model = FakeModel()
    panel = StatusPanel(model.name, model.group)
    panel.attach(model)
    model.feed(*deployment())
    return panel


def execution(_):
    run = FakeExecution(info=TRAINED)
    panel = ExecutionPanel(run, "execution 5", "%codex attach churn-batch 5 --wait")
    panel.follow()
    run.feed(state("Running"), log(1, "read 50000 rows"), state("Succeeded"), None)
    return panel


def executions(_, hands=None):
    hands = hands or Listing(
        row(63, state="Running", TimeElapsed=None, OutputFile=None),
        row(62, "training", "Failed", Message="score() raised KeyError: 'income'"),
        *(row(number, "monitoring", Label="2026-W14") for number in range(2, 62)),
        row(1, "script", "Requested", TimeElapsed=None),
    )
    count, rows = hands.page(Query(), PAGE)
    return ExecutionsPanel(hands, count, rows)


def api_viewer(_):
    document = model_document(
        name="credit-score",
        group="demo",
        model=HASH,
        sample={"age": 41, "city": "Natal"},
        answer={"score": 0.82},
        server="/api",
    )
    return ApiViewer(FakeModel(document=document))


def models(_):
    now = datetime.now(UTC).isoformat()
    rows = [
        {
            "ModelHash": f"M{number:063x}",
            "Name": f"model-{number}",
            "Status": STATES[number % len(STATES)],
            "Operation": "Sync",
            "Group": "demo",
            "PythonVersion": "Python311",
            "UploadedAt": now,
            "Version": 1,
            "Calls": 1234,
            "LastCallAt": now,
            "Drift": {"Label": "2026-W14", "Verdict": "moderate"},
        }
        for number in range(60)
    ]
    return ModelsTable(rows, lambda: rows)


def batch(_, **fields):
    held = {"production": pd.DataFrame({"x": range(3)})}
    tables = Tables(lambda: held, held.__setitem__)
    model = playable(**fields)
    model.predict = lambda data: data
    return Playground(model, peers=list, tables=tables)


def bring(tab, name):
    """Show what is behind a tab, or comes later, with something in it."""
    if name == "deploy":
        # What the kernel checked: the form has its fields before.
        tab.locator(".cx-line-code", has_text="%%codex deploy").wait_for()
    if name == "api_viewer":
        tab.locator(".swagger-ui .opblock").first.wait_for(timeout=60_000)
    if name != "batch":
        return
    tab.get_by_role("tab", name=re.compile("^(Batch|Lote)$")).click()
    tab.get_by_label(re.compile("^(Rows from|Linhas de)$")).fill("production")
    tab.get_by_role("button", name=re.compile("^(Predict all|Prever tudo)$")).click()
    tab.locator(".cx-preview table").wait_for()


# How each is made, and what shows that it is drawn: a text in Portuguese.
GALLERY = {
    "status": (status, "Implantado em"),
    "execution": (execution, "Está concluída."),
    "executions": (executions, "1 a 50 de 63"),
    "api_viewer": (api_viewer, "o token está definido."),
    "playground": (lambda _: playground()[0], "Clique em Prever"),
    "batch": (batch, "3 linhas em"),
    "models": (models, "1 a 50 de 60"),
    "connect": (
        lambda _: ConnectForm(lambda *_: None, address="https://codex.example.com/api"),
        "Não conectado",
    ),
    "drift": (lambda _: dashboard(drifting(shap=True)), "com drift significativo"),
    "deploy": (lambda _: deploy_form()[0], "Dê um nome ao modelo."),
    "local": (lambda folder: LocalPanel(Hands(folder)), "Em execução"),
}
