"""Other libraries' models and frames, in an environment that holds them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

import codex_jupyter

pytestmark = pytest.mark.platform

MODELS = """
import sys, json
sys.path.insert(0, sys.argv[1])
import numpy as np, pandas as pd
from codex_jupyter.drift import explain
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.normal(size=(400, 5)), columns=list("abcde"))
y = (2 * X.a - X.b + X.c * X.d > 0).astype(int)
import lightgbm, xgboost, catboost
from sklearn.pipeline import make_pipeline
from sklearn.impute import SimpleImputer
lgb = lightgbm.LGBMClassifier(n_estimators=20, verbose=-1).fit(X, y)
xgb = xgboost.XGBClassifier(n_estimators=20).fit(X, y)
cat = catboost.CatBoostClassifier(iterations=20, verbose=0, allow_writing_files=False)
cat = cat.fit(X, y)
few = lightgbm.LGBMClassifier(n_estimators=20, verbose=-1)
pipe = make_pipeline(SimpleImputer(), few).fit(X, y)
margins = {
    "lightgbm": (lgb, lgb.predict(X, raw_score=True)),
    "lightgbm booster": (lgb.booster_, lgb.predict(X, raw_score=True)),
    "xgboost": (xgb, xgb.predict(X, output_margin=True)),
    "xgboost booster": (xgb.get_booster(), xgb.predict(X, output_margin=True)),
    "catboost": (cat, cat.predict(X, prediction_type="RawFormulaVal")),
    "pipeline": (pipe, pipe[-1].predict(X.to_numpy(), raw_score=True)),
}
found = {}
for name, (model, margin) in margins.items():
    one = explain(model, X)
    off = np.abs(one.base + one.values.sum(axis=1) - margin).max()
    found[name] = [one.method, float(off), one.error]
three = lightgbm.LGBMClassifier(n_estimators=5, verbose=-1)
three.fit(X, np.digitize(X.a, [-1, 1]))
one = explain(three, X, output=1)
raw = three.predict(X, raw_score=True)[:, 1]
off = np.abs(one.base + one.values.sum(axis=1) - raw).max()
found["lightgbm three classes"] = [one.method, float(off), one.error]
print(json.dumps(found))
"""
POLARS = """
import sys, json
sys.path.insert(0, sys.argv[1])
import codex_jupyter.drift
assert "polars" not in sys.modules and "pyarrow.parquet" not in sys.modules
import numpy as np, pandas as pd, polars as pl
from codex_jupyter.drift import compare
rng = np.random.default_rng(0)
def make(shift):
    n = 2000
    x = rng.normal(shift, 1, n)
    return pd.DataFrame({
        "x": np.where(rng.random(n) < 0.1, np.nan, x),
        "i": pd.array(rng.integers(-9, 90, n), dtype="Int64"),
        "f32": x.astype("float32"), "b": x > 0,
        "t": rng.choice(["a", "b", "c"], n),
        "k": pd.Categorical(rng.choice(["u", "v"], n)),
        "d": pd.date_range("2025-01-01", periods=n, freq="h"),
        "z": pd.date_range("2025-01-01", periods=n, freq="h", tz="UTC"),
    })
a, b = make(0), make(0.5)
for one in (a, b):
    one["i"] = one["i"].mask(one["i"] < 0)
    one.loc[::11, "t"] = None
expected = compare(a, b).frame
found = {}
sides = {"polars": [pl.from_pandas(one) for one in (a, b)]}
sides["lazy"] = [one.lazy() for one in sides["polars"]]
sides["arrow"] = [one.to_arrow() for one in sides["polars"]]
for name, (left, right) in sides.items():
    result = compare(left, right).frame
    same = (result["psi"] - expected["psi"]).abs().max()
    found[name] = [float(same), result["kind"].tolist() == expected["kind"].tolist()]
period = compare(sides["polars"][0], sides["polars"][1], period="month", date_col="d")
found["periods"] = list(period.periods)
print(json.dumps(found))
"""


def run(python, code):
    root = Path(codex_jupyter.__file__).parent.parent
    ran = subprocess.run(
        [python, "-c", code, root],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return json.loads(ran.stdout.splitlines()[-1])


def test_boosted_trees_give_their_own_exact_contributions(environment):
    for name, (method, off, error) in run(environment("libraries"), MODELS).items():
        expected = name.split()[0].replace("pipeline", "lightgbm")
        assert (method, error) == (expected, 0), name
        assert off < 1e-4, name  # XGBoost and CatBoost sum in single precision


def test_polars_and_arrow_tables_compare_as_pandas_frames_do(environment):
    found = run(environment("libraries"), POLARS)
    assert found.pop("periods") == ["2025-01", "2025-02", "2025-03"]
    for name, (off, kinds) in found.items():
        assert off < 1e-12, name
        assert kinds, name
