"""One of each panel whose every name, log line, answer and error is hostile."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
from deploy_kit import CELLS, Platform
from deploy_kit import opened as deploy_form
from drift_kit import dashboard, drifting
from execution_kit import INFO, FakeExecution
from gallery_kit import batch as gallery_batch
from gallery_kit import executions as listed
from list_kit import Listing, row
from local_kit import Hands
from widget_kit import HASH, FakeModel, log, playable, state

from codex_jupyter.errors import PlatformError
from codex_jupyter.protocol.openapi import model_document
from codex_jupyter.widgets.api_viewer import ApiViewer
from codex_jupyter.widgets.connect import ConnectForm
from codex_jupyter.widgets.execution import ExecutionPanel
from codex_jupyter.widgets.local import LocalPanel
from codex_jupyter.widgets.models import ModelsTable
from codex_jupyter.widgets.playground import Playground
from codex_jupyter.widgets.status import StatusPanel

# Markup, a right-to-left override, terminal codes, NUL, and a line without an end.
TAG = '<img src=x onerror="window.bad = 1">'
NASTY = f"{TAG}\u202e\x1b[31mred\x1b[0m\x00{'x' * 10_000}"


def status(_):
    model = FakeModel(name=NASTY, group=NASTY)
    panel = StatusPanel(model.name, model.group)
    panel.attach(model)
    model.feed(log(1, NASTY, NASTY), state("Failed", f"{NASTY}\n{NASTY}"), None)
    return panel


def execution(_):
    told = INFO | {"InputFile": {"Name": NASTY}, "RunName": NASTY}
    run = FakeExecution(name=NASTY, group=NASTY, info=told, message=NASTY)
    panel = ExecutionPanel(run, NASTY, NASTY)
    panel.follow()
    run.feed(state("Running"), log(1, NASTY), state("Failed", NASTY), None)
    return panel


def executions(folder):
    names = {"Name": NASTY, "Group": NASTY, "Message": NASTY, "RunName": NASTY}
    return listed(folder, Listing(row(1, NASTY, NASTY, **names), row(2)))


def models(_):
    made = {
        "ModelHash": HASH,
        "Name": NASTY,
        "Status": NASTY,
        "Operation": NASTY,
        "Group": NASTY,
        "PythonVersion": NASTY,
        "UploadedAt": datetime.now(UTC).isoformat(),
        "Drift": {"Label": NASTY, "Verdict": NASTY},
    }
    return ModelsTable([made], lambda: [made])


def local(folder):
    hands = Hands(folder)
    hands.states = [NASTY]
    hands.refused = PlatformError(NASTY, hint=NASTY, detail=NASTY)
    return LocalPanel(hands)


def connect(_):
    return ConnectForm(lambda *_: None, address=NASTY, user=NASTY, group=NASTY)


def drift(_):
    names = [NASTY, NASTY[:-1], "age"]
    return dashboard(drifting(names=names), title=NASTY)


def deploy(_):
    error = PlatformError(NASTY, hint=NASTY)
    return deploy_form(*CELLS, platform=Platform(groups=[NASTY], error=error))[0]


def playground(_):
    return Playground(
        playable({NASTY: 1, "city": NASTY}, name=NASTY, group=NASTY, status=NASTY),
        peers=list,
    )


def batch(folder):
    panel = gallery_batch(folder, name=NASTY, group=NASTY)
    odd = pd.DataFrame({NASTY: [NASTY, TAG, ""], "x": range(3)})
    panel._model.predict = lambda **_: odd
    return panel


def api_viewer(_):
    document = model_document(
        name=NASTY,
        group="demo",
        model=HASH,
        sample={NASTY: NASTY},
        answer={NASTY: NASTY},
        server="/api",
    )
    return ApiViewer(FakeModel(name=NASTY, document=document))


HOSTILE = {
    "status": status,
    "execution": execution,
    "executions": executions,
    "models": models,
    "local": local,
    "connect": connect,
    "drift": drift,
    "deploy": deploy,
    "playground": playground,
    "batch": batch,
    "api_viewer": api_viewer,
}
