"""``%codex drift`` in a real shell, without any platform."""

from __future__ import annotations

import pandas as pd
import pytest


@pytest.fixture
def frames(notebook):
    notebook.names["a"] = pd.DataFrame({"x": range(300), "c": ["p", "q", "r"] * 100})
    notebook.names["b"] = pd.DataFrame(
        {"x": range(150, 450), "c": ["p", "q", "z"] * 100}
    )
    return notebook


def test_two_frames_are_compared_and_the_result_can_be_kept(frames):
    done = frames.run("r = %codex drift a b")
    assert done.success
    found = frames.names["r"]
    assert found.frame.loc["x", "level"] == "significant"
    assert found.text.startswith("a → b: 2 columns")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%codex drift a", "it needs CURRENT"),
        ("%codex drift a nothing", "no variable named nothing"),
        ("%codex drift a b --bins few", "--bins is a whole number"),
        ("%codex drift a b --columns y", "y"),
        ("%codex drift a b --like me", "--like"),
        ("%codex drift a b --period week", "date"),
        ("%codex drift a {3}", ""),
    ],
)
def test_a_wrong_line_is_one_block_that_says_what_to_type(frames, line, said):
    done = frames.run(line)
    assert not done.success
    assert said in done.text
    assert "Traceback" not in done.text
