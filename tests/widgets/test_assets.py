"""The built front end: there, whole, fresh and small; else one clear error."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil

import pytest

from codex_jupyter.errors import InstallationError
from codex_jupyter.render.words import LANGUAGES
from codex_jupyter.widgets import assets

PANELS = (
    "drift",
    "status",
    "execution",
    "executions",
    "api_viewer",
    "playground",
    "models",
    "connect",
    "deploy",
    "local",
)


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """The built files in a folder that a test may spoil."""
    static = tmp_path / "static"
    shutil.copytree(assets.STATIC, static)
    monkeypatch.setattr(assets, "STATIC", static)
    assets.loader.cache_clear()
    assets.asset.cache_clear()
    yield static
    assets.loader.cache_clear()
    assets.asset.cache_clear()


@pytest.mark.parametrize("name", PANELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_loader_is_small_and_waits_for_the_heavy_half_that_is_shipped(name, language):
    heavy = assets.asset(name, language)
    assert heavy.hash in assets.loader(name)
    assert hashlib.sha256(gzip.decompress(heavy.packed)).hexdigest() == heavy.hash
    assert len(assets.loader(name).encode()) < 8 * 1024


def test_nothing_of_the_front_end_points_to_another_host():
    for name in PANELS:
        assert "http" not in assets.loader(name)


def test_a_missing_build_says_what_to_type(tmp_path):
    with pytest.raises(InstallationError) as caught:
        assets.manifest(tmp_path, tmp_path)
    assert "python hatch_build.py" in caught.value.hint


def test_a_damaged_file_is_noticed(copy):
    path = copy / "status.js"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(InstallationError, match=r"status\.js is damaged"):
        assets.asset("status")


def test_a_missing_file_is_noticed(copy):
    (copy / "status.loader.js").unlink()
    with pytest.raises(InstallationError, match=r"status\.loader\.js is missing"):
        assets.loader("status")


def test_sources_that_changed_since_the_build_are_noticed(tmp_path):
    sources = tmp_path / "js"
    ignore = shutil.ignore_patterns("node_modules")
    shutil.copytree(assets.SOURCES, sources, ignore=ignore)
    assert assets.manifest(assets.STATIC, sources)["source"]
    (sources / "src" / "dom.ts").write_text("// changed")
    with pytest.raises(InstallationError, match="older than its sources"):
        assets.manifest(assets.STATIC, sources)


def test_an_installed_package_needs_no_sources(tmp_path):
    found = assets.manifest(assets.STATIC, tmp_path / "js")
    assert set(found["assets"]) == {*PANELS, "swagger"}


def test_the_licences_of_what_is_bundled_are_shipped():
    text = (assets.STATIC / "THIRD_PARTY_LICENSES.txt").read_text()
    wanted = json.loads((assets.SOURCES / "package.json").read_text())["dependencies"]
    assert f"swagger-ui-dist {wanted['swagger-ui-dist']}" in text
    assert "Apache License" in text
    assert "DOMPurify" in text
