"""Widgets without a kernel."""

from __future__ import annotations

import sys
from pathlib import Path

import comm
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from widget_kit import RecordingComm, until


@pytest.fixture(autouse=True)
def comms(monkeypatch):
    """Every comm that widgets open in the test, in order."""
    opened = []

    def create(**options):
        opened.append(RecordingComm(**options))
        return opened[-1]

    monkeypatch.setattr(comm, "create_comm", create)
    return opened


@pytest.fixture
def page():
    """Opens deploy forms, and gives each with its shell and its platform."""
    # Only here, for it imports the magics.
    from deploy_kit import Page, opened

    made = []

    def make(*cells, **more):
        panel, shell, platform = opened(*cells, **more)
        until(lambda: panel.comm.of("offers"))
        made.append(panel)
        return Page(panel), shell, platform

    yield make
    for panel in made:
        panel.close()
