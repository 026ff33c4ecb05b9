"""The browser that all browser tests share."""

from __future__ import annotations

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def chromium():
    """A real browser for the whole session."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        word = f"none of {', '.join(names)} is on the PATH: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(word)
        pytest.skip(word)
    from playwright.sync_api import expect, sync_playwright

    # Two browsers share two cores: what a page shows at once may take its time here.
    expect.set_options(timeout=30_000)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()
