"""A pipeline from its file: a training, its promotion and its monitoring."""

import json
from pathlib import Path

from kit import IS_OLD, tell
from mlops_codex.pipeline import MLOpsPipeline

pipeline = MLOpsPipeline.from_config_file("pipeline.yml")
pipeline.start()
model, run = pipeline.model, pipeline.training_run
told = {"training": pipeline.training.training_id, "run": run.exec_id}
told["model"] = model.model_id if IS_OLD else model.model_hash
told["status"] = run.get_status()["Status"]
configuration = json.loads(Path("files/configuration.json").read_text())
told["configuration"] = configuration["TrainData"]
tell(**told)
