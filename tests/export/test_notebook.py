"""The notebook of a model: valid, the same each time, safe with any text."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace

import nbformat
import pytest
from export_kit import FACTS, HASH, WATCHED

from codex_jupyter.export import Drift, notebook


def cells(facts=FACTS, kind=None):
    text = notebook(facts, "%codex local")
    made = nbformat.reads(text, as_version=4)
    nbformat.validate(made)
    return [c["source"] for c in made.cells if kind in (None, c["cell_type"])]


def test_the_notebook_tells_what_was_deployed_and_how_it_is_called():
    text = "\n".join(cells())
    for told in (HASH, "score.py", "ab" * 32, "%codex local", "curl -sS", "fetch("):
        assert told in text
    assert "| city | string |" in text


def test_training_and_drift_are_told():
    facts = replace(FACTS, **WATCHED)
    text = "\n".join(cells(facts))
    for told in ("Run 3 of churn.", "| auc | 0.83", "2026-W15", "▲ significant"):
        assert told in text
    assert f"%codex drift {HASH} --period week" in cells(facts, "code")
    assert "%%codex monitor credit-score --training" in "\n".join(cells())
    none = replace(facts, drift=(Drift("Week", "Validating", ()),))
    assert f"%codex monitor {HASH} --period week" in cells(none, "code")


def test_the_same_model_gives_the_same_file():
    assert notebook(FACTS, "%codex local") == notebook(FACTS, "%codex local")


def test_the_deployment_is_a_template_that_names_every_file_and_requirement():
    (template,) = (c for c in cells(kind="code") if "deploy" in c)
    assert all(line.startswith("# ") for line in template.splitlines())
    line = template.replace("# ", "").replace("\\\n", "")
    for part in (
        "%codex deploy credit-score",
        "--source score.py",
        "--model model.pkl",
        '--extra "zip codes.csv"',
        '--requirements "numpy==2.4.6, scikit-learn>=1.5,<2"',
        "--python 3.11",
    ):
        assert part in line


@pytest.mark.parametrize(
    "value", ['"""', "\\", "'''", "\n", "{}", "`" * 5, "\u2028", "%codex delete"]
)
def test_any_sample_is_read_back_as_it_was(value):
    facts = replace(FACTS, sample={"x": value, value: 1}, answer=value)
    (code,) = (c for c in cells(facts, "code") if c.startswith("import json"))
    tree = ast.parse(code.split("answer =")[0])
    literal = ast.literal_eval(tree.body[1].value.args[0])
    assert json.loads(literal) == facts.sample


def test_texts_from_elsewhere_neither_become_markup_nor_end_a_block():
    evil = "|```\n<script>alert(1)</script> [x](javascript:alert(1)) # %codex x"
    facts = replace(
        FACTS, name=evil, group=evil, requirements=evil, answer=evil,
        snippets={"curl": evil},
        files=({"Role": "source", "Name": evil, "Sha256": evil},),
    )  # fmt: skip
    for source in cells(facts, "markdown"):
        outside = []
        fence = None
        for line in source.splitlines():
            if fence is None and line.startswith("```"):
                fence = line[: len(line) - len(line.lstrip("`"))]
            elif fence is not None and line == fence:
                fence = None
            elif fence is None:
                outside.append(line)
        assert fence is None
        assert "<script" not in "\n".join(outside)
        assert not re.search(r"(?<!\\)\]\(", "\n".join(outside))
    template = next(c for c in cells(facts, "code") if "deploy" in c)
    assert all(line.startswith("#") for line in template.splitlines())
