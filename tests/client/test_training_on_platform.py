"""Trainings through the client, on the embedded platform."""

from __future__ import annotations

import asyncio
import threading
import zipfile

import pandas as pd
import pytest

from codex_jupyter.client.training import MLOpsTrainingClient, MLOpsTrainingLogger
from codex_jupyter.config import Secret, Settings
from codex_jupyter.errors import (
    ExecutionError,
    GroupError,
    InputError,
    TrainingError,
    WaitTimeoutError,
)

pytestmark = pytest.mark.platform

FRAME = pd.DataFrame({"age": range(20, 40), "income": 7, "late": [0, 1] * 10})
TRAIN = (
    "app.py",
    b"""
def train_model(df, base_path):
    print("seen", len(df))
    x = df[["age", "income"]]
    return {"X_train": x, "y_train": df["late"], "model_output": df[["late"]],
            "pipeline": {"factor": 2}, "metrics": {"auc": 0.5},
            "parameters": "ignored"}


def train_forever(base_path):
    import time
    print("asleep", flush=True)
    time.sleep(600)
""",
)
SCORE = (
    "score.py",
    b"""
import json, pickle

def score(data, base_path):
    with open(base_path + "/model.pkl", "rb") as file:
        return {"age": json.loads(data)["age"] * pickle.load(file)["factor"]}
""",
)
# The parquet that a frame is sent as has to be read there.
PANDAS = ("requirements.txt", b"pandas\npyarrow\ncloudpickle>=2.0.0\n")
NOTHING = ("requirements.txt", b"")


@pytest.fixture(scope="module")
def settings(platform):
    platform.group("demo")
    token = platform.group("demo")["Authorization"].removeprefix("Bearer ")
    admin = platform.admin
    return Settings(
        platform.api,
        user=admin["user"],
        password=Secret(admin["password"]),
        group_token=Secret(token),
    )


@pytest.fixture(scope="module")
def client(settings):
    with MLOpsTrainingClient(settings=settings) as made:
        yield made


@pytest.fixture
def experiment(client):
    return client.create_training_experiment("client", "Classification", "demo")


@pytest.fixture(scope="module")
def trained(client):
    """A run that has succeeded."""
    experiment = client.create_training_experiment("client", "Classification", "demo")
    return experiment.run_training(
        "first",
        "Custom",
        train_data=FRAME,
        training_reference="train_model",
        source_file=TRAIN,
        requirements_file=PANDAS,
        wait_complete=True,
    )


def forever(experiment):
    return experiment.run_training(
        run_name="forever",
        training_type="Custom",
        train_data=FRAME,
        training_reference="train_forever",
        source_file=TRAIN,
        requirements_file=NOTHING,
    )


def test_an_experiment_is_found_again_unless_a_new_one_is_forced(client, experiment):
    again = client.create_training_experiment(
        experiment_name="client", model_type="classification", group="demo"
    )
    assert again.training_hash == again.training_id == experiment.training_hash
    other = client.create_training_experiment("client", "Regression", "demo")
    assert other.training_hash != experiment.training_hash
    new = client.create_training_experiment("forced", "Regression", "demo", force=True)
    newer = client.create_training_experiment(
        "forced", "Regression", "demo", force=True
    )
    assert new.training_hash != newer.training_hash
    assert client.find_training("forced").training_hash == newer.training_hash
    found = client.get_training(training_id=new.training_hash, group="demo")
    assert (found.experiment_name, found.model_type) == ("forced", "Regression")
    with pytest.raises(TrainingError, match="has no runs yet"):
        found.get_training_execution()


def test_what_is_wrong_is_said_before_anything_is_sent(client, experiment):
    for message, name, kind, group, error in (
        ("3 to 32 characters", "ab", "Regression", "demo", InputError),
        ("model_type is 'Magic'", "abc", "Magic", "demo", InputError),
        ("no group 'dmo'", "abc", "Regression", "dmo", GroupError),
    ):
        with pytest.raises(error, match=message):
            client.create_training_experiment(name, kind, group)
    for message, given in {
        "training_type is 'Magic'": {"training_type": "Magic"},
        "needs source_file": {"training_type": "Custom"},
        "There is nothing to upload": {},
        "needs conf_dict": {"training_type": "AutoML", "conf_dict": {}},
        "has no name": {"run_name": ""},
        "dict has no values": {"model_metrics": {}},
        "has no rows": {"X_train": FRAME.head(0)},
    }.items():
        with pytest.raises(InputError, match=message):
            experiment.run_training(**({"run_name": "x"} | given))
    with pytest.raises(TrainingError, match="'clients'"):
        client.find_training("clients")


