"""The build hook: when it builds, and what it asks the package index for."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path

import pytest

from codex_jupyter.widgets.frontend_hash import source_hash

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def hook():
    spec = importlib.util.spec_from_file_location("hook", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path):
    """A copy of what the hook looks at."""
    ignore = shutil.ignore_patterns("node_modules", "__pycache__")
    shutil.copytree(ROOT / "js", tmp_path / "js", ignore=ignore)
    for room in ("static", "widgets"):
        place = Path("codex_jupyter", room)
        shutil.copytree(ROOT / place, tmp_path / place, ignore=ignore)
    return tmp_path


def plugin(hook, root):
    return hook.FrontEndHook(str(root), {}, None, None, str(root), "wheel")


def test_the_page_and_python_hash_the_sources_alike():
    manifest = json.loads((ROOT / "codex_jupyter/static/manifest.json").read_text())
    assert manifest["source"] == source_hash(ROOT / "js")


def test_what_is_built_already_needs_no_node(hook, checkout, monkeypatch):
    monkeypatch.setenv("PATH", "")
    made = plugin(hook, checkout)
    assert made.dependencies() == []
    made.initialize("standard", {})


@pytest.mark.parametrize("changed", ["js/src/dom.ts", "js/package-lock.json"])
def test_a_changed_source_makes_the_build_stale(hook, checkout, monkeypatch, changed):
    with (checkout / changed).open("a") as file:
        file.write("\n")
    assert not hook.is_fresh(checkout)
    monkeypatch.setenv("PATH", "")
    assert plugin(hook, checkout).dependencies() == [hook.NODE_PACKAGE]


def test_a_new_file_makes_the_build_stale(hook, checkout):
    (checkout / "js/src/new.ts").write_text("")
    assert not hook.is_fresh(checkout)


def test_a_missing_build_is_noticed(hook, checkout):
    (checkout / "codex_jupyter/static/manifest.json").unlink()
    assert not hook.is_fresh(checkout)


def test_an_old_node_is_not_taken(hook, tmp_path, monkeypatch):
    for name in ("node", "npm"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho v16.20.2\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert hook.tools_on_path() is None


def test_a_build_that_fails_says_why_and_what_to_type(hook, checkout):
    if hook.tools_on_path() is None:
        pytest.skip("Node.js is not on the PATH")
    modules = ROOT / "js" / "node_modules"
    if not modules.is_dir():
        pytest.skip("js/node_modules is missing; in js/: npm ci --ignore-scripts")
    (checkout / "js/node_modules").symlink_to(modules)
    (checkout / "js/src/dom.ts").write_text("const broken: = ;")
    before = (checkout / "codex_jupyter/static/status.js").read_bytes()
    with pytest.raises(RuntimeError, match=r"python hatch_build\.py") as caught:
        hook.build(checkout)
    assert "src/dom.ts" in str(caught.value)
    assert (checkout / "codex_jupyter/static/status.js").read_bytes() == before
