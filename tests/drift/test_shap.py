"""SHAP drift, and SHAP values for models without get_shap()."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import ndcg_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from codex_jupyter.drift import ShapDrift, compare, explain, ndcg, psi, shap_drift
from codex_jupyter.errors import DriftError

RNG = np.random.default_rng(0)
TRAINING = pd.DataFrame(
    RNG.normal(0.1, [5, 3, 1.5, 0.5], (800, 4)), columns=list("abcd")
)
MOVED = TRAINING[["c", "b", "a", "d"]].set_axis(list("abcd"), axis=1) * [-1, 1, 1, 1]


@pytest.mark.parametrize("seed", range(10))
def test_ndcg_is_scikit_learns_ties_included(seed):
    rng = np.random.default_rng(seed)
    training = rng.random(9)
    live = rng.integers(0, 4, 9).astype(float)
    assert ndcg(training, live) == pytest.approx(ndcg_score([training], [live]))


def test_a_period_like_training_keeps_rank_share_and_sign():
    found = shap_drift(TRAINING, {"2026-W01": TRAINING, "2026-W02": MOVED})
    same = found.frame.loc["2026-W01"]
    assert found.averages.loc["2026-W01", "ndcg"] == pytest.approx(1)
    assert not found.averages.loc["2026-W01", "alarm"]
    assert (same["share_change"] == 0).all()
    assert (same["psi"] == 0).all()
    assert (same["rank"] == same["rank_training"]).all()
    assert found.frame["share"].groupby("period").sum().tolist() == pytest.approx(
        [1, 1]
    )


def test_a_period_that_decides_otherwise_is_told():
    found = shap_drift(TRAINING, {"2026-W02": MOVED})
    part = found.frame.loc["2026-W02"]
    assert part["rank"].tolist() == [3, 2, 1, 4]
    assert part["rank_training"].tolist() == [1, 2, 3, 4]
    means = np.sign([TRAINING.mean(), MOVED.mean()])
    assert part["sign_flip"].tolist() == (means[0] != means[1]).tolist()
    assert part["psi"]["a"] == pytest.approx(psi(TRAINING["a"], MOVED["a"]))
    assert found.averages.loc["2026-W02", "alarm"]
    assert "ranks its features differently" in found.sentences()[0]


def test_impact_is_psi_of_the_input_times_live_share():
    before = pd.DataFrame({"a": RNG.normal(size=500), "b": RNG.normal(size=500)})
    now = pd.concat([before + 1, before]).assign(
        when=["2026-01-01"] * 500 + ["2026-01-02"] * 500
    )
    drift = compare(before, now, period="day", date_col="when")
    frames = dict.fromkeys((*drift.periods, "2026-01-03"), MOVED)
    found = shap_drift(TRAINING, frames, drift=drift)
    row = found.frame.loc[("2026-01-01", "a")]
    assert row["psi_input"] == pytest.approx(drift.history.loc["2026-01-01", "a"])
    assert row["impact"] == pytest.approx(row["psi_input"] * row["share"])
    assert found.frame.loc[("2026-01-02", "a"), "impact"] == pytest.approx(0)
    assert np.isnan(found.frame.loc[("2026-01-03", "a"), "impact"])
    assert np.isnan(found.frame.loc[("2026-01-01", "c"), "psi_input"])
    again = ShapDrift.from_dict(
        json.loads(json.dumps(found.to_dict(), allow_nan=False))
    )
    pd.testing.assert_frame_equal(again.frame, found.frame)
    pd.testing.assert_frame_equal(again.averages, found.averages)


def test_features_without_any_effect_have_no_ranking_to_lose():
    zeros = TRAINING * 0
    found = shap_drift(zeros, zeros)
    assert np.isnan(found.averages.loc["current", "ndcg"])
    assert not found.averages.loc["current", "alarm"]
    assert found.sentences() == []


@pytest.mark.parametrize(
    ("period", "said"),
    [
        (TRAINING[["a", "b"]], "other features than training: c, d"),
        (TRAINING[:0], "no SHAP values for W1"),
        (TRAINING.astype(str) + "x", "not all numbers"),
    ],
)
def test_shap_values_that_do_not_fit_are_refused(period, said):
    with pytest.raises(DriftError, match=said):
        shap_drift(TRAINING, {"W1": period})
    with pytest.raises(DriftError, match="not a stored SHAP drift"):
        ShapDrift.from_dict({"features": ["a"]})


# --- explain


X = pd.DataFrame(RNG.normal(size=(300, 4)), columns=list("abcd"), index=range(7, 307))
Y = 3 * X["a"] - 2 * X["b"] + X["c"] ** 2


def adds_up(found, predictions):
    total = found.base + found.values.sum(axis=1)
    np.testing.assert_allclose(total, predictions, rtol=1e-6, atol=1e-6)


def test_a_linear_model_is_explained_in_closed_form():
    model = LinearRegression().fit(X, Y)
    found = explain(model, X)
    assert (found.method, found.error) == ("linear", 0)
    adds_up(found, model.predict(X))
    expected = (X["a"] - X["a"].mean()) * model.coef_[0]
    np.testing.assert_allclose(found.values["a"], expected)
    assert found.values.index.equals(X.index)


def test_a_linear_pipeline_is_explained_by_its_own_columns():
    frame = X.assign(city=RNG.choice(["x", "y", "z"], len(X)))
    frame.loc[frame.index[::9], "a"] = np.nan
    target = (Y + (frame["city"] == "x")) > 0
    model = make_pipeline(
        make_column_transformer(
            (make_pipeline(SimpleImputer(), StandardScaler()), list("abcd")),
            (OneHotEncoder(), ["city"]),
        ),
        LogisticRegression(),
    ).fit(frame, target)
    found = explain(model, frame)
    assert found.method == "linear"
    assert list(found.values) == [*"abcd", "city"]
    adds_up(found, model.decision_function(frame))


def test_a_model_of_unknown_kind_is_sampled_within_its_error():
    # Additive, so that the true values are known.
    found = explain(lambda rows: 3 * rows["a"] - 2 * rows["b"], X, budget=5.0)
    assert found.method == "permutation"
    truth = 3 * (X["a"] - X["a"].mean())
    off = (found.values["a"] - truth[found.values.index]).to_numpy()
    assert 0 < found.error < 0.5
    # The error is a mean over all four features, of which two have none.
    assert np.sqrt((off**2).mean()) < 6 * found.error
    assert (found.values["d"] == 0).all()
    assert "standard error" in str(found)


def test_a_pipeline_that_mixes_its_columns_is_sampled():
    model = make_pipeline(PCA(2), LinearRegression()).fit(X, Y)
    assert explain(model, X, budget=0.5).method == "permutation"


def test_a_short_budget_explains_fewer_rows_and_says_which():
    forest = RandomForestRegressor(200, random_state=0).fit(X, Y)
    found = explain(forest, X, budget=0.3)
    assert 1 <= len(found.values) < len(X)
    assert set(found.values.index) <= set(X.index)
    most = found.values.abs().mean().sort_values(ascending=False).index
    assert set(most[:2]) == {"a", "b"} or len(found.values) < 5


def test_tables_of_one_kind_and_of_several_are_sampled_alike():
    wide = pd.DataFrame(np.random.default_rng(1).normal(size=(60, 12)))
    mixed = wide.assign(word="a")

    def model(rows):
        return (rows[0] * rows[3] - rows[7]).to_numpy(dtype=float)

    for frame in (wide, mixed):
        found = explain(model, frame, budget=20.0)
        assert found.method == "permutation"
        whole = found.base + found.values.sum(axis=1)
        away = float(np.abs(whole - model(frame.loc[found.values.index])).mean())
        assert away < 6 * found.error * np.sqrt(frame.shape[1])
        assert (found.values.loc[:, [1, 2, 11]] == 0).all(axis=None)


WRONG_MODELS = {
    "answers 3 numbers": lambda rows: np.zeros(3),
    "does not answer with numbers": lambda rows: ["a"] * len(rows),
    "answers nothing to": lambda rows: np.full(len(rows), np.nan),
    "numbers to 1 rows": lambda rows: 5.0,
}


@pytest.mark.parametrize("said", WRONG_MODELS)
def test_a_model_that_does_not_answer_each_row_is_refused(said):
    with pytest.raises(DriftError, match=said):
        explain(WRONG_MODELS[said], X, budget=1)


def test_a_background_without_the_features_is_refused():
    with pytest.raises(DriftError, match="background lacks b"):
        explain(len, X, background=X.drop(columns="b"))
    with pytest.raises(DriftError, match="background has no rows"):
        explain(len, X, background=X[:0])


def test_a_period_whose_values_are_missing_has_no_ranking():
    found = shap_drift(X, {"2026-W14": X * np.nan})
    assert found.averages["ndcg"].isna().all()


def test_models_with_many_outputs_ask_which():
    three = LogisticRegression().fit(X, np.digitize(Y, [-1, 1]))
    with pytest.raises(DriftError, match="3 outputs"):
        explain(three, X)
    adds_up(explain(three, X, output=2), three.decision_function(X)[:, 2])
    with pytest.raises(DriftError, match="no output 3"):
        explain(three, X, output=3)


def test_what_cannot_be_explained_is_refused():
    with pytest.raises(DriftError, match="no rows to explain"):
        explain(len, X[:0])
    with pytest.raises(DriftError, match="must be positive"):
        explain(len, X, budget=0)
    with pytest.raises(DriftError, match="cannot be asked for predictions"):
        explain(object(), X)