def test_a_run_is_waited_for_and_tells_its_figures(trained, experiment):
    assert trained.status == "Succeeded"
    assert trained.metrics == {"auc": 0.5}
    assert trained.parameters["shape"] == "(20, 2)"
    assert (trained.run_name, trained.training_type) == ("first", "Custom")
    assert trained.get_status()["ExecutionId"] == trained.exec_id
    assert trained.execution_info()["InputFile"]["Name"] == "train_data.parquet"
    newest = experiment.get_training_execution(trained.exec_id)
    assert newest.run_data == trained.run_data
    rows = experiment.list_executions(state="Succeeded")
    assert int(trained.exec_id) in [row["ExecutionId"] for row in rows]
    every = experiment.get_all_training_executions()
    assert trained.exec_id in [run.exec_id for run in every]
    log = experiment.get_logs(exec_id=trained.exec_id)["Results"]
    assert "seen 20" in [row["OutputData"] for row in log]
    assert trained.result() == {"auc": 0.5}


def test_the_model_is_downloaded(trained, tmp_path):
    path = trained.download_result(path=tmp_path, filename="run.zip")
    assert path.read_bytes()[:2] == b"PK"


def test_a_run_is_promoted_with_a_dict_as_schema(trained):
    model = trained.promote_model(
        "client v1",
        "Sync",
        {"age": 3},
        model_reference="score",
        source_file=SCORE,
        wait_complete=True,
    )
    assert model.predict({"age": 21}) == {"age": 42}
    info = model.model_info()
    assert info["TrainingHash"] == trained.training_hash
    assert str(info["TrainingExecution"]) == trained.exec_id
    with pytest.raises(InputError, match="needs model_reference, source_file, schema"):
        trained.promote_model("client v2")


def test_a_run_that_never_ends_is_left_and_cancelled(experiment):
    run = forever(experiment)
    with pytest.raises(WaitTimeoutError, match="of 'client' goes on") as late:
        run.wait_ready(timeout=0.5)
    assert f"%codex attach client {run.exec_id} --wait" in late.value.hint
    stop, lines = threading.Event(), []
    for event in run.watch(stop):
        if event.name == "log":
            lines.append(event.data["OutputData"])
        if "asleep" in lines:
            stop.set()
    assert run.status == "Running"
    assert run.cancel() == "Failed"
    with pytest.raises(ExecutionError, match=r"'client' failed: .*cancelled"):
        run.wait_ready()
    with pytest.raises(TrainingError, match="only one that has succeeded"):
        run.promote_model(
            "x", schema={"a": 1}, model_reference="score", source_file=SCORE
        )


def test_a_failure_is_raised_with_its_reason(experiment):
    source = ("app.py", b"def train_model(base_path):\n    raise ValueError('rain')\n")
    with pytest.raises(ExecutionError, match="ValueError: rain") as caught:
        experiment.run_training(
            "fails",
            "Custom",
            train_data=("t.csv", b"a\n1\n"),
            training_reference="train_model",
            source_file=source,
            requirements_file=NOTHING,
            wait_complete=True,
        )
    assert "%codex logs client --run" in caught.value.hint
    assert "raise ValueError('rain')" in caught.value.detail


def test_an_external_run_is_what_was_given(experiment):
    run = experiment.run_training(
        "by hand",
        X_train=FRAME[["age"]],
        y_train=FRAME["late"],
        model_outputs=FRAME["late"].to_numpy(),
        model_file=("model.pkl", b"x"),
        model_metrics={"auc": 0.9, "bad": float("nan")},
        model_params={"depth": 3},
        requirements_file=NOTHING,
        wait_complete=True,
    )
    assert run.metrics == {"auc": 0.9, "bad": None}
    assert run.parameters == {"depth": "3"}
    roles = {file["Role"] for file in run.execution_info()["Files"]}
    assert roles >= {"x_train", "y_train", "model_output", "model"}


