"""Real environments: resolved and installed by uv, shared, never half built."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tarfile
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from codex_jupyter.protocol.states import LogType
from codex_jupyter.server.environments import (
    BuildFault,
    Environments,
    find_interpreters,
    pick_interpreter,
)
from codex_jupyter.server.environments.building import try_lock

pytestmark = pytest.mark.platform

FOUND = {interpreter.minor: interpreter for interpreter in find_interpreters()}
OWN = FOUND[sys.version_info.minor]
SIX = "six==1.16.0\n"


@pytest.fixture
def environments(tmp_path):
    made = Environments(tmp_path / "environments")
    yield made
    made.close()


@pytest.fixture
def said():
    return []


@pytest.fixture
def say(said):
    return lambda type_, text: said.append((type_, text))


def output(environment, code: str) -> str:
    done = subprocess.run(
        [environment.python, "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("minor", sorted({min(FOUND), max(FOUND)}))
def test_an_environment_has_its_python_and_its_packages(environments, say, said, minor):
    python = pick_interpreter(minor, tuple(FOUND.values()))
    resolution = environments.resolve(python, SIX, say)
    assert resolution.pins == ("six==1.16.0",)
    environment = environments.ensure(python, resolution, say)
    code = "import six, sys; print(six.__version__, '%d.%d.%d' % sys.version_info[:3])"
    assert output(environment, code) == f"1.16.0 {python.label}"
    assert any("six==1.16.0" in text for _, text in said)


def test_no_requirements_give_a_plain_environment(environments, say):
    resolution = environments.resolve(OWN, "# nothing\n", say)
    environment = environments.ensure(OWN, resolution, say)
    assert resolution.pins == ()
    assert output(environment, "import sys; print(sys.prefix)") == str(
        environment.python.parent.parent
    )


def test_the_same_again_needs_no_resolver_and_no_network(
    environments, say, said, monkeypatch
):
    first = environments.ensure(OWN, environments.resolve(OWN, SIX, say), say)
    said.clear()
    monkeypatch.setattr("uv.find_uv_bin", lambda: "/nowhere/uv")
    resolution = environments.resolve(OWN, "# again\n\nsix==1.16.0", say)
    assert environments.ensure(OWN, resolution, say) == first
    assert [text for _, text in said] == [
        "These requirements were resolved before.",
        "The environment exists already.",
    ]


def test_an_environment_that_was_removed_is_made_again(environments, say):
    resolution = environments.resolve(OWN, SIX, say)
    environment = environments.ensure(OWN, resolution, say)
    shutil.rmtree(environment.python.parent.parent)
    again = environments.ensure(OWN, environments.resolve(OWN, SIX, say), say)
    assert again == environment
    assert output(again, "import six; print(six.__version__)") == "1.16.0"


def test_an_environment_whose_python_is_gone_is_made_again(environments, say):
    resolution = environments.resolve(OWN, SIX, say)
    environment = environments.ensure(OWN, resolution, say)
    environment.python.unlink()
    environment.python.symlink_to("/nowhere/python")
    again = environments.ensure(OWN, environments.resolve(OWN, SIX, say), say)
    assert output(again, "import six; print(six.__version__)") == "1.16.0"


def test_a_package_that_does_not_exist_is_told_in_the_resolvers_words(
    environments, say, said
):
    with pytest.raises(BuildFault) as caught:
        environments.resolve(OWN, "surely-not-a-package-of-anyone\n", say)
    assert "Because surely-not-a-package-of-anyone was not found" in str(caught.value)
    assert "http" not in caught.value.message + caught.value.detail
    assert any("surely-not-a-package-of-anyone" in text for _, text in said)


def test_versions_that_contradict_are_told(environments, say):
    with pytest.raises(BuildFault) as caught:
        environments.resolve(OWN, "six==1.16.0\nsix==1.15.0\n", say)
    assert "six==1.15.0" in caught.value.message
    assert "six==1.16.0" in caught.value.message


def test_a_line_that_cannot_be_read_is_shown(environments, say):
    with pytest.raises(BuildFault, match=r"cannot be read.*foo bar"):
        environments.resolve(OWN, "foo bar\n", say)


def test_a_registry_that_does_not_answer_is_told_without_its_address(
    environments, say, said, monkeypatch, tmp_path
):
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://me:geheim@127.0.0.1:9/simple")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with pytest.raises(BuildFault, match="registry could not be reached") as caught:
        environments.resolve(OWN, SIX, say)
    everything = caught.value.message + caught.value.detail + str(said)
    assert "127.0.0.1" not in everything
    assert "geheim" not in everything


def test_the_variables_of_pip_lead_uv_too(environments, say, monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.startswith("UV_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with pytest.raises(BuildFault, match="registry could not be reached"):
        environments.resolve(OWN, SIX, say)


def test_builds_of_the_same_at_once_make_one(environments, say, said, tmp_path):
    resolution = environments.resolve(OWN, SIX, say)
    others = Environments(tmp_path / "environments")
    with ThreadPoolExecutor(6) as threads:
        made = list(
            threads.map(
                lambda one: one.ensure(OWN, resolution, say), [environments, others] * 3
            )
        )
    others.close()
    assert len(set(made)) == 1
    assert sum(" + six==1.16.0" in text for _, text in said) == 1
    assert output(made[0], "import six; print(six.__version__)") == "1.16.0"


def test_a_build_that_was_killed_half_way_is_never_used(environments, say, tmp_path):
    resolution = environments.resolve(OWN, SIX, say)
    program = f"""
        import os, signal
        from pathlib import Path
        from codex_jupyter.server.environments import *
        from codex_jupyter.server.environments import building

        real = building.run_uv
        def run_uv(arguments, **options):
            if "install" in arguments:
                print("killed", flush=True)
                os.kill(os.getpid(), signal.SIGKILL)
            real(arguments, **options)
        building.run_uv = run_uv

        environments = Environments(Path({str(tmp_path / "environments")!r}))
        python = Interpreter({OWN.version}, Path({str(OWN.path)!r}))
        resolution = Resolution({resolution.key!r}, {resolution.pins!r}, {SIX!r})
        environments.ensure(python, resolution, lambda *row: None)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True
    )
    assert done.returncode == -signal.SIGKILL
    built = tmp_path / "environments" / "built"
    [half] = built.iterdir()
    assert (half / "bin" / "python").exists()

    environment = environments.ensure(OWN, resolution, say)
    assert output(environment, "import six; print(six.__version__)") == "1.16.0"
    assert list(built.iterdir()) == [environment.python.parent.parent]


