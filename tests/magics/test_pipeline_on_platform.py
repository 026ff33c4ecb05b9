"""A pipeline from its file to a monitored model: in Python and as a magic."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from codex_jupyter.client.pipeline import MLOpsPipeline
from codex_jupyter.config import load_settings
from codex_jupyter.errors import ExecutionError, PipelineError

sys.path.insert(0, str(Path(__file__).parents[1] / "server"))

import training_kit as kit

pytestmark = pytest.mark.platform

FILE = """
group: pipes
training:
    directory: train
    training_type: Custom
    model_type: Classification
    experiment_name: Pipe Test
    run_name: by pipeline
    source: train.py
    train_function: train_model
    data: data.csv
    packages: requirements.txt
    extra: [helper.txt]
deploy:
    directory: deploy
    name: piped
    operation: Sync
    schema: schema.json
    source: score.py
    score_function: score
    input_type: json
monitoring:
    directory: monitoring
    preprocess: monitor.py
    preprocess_function: parse
    shap_function: get_shap
    config: configuration.json
"""
MONITOR = """
import json

import pandas as pd


def parse(input_data, output_data):
    return (
        pd.DataFrame([json.loads(input_data)]),
        pd.DataFrame([{"proba": json.loads(output_data)["proba"]}]),
    )


def get_shap(data, model_path):
    return data * 0.5
"""
CONFIGURATION = {
    "Period": "Week",
    "TrainData": {"TrainDateRef": "2026-01-01"},
    "InputCols": ["age", "income"],
    "OutputCols": ["proba"],
}


@pytest.fixture
def project(tmp_path):
    """A folder with the files of a whole pipeline."""
    files = {
        "pipeline.yml": FILE,
        "train/train.py": kit.TRAIN,
        "train/data.csv": kit.DATA.decode(),
        "train/requirements.txt": kit.REQUIREMENTS.decode(),
        "train/helper.txt": "of the user",
        "deploy/score.py": kit.SCORE,
        "deploy/schema.json": json.dumps({"age": 30, "income": 1000}),
        "monitoring/monitor.py": MONITOR,
        "monitoring/configuration.json": json.dumps(CONFIGURATION),
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def settings(platform):
    admin = platform.admin
    user, password = admin["user"], admin["password"]
    return load_settings(url=platform.address, login=user, password=password)


def test_a_pipeline_trains_deploys_and_monitors(project, platform, monkeypatch):
    before = (project / "monitoring" / "configuration.json").read_bytes()
    path = project / "pipeline.yml"
    path.write_text(f"url: {platform.address}\n{FILE}", "utf-8")
    # As documented: the user is in the environment, the address in the file.
    monkeypatch.delenv("MLOPS_URL", raising=False)
    monkeypatch.setenv("MLOPS_USER", platform.admin["user"])
    monkeypatch.setenv("MLOPS_PASSWORD", platform.admin["password"])
    pipeline = MLOpsPipeline.from_config_file(path).start()
    assert pipeline.training_run.status == "Succeeded"
    info = pipeline.model.model_info()
    assert info["TrainingHash"] == pipeline.training.training_id
    assert info["Name"] == "piped"
    answer = pipeline.model.predict(data={"age": 41, "income": 2000})
    assert answer["note"] == "made by the run"
    # What is sent holds the run's number; the file of the user stays as it was.
    assert (project / "monitoring" / "configuration.json").read_bytes() == before
    state = pipeline.model.monitoring_status("Week")
    assert state["Status"] == "Validated"
    # And stage by stage, as the documentation does: registered, then run by place.
    monkeypatch.setenv("MLOPS_URL", platform.address)
    later = MLOpsPipeline(group="pipes", python_version="3.10")
    later.register_deploy_config(
        directory="./deploy",
        name="piped again",
        operation="Sync",
        schema="schema.json",
        source="score.py",
        score_function="score",
    )
    later.register_monitoring_config(
        directory="./monitoring",
        preprocess="monitor.py",
        preprocess_function="parse",
        shap_function="get_shap",
        config="configuration.json",
    )
    monkeypatch.chdir(project)
    model = later.run_deploy(pipeline.training.training_id)
    run = pipeline.training_run.exec_id
    assert later.run_monitoring(run, model) == model != pipeline.model.model_hash
    assert str(later.model.model_info()["TrainingExecution"]) == run


def test_a_stage_that_fails_stops_the_pipeline_with_its_reason(project, settings):
    (project / "train" / "train.py").write_text(
        "def train_model(df, base_path):\n    return df['nothing']\n"
    )
    path = project / "pipeline.yml"
    pipeline = MLOpsPipeline.from_config_file(path, settings=settings)
    with pytest.raises(ExecutionError, match="KeyError: 'nothing'"):
        pipeline.start()
    with pytest.raises(PipelineError, match="no model yet"):
        _ = pipeline.model


def test_stages_can_be_registered_one_by_one(project, settings):
    pipeline = MLOpsPipeline(group="pipes", settings=settings)
    with pytest.raises(PipelineError, match="no stage"):
        pipeline.start()
    with pytest.raises(PipelineError, match="no key 'sorce'") as caught:
        pipeline.register_deploy_config(operation="Sync", sorce="a.py")
    assert caught.value.hint == "Did you mean 'source'?"
    pipeline.register_monitoring_config(
        directory=str(project / "monitoring"),
        preprocess="monitor.py",
        preprocess_function="parse",
        shap_function="get_shap",
        config="configuration.json",
    )
    with pytest.raises(PipelineError, match="no model to monitor"):
        pipeline.run_monitoring()


def test_the_magic_runs_the_file_and_returns_the_pipeline(
    notebook, platform, project, monkeypatch
):
    monkeypatch.setenv("MLOPS_USER", platform.admin["user"])
    monkeypatch.setenv("MLOPS_PASSWORD", platform.admin["password"])
    assert notebook.run(f"%codex connect {platform.address}").success
    path = project / "pipeline.yml"
    text = path.read_text("utf-8").partition("monitoring:")[0]
    path.write_text(text.replace("piped", "by magic"), "utf-8")
    done = notebook.run(f"made = %codex pipeline {path}")
    assert done.success, done.text
    assert "training, deploy, in the group pipes" in done.text
    assert "Succeeded" in done.text
    assert notebook.names["made"].model.status == "Deployed"
    path.write_text(text.replace("operation", "opration"), "utf-8")
    done = notebook.run(f"%codex pipeline {path}")
    assert not done.success
    assert "no key 'opration'" in str(done.error)
