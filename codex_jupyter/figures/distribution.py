"""One column's bins on both sides, and what each bin contributes."""

from __future__ import annotations

import html

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from codex_jupyter.drift import DriftResult

from .looks import SERIES, finish, number, rounded
from .words import said, t

__all__ = ["distribution"]


def distribution(result: DriftResult, column: str) -> go.Figure:
    """Shares of each bin on both sides above, contributions to the PSI below.

    Args:
        column: one that was compared.

    Raises:
        DriftError: when it was not.
    """
    one = result[column]
    table = one.receipt()
    others = {
        "(missing)": t("(missing)"),
        "(other)": t("(other)"),
        "(unseen)": t("(unseen)"),
    }
    labels = [html.escape(others.get(label, label)) for label in table["bin"]]
    made = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.65, 0.35])
    sides = (
        ("reference", said(result.against), ""),
        ("current", t("current data"), "/"),
    )
    for (side, name, pattern), colour in zip(sides, SERIES, strict=False):
        made.add_bar(
            x=labels,
            y=rounded(table[f"share_{side}"]),
            name=html.escape(name),
            customdata=table[f"n_{side}"].tolist(),
            hovertemplate=f"%{{x}}<br>%{{y:.1%}} ({t('{n} rows', n='%{customdata}')})",
            marker={"color": colour, "pattern": {"shape": pattern}},
            row=1,
            col=1,
        )
    made.add_bar(
        x=labels,
        y=rounded(table["contribution"]),
        name=t("contribution to PSI"),
        marker={"color": SERIES[6]},
        row=2,
        col=1,
    )
    made.update_yaxes(title_text=t("share"), tickformat=".0%", row=1, col=1)
    made.update_yaxes(title_text="PSI", row=2, col=1)
    made.update_xaxes(type="category")
    return finish(
        made,
        f"{html.escape(column)}: PSI {number(one.psi, '.3f')}, {said(one.verdict)}",
        height=420,
        barmode="group",
        legend={"orientation": "h", "y": 1.08},
    )
