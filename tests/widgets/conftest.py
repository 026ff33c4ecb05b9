"""Widgets without a kernel."""

from __future__ import annotations

import sys
from pathlib import Path

import comm
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from widget_kit import RecordingComm


@pytest.fixture(autouse=True)
def comms(monkeypatch):
    """Every comm that widgets open in the test, in order."""
    opened = []

    def create(**options):
        opened.append(RecordingComm(**options))
        return opened[-1]

    monkeypatch.setattr(comm, "create_comm", create)
    return opened
