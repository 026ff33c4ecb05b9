"""The same magics in a real kernel: Run All, interrupts, panels."""

from __future__ import annotations

import time

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from codex_jupyter.client import local
from codex_jupyter.config import DataDir

pytestmark = pytest.mark.platform

SETUP = "%load_ext codex_jupyter\nimport json, pickle\nmodel, row = {'k': 2}, {'x': 1}"
SLOW = """%%codex deploy slow --model model --schema row --group demo --no-run
import time
time.sleep(6)
def score(data, base_path): return {"ok": 1}"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    local.start(DataDir(folder / "platform"))
    yield folder
    local.stop(DataDir(folder / "platform"))


@pytest.fixture
def environment(home, tmp_path, monkeypatch):
    monkeypatch.setenv("CODEX_JUPYTER_HOME", str(home))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))


@pytest.mark.usefixtures("environment")
def test_run_all_stops_at_a_command_that_fails_and_shows_one_block(tmp_path):
    book = nbformat.v4.new_notebook()
    sources = (SETUP, "%codex predict nothing row", "print('never')")
    book.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    client = NotebookClient(book, kernel_name="python3", resources={
        "metadata": {"path": str(tmp_path)}})  # fmt: skip
    with pytest.raises(CellExecutionError, match="no model 'nothing'"):
        client.execute()
    _, failed, never = book.cells
    (output,) = failed.outputs
    assert output.output_type == "error"
    assert output.ename == "ModelError"
    assert len("".join(output.traceback).splitlines()) <= 2
    assert never.outputs == []


class Kernel:
    """Executes cells, and can interrupt one when it shows a certain text."""

    def __init__(self):
        self.manager, self.client = start_new_kernel(kernel_name="python3")

    def run(self, code, interrupt_at=None):
        """The reply, what the cell displayed, and the last text of what it updated."""
        sent = self.client.execute(code)
        shown, updated = [], ""
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") != sent:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind in ("display_data", "execute_result"):
                shown.append(content["data"])
            elif kind == "update_display_data":
                updated = content["data"]["text/plain"]
                if interrupt_at and interrupt_at in updated:
                    interrupt_at = None
                    self.manager.interrupt_kernel()
            elif kind == "status" and content["execution_state"] == "idle":
                break
        while True:
            reply = self.client.get_shell_msg(timeout=60)
            if reply["parent_header"].get("msg_id") == sent:
                return reply["content"], shown, updated

    def complete(self, line, wanted):
        """What Tab at the end of the line offers, once it offers what is wanted."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            reply = self.client.complete(line, reply=True, timeout=60)["content"]
            if wanted in reply["matches"]:
                return reply["matches"]
            time.sleep(0.05)
        return []

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


@pytest.fixture
def kernel(environment):
    made = Kernel()
    yield made
    made.close()


def test_an_interrupt_stops_the_waiting_and_not_the_deployment(kernel):
    assert kernel.run(SETUP)[0]["status"] == "ok"
    reply, _, _ = kernel.run(SLOW, interrupt_at="Building")
    assert reply["status"] == "error"
    assert reply["ename"] == "KeyboardInterrupt"
    block = "\n".join(reply["traceback"])
    assert "its deployment goes on" in block
    assert "%codex status slow" in block
    assert "Traceback" not in block
    kernel.run(
        "from codex_jupyter.client.model import MLOpsModelClient\n"
        "from codex_jupyter.client import local\n"
        "client = MLOpsModelClient(settings=local.find().settings)\n"
        "client.find_model('slow').wait_ready()"
    )
    reply, shown, _ = kernel.run("%codex predict slow row")
    assert reply["status"] == "ok"
    assert shown[-1]["text/plain"] == "{'ok': 1}"


def test_a_deployment_shows_a_live_panel_and_its_static_twin(kernel):
    kernel.run(SETUP)
    quick = SLOW.replace("time.sleep(6)", "").replace("slow", "quick")
    reply, shown, updated = kernel.run(quick)
    assert reply["status"] == "ok", reply["traceback"]
    note, panel, _, value = shown
    assert "Requirements" in note["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in panel
    assert "SyncModel('quick'" in value["text/plain"]
    assert "quick (group demo): Deployed" in updated
    for command in ("status quick", "docs quick"):
        reply, (panel, twin), _ = kernel.run(f"%codex {command}")
        assert reply["status"] == "ok"
        assert "application/vnd.jupyter.widget-view+json" in panel, command
        assert "quick" in twin["text/plain"]
    kernel.run("from codex_jupyter.magics import rows; rows.PATIENCE = 0.0")
    table = "import pandas as pd; X = pd.DataFrame({'x': range(40)})\n"
    reply, shown, updated = kernel.run(f"{table}%codex predict quick X")
    assert reply["status"] == "ok"
    assert "<progress" in shown[0]["text/html"]
    assert "quick: Succeeded, 100 %, 40 of 40 rows" in updated
    assert kernel.complete("%codex status qu", "quick") == ["quick"]
    assert kernel.complete("%codex status quick --gr", "--group") == ["--group"]


def test_a_check_shows_its_steps_in_one_place_and_is_stopped_by_an_interrupt(kernel):
    kernel.run(SETUP)
    checked = SLOW.replace("slow", "unsent --check", 1)
    reply, _, _ = kernel.run(checked, interrupt_at="… start")
    assert reply["ename"] == "KeyboardInterrupt"
    block = "\n".join(reply["traceback"])
    assert "The check was stopped; nothing was uploaded." in block
    assert "Traceback" not in block
    reply, shown, updated = kernel.run(checked.replace("time.sleep(6)", ""))
    assert reply["status"] == "ok", reply
    note, steps, value = shown
    assert "Requirements" in note["text/plain"]
    assert steps["text/plain"].startswith("Checking unsent in Python 3.")
    for step in ("resolve", "install", "start", "test"):
        assert f"✓ {step}" in updated
    assert "unsent runs in Python 3." in value["text/plain"]
    reply, shown, _ = kernel.run("%codex models unsent")
    assert "unsent" not in str([data.get("text/plain") for data in shown])
