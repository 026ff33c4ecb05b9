"""Figures speak the language in use, and leave what came from the data alone."""

from __future__ import annotations

import html
import json
import re

import numpy as np
import pandas as pd
import pytest

from codex_jupyter import figures
from codex_jupyter.drift import compare, shap_drift
from codex_jupyter.figures import words
from codex_jupyter.render.words import speak

# Words of the data that are words of ours elsewhere.
RNG = np.random.default_rng(1)
BEFORE = pd.DataFrame(
    {
        "share": RNG.normal(size=600),
        "rank": RNG.normal(size=600),
        "stable": ["all"] * 600,
    }
)
NOW = BEFORE.assign(
    share=BEFORE["share"] + 1.5,
    when=pd.to_datetime(np.where(np.arange(600) % 2, "2026-01-05", "2026-03-05")),
)
RESULT = compare(BEFORE, NOW, period="month", date_col="when")
FEATURES = BEFORE[["share", "rank"]]
SHAP = shap_drift(FEATURES, {"2026-01": FEATURES, "2026-03": FEATURES}, drift=RESULT)
FIGURES = {
    "heatmap": lambda: RESULT.figure(),
    "of all rows": lambda: figures.heatmap(compare(BEFORE, NOW[["share"]])),
    "distribution": lambda: RESULT.figure("distribution", column="share"),
    "of noise": lambda: RESULT.figure("distribution", column="rank"),
    "averages": lambda: RESULT.figure("averages", shap=SHAP),
    "impact": lambda: RESULT.figure("impact", shap=SHAP),
    "shap_averages": lambda: SHAP.figure("shap_averages"),
    "shap_rank": lambda: SHAP.figure("shap_rank"),
    "shap_share": lambda: SHAP.figure("shap_share"),
}
DATA = {"share", "rank", "stable", "all", "2026-01", "2026-02", "2026-03"}


@pytest.fixture
def portuguese():
    speak("pt-BR")
    yield
    speak(None)


def texts(made):
    """Every text that a figure shows: by where it is."""
    drawn = json.loads(made.to_json())
    return dict(_texts(drawn, ""))


def _texts(part, path):
    if isinstance(part, dict):
        for key, value in part.items():
            yield from _texts(value, f"{path}/{key}")
    elif isinstance(part, list):
        for place, value in enumerate(part):
            yield from _texts(value, f"{path}/{place}")
    elif isinstance(part, str) and re.search(
        r"/(name|text|ticktext|hovertemplate|x|y)(/\d+)*$", path
    ):
        yield path, html.unescape(part)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_has_no_english_where_portuguese_is_spoken(name, portuguese):
    told = texts(FIGURES[name]())
    speak("en")
    english = texts(FIGURES[name]())
    assert told.keys() == english.keys()
    same = {text for path, text in told.items() if text == english[path]}
    # What is left are places, numbers, names of the field and the data's own names.
    words = {
        word
        for text in same - DATA
        for word in re.findall(r"[^\W\d_]{2,}", re.sub(r"%\{.*?\}|<.*?>", "", text))
    }
    assert words <= {"PSI"}


def test_titles_and_hints_are_whole_sentences_with_the_comma(portuguese):
    made = RESULT.figure()
    assert made.layout.title.text == "PSI comparado com a referência"
    assert made.layout.separators == ",."
    assert re.fullmatch(r"■ \d,\d\d", made.data[0].text[-1][0])
    assert made.data[1].name == "sem registros"
    assert set(made.data[0].y) == {"share", "rank", "stable"}, "names are no words"
    noise = RESULT.figure("distribution", column="rank").layout.title.text
    assert re.fullmatch(r"rank: PSI 0,\d{3}, dentro do ruído amostral \(n=600\)", noise)
    lines = RESULT.figure("averages").layout.annotations
    assert [line.text for line in lines] == [
        "moderado a partir de 0,1",
        "significativo acima de 0,25",
    ]
    assert SHAP.figure("shap_rank").data[0].hovertemplate == (
        "%{fullData.name}, %{x}: posição %{y}, %{customdata:.1%} do |SHAP|"
        "<extra></extra>"
    )


def test_figures_are_english_by_default():
    speak("en")
    made = RESULT.figure("averages")
    assert made.layout.separators == ".,"
    assert made.layout.annotations[0].text == "moderate from 0.1"
    assert made.layout.title.text == "Averages over time"
    speak(None)


def test_figures_are_english_where_nobody_is_registered_to_translate(
    portuguese, monkeypatch
):
    monkeypatch.setattr(words, "entry_points", lambda group: ())
    words.translator.cache_clear()
    assert RESULT.figure().layout.title.text == "PSI against the reference"
    words.translator.cache_clear()
