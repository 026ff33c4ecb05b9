"""A notebook speaks one language, its code none."""

from __future__ import annotations

from dataclasses import replace

import nbformat
import pytest
from export_kit import FACTS

from codex_jupyter.export import notebook
from codex_jupyter.render.words import LANGUAGES, Words

SAID = (
    "How it was deployed",
    "The script that answers",
    "How to call it",
    "With codex_jupyter, which knows the group's token where the group was made:",
    "Its documentation",
    "Its answer to the example:",
    "The whole API document, in the cell (Execute runs in the kernel):",
    "Entry point",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notebook_speaks_one_language(language):
    facts = replace(FACTS, source="def score(data, base_path):\n    return 1\n")
    made = nbformat.reads(notebook(facts, "%codex local", language), as_version=4)
    prose = "\n".join(c.source for c in made.cells if c.cell_type == "markdown")
    other = Words(LANGUAGES[1 - LANGUAGES.index(language)])
    for text in SAID:
        assert Words(language).t(text) in prose, text
        assert other.t(text) not in prose, text
    assert "def score(data, base_path):" in prose


def test_code_is_the_same_in_each_language():
    books = [
        nbformat.reads(notebook(FACTS, "%codex local", lang), as_version=4)
        for lang in LANGUAGES
    ]
    first, second = (
        [c.source for c in book.cells if c.cell_type == "code"] for book in books
    )
    assert first == second