def test_what_other_killed_builds_left_is_removed_and_running_ones_are_not(
    environments, tmp_path
):
    built = tmp_path / "environments" / "built"
    (built / "dead.1.half" / "bin").mkdir(parents=True)
    (built / "alive.1.half" / "bin").mkdir(parents=True)
    with try_lock(tmp_path / "environments" / "locks" / "alive") as lock:
        assert lock is not None
        environments.tidy()
        assert [path.name for path in built.iterdir()] == ["alive.1.half"]
    environments.tidy()
    assert list(built.iterdir()) == []


def test_a_cancelled_build_ends_at_once_and_leaves_nothing(environments, say, tmp_path):
    resolution = environments.resolve(OWN, SIX, say)
    with pytest.raises(BuildFault, match="cancelled"):
        environments.ensure(OWN, resolution, say, lambda: True)
    assert list((tmp_path / "environments" / "built").iterdir()) == []


def test_waiting_for_anothers_build_can_be_cancelled(tmp_path, environments, say, said):
    resolution = environments.resolve(OWN, SIX, say)
    stop = threading.Event()
    lock = tmp_path / "environments" / "locks" / resolution.key
    with try_lock(lock), ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(environments.ensure, OWN, resolution, say, stop.is_set)
        while not any("is being built" in text for _, text in said):
            time.sleep(0.01)
        stop.set()
        with pytest.raises(BuildFault, match="cancelled"):
            waiting.result(30)


def test_a_packages_build_script_does_not_see_the_platforms_secrets(
    monkeypatch, say, said, tmp_path
):
    monkeypatch.setenv("MLOPS_PASSWORD", "geheim")
    # The build of this package fails and prints all it can see.
    source = tmp_path / "nosy-1.0"
    source.mkdir()
    (source / "setup.py").write_text(
        "import os; raise SystemExit('seen: ' + repr(dict(os.environ)))"
    )
    (source / "PKG-INFO").write_text(
        "Metadata-Version: 2.1\nName: nosy\nVersion: 1.0\n"
    )
    with tarfile.open(tmp_path / "nosy-1.0.tar.gz", "w:gz") as archive:
        archive.add(source, "nosy-1.0")
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path))
    environments = Environments(tmp_path / "environments")
    with pytest.raises(BuildFault, match="nosy"):
        environments.resolve(OWN, "nosy==1.0\n", say)
    assert any("seen: " in text for _, text in said)
    assert not any("geheim" in text for _, text in said)


def test_a_new_environment_is_compiled_behind_the_scenes(environments, say):
    resolution = environments.resolve(OWN, SIX, say)
    environment = environments.ensure(OWN, resolution, say)
    lib = environment.python.parent.parent / "lib"
    for _ in range(3000):
        if list(lib.rglob("six.*.pyc")):
            return
        time.sleep(0.01)
    pytest.fail("six was not compiled")


def test_a_full_disk_is_told_as_such(say, disk):
    small = disk("64k,nr_inodes=64")
    environments = Environments(small)
    resolution = environments.resolve(OWN, SIX, say)
    (small / "ballast").write_bytes(b"x" * (64 << 10 >> 1))
    with pytest.raises(BuildFault, match="disk is full"):
        environments.ensure(OWN, resolution, say)
    environments.close()


def test_the_log_tells_what_has_no_effect(environments, say, said):
    environments.resolve(OWN, "--pre\n", say)
    assert (LogType.WARNING, "The option '--pre' has no effect here.") in said
