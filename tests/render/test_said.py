"""Texts that other rooms write in English, said in the language in use."""

from __future__ import annotations

import pandas as pd
import pytest

from codex_jupyter.drift import compare
from codex_jupyter.errors import InputError
from codex_jupyter.render import words
from codex_jupyter.render.messages import error_block, note
from codex_jupyter.render.said import said


@pytest.fixture(autouse=True)
def portuguese():
    words.speak("pt-BR")
    yield
    words.speak(None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("`x y` is not in the current data.", "`x y` não está nos dados atuais."),
        (
            "40 % of `income` became missing in week 2026-W14.",
            "40 % de `income` passaram a ser valores ausentes (semana 2026-W14).",
        ),
        (
            "In month 2026-04: `x` was not compared.",
            "No mês 2026-04: `x` não foi comparada.",
        ),
        (
            "`x` drifted (moderate, PSI 0.12): [1, 2) grew from 0.3 % to 40 %.",
            "`x` mudou (drift moderado, PSI 0,12): [1, 2) cresceu de 0,3 % para 40 %.",
        ),
        (
            "There is no folder /tmp/a. Check the path.",
            "Não existe a pasta /tmp/a. Confira o caminho.",
        ),
        ("Check the path.\nCheck the path.", "Confira o caminho.\nConfira o caminho."),
    ],
)
def test_a_text_of_ours_is_said_whole(text, told):
    assert said(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "KeyError: 'the reference'",
        "my own exception. It says: {1}",
        "{1}",
        "x" * 5000,
        "<script>alert(1)</script>\n\tFile 'a.py', line 3\n",
        "\\1 \\g<0> (.*)+$ [",
        ". ".join(["a"] * 500),
    ],
)
def test_what_is_not_ours_stays_as_it_is(text):
    assert said(text) == text


def test_names_in_a_text_are_not_words_of_ours():
    told = said("`the reference` is not in the current data.")
    assert told == "`the reference` não está nos dados atuais."


def test_what_is_english_is_not_looked_at():
    words.speak("en")
    assert said("Check the path.") == "Check the path."


def test_a_text_that_was_said_may_be_said_again():
    assert said(said("Check the path.")) == "Confira o caminho."


def test_an_error_is_told_in_the_language_and_stays_english_for_programs():
    error = InputError("There is no folder a.", hint="Check the path.", detail="a\nb")
    block = error_block(error)
    assert block.text == "Não existe a pasta a.\n    a\n    b\n→ Confira o caminho."
    assert str(error) == "There is no folder a.\na\nb\nCheck the path."
    assert note("Check the path.").text == "Confira o caminho."


def test_every_sentence_of_a_comparison_is_known():
    reference = pd.DataFrame({"a": range(400), "b": ["x", "y"] * 200, "gone": 1.0})
    current = pd.DataFrame(
        {"a": [None] * 150 + [900.5] * 150, "b": ["z"] * 290 + [None] * 10}
    )
    told = compare(reference, current).sentences()
    assert len(told) >= 5
    assert not [one for one in told if said(one) == one]


@pytest.mark.parametrize(
    "part", ["In a: ", "a is no check: ", "`a` of ", "a. B ", "\n"]
)
def test_a_text_that_repeats_parts_of_ours_is_no_trap(part):
    # A regular expression took minutes for some of these, or recursed too deeply.
    text = part * (3900 // len(part))
    assert said(text).endswith(text[-1000:].strip("\n"))
