"""The Pythons of this machine: real ones only, asked once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from codex_jupyter.server.environments import (
    BuildFault,
    Interpreter,
    find_interpreters,
    interpreters,
    pick_interpreter,
)

FOUND = (
    Interpreter((3, 9, 18), Path("/a/python3.9")),
    Interpreter((3, 11, 7), Path("/b/python3.11")),
)


def write_executable(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def test_our_own_python_is_found_and_every_found_one_is_what_it_says(tmp_path):
    found = find_interpreters(tmp_path)
    own = [i.version for i in found if i.minor == sys.version_info.minor]
    assert own
    assert own[0] >= sys.version_info[:3]
    for interpreter in found:
        code = "import sys; print('%d.%d.%d' % sys.version_info[:3])"
        done = subprocess.run(
            [interpreter.path, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == interpreter.label
    minors = [interpreter.minor for interpreter in found]
    assert minors == sorted(set(minors))
    assert min(minors) >= 8


def test_shims_and_other_programs_are_passed_over(tmp_path, monkeypatch):
    shims = tmp_path / "shims"
    marker = tmp_path / "started"
    write_executable(shims / "python3.9", f"#!/bin/sh\ntouch {marker}\nexit 127\n")
    (shims / "python3.10").symlink_to("/bin/true")
    (shims / "python3.12").symlink_to(tmp_path / "gone")
    monkeypatch.setenv("PATH", f"{shims}{os.pathsep}{os.environ['PATH']}")
    paths = {str(interpreter.path) for interpreter in find_interpreters()}
    assert not any(path.startswith(str(tmp_path)) for path in paths)
    assert "/bin/true" not in paths
    assert not marker.exists()


def test_a_python_of_a_virtual_environment_leads_to_its_base(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    code = "import sys; print(sys.prefix == sys.base_prefix)"
    for interpreter in find_interpreters():
        done = subprocess.run([interpreter.path, "-c", code], capture_output=True)
        assert done.stdout.strip() == b"True"


def test_an_interpreter_is_not_started_again_until_it_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(interpreters, "_known", {})
    first = find_interpreters(tmp_path)
    assert (tmp_path / "interpreters.json").is_file()
    asked: list[str] = []
    monkeypatch.setattr(interpreters, "_known", {})
    monkeypatch.setattr(interpreters, "_ask", asked.append)
    assert find_interpreters(tmp_path) == first
    assert asked == []


def test_a_damaged_memory_is_asked_anew(tmp_path, monkeypatch):
    (tmp_path / "interpreters.json").write_text('{"/usr/bin/python3.11": 3, "x": {}}')
    monkeypatch.setattr(interpreters, "_known", {})
    assert find_interpreters(tmp_path)


def test_the_asked_minor_is_picked():
    assert pick_interpreter(9, FOUND).label == "3.9.18"


def test_a_missing_python_lists_those_found_and_how_to_get_it():
    with pytest.raises(BuildFault) as caught:
        pick_interpreter(12, FOUND)
    assert "Python 3.12 is not on the platform's machine" in caught.value.message
    assert "3.9.18, 3.11.7" in caught.value.message
    assert "uv python install 3.12" in caught.value.message


def test_a_python_that_is_too_old_is_not_offered():
    with pytest.raises(BuildFault, match=r"too old: models can run on 3\.8"):
        pick_interpreter(7, FOUND)
