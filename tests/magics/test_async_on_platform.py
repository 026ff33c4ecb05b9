"""Asynchronous models by magic, on a real platform: a cell, a file, a moving line."""

from __future__ import annotations

import textwrap

import pandas as pd
import pytest
from jupyter_client.manager import start_new_kernel

from codex_jupyter import errors
from codex_jupyter.client import local
from codex_jupyter.client.execution import MLOpsExecution
from codex_jupyter.config import DataDir

pytestmark = pytest.mark.platform

SETUP = """
import csv, os, pickle, time
import pandas as pd
model = {"factor": 3}
X = pd.DataFrame({"x": range(5), "wait": 0.0})
"""
SCORE = textwrap.dedent(
    """
    def score(data_path, model_path):
        name = os.path.join(data_path, os.environ["inputFileName"])
        with open(name, newline="") as file:
            rows = list(csv.DictReader(file))
        with open(os.path.join(model_path, os.environ["modelFileName"]), "rb") as file:
            factor = pickle.load(file)["factor"]
        print("scoring", len(rows), "rows")
        time.sleep(max(float(row["wait"]) for row in rows))
        out = os.path.join(data_path, "scores.csv")
        with open(out, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["scaled"])
            writer.writerows([int(row["x"]) * factor] for row in rows)
        return out
    """
)


