"""The rules on the texts of real failures, as `test_real` recorded them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from failure_cases import CASES

from codex_jupyter.magics.explaining import RULES, Failure, explain, scripts, trainings
from codex_jupyter.magics.explaining.gathering import of_error

RECORDED = json.loads(Path(__file__).with_name("recorded.json").read_text("utf-8"))
KERNEL = {
    "numpy": "2.4.6",
    "pandas": "3.1.1",
    "scikit_learn": "1.9.1",
    "PyYAML": "6.0.3",
}


def failure(case, **other):
    fields = RECORDED[case] | {"kernel": KERNEL} | other
    return Failure(**fields | {"files": tuple(fields["files"])})


@pytest.mark.parametrize("name", CASES)
def test_a_recorded_failure_is_explained(name):
    told = explain(failure(name))
    assert CASES[name].cause in told.cause
    assert CASES[name].line in told.line


@pytest.mark.parametrize("name", CASES)
def test_a_cause_and_a_fix_are_sentences_and_the_line_is_one_line(name):
    told = explain(failure(name))
    assert told.cause[0].isupper() or told.cause.split()[0] in RECORDED[name]["text"]
    assert told.cause.rstrip()[-1] in ".)"
    assert told.fix[-1] in ":?"
    assert "\n" not in told.line
    assert told.line == told.line.strip()


@pytest.mark.parametrize("name", CASES)
def test_an_explanation_needs_only_the_text(name):
    # Other platforms tell neither files nor requirements nor schema.
    bare = Failure(RECORDED[name]["text"])
    told = explain(bare)
    assert told is None or (told.cause and told.line)


def test_every_rule_has_a_real_failure():
    fitting = {
        rule.name
        for name in CASES
        for rule in RULES
        if rule.pattern.search(RECORDED[name]["text"])
    }
    # Those of the session have their own tests, in test_explain and below.
    session = {
        *("unreachable", "login", "group token", "group", "not connected"),
        *("no user", "no model", "not deployed", "registry unreachable"),
        # Of monitoring: in test_monitoring.
        *("one frame", "other columns", "not in training", "not made", "no training"),
    }
    # Those of trainings are tried on runs that fail, in test_training_on_platform.
    session |= {rule.name for rule in trainings.RULES}
    # Those of scripts, and of what a package lacks, on cells in test_check.
    session |= {"part of a package", *(rule.name for rule in scripts.RULES)}
    assert {rule.name for rule in RULES} - session == fitting - session


def test_what_no_rule_knows_stays_unexplained():
    for text in ("", "score() raised IndexError: list index out of range", "\x00{}()"):
        assert explain(Failure(text)) is None


def test_a_requirement_of_the_same_package_is_replaced_however_it_is_written():
    asked = failure(
        "numpy._core", requirements="Scikit.Learn>=1,<2  # old\nnumpy==1.24.4"
    )
    line = explain(asked).line
    assert '"scikit_learn' not in line
    assert "numpy==2.4.6" in line
    assert "1.24.4" not in line
    assert "old" not in line


def test_a_local_build_and_quotes_do_not_spoil_the_line():
    pins = 'yaml-extra; python_version < "3.9"'
    asked = failure("module at import", requirements=pins)
    line = explain(replace(asked, kernel={"pyyaml": "6.0.3+here"})).line
    assert line.endswith(
        "--requirements \"yaml-extra; python_version < '3.9', PyYAML==6.0.3\""
    )


def test_a_remote_platforms_machine_is_not_ours_to_change():
    told = explain(failure("system library", local=False))
    assert "Ask who runs the platform" in told.fix
    assert "sudo" not in told.line
    assert "codex-jupyter serve" not in explain(failure("deadline", local=False)).line
    assert "codex-jupyter serve" not in explain(failure("memory", local=False)).line


def test_a_library_of_a_gpu_is_told_from_others():
    text = "ImportError: libcudart.so.12: cannot open shared object file: No such file"
    assert "GPU" in explain(Failure(text)).cause


def test_opencv_is_replaced_by_the_one_without_windows():
    text = "import cv2\nImportError: libGL.so.1: cannot open shared object file"
    told = explain(Failure(text, requirements="opencv-python==4.10\nnumpy==2"))
    assert '--requirements "numpy==2, opencv-python-headless"' in told.line


def test_a_name_with_blanks_is_typed_in_quotes():
    told = explain(failure("killed", name="two words", building=False))
    assert told.line == '%codex restart "two words" --yes'


def test_an_error_of_the_users_own_cell_is_explained_too():
    try:
        {}["age"]
    except KeyError as error:
        found = of_error(error, "deploy", "m", local=True)
    assert explain(found.failure).cause.startswith("The script looks for age")
