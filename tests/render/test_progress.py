"""A line that tells how far something is."""

from __future__ import annotations

import pytest

from codex_jupyter.render.progress import duration, progress_line


def test_what_is_known_is_told_and_what_is_not_is_left_out():
    line = progress_line(
        "batch, execution 5",
        "Running",
        {
            "Elapsed": 12.3,
            "Estimate": 65.0,
            "Rows": 10_000,
            "RowsWritten": 2_500,
            "Fraction": 0.25,
        },
        "chunk 3",
    )
    assert line.text == (
        "batch, execution 5: Running, 25 %, 2,500 of 10,000 rows, "
        "12 s of about 1 min 5 s\n  | chunk 3"
    )
    assert 'value="0.2500"' in line.html
    assert progress_line("x", "Requested", {}).text == "x: Requested"
    assert "<progress" not in progress_line("x", "Requested", {}).html
    unknown = progress_line("x", "Running", {"Elapsed": 1.0, "Fraction": None})
    assert unknown.text == "x: Running, 1.0 s"
    assert "value=" not in unknown.html


def test_what_a_model_printed_is_text_and_never_markup():
    line = progress_line("<b>", "Running", {}, "<script>alert(1)</script>\x1b[31m")
    assert "<script>" not in line.html
    assert "<b>" not in line.html
    assert "\x1b" not in line.text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (12, "12 s"), (60, "1 min 0 s"), (3725, "1 h 2 min")],
)
def test_seconds_are_told_as_people_do(seconds, text):
    assert duration(seconds) == text
