"""Runs of AutoML in their own environment: what comes out, and how the same again."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pandas as pd
import pytest

from codex_jupyter.server import automl
from codex_jupyter.server.environments import find_interpreters
from codex_jupyter.server.workers import Once, WorkerSpec

from .conftest import environment_of, laid_out

pytestmark = pytest.mark.platform

TRIES = 9
MAIN = {"iterations": TRIES, "stages": {}, "split_type": "stratified"}
CONFIGURATION = "automl_configuration.json"
BROKEN = "raise RuntimeError('no such card <b>in</b> this machine')\n"


@pytest.fixture(scope="module")
def run(python, train, cancer):
    return train(python, {"main": (cancer, dict(MAIN))})["main"]


def steady(leaderboard):
    """The leaderboard without what the clock says."""
    for row in leaderboard["pipelines"]:
        del row["seconds"]
    return leaderboard


def test_the_log_tells_of_the_data_and_of_every_pipeline(run):
    lines = run.lines
    assert lines[0] == (
        "table: 569 rows, 14 columns; target 'y': benign 357, malignant 210 "
        "(positive: malignant); 2 rows without a target are left out"
    )
    assert lines[1] == "split stratified: 397 train, 113 validation, 57 holdout"
    assert lines[2] == "features: 7 numbers, 1 flag, 1 date, 1 category"
    assert "left out: 'site' (the same in every row)" in lines
    assert "left out: 'empty' (empty)" in lines
    assert "left out: 'id' (397 different texts in 397 rows, like an id)" in lines
    tried = [line for line in lines if line.startswith("pipeline ")]
    assert len(tried) == TRIES
    assert tried[0].startswith(
        f"pipeline 1 of {TRIES}: lightgbm + median + catboost encoding  auc 0.9"
    )
    assert lines[-1].startswith("best: pipeline ")
    # Nothing but these: libraries are quiet.
    assert len(lines) == 3 + 3 + 1 + TRIES + 1


def test_the_leaderboard_has_every_pipeline_once_the_best_first(run):
    board = run.leaderboard
    rows = board["pipelines"]
    assert sorted(row["number"] for row in rows) == list(range(1, TRIES + 1))
    assert len({json.dumps(row["stages"], sort_keys=True) for row in rows}) == TRIES
    assert {row["stages"]["models"] for row in rows} == {
        *("logreg", "catboost", "xgboost", "lightgbm", "rf", "dt")
    }
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert board["best"] == rows[0]["number"]
    assert all(row["state"] == "Succeeded" and row["seconds"] > 0 for row in rows)
    assert rows[0]["validation"]["auc"] == rows[0]["score"]
    assert board["positive"] == "malignant"
    assert board["left_out"].keys() == {"site", "empty", "id"}


def test_each_part_has_every_measure_and_the_holdout_is_told_apart(run):
    measures = {"auc", "precision", "recall", "f1", "gini", "ks"}
    assert run.metrics.keys() == {
        f"{part}_{name}"
        for part in ("train", "validation", "holdout")
        for name in measures
    }
    best = run.leaderboard["pipelines"][0]
    assert run.metrics["validation_auc"] == pytest.approx(best["score"], abs=1e-9)
    assert run.metrics["holdout_gini"] == pytest.approx(
        2 * run.metrics["holdout_auc"] - 1
    )
    assert 0.9 < run.metrics["holdout_auc"] <= 1


def test_the_tables_hold_raw_features_and_what_the_model_says(run, cancer):
    raw = run.X_train
    assert raw["columns"] == [name for name in cancer.columns if name != "y"]
    assert len(raw["data"]) == 397 + 113
    place = raw["columns"].index("região")
    assert {row[place] for row in raw["data"]} == {"Norte", "Sul", "Süd", None}
    assert run.y_train["columns"] == ["y"]
    assert run.model_output["columns"] == ["proba", "pred"]
    agree = [
        row[1] == truth[0]
        for row, truth in zip(
            run.model_output["data"], run.y_train["data"], strict=True
        )
    ]
    assert sum(agree) / len(agree) > 0.9
    assert all(
        (row[0] >= 0.5) == (row[1] == "malignant") for row in run.model_output["data"]
    )


def test_the_schema_is_the_first_whole_row_of_the_features(run, cancer):
    sample = json.loads((run.folder / "schema.json").read_text("utf-8"))
    features = cancer.columns[: list(cancer.columns).index("visits") + 1]
    first = cancer.dropna(subset=[*features, "y"]).iloc[0]
    assert sample == {name: first[name] for name in features}
    assert type(sample["visits"]) is int
    rows = pd.read_csv(run.folder / "schema.csv")
    assert list(rows.columns) == list(sample)
    assert len(rows) == 5


def test_what_the_model_needs_and_what_it_tells_are_kept_with_it(run):
    modules = automl.scorer("Sync").files.keys() & set(run.extra)
    assert modules == automl.scorer("Sync").files.keys() - {"automl_score.py"}
    assert {automl.LEADERBOARD, "schema.json", "schema.csv"} <= set(run.extra)
    assert "pipeline__model" in run.parameters


def test_the_same_again_on_another_process_gives_the_same(python, train, run, cancer):
    again = train(python, {"main": (cancer, dict(MAIN))})["main"]
    assert steady(again.leaderboard) == steady(run.leaderboard)
    assert again.lines == run.lines
    assert again.metrics == run.metrics
    assert again.model_output == run.model_output


def test_a_pipeline_that_fails_does_not_end_the_run(python, train, cancer):
    stages = {"models": ["xgboost", "dt"]}
    cases = {
        "one": (cancer, {"iterations": 2, "stages": stages}),
        "all": (cancer, {"iterations": 2, "stages": {"models": ["xgboost"]}}),
    }
    runs = train(python, cases, files=[("xgboost.py", BROKEN)])
    first, last = runs["one"].leaderboard["pipelines"]
    assert first["stages"]["models"] == "dt"
    assert (last["state"], last["score"]) == ("Failed", None)
    assert last["reason"] == "RuntimeError: no such card <b>in</b> this machine"
    [told] = [line for line in runs["one"].lines if "failed" in line]
    assert told.endswith(f"failed: {last['reason']}")
    assert runs["all"].error.startswith(
        "DataError: None of the 2 pipelines could be trained. The first, xgboost + "
    )


def test_the_oldest_python_makes_a_model_too(train, cancer, tmp_path):
    oldest = min({one.minor for one in find_interpreters()} & set(automl.MINORS))
    python = environment_of(oldest, tmp_path)
    made = train(python, {"main": (cancer, dict(MAIN, iterations=6))})["main"]
    assert all(row["state"] == "Succeeded" for row in made.leaderboard["pipelines"])
    assert made.metrics["holdout_auc"] > 0.9


def test_the_platforms_own_process_of_a_training_takes_it(python, cancer, tmp_path):
    folder, output = tmp_path / "data", tmp_path / "output"
    folder.mkdir()
    output.mkdir()
    laid_out(folder, cancer, {"iterations": 2, "stages": {"models": ["dt"]}})
    supplied = automl.trainer(json.loads((folder / CONFIGURATION).read_text("utf-8")))
    spec = WorkerSpec(
        python=python,
        folder=folder,
        script=folder / supplied.script,
        reference=supplied.reference,
        env={"inputFileName": "train.csv"},
        memory_bytes=2 << 30,
        deadline_s=300.0,
        memoise=False,
        mode="train",
    )
    payload = {
        "data": str(folder / "train.csv"),
        "output": str(output),
        "execution": "1",
        "type": "Classification",
    }
    said = []

    async def main():
        once = Once(spec, lambda *row: said.append(row[1]))
        try:
            await once.start()
            return json.loads(await once.call(json.dumps(payload).encode()))
        finally:
            await once.stop()

    answer = asyncio.run(main())
    assert answer["warnings"] == []
    assert answer["saved_by"] == "cloudpickle"
    assert {Path(path).name for path in answer["extra"]} == {
        *("leaderboard.json", "schema.json", "schema.csv"),
        *("automl_classifier.py", "automl_columns.py", "automl_parts.py"),
    }
    assert {"holdout_auc", "training_accuracy_score"} <= answer["metrics"].keys()
    assert "max_depth=6" in answer["parameters"]["pipeline__model"]
    assert [line for line in said if line.startswith("pipeline 2 of 2: ")]
    assert (output / "model.pkl").is_file()
