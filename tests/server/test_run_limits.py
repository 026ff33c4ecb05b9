"""Trainings that meet a limit: their reasons name it, and other work goes on."""

from __future__ import annotations

import pytest
from training_kit import Trainer

from codex_jupyter.magics.explaining import Failure, explain

pytestmark = pytest.mark.platform

SECONDS, MIB = 6, 300
ENDLESS = """
def train_model(base_path):
    print("asleep", flush=True)
    while True:
        pass
"""
GROWING = """
import time

def train_model(base_path):
    held = []
    while True:
        held.append(bytearray(20 << 20))
        time.sleep(0.02)
"""
AT_ONCE = """
def train_model(base_path):
    return bytearray(64 << 30)
"""
NOTHING = {"requirements": ("requirements.txt", b"")}


@pytest.fixture(scope="module")
def tight(platform, tmp_path_factory):
    """Trains on a platform with tight limits."""
    options = ("--run-time", str(SECONDS), "--memory", str(MIB), "--executions", "2")
    running = type(platform)(tmp_path_factory.mktemp("tight"), options).start()
    yield Trainer(running)
    running.stop()


def explained(status):
    return explain(Failure(status["Message"], local=True))


def test_a_training_beyond_its_time_is_ended_while_other_work_goes_on(tight):
    batch = tight.platform.deploy_batch()
    experiment = tight.experiment("endless")
    number = tight.start(experiment, ENDLESS, files=NOTHING)
    while "asleep" not in [r["OutputData"] for r in tight.log(experiment, number)]:
        assert tight.status(number)["Status"] in ("Requested", "Running")
    tight.platform.wait_run(tight.platform.execute(batch))
    status = tight.wait(number, "Failed")
    head = status["Message"].partition("\n")[0]
    assert head == (
        "train_model() did not answer within 6 s, so its process was ended. "
        "Let it do less, or allow more: codex-jupyter serve --run-time 18"
    )
    assert explained(status).line == "codex-jupyter serve --run-time 18"
    tight.platform.wait_run(tight.platform.execute(batch))
    # What it printed is kept, and the reason stands behind it.
    rows = [row["OutputData"] for row in tight.log(experiment, number)]
    assert rows.index("asleep") < rows.index(status["Message"])


@pytest.mark.parametrize("source", [GROWING, AT_ONCE], ids=["slowly", "at once"])
def test_a_training_beyond_its_memory_is_ended_with_the_limit_told(tight, source):
    experiment = tight.experiment("hungry")
    number = tight.start(experiment, source, files=NOTHING)
    status = tight.wait(number, "Failed")
    head = status["Message"].partition("\n")[0]
    assert "train_model()" in head
    assert f"{MIB} MiB" in head
    assert head.endswith(
        f"Load less at once, or allow more: codex-jupyter serve --memory {2 * MIB}"
    )
    assert explained(status).line == f"codex-jupyter serve --memory {2 * MIB}"
    assert tight.platform.get("/health").status_code == 200
