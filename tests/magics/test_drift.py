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
        ("%codex drift a", "%codex drift a CURRENT"),
        ("%codex drift", "it needs REFERENCE"),
        ("%codex drift a nothing", "no variable named nothing"),
        ("%codex drift a b --bins few", "--bins is a whole number"),
        ("%codex drift a b --columns y", "y"),
        ("%codex drift a b --like me", "--like"),
        ("%codex drift a b --period week", "date"),
        ("%codex drift a {3}", ""),
        ("%codex drift a b --thresholds y=0.1", "`y` was not compared"),
        ("%codex drift a b --thresholds x=high", "not a number"),
        ("%codex drift a b --thresholds x=-1", "not a positive number"),
        ("%codex drift a b --thresholds 0.1", "given by column"),
        ("%codex drift a b --thresholds nothing", "no variable named nothing"),
    ],
)
def test_a_wrong_line_is_one_block_that_says_what_to_type(frames, line, said):
    done = frames.run(line)
    assert not done.success
    assert said in done.text
    assert "Traceback" not in done.text


@pytest.mark.parametrize(
    ("name", "begins"),
    [("r.html", "<!doctype html>"), ("r.ipynb", "{"), ("r.CSV", "column,psi,")],
)
def test_a_report_is_written_and_never_over_another(frames, tmp_path, name, begins):
    path = tmp_path / name
    line = f"%codex drift a b --export {path}"
    done = frames.run(line)
    assert done.success
    assert "holds the report" in done.text
    assert path.read_text().startswith(begins)
    path.write_text("mine")
    done = frames.run(line)
    assert not done.success
    assert f"%codex drift a b --export {path} --force replaces it" in done.text
    assert "--export FILE writes another" in done.text
    assert path.read_text() == "mine"
    assert frames.run(f"{line} --force").success
    assert path.read_text() != "mine"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("report.pdf", "--export report.html"),
        ("report", "--export report.html"),
        ("..", "--export report.html"),
        ("no/such/folder/report.html", "no folder"),
    ],
)
def test_a_file_that_cannot_be_written_is_told_before_the_work(frames, file, said):
    done = frames.run(f"%codex drift a b --export {file}")
    assert not done.success
    assert said in done.text
    assert "PSI" not in done.text


@pytest.mark.parametrize(
    "given",
    ["x=99", "x=9:99", "*=99", " x = 99 , c=0.2:0.3", "limits", "{'x': 99}", "$limits"],
)
def test_columns_are_judged_by_thresholds_of_the_line(frames, given):
    frames.names["limits"] = {"x": {"significant": 99}}
    typed = f'"{given}"' if " " in given else given
    done = frames.run(f"r = %codex drift a b --thresholds {typed}")
    assert done.success, done.text
    found = frames.names["r"]
    assert found.result["x"].bands.significant == 99
    assert found.frame.loc["x", "level"] != "significant"


def test_options_and_frames_are_completed(frames):
    assert "--export" in frames.complete("%codex drift a b --ex")
    assert "evidently" in frames.complete("%codex drift a b --like e")
    assert {"a", "b"} <= set(frames.complete("%codex drift "))
