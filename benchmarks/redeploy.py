"""Deploying again into an environment that exists: upload to first answer."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from timing import platform, repeat, show

from codex_jupyter.client.model import MLOpsModel, MLOpsModelClient

TIMES = 7
IMPORTS = "import json, pickle, pandas, sklearn.ensemble"
SCORE = """
import json, pickle
import pandas as pd
import sklearn.ensemble


def score(data, base_path):
    with open(base_path + "/model.pkl", "rb") as file:
        model = pickle.load(file)
    row = pd.DataFrame([json.loads(data)])
    return {"probability": float(model.predict_proba(row)[0, 1])}
"""


def deploy(client: MLOpsModelClient, sample: pd.DataFrame, model: bytes) -> MLOpsModel:
    """Upload, wait, predict once."""
    pins = "".join(f"{name}=={version(name)}\n" for name in ("pandas", "scikit-learn"))
    made = client.create_model(
        model_name="bench",
        model_reference="score",
        source_file=("score.py", SCORE.encode()),
        model_file=("model.pkl", model),
        requirements_file=("requirements.txt", pins.encode()),
        schema=json.loads(sample.to_json(orient="records"))[0],
        group="bench",
        python_version=f"3.{sys.version_info.minor}",
    )
    made.predict(data=json.loads(sample.to_json(orient="records"))[0])
    return made


def environment(data: Path) -> Path:
    """The Python of the one environment that was built."""
    return next((data / "environments").rglob("bin/python"))


X, y = load_breast_cancer(return_X_y=True, as_frame=True)
fitted = pickle.dumps(RandomForestClassifier(20, random_state=0).fit(X, y))
with platform() as (client, data):
    begun = time.perf_counter()
    deploy(client, X.head(1), fitted)
    print(f"first deployment, environment built: {time.perf_counter() - begun:.1f} s")
    python = str(environment(data))
    # Compiling goes on behind the first deployment; it would disturb the others.
    subprocess.run(
        [python, "-m", "compileall", "-q", str(Path(python).parents[1])], check=False
    )
    again, imports = [], []
    for _ in range(TIMES):
        imports += repeat(
            lambda: subprocess.run([python, "-c", IMPORTS], check=True), 1
        )
        again += repeat(lambda: deploy(client, X.head(1), fitted), 1)
    own = show("the environment's own imports, in a bare process", imports)
    ours = show("upload to first answer, same requirements", again)
    print(f"beyond the environment's own imports: {ours - own:.2f} s")
