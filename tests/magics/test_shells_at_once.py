"""Four IPython processes at once on one platform that none of them finds running."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys

import pytest

from codex_jupyter.client import local
from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.config import DataDir, GroupTokens, Profiles

pytestmark = pytest.mark.platform

SHELLS, ROWS = 4, 25
SCRIPT = '''
import json, os, pathlib, pickle, sys, time
import pandas as pd
number, here = int(os.environ["NUMBER"]), pathlib.Path(os.environ["MEETING"])
codex, cell = get_ipython().run_line_magic, get_ipython().run_cell_magic

def meet(name):
    (here / f"{name}-{number}").touch()
    until = time.monotonic() + 120
    while len(list(here.glob(f"{name}-*"))) < SHELLS:
        assert time.monotonic() < until, "the others do not come"
        time.sleep(0.02)

codex("load_ext", "codex_jupyter")
model, row = {"k": number}, {"x": 1}
X = pd.DataFrame({"x": range(ROWS)})
meet("loaded")
codex("codex", "local")
# Two and two make the same group at the same moment.
cell("codex", f"deploy shell-{number} --model model --schema row "
     f"--group group_{number % 2}", """
def score(data, base_path):
    with open(base_path + "/model.pkl", "rb") as file:
        return {"y": json.loads(data)["x"] * 10 + pickle.load(file)["k"]}
""")
meet("deployed")
# Each makes a profile, and each asks every model.
admin = json.loads(next(here.parent.rglob("admin.json")).read_text())
os.environ |= {f"MLOPS_{name.upper()}": value for name, value in admin.items()}
from codex_jupyter.client.local import find
codex("codex", f"connect {find().address} --profile profile-{number}")
answers = {
    other: codex("codex", f"predict shell-{other} X")["y"].tolist()
    for other in range(SHELLS)
}
print("ANSWERS", json.dumps(answers))
'''.replace("SHELLS", str(SHELLS)).replace("ROWS", str(ROWS))


@pytest.fixture(scope="module")
def shells(tmp_path_factory):
    """What the four printed, and the folder that they shared."""
    home = tmp_path_factory.mktemp("home")
    meeting = home / "meeting"
    meeting.mkdir()
    script = home / "shell.ipy"
    script.write_text(SCRIPT)
    running = []
    for number in range(SHELLS):
        environ = {k: v for k, v in os.environ.items() if not k.startswith("MLOPS_")}
        environ |= {
            "CODEX_JUPYTER_HOME": str(home),
            "IPYTHONDIR": str(home / f"ipython-{number}"),
            "NUMBER": str(number),
            "MEETING": str(meeting),
        }
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "IPython", "--colors=nocolor", str(script)],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                text=True,
                env=environ,
                cwd=meeting,
            )
        )
    try:
        yield [one.communicate(timeout=240)[0] for one in running], home
    finally:
        for one in running:
            one.kill()
        local.stop(DataDir(home / "platform"))


def test_every_shell_gets_every_answer(shells):
    printed, _ = shells
    for text in printed:
        line = next((x for x in text.splitlines() if x.startswith("ANSWERS ")), None)
        assert line, text
        answers = json.loads(line.removeprefix("ANSWERS "))
        wanted = {str(k): [x * 10 + k for x in range(ROWS)] for k in range(SHELLS)}
        assert answers == wanted


def test_one_platform_was_started_and_the_others_attached(shells):
    printed, _ = shells
    assert sum("Started an embedded platform" in text for text in printed) == 1
    assert sum("Attached to the embedded platform" in text for text in printed) == 3


def test_tokens_and_profiles_of_all_of_them_are_kept(shells):
    _, home = shells
    (tokens,) = home.rglob("tokens.json")
    assert stat.S_IMODE(tokens.stat().st_mode) == 0o600
    found = local.find(DataDir(home / "platform"))
    kept, identity = GroupTokens(tokens), found.settings.identity
    assert all(kept.get(identity, f"group_{number}") for number in range(2))
    (profiles,) = home.rglob("profiles.json")
    names = [one.name for one in Profiles(profiles).all()]
    assert names == [f"profile-{number}" for number in range(SHELLS)]
    # Nothing that was half written is left behind.
    assert sorted(home.rglob("tokens.json*")) == [tokens]
    assert sorted(home.rglob("profiles.json*")) == [profiles]


def test_every_prediction_is_on_record(shells):
    _, home = shells
    found = local.find(DataDir(home / "platform"))
    with MLOpsModelClient(settings=found.settings) as client:
        rows = {row["Name"]: row for row in client.rows()}
    assert sorted(rows) == [f"shell-{number}" for number in range(SHELLS)]
    for row in rows.values():
        assert row["Status"] == "Deployed"
        records = home.rglob(f"model={row['ModelHash']}/*/*.jsonl")
        lines = [json.loads(x) for one in records for x in one.read_text().splitlines()]
        asked = sorted(json.loads(line["input"])["x"] for line in lines)
        assert asked == sorted(list(range(ROWS)) * SHELLS)
