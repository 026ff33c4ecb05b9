"""Training in a real JupyterLab: the run live in its panel, then a model of it."""

from __future__ import annotations

import pytest
from lab_kit import assert_clean, plain, see

pytestmark = [pytest.mark.browser]

DATA = """import pandas as pd
df = pd.DataFrame({'age': range(20, 60), 'late': [0, 1] * 20})
X = df[['age']]"""
TRAINS = """%%codex train churn --data df --reference train_model --group demo
def train_model(df, base_path):
    from sklearn.linear_model import LogisticRegression
    X, y = df[['age']], df[['late']]
    pipeline = LogisticRegression().fit(X, y['late'])
    print('fitted', len(df), 'rows of <b>bold</b>')
    output = pd.DataFrame({'proba': pipeline.predict_proba(X)[:, 1]})
    return {'X_train': X, 'y_train': y, 'model_output': output,
            'pipeline': pipeline, 'metrics': {'auc': 0.75}}"""
SCORES = """%%codex promote churn --name churn-v3 --schema X.head(1)
def score(data, base_path):
    import cloudpickle, json
    with open(base_path + '/model.pkl', 'rb') as file:
        model = cloudpickle.load(file)
    frame = pd.DataFrame([json.loads(data)])
    return {'proba': float(model.predict_proba(frame)[0, 1])}"""
CELLS = [
    "%load_ext codex_jupyter\n%codex local",
    DATA,
    TRAINS,
    "%codex runs churn",
    SCORES,
    "answer = %codex predict churn-v3 {'age': 41}\nanswer",
]
TRAIN, RUNS, PROMOTE, PREDICT = 2, 3, 4, 5


def test_a_cell_trains_and_its_run_becomes_an_api(notebook):
    nb = notebook(cells=CELLS)
    for index in range(TRAIN):
        nb.run_cell(index)
    nb.run_cell(TRAIN, seconds=300)
    panel = nb.cell(TRAIN)
    see(panel, "Succeeded")
    see(panel, "fitted 40 rows of <b>bold</b>")
    see(panel, "training_roc_auc")
    nb.screenshot("lab-train-light")
    nb.run_cell(RUNS)
    assert "0.75" in plain(nb.outputs(RUNS))
    nb.run_cell(PROMOTE)
    see(nb.cell(PROMOTE), "Deployed in")
    nb.run_cell(PREDICT)
    assert "'proba'" in plain(nb.outputs(PREDICT))
    nb.dark()
    nb.cell(TRAIN)
    nb.screenshot("lab-train-dark")
    nb.save()
    assert_clean(nb)
