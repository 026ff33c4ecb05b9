"""The documentation page that a platform serves, in a real browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_shows_the_model_and_tries_it_with_the_readers_own_token(
    platform, double, chromium, scheme
):
    wrong = []
    page = chromium.new_page(color_scheme=scheme)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda said: wrong.append(said.text) if said.type == "error" else None,
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((platform.address, "data:", "blob:"))
            else wrong.append(request.url)
        ),
    )
    page.goto(f"{platform.api}/model/sync/docs/demo/{double}")
    page.get_by_text("Predict with double").first.wait_for()
    page.get_by_role("button", name="Authorize").first.click()
    token = platform.group()["Authorization"].removeprefix("Bearer ")
    page.locator("input[type=text], input[type=password]").first.fill(token)
    page.get_by_role("button", name="Apply credentials").click()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Predict with double").first.click()
    if page.get_by_role("button", name="Try it out").count():
        page.get_by_role("button", name="Try it out").first.click()
    page.get_by_role("button", name="Execute").click()
    page.locator(".live-responses-table").get_by_text("42").first.wait_for()
    # What is on the screen, and in the copied line, tells no token.
    assert "YOUR_GROUP_TOKEN" in page.locator(".curl-command").inner_text()
    assert token not in page.locator("body").inner_text()
    if folder := os.environ.get("CODEX_JUPYTER_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"docs-page-{scheme}.png")
    page.close()
    assert wrong == []
