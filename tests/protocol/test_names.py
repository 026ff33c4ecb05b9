"""What names, hashes and versions are allowed on the wire."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

import pytest

from codex_jupyter.protocol import names


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("model.pkl", "model.pkl"),
        ("/home/ana/x/schema.json", "schema.json"),
        (r"C:\Users\ana\schema.json", "schema.json"),
        ("schema..json", "schema.json"),
        ("../../x", "x"),
        ("result_preprocessing", "result_preprocessing"),
        ("dados de março.csv", "dados de março.csv"),
        ("..", "default"),
        ("", "default"),
        ("a/", "default"),
        ("con.txt", "default"),
        ("\x00\n", "default"),
        (".bashrc", "bashrc"),
        ("a<b>|c.txt", "abc.txt"),
        ("trailing. ", "trailing"),
    ],
)
def test_a_file_name_is_its_last_component_made_safe(raw, safe):
    assert names.file_name(raw, "default") == safe


@pytest.mark.parametrize(
    "raw", ["x" * 5000, "x" * 5000 + ".pkl", "a." + "b" * 5000, "🎈" * 99 + ".csv"]
)
def test_a_long_file_name_fits_into_a_folder(raw):
    name = names.file_name(raw, "default")
    assert 0 < len(name.encode()) <= 255
    assert PurePosixPath(name).name == PureWindowsPath(name).name == name


@pytest.mark.parametrize("name", ["demo", "nbdemo", "test1", "São_Paulo", "a" * 32])
def test_recorded_kinds_of_group_names_are_fine(name):
    assert names.group_problem(name) is None


@pytest.mark.parametrize("name", ["", "a b", "a-b", "a/b", "a" * 33, "<b>", "x\n"])
def test_other_group_names_get_a_sentence(name):
    assert names.group_problem(name)


@pytest.mark.parametrize(
    "name", ["credit-score", "Teste notebook promoted custom", "a.b (2)", "ção_1"]
)
def test_recorded_kinds_of_model_names_are_fine(name):
    assert names.model_problem(name) is None


@pytest.mark.parametrize("name", ["", " ", " a", "a ", "a/b", "<b>", "n" * 33, "a\nb"])
def test_other_model_names_get_a_sentence(name):
    assert names.model_problem(name)


@pytest.mark.parametrize(
    ("text", "minor"),
    [("Python38", 8), ("Python310", 10), ("3.9", 9), ("313", 13), ("2.7", None)],
)
def test_python_versions_are_read_in_every_spelling(text, minor):
    assert names.python_minor(text) == minor


def test_a_version_that_is_none_cannot_be_sent():
    assert names.python_field("3.10") == "Python310"
    with pytest.raises(ValueError, match="latest"):
        names.python_field("latest")


def test_hashes_are_a_letter_and_63_hexadecimal_digits():
    assert names.is_hash("M" + "0" * 63)
    for wrong in ("M" + "0" * 62, "X" + "0" * 63, "M" + "G" * 63, "m" + "0" * 63):
        assert not names.is_hash(wrong)
