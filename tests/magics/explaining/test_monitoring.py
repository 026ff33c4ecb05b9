"""The rules about monitoring, on what the platform says; the functions are real."""

from __future__ import annotations

import pandas as pd
import pytest

from codex_jupyter.magics.explaining import Failure, explain
from codex_jupyter.server.monitoring.reference import _check_columns
from codex_jupyter.server.runner.explaining import _explained
from codex_jupyter.server.runner.faults import Fault
from codex_jupyter.server.runner.monitoring import _need, _pair

DATA = pd.DataFrame({"age": [1], "income": [2]})


class Named:
    reference = "parse"


def told_by(make):
    """What a function of the platform says when it refuses."""
    with pytest.raises((Fault, ValueError)) as caught:
        make()
    return str(caught.value)


def explained(make):
    return explain(Failure(told_by(make), name="credit-score"))


def test_one_frame():
    told = explained(lambda: _pair(Named, DATA))
    assert "parse() returned one DataFrame" in told.cause
    assert told.line == "return features, outputs"


def test_other_columns():
    made = DATA.rename(columns={"income": "incomes"})
    names = ["age", "income"]
    told = explained(lambda: _explained("get_shap", made, DATA, names))
    assert told.line == "return values.rename(columns={'incomes': 'income'})"
    told = explained(lambda: _explained("get_shap", DATA[[]], DATA, names))
    assert told.line == "return pd.DataFrame(values, columns=data.columns)"


def test_columns_that_are_not_made():
    told = explained(lambda: _need("parse()", "features", DATA, ["ages"], "InputCols"))
    assert told.line == "features = features.rename(columns={'age': 'ages'})"
    told = explained(lambda: _need("parse()", "outputs", DATA, ["z"], "OutputCols"))
    assert told.line == "%%codex monitor credit-score … --outputs A,B"


def test_columns_that_the_training_lacks(tmp_path):
    path = tmp_path / "x.parquet"
    DATA.to_parquet(path)
    told = explained(lambda: _check_columns(path, "InputCols", ["incone"], "X_train"))
    assert told.line == "%%codex monitor credit-score … --inputs income"
    told = explained(lambda: _check_columns(path, "OutputCols", ["z"], "model_output"))
    assert told.line == "%%codex monitor credit-score … --outputs A,B"


def test_a_training_that_is_not_there():
    text = "There is no training execution 99 in the group 'demo'."
    assert explain(Failure(text)).line == "%codex runs"