def deploy_line(name, more=""):
    return (
        f"%%codex deploy {name} --operation async --model model --schema X "
        f"--group demo {more}\n"
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The data home of a platform that all tests here share."""
    folder = tmp_path_factory.mktemp("home")
    local.start(DataDir(folder / "platform"))
    yield folder
    local.stop(DataDir(folder / "platform"))


@pytest.fixture
def ready(notebook, home, monkeypatch):
    monkeypatch.setenv("CODEX_JUPYTER_HOME", str(home))
    done = notebook.run(SETUP)
    assert done.success, done.text
    return notebook


@pytest.fixture
def batch(ready):
    """A notebook whose platform has the model ``batch``."""
    if "batch" not in ready.run("%codex models").text:
        done = ready.run(deploy_line("batch") + SCORE)
        assert done.success, done.text
        assert "import csv; import os; import pickle; import time" in done.text
    return ready


def test_a_frame_is_scored_and_comes_back_as_a_frame(batch):
    done = batch.run("preds = %codex predict batch X --wait\npreds")
    assert done.success, done.text
    pd.testing.assert_frame_equal(
        done.result, pd.DataFrame({"scaled": [0, 3, 6, 9, 12]})
    )
    assert "batch, execution" in done.text
    assert "Succeeded" in done.text
    assert any("<progress" in html or "cx-progress" in html for html in done.html)


def test_a_file_is_scored_by_its_name_and_by_a_variable_that_holds_it(batch):
    batch.run("X.head(2).to_csv('big rows.csv', index=False)\npath = 'big rows.csv'")
    for given in ('"big rows.csv"', "path", "{path}"):
        done = batch.run(f"%codex predict batch {given} --wait")
        assert done.success, (given, done.text)
        assert list(done.result["scaled"]) == [0, 3]
    batch.run("X.head(3).to_csv('big.csv', index=False)")
    for given in ("big.csv", "@big.csv", "./big.csv"):
        done = batch.run(f"%codex predict batch {given} --wait")
        assert done.success, (given, done.text)
        assert list(done.result["scaled"]) == [0, 3, 6]


def test_without_waiting_the_execution_comes_back_and_can_be_attached_to(batch):
    done = batch.run("run = %codex predict batch X\nrun")
    assert isinstance(done.result, MLOpsExecution)
    number = done.result.exec_id
    assert f"%codex attach batch {number} --wait" in done.text
    again = batch.run(f"%codex attach batch {number} --wait")
    assert list(again.result["scaled"]) == [0, 3, 6, 9, 12]
    found = batch.run(f"%codex attach batch {number}").result
    assert found.status == "Succeeded"
    listed = batch.run("found = %codex executions batch\nfound.value").result
    assert str(listed[0]["id"]) == number
    assert (listed[0]["state"], listed[0]["rows"]) == ("Succeeded", 5)
    every = batch.run("found = %codex executions --kind model\nfound.value").result
    assert (str(every[0]["id"]), every[0]["name"]) == (number, "batch")
    none = batch.run("%codex executions --kind training")
    assert "There is no training execution yet." in none.text
    assert "%%codex train NAME --data df starts one" in none.text
    none = batch.run("%codex executions batch --state requested")
    assert "There is no execution of batch in the state Requested." in none.text
    assert "%codex executions batch lists those in every state" in none.text


def test_a_failure_is_one_block_with_the_models_own_traceback(batch):
    done = batch.run("%codex predict batch X[['x']] --wait")
    assert isinstance(done.error, errors.ExecutionError)
    assert "KeyError: 'wait'" in done.text
    assert 'float(row["wait"])' in done.text
    assert "codex_runner" not in done.text
    assert "%codex logs batch" in done.text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%codex predict batch nowhere.csv", "nowhere.csv is not there"),
        ("%codex predict batch missing", "no variable named missing"),
        ("%codex predict batch X.head(0)", "no rows"),
        ("%codex predict batch 7", "of type int"),
        (f"%codex predict batch D{'0' * 63}", "no such dataset"),
        ("%codex attach batch first", "known by its number"),
        ("%codex attach batch 999999", "no execution '999999'"),
    ],
)
def test_what_cannot_be_scored_is_told_in_a_sentence(batch, line, said):
    done = batch.run(line)
    assert not done.success
    assert said in done.text
    assert "Traceback" not in done.text


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (SCORE.replace("return out", "return {'a': 1}"), "returned a dict"),
        (SCORE.replace("return out", "return 'no.csv'"), "there is no such file"),
        (SCORE.replace('row["x"]', 'row["y"]'), "KeyError"),
        ("def other(a, b): pass", "def score(data_path, model_path)"),
    ],
)
def test_the_function_is_tried_on_the_schema_before_the_upload(ready, score, said):
    done = ready.run(deploy_line("never") + score)
    assert not done.success
    assert said in done.text
    assert "There is no such model" in ready.run("%codex models never").text


def test_a_model_that_reads_parquet_is_deployed_from_a_file(ready, tmp_path):
    work = tmp_path / "work"
    (work / "score.py").write_text(
        "import os, shutil\n"
        "def score(data_path, model_path):\n"
        "    source = os.path.join(data_path, os.environ['inputFileName'])\n"
        "    return shutil.copyfile(source, os.path.join(data_path, 'same.parquet'))\n"
    )
    pd.DataFrame({"x": range(5), "wait": 0.0}).to_parquet(work / "rows.parquet")
    done = ready.run(
        "%codex deploy files --operation async --source score.py --model model "
        "--schema rows.parquet --group demo"
    )
    assert done.success, done.text
    assert done.result.input_type == "parquet"
    for given in ("rows.parquet", "X"):
        found = ready.run(f"%codex predict files {given} --wait").result
        pd.testing.assert_frame_equal(found, pd.read_parquet(work / "rows.parquet"))
    frame = ready.run(
        deploy_line("as-parquet", "--input parquet --no-check")
        + "import os\ndef score(d, m): return os.environ['inputFileName']"
    )
    assert frame.success, frame.text
    assert frame.result.input_type == "parquet"
    wrong = ready.run("%codex deploy x --source score.py --model model --schema X "
                      "--input csv --group demo")  # fmt: skip
    assert "Add --operation async" in wrong.text


def test_the_documents_and_the_code_of_an_asynchronous_model_are_shown(batch):
    docs = batch.run("%codex docs batch")
    assert docs.success, docs.text
    assert "/model/async/run/demo/" in docs.text
    code = batch.run("%codex code batch --language python")
    assert "rows.csv" in code.text


class Kernel:
    """Executes cells in a real kernel, and can interrupt one at a certain text."""

    def __init__(self):
        self.manager, self.client = start_new_kernel(kernel_name="python3")

    def run(self, code, interrupt_at=None):
        """The reply, and the text of everything that was displayed or updated."""
        sent = self.client.execute(code)
        shown = []
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") != sent:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind in ("display_data", "update_display_data", "execute_result"):
                shown.append((kind, content["data"]))
                if interrupt_at and interrupt_at in content["data"]["text/plain"]:
                    interrupt_at = None
                    self.manager.interrupt_kernel()
            elif kind == "status" and content["execution_state"] == "idle":
                break
        while True:
            reply = self.client.get_shell_msg(timeout=60)
            if reply["parent_header"].get("msg_id") == sent:
                return reply["content"], shown

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


@pytest.fixture
def kernel(home, tmp_path, monkeypatch):
    monkeypatch.setenv("CODEX_JUPYTER_HOME", str(home))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    made = Kernel()
    reply, _ = made.run(f"%load_ext codex_jupyter\n{SETUP}")
    assert reply["status"] == "ok", reply
    yield made
    made.close()


def test_in_a_kernel_one_panel_moves_and_an_interrupt_leaves_the_execution(kernel):
    reply, _ = kernel.run(deploy_line("moving") + SCORE)
    assert reply["status"] == "ok", reply
    reply, shown = kernel.run("%codex predict moving X.assign(wait=2.5) --wait")
    assert reply["status"] == "ok", reply
    lines = [
        (kind, data["text/plain"])
        for kind, data in shown
        if "moving, execution" in data["text/plain"]
    ]
    # One static twin, updated in its place.
    assert [kind for kind, _ in lines].count("display_data") == 1
    assert "Succeeded" in lines[-1][1]
    assert any("5 rows" in text and "Running" in text for _, text in lines)
    assert any("scoring 5 rows" in str(data) for _, data in shown)
    assert shown[-1][0] == "execute_result"

    reply, _ = kernel.run(
        "%codex predict moving X.assign(wait=8.0) --wait", interrupt_at="Running"
    )
    assert reply["ename"] == "KeyboardInterrupt"
    block = "\n".join(reply["traceback"])
    assert "it goes on" in block
    assert "Traceback" not in block
    line = next(x for x in block.split("%") if x.startswith("codex attach"))
    reply, shown = kernel.run(f"%{line.partition(' waits')[0]}")
    assert reply["status"] == "ok", reply
    assert "scaled" in shown[-1][1]["text/plain"]
