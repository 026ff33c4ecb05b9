"""`like=` gives the number of the tool itself, installed beside us and run."""

from __future__ import annotations

import json
import subprocess

import numpy as np
import pandas as pd
import pytest

from codex_jupyter.drift import compare

pytestmark = pytest.mark.platform

READ = """
import json, sys, warnings
warnings.filterwarnings("ignore")
import numpy as np
import pandas as pd
from pathlib import Path
folder = Path(sys.argv[1])
sides = [pd.read_pickle(folder / f"{side}.pkl") for side in ("reference", "current")]
reference, current = sides
"""
SCRIPTS = {
    "evidently": """
from evidently.legacy.calculations.stattests import psi_stat_test
from evidently.legacy.core import ColumnType
found = {}
for name in reference:
    number = pd.api.types.is_numeric_dtype(reference[name])
    kind = ColumnType.Numerical if number else ColumnType.Categorical
    # As the library's own drift calculation prepares a column.
    ready = [one[name].replace([-np.inf, np.inf], np.nan).dropna() for one in sides]
    found[name] = psi_stat_test(*ready, feature_type=kind, threshold=0.1).drift_score
""",
    "feature_engine": """
from feature_engine.selection import DropHighPSIFeatures
joined = pd.concat([reference.assign(side=0), current.assign(side=1)])
found = {}
for name in reference:
    # Missing numbers are dropped by the tool; text with missing values is refused.
    one = joined[[name, "side"]].dropna().reset_index(drop=True)
    fitted = DropHighPSIFeatures(
        split_col="side", cut_off=0.5, variables=[name], missing_values="ignore",
        min_pct_empty_bins=0.0001,
    )
    found[name] = fitted.fit(one).psi_values_[name]
""",
    "popmon": """
from popmon.analysis.comparison.comparisons import population_stability_index
found = {}
for name in reference:
    counts = [one[name].value_counts() for one in sides]
    keys = sorted(set(counts[0].index) | set(counts[1].index))
    shares = [one.reindex(keys).fillna(0).to_numpy(float) for one in counts]
    found[name] = population_stability_index(*(one / one.sum() for one in shares))
""",
    "scorecardpy": """
import matplotlib
matplotlib.use("Agg")
import scorecardpy
found = {}
for name in reference:
    score = {"train": reference[[name]], "test": current[[name]]}
    label = {k: pd.Series(np.arange(len(v)) % 2, index=v.index, name="y")
             for k, v in score.items()}
    # What is passed is changed in place and must be distinct rows.
    out = scorecardpy.perf_psi(score=score, label=label, show_plot=False)
    found[name] = float(out["psi"]["PSI"].iloc[0])
""",
}


def peer(python, tool, reference, current, folder):
    """The tool's own PSI of every column."""
    for name, frame in (("reference", reference), ("current", current)):
        # Plain objects and floats load in any pandas, unlike its newer text type.
        text = frame.select_dtypes(exclude="number").columns
        as_lists = {
            column: [None if v != v else v for v in frame[column].tolist()]
            if column in text
            else frame[column].to_numpy()
            for column in frame
        }
        pd.to_pickle(as_lists, folder / f"{name}.pkl")
    code = READ.replace(
        'pd.read_pickle(folder / f"{side}.pkl")',
        'pd.DataFrame(pd.read_pickle(folder / f"{side}.pkl"))',
    )
    ran = subprocess.run(
        [
            python,
            "-c",
            code + SCRIPTS[tool] + "print(json.dumps(found))",
            folder,
        ],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return json.loads(ran.stdout.splitlines()[-1])


def generated(*, numbers=True):
    """Columns of many shapes, with missing, infinite, unseen and vanished values."""
    rng = np.random.default_rng(11)
    a, b = 3000, 1700
    made = []
    for rows, shift in ((a, 0.0), (b, 0.4)):
        levels = 8 if shift else 7
        few = rng.integers(0, levels, rows) + (1 if shift else 0)
        frame = {"few": few, "text": [f"value {one}" for one in few % 9]}
        if numbers:
            frame["normal"] = rng.normal(shift, 1, rows)
            frame["skewed"] = rng.lognormal(shift, 1.2, rows)
            frame["rounded"] = np.round(rng.normal(shift, 1, rows), 1)
            frame["integers"] = rng.integers(int(10 * shift), 300, rows)
            frame["zeros"] = np.where(rng.random(rows) < 0.4, 0, frame["normal"])
            frame["gaps"] = frame["normal"].copy()
            frame["gaps"][rng.random(rows) < 0.2] = np.nan
        made.append(pd.DataFrame(frame))
    return made


def assert_same(expected, found):
    assert set(expected) == set(found.index)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=1e-9), name


@pytest.mark.parametrize("tool", ["evidently", "feature_engine"])
def test_the_number_is_the_tools_own_for_every_kind_of_column(
    tool, tmp_path, environment
):
    reference, current = generated()
    if tool == "evidently":
        for frame in (reference, current):
            frame["infinite"] = frame["normal"].where(frame["normal"] < 2, np.inf)
            frame["text"] = frame["text"].where(frame.index % 10 > 0, None)
        # Shares of a ten-thousandth and less are filled by another rule.
        reference["rare"] = ["usual"] * 2999 + ["once"]
        current["rare"] = ["usual"] * 1699 + ["new"]
    expected = peer(environment(tool), tool, reference, current, tmp_path)
    assert_same(expected, compare(reference, current, like=tool).frame["psi"])


@pytest.mark.parametrize("tool", ["popmon", "scorecardpy"])
def test_the_number_is_the_tools_own_on_the_same_bins(tool, tmp_path, environment):
    reference, current = generated(numbers=False)
    for frame in (reference, current):
        frame["gaps"] = frame["text"].where(frame.index % 10 > 0, None)
    expected = peer(environment(tool), tool, reference, current, tmp_path)
    assert_same(expected, compare(reference, current, like=tool).frame["psi"])


def test_evidently_fills_tiny_shares_by_its_second_rule(tmp_path, environment):
    reference = pd.DataFrame({"x": ["a"] * 20_000 + ["b"]})
    current = pd.DataFrame({"x": ["a"] * 20_000 + ["c"]})
    expected = peer(environment("evidently"), "evidently", reference, current, tmp_path)
    assert_same(expected, compare(reference, current, like="evidently").frame["psi"])
