"""A whole HTML page in one file: no script, nothing loaded from anywhere."""

from __future__ import annotations

from .html import Child, Markup, tag

# What the browser is told to refuse, should a text ever become markup.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

# No angle bracket and no quote in it, so that it may stand within an element as text.
_STYLE = """
:root { color-scheme: light dark; --fg: #1f2328; --soft: #59636e; --bg: #ffffff;
  --card: #f6f8fa; --line: #d1d9e0; --accent: #0b5cad; --ok: #1a7f37; --bad: #cf222e;
  --busy: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --fg: #e6edf3; --soft: #9da7b1;
  --bg: #0d1117; --card: #161b22; --line: #30363d; --accent: #6cb6ff; --ok: #3fb950;
  --bad: #ff7b72; --busy: #d29922; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem 1.5rem 3rem; max-width: 62rem; color: var(--fg);
  background: var(--bg); font: 15px/1.55 system-ui, -apple-system, Segoe UI, Roboto,
  sans-serif; }
header { border-bottom: 1px solid var(--line); padding-bottom: 1rem; }
header p { margin: 0; color: var(--soft); font-size: .85rem; letter-spacing: .04em;
  text-transform: uppercase; }
h1 { margin: .1rem 0 0; font-size: 2rem; line-height: 1.2; overflow-wrap: anywhere; }
h1 .state { font-size: .85rem; font-weight: 600; vertical-align: middle;
  border: 1px solid currentColor; border-radius: 99px; padding: .15rem .7rem;
  margin-left: .6rem; white-space: nowrap; }
.ok { color: var(--ok); } .bad { color: var(--bad); } .busy { color: var(--busy); }
.off { color: var(--soft); }
h2 { margin: 2.2rem 0 .6rem; font-size: 1.15rem; }
h3 { margin: 1.1rem 0 .3rem; font-size: .95rem; color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .38rem .8rem .38rem 0;
  border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; white-space: nowrap; width: 11rem; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
td:has(pre) { width: 100%; }
.number { text-align: right; }
code, pre, .mono { font-size: .82rem;
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: .3rem 0; padding: .8rem 1rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap;
  overflow-wrap: anywhere; }
pre.log { max-height: 28rem; overflow: auto; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr));
  gap: 0 1.2rem; }
.mono { overflow-wrap: anywhere; }
.bars { display: block; width: 9rem; }
.time { white-space: nowrap; }
.bar { display: block; height: .55rem; min-width: 2px; border-radius: 3px;
  background: var(--accent); margin-top: .45rem; }
.soft, footer { color: var(--soft); font-size: .85rem; }
footer { overflow-wrap: anywhere; margin-top: 2.5rem; padding-top: .8rem;
  border-top: 1px solid var(--line); }
@media print { body { padding: 0; max-width: none; } pre.log { max-height: none; } }
"""


def page(title: str, language: str, *body: Child) -> str:
    """The text of an HTML file.

    Args:
        title: of the window.
        language: of the texts, such as ``pt-BR``.
        body: what it shows.
    """
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("title", title),
        tag("style", Markup(_STYLE)),
    )
    return f"<!doctype html>\n{tag('html', head, tag('body', *body), lang=language)}\n"


def grid(
    heads: list[str], rows: list[list[Child]], numbers: tuple[int, ...] = ()
) -> Markup:
    """A table of the page.

    Args:
        heads: of its columns.
        rows: cells, as many as there are columns.
        numbers: the columns that hold numbers, from 0.
    """
    kinds = ["number" if at in numbers else None for at in range(len(heads))]
    head = [
        tag("th", text, scope="col", class_=kind)
        for text, kind in zip(heads, kinds, strict=True)
    ]
    lines = [
        tag("tr", [tag("td", c, class_=k) for c, k in zip(row, kinds, strict=True)])
        for row in rows
    ]
    table = tag("table", tag("thead", tag("tr", head)), tag("tbody", lines))
    return tag("div", table, class_="scroll")


def listing(rows: list[tuple[str, Child]]) -> Markup:
    """A table of names and values."""
    lines = [tag("tr", tag("th", k, scope="row"), tag("td", v)) for k, v in rows]
    return tag("div", tag("table", tag("tbody", lines)), class_="scroll")
