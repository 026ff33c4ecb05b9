"""Where exports go: never elsewhere, never over what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from codex_jupyter.errors import InputError
from codex_jupyter.export import destination, save


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "..", "", "a/b\\c", "con", ".hidden", "x" * 999,
     "\x00\n", "C:\\x", "ção"],
)  # fmt: skip
def test_a_models_name_never_leaves_the_folder(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = destination(name, ".html", None)
    assert path.parent == Path()
    assert path.suffix == ".html"
    save(path, "x", force=False, again="")
    (made,) = tmp_path.iterdir()
    assert made.suffix == ".html"
    assert not made.name.startswith(".")


def test_a_file_that_exists_is_kept_and_the_line_to_replace_it_is_told(tmp_path):
    path = tmp_path / "m.html"
    path.write_text("mine")
    with pytest.raises(InputError) as told:
        save(path, "new", force=False, again="%codex dossier m --force")
    assert "%codex dossier m --force" in told.value.hint
    assert path.read_text() == "mine"
    save(path, "new", force=True, again="")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_chosen_folder_takes_the_models_name(tmp_path):
    assert destination("m", ".html", str(tmp_path)) == tmp_path / "m.html"


def test_a_chosen_file_must_have_the_suffix_and_a_folder(tmp_path):
    with pytest.raises(InputError) as told:
        destination("m", ".html", str(tmp_path / "m.txt"))
    assert "m.html" in told.value.hint
    with pytest.raises(InputError, match="no folder"):
        destination("m", ".html", str(tmp_path / "none" / "m.html"))
