"""The page of a model: whole, small, without scripts, safe with any text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from export_kit import FACTS, PERIODS, ROWS, WATCHED

from codex_jupyter.export import Drift, dossier
from codex_jupyter.export.dossier import MOST_BYTES
from codex_jupyter.render.words import LANGUAGES

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
VOID = {"meta", "br"}


class Reader(HTMLParser):
    """The elements of a page and their text; fails where they do not nest."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(facts=FACTS, language="en"):
    made = dossier(facts, language, NOW)
    reader = Reader()
    reader.feed(made)
    assert reader.open == []
    return made, reader, "\n".join(reader.text)


def test_the_page_tells_all_that_is_known():
    _, _, text = read()
    for told in (
        "credit-score", FACTS.hash, "3.11", "score()", "numpy==2.4.6", "model.pkl",
        "ab" * 32, "São Paulo", "0.82", "curl -sS", "6.40", "Downloading numpy",
        "KeyError: 'city'", "2026-11-23 18:00 UTC",
    ):  # fmt: skip
        assert told in text
    for name, kind in (("age", "number"), ("city", "string"), ("owner", "boolean")):
        assert f"{name}\n{kind}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_one_language(language):
    made, _, text = read(language=language)
    assert f'<html lang="{language}">' in made
    assert ("Ficha do modelo" in text) == (language == "pt-BR")
    assert ("Model card" in text) == (language == "en")


def test_the_page_runs_nothing_and_loads_nothing():
    made, reader, _ = read()
    assert not {"script", "link", "img", "iframe", "object", "embed"} & set(reader.tags)
    names = {name for name, _ in reader.attributes}
    assert not {"src", "href", "srcset"} & names
    assert not any(name.startswith("on") for name in names)
    style = made[made.index("<style>") : made.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_texts_from_elsewhere_stay_texts():
    evil = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>"
    facts = replace(
        FACTS,
        name=evil, group=evil, state=evil, reference=evil, message=evil,
        requirements=evil, docs=evil, sample={evil: evil}, answer=evil,
        snippets={"python": evil},
        files=({"Role": evil, "Name": evil, "Size": evil, "Sha256": evil},),
        stages=({"Stage": evil, "Progress": evil, "Seconds": evil, "Note": evil},),
        build_log=({"OutputData": evil, "OutputType": evil, "RegisteredAt": evil},),
        errors=({"OutputData": evil, "RegisteredAt": evil},),
    )  # fmt: skip
    _, reader, text = read(facts)
    assert "script" not in reader.tags
    assert "img" not in reader.tags
    assert "alert(1)" in text


def test_training_and_drift_are_told_with_a_timeline():
    _, reader, text = read(replace(FACTS, **WATCHED))
    for told in ("churn", "3 deep trees", "auc", "0.831235", "depth", "2026-W15",
                 "▲ significant", "0.300", "age", "PSI by week"):  # fmt: skip
        assert told in text
    assert reader.tags.count("rect") == len(PERIODS)
    assert ("aria-label", "Average PSI of each period") in reader.attributes
    plain = read()[2]
    assert "not promoted from a training" in plain
    assert "It is not monitored." in plain
    assert "É" not in text
    assert "▲ significativo" in read(replace(FACTS, **WATCHED), "pt-BR")[2]


@pytest.mark.parametrize(
    "row",
    [
        {"Label": "<b>", "Verdict": "<i>"},
        {"Label": None, "Verdict": None, "Columns": {"x": {}}, "Averages": None},
        {"Label": "W", "Verdict": 1, "Averages": {"Psi": float("nan")}, "Rows": None},
        {"Label": "W", "Verdict": "empty", "Averages": {"Psi": "many"}},
    ],
)
def test_results_of_any_shape_are_told(row):
    drift = (Drift("<u>", "", (row,)), Drift("Day", "Validating", ()))
    _, reader, text = read(replace(FACTS, drift=drift))
    assert not {"b", "i", "u"} & set(reader.tags)
    assert "No period of it has been run yet." in text


def test_the_page_stays_below_500_kb_and_keeps_both_ends_of_a_long_log():
    line = "<&\"'>" * 300
    columns = {f"{n} {line}": {"Psi": 1.0, "Level": "stable"} for n in range(500)}
    wide = PERIODS[0] | {"Columns": columns}
    log = tuple(ROWS[0] | {"OutputData": f"line {n} {line}"} for n in range(5000))
    facts = replace(
        FACTS,
        build_log=log,
        errors=log,
        message=line * 1000,
        requirements="\n".join(line for _ in range(5000)),
        sample={f"field {n} {line}": line for n in range(5000)},
        files=tuple({"Name": line, "Sha256": line} for _ in range(5000)),
        stages=tuple({"Stage": line, "Note": line} for _ in range(5000)),
        snippets=dict.fromkeys(("python", "curl", "javascript"), line * 1000),
        training=replace(
            WATCHED["training"], metrics={f"{n} {line}": line for n in range(5000)}
        ),
        drift=(Drift("Day", "Validated", (wide,) * 2000),),
    )
    made, _, text = read(facts)
    assert len(made.encode()) < MOST_BYTES
    assert "line 0 " in text
    assert "(shortened)" in text


def test_what_a_platform_does_not_tell_is_said_to_be_unknown():
    bare = replace(
        FACTS, python="", uploaded="", requirements="", files=(), stages=(),
        sample=None, answer=None, snippets={}, build_log=(), errors=(),
    )  # fmt: skip
    _, _, text = read(bare)
    assert "not known" in text
    assert "No error is in its log." in text
