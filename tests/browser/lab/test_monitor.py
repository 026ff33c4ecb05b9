"""Monitoring in a real JupyterLab: from a training to the dashboard of its model."""

from __future__ import annotations

import pytest
from lab_kit import assert_clean, plain, see

pytestmark = [pytest.mark.browser]

DATA = """import pandas as pd
df = pd.DataFrame({'age': range(20, 80), 'late': [0, 1] * 30})
X = df[['age']]
older = pd.DataFrame({'age': range(60, 120)})"""
TRAINS = """%%codex train ages --data df --reference train_model --group demo
def train_model(df, base_path):
    from sklearn.linear_model import LogisticRegression
    X, y = df[['age']], df[['late']]
    pipeline = LogisticRegression().fit(X, y['late'])
    output = pd.DataFrame({'proba': pipeline.predict_proba(X)[:, 1]})
    return {'X_train': X, 'y_train': y, 'model_output': output,
            'pipeline': pipeline, 'metrics': {'auc': 0.5}}"""
SCORES = """%%codex promote ages --name ages-v1 --schema X.head(1)
def score(data, base_path):
    import cloudpickle, json
    with open(base_path + '/model.pkl', 'rb') as file:
        model = cloudpickle.load(file)
    frame = pd.DataFrame([json.loads(data)])
    return {'proba': float(model.predict_proba(frame)[0, 1])}"""
MONITORS = """%%codex monitor ages-v1 --period day --inputs age --outputs proba
import json
def parse(input_data, output_data):
    row, answer = json.loads(input_data), json.loads(output_data)
    return pd.DataFrame([row]), pd.DataFrame([answer])
def get_shap(data, model_path):
    return data - 50"""
CELLS = [
    "%load_ext codex_jupyter\n%codex local",
    DATA,
    TRAINS,
    SCORES,
    "answers = %codex predict ages-v1 older\nlen(answers)",
    MONITORS,
    "%codex monitor ages-v1 --run",
    "%codex drift ages-v1",
    "%codex play ages-v1",
]
TRAIN, PROMOTE, PREDICT, MONITOR, RUN, DRIFT, PLAY = range(2, 9)


def test_what_was_asked_of_a_model_is_compared_with_its_training(notebook):
    nb = notebook(cells=CELLS)
    for index in range(TRAIN):
        nb.run_cell(index)
    nb.run_cell(TRAIN, seconds=300)
    nb.run_cell(PROMOTE)
    nb.run_cell(PREDICT)
    assert "60" in plain(nb.outputs(PREDICT))
    nb.run_cell(MONITOR)
    assert "ages-v1 by day: Validated." in plain(nb.outputs(MONITOR))
    nb.screenshot("lab-monitor-registered")
    nb.run_cell(RUN)
    assert "60 rows" in plain(nb.outputs(RUN))
    nb.run_cell(DRIFT)
    panel = nb.cell(DRIFT).get_by_role("region", name="Drift")
    see(panel, "against training")
    see(panel, "age")
    nb.screenshot("lab-monitor-drift-light")
    nb.dark()
    nb.cell(DRIFT)
    nb.screenshot("lab-monitor-drift-dark")
    nb.run_cell(PLAY)
    panel = nb.cell(PLAY).get_by_role("region", name="Playground")
    see(panel, "Ranges are from the training (60 rows)")
    panel.get_by_role("button", name="Predict", exact=True).click()
    panel.get_by_role("button", name="Why this answer?").click()
    # get_shap() of the cell above: the sample's age of 20, less 50.
    see(panel, "age pushed it down (\N{MINUS SIGN}30)")
    nb.screenshot("lab-play-why-dark")
    nb.save()
    assert_clean(nb)
