"""The pipeline's file, before anything is sent."""

from __future__ import annotations

import pytest

from codex_jupyter.client.pipeline_file import Stage, read_pipeline
from codex_jupyter.errors import PipelineError

DOCUMENTED = """
group: "pipeline"
python_version: 3.10
url: https://example.test

training:
    directory: "./samples/train"
    training_type: Custom
    model_type: "Classification"
    experiment_name: "Pipeline Test"
    run_name: "First pipeline test"
    source: app.py
    train_function: train_model
    data: dados.csv
    packages: requirements.txt

deploy:
    directory: ./samples/syncModel
    operation: Sync
    schema:
    source: app.py
    score_function: score
    input_type: json|csv|parquet

monitoring:
    directory: ./samples/monitoring
    preprocess: preprocess_sync.py
    preprocess_function: parse
    shap_function: get_shap
    config: configuration.json
    packages: requirements.txt
"""


def read(tmp_path, text):
    (tmp_path / "pipeline.yml").write_text(text, "utf-8")
    return read_pipeline(tmp_path / "pipeline.yml")


def test_the_documented_file_is_read_and_its_version_stays_a_text(tmp_path):
    found = read(tmp_path, DOCUMENTED)
    assert (found.group, found.python_version) == ("pipeline", "3.10")
    assert list(found.stages) == ["training", "deploy", "monitoring"]
    assert found.stages["deploy"].text("schema") is None
    assert found.stages["training"].text("data") == "dados.csv"


def test_sections_that_are_missing_are_skipped(tmp_path):
    text = "group: demo\ndeploy:\n    operation: Sync\n    name: x\ntraining:\n"
    assert list(read(tmp_path, text).stages) == ["deploy"]


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("", "The pipeline's file has no sections.", "It takes: group"),
        ("- a\n- b\n", "The pipeline's file has no sections.", "It takes: group"),
        ("deploy:\n    operation: Sync\n", "names no group", "group: demo"),
        ("group: g\ndeploi: {}\n", "no key 'deploi'", "Did you mean 'deploy'?"),
        (
            "group: g\ndeploy:\n    operation: Sync\n    sorce: a.py\n",
            "no key 'sorce' in the section deploy",
            "Did you mean 'source'?",
        ),
        (
            "group: g\nmonitoring:\n    preprocess: a.py\n",
            "lacks preprocess_function, shap_function, config",
            "It takes:",
        ),
        ("group: g\ntraining: Custom\n", "The section training is no list", None),
        ("group: [\n", "is not YAML, line 2", None),
    ],
)
def test_what_cannot_run_is_named(tmp_path, text, said, hint):
    with pytest.raises(PipelineError) as caught:
        read(tmp_path, text)
    assert said in caught.value.message
    if hint:
        assert hint in caught.value.hint


def test_a_tag_makes_no_object(tmp_path):
    text = "group: g\nurl: !!python/object/apply:os.getcwd []\n"
    assert read(tmp_path, text).url is None


def test_a_file_that_is_not_there_or_no_text_says_so(tmp_path):
    with pytest.raises(PipelineError, match="No such file"):
        read_pipeline(tmp_path / "none.yml")
    (tmp_path / "bin.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PipelineError, match="not UTF-8 text"):
        read_pipeline(tmp_path / "bin.yml")


def test_files_are_looked_for_from_the_working_folder_then_beside_the_pipeline(
    tmp_path, monkeypatch
):
    beside = tmp_path / "project" / "files"
    beside.mkdir(parents=True)
    (beside / "app.py").write_text("beside")
    values = {"operation": "Sync", "directory": "files", "source": "app.py"}
    stage = Stage("deploy", values, tmp_path / "project")
    assert stage.file("source").read_text() == "beside"
    here = tmp_path / "here"
    (here / "files").mkdir(parents=True)
    (here / "files" / "app.py").write_text("here")
    monkeypatch.chdir(here)
    assert stage.file("source").read_text() == "here"


def test_a_file_that_a_section_names_and_is_missing_is_told_with_its_key(tmp_path):
    values = {"operation": "Sync", "directory": str(tmp_path), "extra": ["no.txt"]}
    with pytest.raises(PipelineError, match=r"names the file no.txt \(extra\)"):
        Stage("deploy", values).files("extra")