class Model:
    """Stands for an estimator."""

    steps = (("scale", None),)

    def get_params(self):
        return {"depth": 3}


def test_a_training_is_logged_while_it_runs_here(experiment, tmp_path):
    y = pd.Series([0, 1] * 10, name="late")
    with experiment.log_train("logged", FRAME[["age"]], y, "by hand") as logger:
        logger.save_model({"weights": [1]})
        logger.save_metric("auc", 0.75)
        logger.save_metric(name="bad", value=float("nan"))
        logger.save_model_output(y)
        logger.add_extra(FRAME, "seen.csv")
        logger.set_requirements(NOTHING)
    run = logger.execution
    run.wait_ready()
    run.execution_info()
    assert run.metrics == {"auc": 0.75, "bad": None}
    assert run.parameters["cols_with_missing"] == "0"
    assert "'proportion': 0.5" in run.parameters["target_proportion"]
    path = run.download_result(path=tmp_path)
    with zipfile.ZipFile(path) as packed:
        assert sorted(packed.namelist()) == ["model.pkl", "seen.csv"]
    model = run.promote_model(
        "logged", schema={"age": 1}, model_reference="score", source_file=SCORE
    )
    assert model.model_info()["RunName"] == "logged"


def test_a_block_that_raises_uploads_nothing(experiment):
    before = len(experiment.list_executions())
    logging = experiment.log_train("raises", FRAME, FRAME)
    with pytest.raises(ZeroDivisionError), logging as logger:
        logger.save_model(1 / 0)
    assert len(experiment.list_executions()) == before


def test_what_a_logger_cannot_take_is_refused(experiment):
    logger = MLOpsTrainingLogger("x", FRAME, FRAME["late"])
    for act, message in (
        (lambda: logger.set_python_version("2.7"), "not a Python version"),
        (lambda: logger.set_requirements("none.txt"), "does not exist"),
        (lambda: logger.add_extra("none.png"), "does not exist"),
        (lambda: logger.add_extra(FRAME), "A DataFrame needs a name"),
        (lambda: logger.save_plot([1], "x.png"), "A list is no plot"),
    ):
        with pytest.raises(InputError, match=message):
            act()
    logger.save_model(Model())
    made = logger.upload_arguments()["model_params"]
    assert made["hyperparam_depth"] == "3"
    assert made["shape"] == [20, 3]


def test_plots_are_kept(experiment):
    import plotly.graph_objects as go

    logger = MLOpsTrainingLogger("x", FRAME, FRAME["late"])
    logger.save_plot(plot=go.Figure(), save_filename="curve")
    name, content = logger.extras[0]
    assert name == "curve.html"
    assert b"<html" in content[:200]
    # The names for one library each, with a path.
    logger.save_plotly_plot(plot=go.Figure(), filepath="./plots/other.html")
    assert logger.extras[1][0] == "other.html"


def test_tables_and_figures_may_come_from_files_of_one_name(experiment, tmp_path):
    file, told = tmp_path / "data.csv", tmp_path / "told.json"
    file.write_text("a;b\n1;2\n")
    told.write_text('{"auc": 1}')
    run = experiment.run_training(
        "one name",
        X_train=file,
        y_train=file,
        model_metrics=told,
        model_params=told,
        wait_complete=True,
    )
    assert (run.metrics, run.parameters) == ({"auc": 1}, {"auc": "1"})
    told = run.execution_info()
    assert not told["Deployable"]
    with pytest.raises(TrainingError, match="holds no model file"):
        run.promote_model(
            "x", schema={"a": 1}, model_reference="score", source_file=SCORE
        )


def test_the_same_awaited(settings):
    async def life():
        async with await MLOpsTrainingClient.aopen(settings=settings) as client:
            experiment = await client.acreate_training_experiment(
                "awaited", "Regression", "demo"
            )
            run = await experiment.arun_training(
                "partly", X_train=FRAME[["age"]], wait_complete=True
            )
            async with experiment.alog_train("log", FRAME, FRAME["late"]) as logger:
                logger.save_metric("auc", 1)
            await logger.execution.await_ready()
            return run.status, await experiment.alist_executions()

    status, rows = asyncio.run(life())
    assert status == "Succeeded"
    assert rows[0]["TrainingType"] == "External"
