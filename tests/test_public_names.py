"""One public face: what is public is listed, and nothing else leaks."""

from __future__ import annotations

import importlib
import subprocess
import sys
import types

import pytest

import codex_jupyter
from codex_jupyter import errors

PUBLIC = ["codex_jupyter", "codex_jupyter.errors"]


@pytest.mark.parametrize("name", PUBLIC)
def test_all_is_sorted_and_every_name_in_it_exists(name):
    module = importlib.import_module(name)
    assert module.__all__ == sorted(module.__all__)
    for item in module.__all__:
        assert hasattr(module, item)


@pytest.mark.parametrize("name", PUBLIC)
def test_nothing_public_is_missing_from_all(name):
    module = importlib.import_module(name)
    here = {
        key
        for key, value in vars(module).items()
        if not key.startswith("_")
        and not isinstance(value, types.ModuleType)
        and getattr(value, "__module__", name) == name
        and callable(value)
    }
    assert here <= set(module.__all__)


def test_every_error_is_drawn_in_the_tree_with_its_parent_above_it():
    drawing = errors.__doc__ or ""
    for name in errors.__all__:
        assert f"{name} " in drawing
        error = getattr(errors, name)
        assert issubclass(error, errors.CodexError)
        assert error.__doc__


def test_the_version_is_the_one_that_is_installed():
    text = subprocess.run(
        [sys.executable, "-m", "codex_jupyter.server", "--version"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert text.strip() == codex_jupyter.__version__
