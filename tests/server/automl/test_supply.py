"""What a run is supplied with: scripts for Python 3.8, requirements, a Python."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from codex_jupyter.server import automl
from codex_jupyter.server.environments import Environments, find_interpreters

INSIDE = Path(automl.__file__).parent / "inside"
THEIRS = {
    "catboost",
    "category_encoders",
    "feature_engine",
    "imblearn",
    "lightgbm",
    "numpy",
    "optuna",
    "pandas",
    "sklearn",
    "xgboost",
    # The platform's own, in every process of a model.
    "codex_runner",
}


@pytest.mark.parametrize("path", sorted(INSIDE.iterdir()), ids=lambda path: path.name)
def test_what_runs_inside_is_python_3_8_and_needs_only_what_is_installed(path):
    tree = ast.parse(path.read_text("utf-8"), feature_version=(3, 8))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module]
        else:
            continue
        for module in modules:
            top = module.partition(".")[0]
            beside = (INSIDE / f"{top}.py").is_file()
            assert beside or top in THEIRS | sys.stdlib_module_names


@pytest.mark.parametrize("operation", ["Sync", "Async"])
def test_a_scorer_brings_every_module_that_it_imports(operation):
    made = automl.scorer(operation)
    assert made.script in made.files
    for text in made.files.values():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("automl_"):
                assert f"{node.module}.py" in made.files


def test_the_platform_reads_a_configuration_without_the_libraries():
    assert {"sklearn", "lightgbm", "optuna"}.isdisjoint(
        module.partition(".")[0]
        for path in INSIDE.parent.glob("*.py")
        for module in imported(ast.parse(path.read_text("utf-8")))
    )


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_our_own_python_is_chosen_before_others():
    own = sys.version_info.minor
    assert automl.choose_python({8, 9, own, 13}) == own
    assert automl.choose_python({8, 10}) == 10
    assert automl.choose_python({7, 9, 99}) == 9


def test_no_fitting_python_is_told_with_what_to_install():
    with pytest.raises(ValueError, match=r"found: 3.7, 3.99.*uv python install 3\.12"):
        automl.choose_python({99, 7})
    with pytest.raises(ValueError, match=r"Python 3\.7\. It runs on 3\.8 to 3\.13"):
        automl.requirements(7)


@pytest.mark.platform
def test_the_requirements_resolve_on_every_python_of_this_machine(tmp_path):
    environments = Environments(tmp_path)
    for python in find_interpreters():
        if python.minor in automl.MINORS:
            asked = automl.requirements(python.minor)
            made = environments.resolve(python, asked, lambda *row: None)
            assert set(asked.split()) <= set(made.pins)
            # The usual package of it brings 300 MB for graphics cards.
            assert not [pin for pin in made.pins if pin.startswith("nvidia")]
