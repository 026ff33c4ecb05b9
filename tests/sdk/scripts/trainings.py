"""A training on the platform, its promotion, a prediction and its monitoring."""

import os
import zipfile

from kit import IS_OLD, PYTHON, VALUES, client, tell
from mlops_codex.model import MLOpsModelClient
from mlops_codex.training import MLOpsTrainingClient, MLOpsTrainingExperiment

trainings = client(MLOpsTrainingClient)
training = trainings.create_training_experiment(
    experiment_name=VALUES["name"],
    model_type="Classification",
    group=VALUES["group"],
)
again = trainings.create_training_experiment(
    experiment_name=VALUES["name"],
    model_type="Classification",
    group=VALUES["group"],
)
told = {"training": training.training_id, "again": again.training_id}
run = training.run_training(
    run_name="first",
    training_type="Custom",
    train_data="data.csv",
    source_file="train.py",
    requirements_file="requirements.txt",
    training_reference="train_model",
    python_version=PYTHON,
    extra_files=["helper.txt"],
    wait_complete=True,
)
told["run"], told["status"] = run.exec_id, run.get_status()["Status"]
told["data"] = run.execution_data["RunData"]
run.download_result(path="./", filename="run.zip")
with zipfile.ZipFile("run.zip") as packed:
    told["files"] = sorted(packed.namelist())
found = training.get_training_execution(run.exec_id)
told["found"] = found.execution_data["RunName"]
told["all"] = [one.exec_id for one in training.get_all_training_executions()]
if IS_OLD:
    same = MLOpsTrainingExperiment(
        training_id=training.training_id,
        group=VALUES["group"],
        login=os.environ["MLOPS_USER"],
        password=os.environ["MLOPS_PASSWORD"],
        url=os.environ["MLOPS_URL"],
    )
    told["direct"] = [one.exec_id for one in same.get_all_training_executions()]
promotion = {
    "model_name": f"{VALUES['name']} model",
    "model_reference": "score",
    "source_file": "score.py",
    "schema": "schema.json",
    "operation": "Sync",
}
if not IS_OLD:
    promotion["input_type"] = "json"
model = run.promote_model(**promotion)
# The object knows only what it was told at first.
hash_ = model.model_id if IS_OLD else model.model_hash
models = client(MLOpsModelClient)
if IS_OLD:
    model = models.get_model(
        model_id=hash_, group=VALUES["group"], group_token=VALUES["token"]
    )
    told["answer"] = model.predict(data={"age": 30, "income": 1000})
    model.register_monitoring(
        preprocess_reference="parse",
        shap_reference="get_shap",
        configuration_file="configuration.json",
        preprocess_file="monitor.py",
        requirements_file="requirements.txt",
    )
else:
    model.wait_ready()
    model = models.get_model(model_hash=hash_, group=VALUES["group"])
    model.set_token(VALUES["token"])
    model.predict({"age": 30, "income": 1000})
    model.register_monitoring(
        preprocess_reference="parse",
        shap_reference="get_shap",
        configuration_file="configuration.json",
        preprocess_file="monitor.py",
        requirements_file="requirements.txt",
        wait_complete=True,
    )
told["model"] = hash_
tell(**told)
