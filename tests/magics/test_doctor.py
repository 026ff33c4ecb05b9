"""``%codex doctor``: one line each, one fix each, never a secret."""

from __future__ import annotations

import json

import pytest

from codex_jupyter.client import local
from codex_jupyter.config import DataDir, GroupTokens, read_json
from codex_jupyter.magics.checkup.finding import Level, at_least, looked


def found(notebook):
    done = notebook.run("%codex doctor")
    assert done.success, done.text
    return {row["check"]: row for row in done.result.value}, done


def test_it_works_without_a_platform_and_says_how_to_get_one(notebook):
    rows, done = found(notebook)
    assert rows["platform"]["level"] == "warn"
    assert "%codex local" in rows["platform"]["fix"]
    assert rows["uv"]["level"] == "ok"
    assert rows["disk"]["level"] == "ok"
    assert "jupyterlab 4" in rows["pages"]["found"]
    assert "keyring" in rows["other extras"]["found"]
    assert rows["kernel"]["level"] == "warn"
    assert "terminal" in rows["kernel"]["found"]
    assert "✓ ok" in done.text
    assert "! warn" in done.text
    assert "<table" in done.result._repr_mimebundle_()["text/html"]


def test_whatever_is_not_well_has_a_fix(notebook):
    rows, _ = found(notebook)
    for row in rows.values():
        assert row["level"] == "ok" or row["fix"], row


def test_a_missing_front_end_is_told_with_the_line_that_builds_it(
    notebook, monkeypatch, tmp_path
):
    from codex_jupyter.widgets import assets

    monkeypatch.setattr(assets.manifest, "__defaults__", (tmp_path, tmp_path))
    rows, _ = found(notebook)
    assert rows["front end"]["level"] == "bad"
    assert "hatch_build.py" in rows["front end"]["fix"]


def test_credentials_are_set_or_not_set(notebook, monkeypatch):
    monkeypatch.setenv("MLOPS_USER", "somebody")
    monkeypatch.setenv("MLOPS_PASSWORD", "hunter2")
    monkeypatch.setenv("MLOPS_GROUP_TOKEN", "sesame")
    rows, done = found(notebook)
    told = rows["credentials"]["found"]
    assert "user set, password set, tenant not set" in told
    assert "group token set" in told
    for secret in ("somebody", "hunter2", "sesame"):
        assert secret not in done.text


def test_tokens_that_others_can_read_are_told(notebook, tmp_path):
    GroupTokens().put("local:x", "demo", "sesame")
    assert found(notebook)[0]["kept secrets"]["level"] == "ok"
    kept = tmp_path / "home" / "tokens.json"
    kept.chmod(0o644)
    rows, done = found(notebook)
    assert rows["kept secrets"]["level"] == "bad"
    assert rows["kept secrets"]["fix"] == f"!chmod 600 '{kept}'"
    assert "sesame" not in done.text


def test_a_look_that_fails_is_a_finding_itself():
    def broken():
        raise OSError("no such disk")

    made = looked("disk", broken)
    assert made.level is Level.BAD
    assert "no such disk" in made.told


@pytest.mark.parametrize(
    ("version", "wanted", "enough"),
    [
        ("8.1.9", "8.1", True), ("8.1", "8.1.0", True), ("10.0", "9.5", True),
        ("8.0.7", "8.1", False), ("2.4.0rc1", "2.4", True), ("1.2+local", "1.3", False),
    ],
)  # fmt: skip
def test_versions_are_compared_by_their_numbers(version, wanted, enough):
    assert at_least(version, wanted) is enough


@pytest.mark.platform
def test_a_running_platform_is_looked_at_and_its_admins_password_is_not_shown(
    notebook, tmp_path
):
    folder = tmp_path / "home" / "platform"
    try:
        assert notebook.run("%codex local").success
        rows, done = found(notebook)
        assert rows["platform"]["level"] == "ok"
        assert "embedded, answers at http://127.0.0.1:" in rows["platform"]["found"]
        assert "3.11" in rows["interpreters"]["found"]
        assert rows["clock"]["found"] == "as the platform's, within a minute"
        assert "password set" in rows["credentials"]["found"]
        assert read_json(folder / "admin.json")["password"] not in done.text
        running = folder / "platform.json"
        told = json.loads(running.read_text())
        running.write_text(json.dumps(told | {"version": "0.0.1"}))
        rows, _ = found(notebook)
        assert rows["platform"]["level"] == "warn"
        assert rows["platform"]["fix"] == "%codex local stop, then %codex local"
        running.write_text(json.dumps(told))
    finally:
        local.stop(DataDir(folder))
    rows, _ = found(notebook)
    assert rows["platform"]["level"] == "bad"
    assert rows["platform"]["fix"] == "%codex local"
