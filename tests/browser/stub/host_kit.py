"""What hosts other than JupyterLab put around a panel: their marks, colours and ears.

As seen with VS Code's own widget bundle (npm: @vscode/jupyter-ipywidgets8) and in the
classic notebook. The colours are those of VS Code's Dark Modern, Light Modern and two
high contrast themes.
"""

from __future__ import annotations

import json

# ipywidgets' own variables, which these pages have in every theme.
LIGHT_JUPYTER = {
    "--jp-layout-color1": "white",
    "--jp-ui-font-color1": "rgba(0, 0, 0, 0.8)",
    "--jp-ui-font-color2": "rgba(0, 0, 0, 0.54)",
    "--jp-border-color1": "#bdbdbd",
}
THEMES = {
    "vscode-high-contrast-light": {
        "editor-foreground": "#292929",
        "descriptionForeground": "rgba(41, 41, 41, 0.7)",
        "editor-background": "#ffffff",
        "contrastBorder": "#0f4a85",
    },
    "vscode-high-contrast": {
        "editor-foreground": "#ffffff",
        "descriptionForeground": "rgba(255, 255, 255, 0.7)",
        "editor-background": "#000000",
        "contrastBorder": "#6fc3df",
    },
    "vscode-light": {
        "editor-foreground": "#3b3b3b",
        "descriptionForeground": "#3b3b3b",
        "editor-background": "#fefefe",
        "contrastBorder": "",
    },
    "vscode-dark": {
        "editor-foreground": "#cccccc",
        "descriptionForeground": "#9d9d9d",
        "editor-background": "#1f1f1f",
        "contrastBorder": "",
    },
}
_PAINT = """(colours) => {
    for (const [name, value] of Object.entries(colours))
        document.documentElement.style.setProperty(name, value);
}"""
_WHITE = """
    body { background: var(--vscode-editor-background, #fff) !important;
        color: var(--vscode-editor-foreground) }
    .cell-output-ipywidget-background { background: white !important }"""
# Before anything is drawn; VS Code's mark is on the body from the start.
_PAGE = f"""document.addEventListener('DOMContentLoaded', () => {{
    ({_PAINT})({json.dumps(LIGHT_JUPYTER)});
    document.getElementById('out').className = 'cell-output-ipywidget-background';
    const style = document.createElement('style');
    style.textContent = {json.dumps(_WHITE)};
    document.head.append(style);
}});"""
CLASSIC = _PAGE
VSCODE = (
    f"{_PAGE}window.dress = {_PAINT};"
    """
    document.addEventListener('DOMContentLoaded', () => {
        document.body.dataset.vscodeThemeKind = 'vscode-light';
    });"""
)
VOILA = """document.addEventListener('DOMContentLoaded', () => {
    document.body.dataset.voila = 'voila';
});"""


def saved(twin):
    """A page that nbconvert made of a notebook with its widgets' state."""
    return f"""document.addEventListener('DOMContentLoaded', () => {{
        const state = document.createElement('script');
        state.type = 'application/vnd.jupyter.widget-state+json';
        const twin = document.createElement('div');
        twin.className = 'cx-twin-{twin}';
        twin.textContent = 'As saved with the notebook.';
        document.body.append(state, twin);
    }});"""


def dress(tab, kind):
    """Give a page of VS Code's another theme, while panels are in it."""
    own = {f"--vscode-{name}": value for name, value in THEMES[kind].items()}
    tab.evaluate("(colours) => dress(colours)", own)
    tab.evaluate("(kind) => { document.body.dataset.vscodeThemeKind = kind }", kind)
