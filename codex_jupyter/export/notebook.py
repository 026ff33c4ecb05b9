"""A model as a notebook: how it was deployed and is called, what became of it."""

from __future__ import annotations

import json
import re
from typing import Any

import nbformat

from codex_jupyter.render.words import Words, mark

from .facts import Facts
from .watched import average, figure, level, moved

_FILES_KEPT = mark(
    "The platform keeps these files. With them beside this notebook, the cell below "
    "deploys it again; take away the `#`."
)
_FILES_UNKNOWN = mark(
    "The platform does not tell which files it was made of. The cell below is a "
    "template; take away the `#`."
)
_LONGEST = 20_000
_MOST_ROWS = 100
_FENCES = {"curl": "bash", "javascript": "javascript"}


def notebook(facts: Facts, connect: str, language: str = "en") -> str:
    """The notebook's text: nbformat 4, valid, without outputs and without any token.

    Args:
        facts: of the model.
        connect: the ``%codex`` line that connects to its platform.
        language: one of `render.words.LANGUAGES`; code stays as it is.
    """
    words = Words(language)
    cells = [
        *_card(facts, words),
        *_deployment(facts, words),
        *_calls(facts, connect, words),
        *_training(facts, words),
        *_drift(facts, words),
        *_docs(facts, words),
    ]
    for place, cell in enumerate(cells):
        # The same model gives the same file: the ids are not left to chance.
        cell["id"] = f"codex-{place}"
    made = {
        "cells": cells,
        "metadata": {
            "kernelspec": {
                "display_name": "Python 3",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    nbformat.validate(made)
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _card(facts: Facts, words: Words) -> list[dict[str, Any]]:
    rows = {
        words.t("Group"): facts.group,
        words.t("Hash"): facts.hash,
        words.t("State"): facts.state,
        words.t("Operation"): facts.operation,
        words.t("Entry point"): facts.reference,
        words.t("Python"): facts.python,
        words.t("Uploaded"): facts.uploaded,
        words.t("Documentation"): facts.docs,
    }
    table = "\n".join(f"| {name} | {_cell(value)} |" for name, value in rows.items())
    return [_text(f"# {_plain(facts.name)}\n\n| | |\n|---|---|\n{table}")]


def _deployment(facts: Facts, words: Words) -> list[dict[str, Any]]:
    told = [f"## {words.t('How it was deployed')}"]
    if facts.files:
        heads = " | ".join(map(words.t, (mark("Role"), mark("File"), mark("Bytes"))))
        rows = "\n".join(
            f"| {_cell(row.get('Role'))} | {_cell(row.get('Name'))} | "
            f"{_cell(row.get('Size'))} | {_cell(row.get('Sha256'))} |"
            for row in facts.files
        )
        told.append(f"| {heads} | SHA-256 |\n|---|---|---|---|\n{rows}")
    if facts.source:
        script = words.t("The script that answers")
        told.append(f"{script}:\n\n{_fenced(facts.source, 'python')}")
    told.append(words.t(_FILES_KEPT if facts.files else _FILES_UNKNOWN))
    return [_text("\n\n".join(told)), _code(_template(facts))]


def _template(facts: Facts) -> str:
    names = {str(row.get("Role")): str(row.get("Name")) for row in facts.files}
    pins = ", ".join(
        line for line in facts.requirements.splitlines() if not line.startswith("#")
    )
    options = {
        "--source": names.get("source", "score.py"),
        "--model": names.get("model", "model.pkl"),
        "--schema": names.get("schema", "schema.json"),
        "--group": facts.group,
        "--reference": facts.reference,
        "--python": facts.python,
        "--requirements": pins,
    }
    lines = [f"%codex deploy {_word(facts.name)}"] + [
        f"  {option} {_word(value)}" for option, value in options.items() if value
    ]
    lines += [
        f"  --extra {_word(str(row.get('Name')))}"
        for row in facts.files
        if row.get("Role") == "extra"
    ]
    return "\n".join(f"# {line}" for line in " \\\n".join(lines).split("\n"))


def _calls(facts: Facts, connect: str, words: Words) -> list[dict[str, Any]]:
    t = words.t
    with_codex = t(
        "With codex_jupyter, which knows the group's token where the group was made:"
    )
    cells = [
        _text(f"## {t('How to call it')}\n\n{with_codex}"),
        _code(f"%load_ext codex_jupyter\n{connect}"),
    ]
    if facts.sample is not None and facts.operation == "Sync":
        row = _json(facts.sample)
        cells.append(
            _code(
                f"import json\n\nrow = json.loads({_literal(row)})\n"
                f"answer = %codex predict {facts.hash} row\nanswer"
            )
        )
    if "python" in facts.snippets:
        cells += [
            _text(
                t(
                    "From any Python. The token of the group is read from the variable "
                    "`MLOPS_GROUP_TOKEN` and stays out of the notebook: set it before "
                    "this kernel starts."
                )
            ),
            _code(facts.snippets["python"].rstrip()),
        ]
    for language, fence in _FENCES.items():
        if code := facts.snippets.get(language):
            cells.append(_text(f"### {language}\n\n{_fenced(code.rstrip(), fence)}"))
    return cells


def _training(facts: Facts, words: Words) -> list[dict[str, Any]]:
    """The metrics of the run that it is of; nothing of a model that was uploaded."""
    run = facts.training
    if run is None:
        return []
    told = words.t(
        "Run {number} of {experiment}.",
        number=run.number,
        experiment=_plain(run.experiment),
    )
    parts = [f"## {words.t('How it was trained')}", told]
    for head, values in (
        (words.t("Metric"), run.metrics),
        (words.t("Parameter"), run.parameters),
    ):
        if values:
            rows = "\n".join(
                f"| {_cell(name)} | {_cell(value)} |"
                for name, value in list(values.items())[:_MOST_ROWS]
            )
            parts.append(f"| {head} | {words.t('Value')} |\n|---|---|\n{rows}")
    return [_text("\n\n".join(parts))]


def _drift(facts: Facts, words: Words) -> list[dict[str, Any]]:
    """The periods that were run, and the line that shows the dashboard."""
    t, title = words.t, f"## {words.t('Its drift')}"
    if not facts.drift:
        how = t("It is not monitored. A cell that begins so registers a monitoring:")
        line = _fenced(
            f"%%codex monitor {_word(facts.name)} --training EXPERIMENT:RUN", "python"
        )
        return [_text(f"{title}\n\n{how}\n\n{line}")]
    heads = (t("Period"), t("Verdict"), t("Rows"), t("Average PSI"))
    cells: list[dict[str, Any]] = []
    for one in facts.drift:
        parts = [title] if not cells else []
        rows = "\n".join(
            f"| {_cell(row['Label'])} | {_cell(level(row['Verdict'], words))} | "
            f"{_cell(row.get('Rows'))} | {_cell(figure(average(row), words))} | "
            f"{_cell(', '.join(moved(row)))} |"
            for row in reversed(one.periods[-_MOST_ROWS:])
        )
        columns = f"{' | '.join(heads)} | {t('Columns that moved')}"
        parts.append(
            f"| {columns} |\n|---|---|---|---|---|\n{rows}"
            if rows
            else t("No period of it has been run yet.")
        )
        command = "drift" if any(row.get("Rows") for row in one.periods) else "monitor"
        cells += [
            _text("\n\n".join(parts)),
            _code(f"%codex {command} {facts.hash} --period {one.period.lower()}"),
        ]
    return cells


def _docs(facts: Facts, words: Words) -> list[dict[str, Any]]:
    parts = [f"## {words.t('Its documentation')}"]
    heads = " | ".join(map(words.t, (mark("Field"), mark("Type"), mark("Example"))))
    if facts.fields:
        rows = "\n".join(
            f"| {_cell(name)} | {type_} | {_cell(_json(value))} |"
            for name, type_, value in facts.fields[:300]
        )
        parts.append(f"| {heads} |\n|---|---|---|\n{rows}")
    if facts.answer is not None:
        answered = words.t("Its answer to the example:")
        parts.append(f"{answered}\n\n{_fenced(_json(facts.answer), 'json')}")
    parts.append(
        words.t("The whole API document, in the cell (Execute runs in the kernel):")
    )
    return [
        _text("\n\n".join(parts)),
        _code(f"%codex docs {facts.hash}"),
    ]


def _text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _code(source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def _cell(value: object) -> str:
    """A value within a Markdown table, as text."""
    return _plain("" if value is None else value) or "-"


def _plain(value: object) -> str:
    """One line of text that Markdown shows as it is."""
    line = " ".join(str(value).split())[:500]
    line = line.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_\[\]|#~])", r"\\\1", line)


def _fenced(code: str, language: str) -> str:
    # Longer than any fence that the code itself holds.
    runs = re.findall(r"`{3,}", code)
    fence = "`" * (max(map(len, runs), default=2) + 1)
    return f"{fence}{language}\n{code[:_LONGEST]}\n{fence}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _literal(text: str) -> str:
    """A Python literal of a JSON text, on lines of its own where it can be."""
    if '"""' in text or "\\" in text:
        return repr(text)
    return f'"""{text}"""'


def _word(text: str) -> str:
    """A word of a ``%codex`` line."""
    return text if re.fullmatch(r"[\w./=-]+", text) else json.dumps(text)
