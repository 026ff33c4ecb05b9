"""Every text of the exports in both languages, and no text outside the table."""

from __future__ import annotations

from dataclasses import replace

import nbformat
import pytest
from export_kit import FACTS

from codex_jupyter.export import language_of, notebook
from codex_jupyter.export.words import _TABLE, LANGUAGES, Words

# Words that are the same in both languages.
SAME = {"Hash", "Python", "Bytes"}


def test_every_text_is_there_in_both_languages_and_is_not_a_copy():
    for key, texts in _TABLE.items():
        assert len(texts) == len(LANGUAGES), key
        assert all(text.strip() for text in texts), key
        assert texts[0] != texts[1] or texts[0] in SAME, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notebook_speaks_one_language(language):
    facts = replace(FACTS, source="def score(data, base_path):\n    return 1\n")
    made = nbformat.reads(notebook(facts, "%codex local", language), as_version=4)
    prose = "\n".join(c.source for c in made.cells if c.cell_type == "markdown")
    other = Words(LANGUAGES[1 - LANGUAGES.index(language)])
    keys = ("deployed", "files_kept", "script", "call", "call_codex", "call_python",
            "its_docs", "its_answer", "whole_docs", "reference")  # fmt: skip
    for key in keys:
        assert Words(language)[key] in prose, key
        assert other[key] not in prose, key
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


@pytest.mark.parametrize(
    ("locale", "language"),
    [("pt_BR.UTF-8", "pt-BR"), ("pt_PT", "pt-BR"), ("en_US.UTF-8", "en"), ("C", "en"),
     ("", "en"), ("../../x", "en")],
)  # fmt: skip
def test_the_locale_chooses_the_language(locale, language):
    assert language_of(locale) == language
