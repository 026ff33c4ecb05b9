"""Texts for people in each language: whole tables, the language's own numbers."""

from __future__ import annotations

import importlib.util
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from codex_jupyter.render import words

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tool(monkeypatch):
    """The script that looks for missing translations."""
    monkeypatch.syspath_prepend(ROOT / "scripts")
    path = ROOT / "scripts" / "words.py"
    spec = importlib.util.spec_from_file_location("words_tool", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tool, tmp_path, monkeypatch):
    """The tool, on sources that a test may spoil."""
    for part in ("js/src", "codex_jupyter/render"):
        shutil.copytree(ROOT / part, tmp_path / part)
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(
        tool, "PLACES", (tmp_path / "js/src", tmp_path / "codex_jupyter")
    )
    return tmp_path


def test_every_text_has_its_translation_and_every_translation_its_text(tool):
    assert tool.problems() == []


def test_a_text_without_translation_is_told(tool, copy):
    source = 'import { t } from "../../words.ts";\nconst a = t("One " +\n  "more");\n'
    (copy / "js/src/panels/local/new.ts").write_text(source)
    found = ["js/src/panels/local/new.ts: no translation of 'One more'"]
    assert tool.problems() == found
    tool.tidy()
    table = json.loads((copy / "js/src/panels/local/pt-BR.json").read_text())
    assert table["One more"] == ""
    assert len(tool.problems()) == 1, "an empty translation is none"


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"zz nobody says": "x"}, "nothing uses 'zz nobody says'"),
        ({"as of {time}": "em {tempo}"}, "'as of {time}' is not whole"),
        ({"as of {time}": " "}, "'as of {time}' is not whole"),
    ],
)
def test_a_table_that_does_not_fit_is_told(tool, copy, entry, told):
    path = copy / "codex_jupyter/render/pt-BR.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | entry))
    assert any(told in line for line in tool.problems())


def test_a_text_made_up_while_running_is_told(tool, copy):
    (copy / "js/src/panels/local/new.ts").write_text("const a = t(`x ${1}`);\n")
    assert any("t( wants one literal text" in line for line in tool.problems())


@pytest.mark.parametrize(
    ("name", "source", "told"),
    [
        (
            "js/src/panels/local/new.ts",
            'import { t } from "../../words.ts";\nh("p", {}, "Stop it", t("Stop"));\n',
            "'Stop it' is shown without t()",
        ),
        (
            "codex_jupyter/render/new.py",
            'from .words import t\na = tag("p", "Wait", title=t("Stop"))\n',
            "'Wait' is shown without t()",
        ),
        (
            "codex_jupyter/render/new.py",
            (
                'def f(n):\n    it = "row" if n else "rows"\n'
                '    raise InputError(f"No {it} of {n:g} s.", hint="Wait for it.")\n'
            ),
            "no translation of 'No rows of {n1} s.'",
        ),
    ],
)
def test_a_text_that_is_shown_and_not_translated_is_told(
    tool, copy, name, source, told
):
    (copy / name).write_text(source)
    assert any(told in line for line in tool.problems())


@pytest.fixture
def portuguese():
    words.speak("pt-BR")
    yield words
    words.speak(None)


def test_a_text_is_in_the_language_in_use_with_its_values_in_place(portuguese):
    assert words.spoken() == "pt-BR"
    assert words.t("as of {time}", time="{agora}") == "situação em {agora}"
    assert words.t("Nobody translated {x}", x=1234) == "Nobody translated 1.234"
    assert words.t("{place} of nothing") == "{place} of nothing"


def test_numbers_and_days_are_written_as_the_language_does():
    moment = datetime(2025, 12, 31, 23, 5, tzinfo=UTC)
    english, portuguese = words.Words("en"), words.Words("pt-BR")
    assert english.number(1234567.891, 2) == "1,234,567.89"
    assert portuguese.number(1234567.891, 2) == "1.234.567,89"
    assert portuguese.number(-0.5, 1) == "-0,5"
    assert english.day(moment) == "2025-12-31 23:05:00"
    assert portuguese.day(moment) == "31/12/2025 23:05:00"


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "pt_BR.UTF-8"}, "pt-BR"),
        ({"LANG": "pt_BR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "CODEX_JUPYTER_LANG": "pt-BR"}, "pt-BR"),
        ({"LANG": "pt_BR.UTF-8", "CODEX_JUPYTER_LANG": "en"}, "en"),
        ({"LANG": "pt_PT", "CODEX_JUPYTER_LANG": ""}, "pt-BR"),
        ({"CODEX_JUPYTER_LANG": "../../etc/passwd"}, "en"),
    ],
)
def test_who_chose_no_language_gets_that_of_the_machine(environ, language):
    assert words.language_here(environ) == language
