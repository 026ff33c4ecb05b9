"""A run that was trained elsewhere: by files, and by the logging context."""

import zipfile
from pathlib import Path

import pandas as pd
from kit import PYTHON, VALUES, client, tell
from mlops_codex.training import MLOpsTrainingClient

trainings = client(MLOpsTrainingClient)
made = trainings.create_training_experiment(
    experiment_name=VALUES["name"],
    model_type="Classification",
    group=VALUES["group"],
)
training = trainings.get_training(training_id=made.training_id, group=VALUES["group"])


class Drawing:
    """Saves itself as a figure of matplotlib does, which no environment here has."""

    def savefig(self, file, **_options):
        if hasattr(file, "write"):
            file.write(b"drawn")
        else:
            Path(file).write_bytes(b"drawn")


table = pd.DataFrame({"age": [20, 30, 40], "income": [1, 2, 3]})
target = pd.DataFrame({"late": [0, 1, 0]})
table.to_parquet("features.parquet")
target.to_parquet("target.parquet")
run = training.run_training(
    run_name="by files",
    training_type="External",
    X_train="features.parquet",
    y_train="target.parquet",
    python_version=PYTHON,
    wait_complete=True,
)
told = {"training": training.training_id, "run": run.exec_id}
told["status"] = run.get_status()["Status"]
with training.log_train(name="by context", X_train=table, y_train=target) as logger:
    logger.save_model({"a": "model"})
    logger.save_metric(name="auc", value=0.75)
    logger.save_model_output(pd.DataFrame({"proba": [0.1, 0.9, 0.2]}))
    logger.set_python_version(PYTHON)
    logger.set_requirements("requirements.txt")
    logger.set_extra(["notes.txt"])
    logger.add_extra(extra=table, filename="people")
    logger.save_seaborn_or_matplotlib_plot(plot=Drawing(), filepath="./curve.png")
last = training.get_training_execution()
last.wait_ready()
last.execution_info()
last.download_result(path="./", filename="last.zip")
with zipfile.ZipFile("last.zip") as packed:
    told["files"] = sorted(packed.namelist())
for one in training.get_all_training_executions():
    one.wait_ready()
told["all"] = [
    [one.execution_data["RunName"], one.get_status()["Status"]]
    for one in training.get_all_training_executions()
]
tell(**told)
