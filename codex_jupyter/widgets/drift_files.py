"""A drift view as a file: a page that works on its own, a notebook, or a table."""

from __future__ import annotations

import base64
import gzip
import json
import re
import textwrap
from collections.abc import Callable
from typing import Any

import nbformat.v4 as v4

from codex_jupyter.errors import DriftError
from codex_jupyter.render.drift_page import drift_page
from codex_jupyter.render.said import said
from codex_jupyter.render.words import spoken

from . import assets
from .drift_card import card_of
from .drift_message import message_of
from .drift_view import DriftView

__all__ = ["KINDS", "file_of"]

KINDS = ("html", "ipynb", "csv")
_LINE = 76


def file_of(view: DriftView, title: str, kind: str) -> tuple[str, bytes]:
    """A file's name and content.

    Args:
        view: what it tells.
        title: what it is called; the name is made from its plain letters.
        kind: "html", "ipynb" or "csv".

    Raises:
        DriftError: for another kind.
        InstallationError: the panel's front end is missing or stale.
    """
    if kind not in _MAKERS:
        raise DriftError(
            f"A drift report cannot be written as {kind[:20]}.",
            hint=f"Use one of {', '.join(KINDS)}.",
        )
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "drift"
    return f"{stem}.{kind}", _MAKERS[kind](view, title).encode()


def _page(view: DriftView, title: str) -> str:
    fields, buffers = message_of(view, title)
    message = {**fields, "updated": 0, "refreshable": False, "exports": []}
    parts = [base64.b64encode(part).decode() for part in buffers]
    data = {"message": message, "buffers": parts}
    packed = gzip.compress(json.dumps(data).encode(), mtime=0)
    card = card_of(view, title).html
    return drift_page(title, card, assets.asset("drift", spoken()).packed, packed)


def _table(view: DriftView, _: str) -> str:
    result = view.result
    table = result.frame
    if result.periods:
        history = result.history.T
        table = table.join(history.rename(columns=lambda label: f"psi {label}"))
    return str(table.to_csv())


def _notebook(view: DriftView, title: str) -> str:
    result, shap = view.result, view.shap
    code: Callable[[str], Any] = v4.new_code_cell
    text: Callable[[str], Any] = v4.new_markdown_cell
    sentences = [*view.alerts, *result.sentences()]
    told = "\n".join(f"- {_plain(said(one))}" for one in sentences)
    cells = [
        text(f"# Drift: {_plain(title)}\n\n{told}".rstrip()),
        code(_stored("DriftResult", "result", result.to_dict()) + "\nresult.frame"),
        code('from codex_jupyter.figures import figure\n\nfigure(result, "heatmap")'),
    ]
    if result.columns and result.frame["psi"].notna().any():
        worst = json.dumps(str(result.frame["psi"].idxmax()))
        cells += [
            code(f'figure(result, "distribution", column={worst})'),
            code(f"result.bins({worst})"),
        ]
    if result.periods:
        cells.append(code('figure(result, "averages")'))
    if shap is not None:
        cells += [
            code(_stored("ShapDrift", "shap", shap.to_dict()) + "\nshap.averages"),
            code('figure(shap, "shap_rank")'),
        ]
    seen = "result, shap" if shap is not None else "result"
    cells.append(
        code(
            "from codex_jupyter.widgets.drift import DriftDashboard, DriftView\n\n"
            f"DriftDashboard(DriftView({seen}), {json.dumps(title)}).show()"
        )
    )
    made = v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    made.metadata.kernelspec = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    # Cells' ids are random; numbered ones make equal results equal files.
    for place, cell in enumerate(made.cells):
        cell["id"] = f"drift-{place}"
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _stored(kind: str, name: str, data: dict[str, Any]) -> str:
    """A cell that brings a result back, in counts and without any data."""
    packed = base64.b64encode(gzip.compress(json.dumps(data).encode(), mtime=0))
    lines = "\n".join(textwrap.wrap(packed.decode(), _LINE))
    return (
        "import base64, gzip, json\n\n"
        f"from codex_jupyter.drift import {kind}\n\n"
        f'stored = """\n{lines}\n"""\n'
        f"{name} = {kind}.from_dict(\n"
        "    json.loads(gzip.decompress(base64.b64decode(stored)))\n)"
    )


def _plain(text: str) -> str:
    """Text from data as Markdown shows it: no markup, one line."""
    return re.sub(r"([\\<>\[\]*_#|])", r"\\\1", " ".join(text.split()))


_MAKERS: dict[str, Callable[[DriftView, str], str]] = {
    "html": _page,
    "ipynb": _notebook,
    "csv": _table,
}
