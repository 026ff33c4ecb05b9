"""Counts added up are the counts of all rows together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from codex_jupyter.drift import DriftReference, add_counts, beside, compare
from codex_jupyter.errors import DriftError


@pytest.fixture
def frame():
    source = np.random.default_rng(1)
    made = pd.DataFrame(
        {
            "x": source.normal(size=900),
            "few": source.integers(0, 5, 900),
            "kind": source.choice(["a", "b", None], 900),
        }
    )
    made.loc[::7, "x"] = None
    return made


def test_parts_add_up_to_the_whole(frame):
    reference = DriftReference.fit(frame.head(300))
    now = frame.assign(kind=frame["kind"].where(frame.index < 800, "new"))
    whole = compare(None, now, reference_counts=reference)
    total = compare(None, now[:100], reference_counts=reference)
    for begin in range(100, 900, 200):
        part = compare(None, now[begin : begin + 200], reference_counts=reference)
        total = add_counts(total, part)
    assert total.to_dict() == whole.to_dict()


def test_columns_stand_beside_each_other(frame):
    reference = DriftReference.fit(frame)
    parts = [
        compare(None, frame, columns=columns, reference_counts=reference)
        for columns in (["x"], ["few", "kind"])
    ]
    whole = compare(None, frame, reference_counts=reference)
    assert beside(*parts).to_dict() == whole.to_dict()
    with pytest.raises(DriftError, match="do not stand beside"):
        beside(parts[0], parts[0])


def test_other_references_and_columns_do_not_add_up(frame):
    one = compare(frame, frame)
    with pytest.raises(DriftError, match="different references or columns"):
        add_counts(one, compare(frame.head(50), frame))
    with pytest.raises(DriftError, match="different references or columns"):
        add_counts(one, compare(frame, frame, columns=["x"]))
