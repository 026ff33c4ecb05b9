"""The playground on a real platform: scripts before models, files, versions, local."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import comm
import pandas as pd
import pytest

from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.client.preprocessing import MLOpsPreprocessingClient
from codex_jupyter.config import Secret, Settings
from codex_jupyter.magics.comparing import scripts as of_session
from codex_jupyter.widgets.batch import Tables
from codex_jupyter.widgets.kernel_model import LOCAL, KernelModel
from codex_jupyter.widgets.playground import Playground

sys.path.insert(0, str(Path(__file__).parents[2] / "widgets"))

from widget_kit import RecordingComm, until

pytestmark = pytest.mark.platform

ROW = json.dumps({"x": 21})


@pytest.fixture
def settings(platform, scripts):
    token = platform.group()["Authorization"].removeprefix("Bearer ")
    admin = platform.admin
    return Settings(
        platform.api,
        user=admin["user"],
        password=Secret(admin["password"]),
        group_token=Secret(token),
    )


@pytest.fixture
def client(settings):
    with MLOpsModelClient(settings=settings) as made:
        yield made


@pytest.fixture
def opened(client, settings, monkeypatch):
    """Open a model's playground as %codex play does; with the variables it sees."""
    monkeypatch.setattr(comm, "create_comm", lambda **o: RecordingComm(**o))
    made = []

    class Here:
        def script_client(self):
            return MLOpsPreprocessingClient(settings=settings)

    def act(hash_, **more):
        held = {}
        panel = Playground(
            client.get_model(hash_, group="demo"),
            peers=lambda: client.search_models(only_deployed=True),
            tables=Tables(lambda: held, held.__setitem__),
            scripts=of_session(Here()),
            **more,
        )
        made.append(panel)
        return panel, held

    yield act
    for panel in made:
        panel.close()


def ask(panel, kind, **fields):
    """The result of a request."""
    name = f"{kind}-{len(panel.comm.sent)}"
    panel.comm.say({"kind": kind, "id": name, **fields})

    def ends():
        every = [*panel.comm.of("reply"), *panel.comm.of("fault")]
        return [one for one in every if one["id"] == name]

    until(ends)
    assert ends()[0]["kind"] == "reply", ends()
    return ends()[0]["result"]


def test_a_script_prepares_a_row_for_the_deployed_and_the_local_function(
    platform, scripts, opened
):
    script = scripts.deploy(scripts.PROCESS, operation="Sync", name="add one")
    model = platform.deploy()
    kernel = KernelModel("score()", "demo", lambda text: {"double": json.loads(text)})
    panel, _ = opened(model, kernel=kernel)
    found = {one["hash"]: one["name"] for one in ask(panel, "scripts")}
    assert found[script] == "add one"
    ask(panel, "predict", input=ROW, models=[model, LOCAL], script=script)
    run = panel.comm.of("played")[-1]["run"]
    assert run["prepared"] == "add one"
    mine, local = run["results"]
    assert json.loads(mine["text"]) == {"double": 44}
    # The platform's script ran before the notebook's own function too.
    assert json.loads(local["text"]) == {"double": {"x": 22}}
    ask(panel, "predict", input=ROW, models=[model], script="")
    plain = panel.comm.of("played")[-1]["run"]["results"][0]
    assert json.loads(plain["text"]) == {"double": 42}


def test_two_versions_of_one_name_answer_side_by_side(platform, opened):
    old = platform.deploy(name="versioned")
    new = platform.deploy(name="versioned", files={"model": ("model.pkl", b"3")})
    panel, _ = opened(new)
    first, *_ = ask(panel, "peers")
    assert (first["hash"], first["name"]) == (old, "versioned")
    ask(panel, "predict", input=ROW, models=[new, old], script="")
    results = panel.comm.of("played")[-1]["run"]["results"]
    assert [one["model"] for one in results] == [new, old]
    assert [json.loads(one["text"])["double"] for one in results] == [63, 42]


def test_a_file_is_sent_followed_read_and_saved(
    platform, opened, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    Path("rows.csv").write_bytes(platform.TABLE)
    panel, held = opened(platform.deploy_batch(name="by-panel"))
    ask(panel, "batch", tag="t", source="rows.csv", keep="doubled", script="")
    until(lambda: "Kept as" in panel.comm.of("execution")[-1]["line"])
    assert panel.comm.of("preview")[-1]["rows"] == [["1", "20"], ["2", "40"]]
    pd.testing.assert_frame_equal(
        held["doubled"], pd.DataFrame({"id": [1, 2], "double": [20, 40]})
    )
    assert ask(panel, "save").startswith("Saved as ")
    assert list(tmp_path.glob("execution-*.zip"))


def test_an_execution_is_cancelled_from_the_panel(platform, opened):
    wait = "if len(rows) > 2:\n        __import__('time').sleep(600)\n    return out"
    source = platform.BATCH.replace("return out", wait)
    panel, held = opened(platform.deploy_batch(source, name="to-cancel"))
    held["many"] = pd.DataFrame({"id": range(3), "x": range(3)})
    ask(panel, "batch", tag="t", source="many", keep="never", script="")
    until(lambda: panel.comm.of("execution")[-1]["state"] == "Running")
    ask(panel, "act", action="cancel")
    until(lambda: panel.comm.of("execution")[-1]["state"] == "Failed")
    assert "cancel" in panel.comm.of("execution")[-1]["reason"].lower()
    assert "never" not in held
