"""What holds for every panel: Portuguese, forced colours, no motion, narrow cells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gallery_kit import GALLERY
from playwright.sync_api import expect

from codex_jupyter.render.words import speak

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]
# Text nodes that are seen, without what a model, a log or a name says.
TEXTS = """() => {
    const found = [];
    const walk = (root) => {
        for (const node of root.childNodes) {
            if (node.nodeType === 3 && node.textContent.trim())
                found.push(node.textContent.trim());
            else if (node.nodeType === 1 && !node.matches('style, pre, code, option')) {
                if (node.title) found.push(node.title);
                if (node.ariaLabel) found.push(node.ariaLabel);
                walk(node);
                if (node.shadowRoot) walk(node.shadowRoot);
            }
        }
    };
    walk(document.getElementById('out'));
    return found;
}"""
MOVING = """() => document.querySelector('#out div > div').shadowRoot.getAnimations()
    .filter((one) => one.playState === 'running'
        && one.effect.getComputedTiming().duration > 10).length"""
WIDE = """() => document.documentElement.scrollWidth"""


@pytest.fixture
def english():
    """Texts that are written otherwise in Portuguese."""
    return {
        text
        for path in [
            *(ROOT / "js" / "src").rglob("pt-BR.json"),
            *(ROOT / "codex_jupyter").glob("*/pt-BR.json"),
        ]
        for text, translated in json.loads(path.read_text()).items()
        if text != translated
    }


@pytest.fixture
def portuguese():
    speak("pt-BR")
    yield
    speak(None)


@pytest.mark.parametrize("name", GALLERY)
@pytest.mark.usefixtures("portuguese")
def test_a_panel_in_portuguese(name, show, theme, shot, violations, english, tmp_path):
    make, told = GALLERY[name]
    tab = show(make(tmp_path), theme)
    expect(tab.get_by_text(told).filter(visible=True).first).to_be_visible()
    assert tab.locator("#out [lang=pt-BR]").count() == 1
    assert sorted(english & set(tab.evaluate(TEXTS))) == []
    shot(f"{name}-pt-{theme}")
    tab.set_viewport_size({"width": 420, "height": 900})
    assert tab.evaluate(WIDE) <= 420
    shot(f"{name}-pt-narrow-{theme}")


@pytest.mark.parametrize("name", GALLERY)
@pytest.mark.usefixtures("portuguese")
def test_a_panel_in_forced_colours_and_without_motion(
    name, show, shot, violations, tab, tmp_path
):
    make, told = GALLERY[name]
    tab.emulate_media(forced_colors="active", reduced_motion="reduce")
    show(make(tmp_path))
    expect(tab.get_by_text(told).filter(visible=True).first).to_be_visible()
    assert tab.evaluate(MOVING) == 0
    assert violations() == []
    shot(f"{name}-forced-colours")
