"""The rooms of the house and the arrows between them."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "codex_jupyter"

# room -> the rooms of ours that it may import, besides itself
MAY_IMPORT = {
    "protocol": set(),
    "errors": set(),
    "config": {"errors"},
    "client": {"protocol", "errors", "config"},
    "drift": {"errors"},
    "figures": {"drift"},
    "render": set(),
    "server": {"protocol", "drift", "errors", "config"},
    "widgets": {"client", "drift", "figures", "render", "protocol", "errors"},
    "magics": {"client", "render", "export", "errors", "config", "widgets", "figures"},
    "export": {"client", "figures", "render", "protocol", "errors"},
    "__init__": {"magics"},
}
NEVER = {
    "protocol": {"httpx", "socket", "asyncio", "IPython", "ipywidgets"},
    "config": {"httpx", "socket", "asyncio", "IPython", "ipywidgets"},
    "client": {"IPython", "ipywidgets", "anywidget"},
    "drift": {"httpx", "plotly"},
    "figures": {"httpx"},
    "render": {"plotly", "ipywidgets", "anywidget"},
    "server": {"IPython", "ipywidgets", "anywidget", "httpx"},
    "widgets": {"httpx", "socket"},
    "export": {"IPython"},
}
# Imports at the top of a module cost every user at load.
MAGICS_ONLY_INSIDE_COMMANDS = {"widgets", "figures"}
# What a user's own frames and models bring to the environment, when there are any.
RUNNER_ONLY_INSIDE_FUNCTIONS = {"pandas", "numpy", "cloudpickle", "sklearn"}


def modules():
    return sorted(path for path in PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports(path: Path, tree: ast.AST):
    """Full dotted names of everything imported below a node."""
    package = ["codex_jupyter", *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            prefix = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{prefix}.{alias.name}" for alias in node.names)


def rooms_imported(path: Path, tree: ast.AST) -> set[str]:
    found = set()
    for name in imports(path, tree):
        parts = name.split(".")
        if parts[0] == "codex_jupyter" and len(parts) > 1:
            found.add(parts[1])
    return found - {room_of(path), "__version__"}


def is_type_checking(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_imports_only_what_its_row_allows(path):
    room = room_of(path)
    assert room in MAY_IMPORT, f"{room} is not a room of the design"
    tree = ast.parse(path.read_text("utf-8"))
    assert rooms_imported(path, tree) <= MAY_IMPORT[room]
    outside = {name.split(".")[0] for name in imports(path, tree)}
    assert not outside & NEVER.get(room, set())


@pytest.mark.parametrize(
    "path",
    [p for p in modules() if room_of(p) == "magics"],
    ids=lambda p: str(p.relative_to(PACKAGE)),
)
def test_magics_import_widgets_only_inside_the_command_that_needs_them(path):
    tree = ast.parse(path.read_text("utf-8"))
    tree.body = [node for node in tree.body if not is_type_checking(node)]
    top = ast.Module(
        [n for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom))], []
    )
    assert not rooms_imported(path, top) & MAGICS_ONLY_INSIDE_COMMANDS


def test_the_runner_needs_nothing_but_the_standard_library_of_python_3_8():
    for path in (PACKAGE / "server" / "runner").glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"), feature_version=(3, 8))
        at_import = set(imports(path, ast.Module(without_functions(tree), [])))
        for name in imports(path, tree):
            beside = name.startswith(("codex_jupyter.server.runner", "codex_runner"))
            known = name.split(".")[0] in sys.stdlib_module_names
            theirs = name.split(".")[0] in RUNNER_ONLY_INSIDE_FUNCTIONS
            inside = theirs and name not in at_import
            assert beside or known or inside, f"{path.name}: {name}"


def without_functions(tree: ast.Module) -> list[ast.stmt]:
    return [
        node
        for node in tree.body
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef))
    ]


@pytest.mark.parametrize("folder", ["codex_jupyter", "js/src", "tests"])
def test_no_file_is_longer_than_500_lines(folder):
    root = PACKAGE.parent / folder
    long = [
        f"{path.name}: {lines}"
        for pattern in ("*.py", "*.ts")
        for path in root.rglob(pattern)
        if (lines := len(path.read_text("utf-8").splitlines())) > 500
    ]
    assert not long
