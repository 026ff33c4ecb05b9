"""What holds for every panel: Portuguese, forced colours, no motion, narrow cells."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from gallery_kit import GALLERY, bring
from hostile_kit import HOSTILE, TAG
from keyboard_kit import FOCUSED, MISSED, told_again, walk
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]
# Text nodes that are seen, without what a model, a log or a name says, and without
# Swagger UI, which speaks English only.
TEXTS = """() => {
    const SKIPPED = 'style, pre, code, option, .swagger-ui';
    const found = [];
    const walk = (root) => {
        for (const node of root.childNodes) {
            if (node.nodeType === 3 && node.textContent.trim())
                found.push(node.textContent.trim());
            else if (node.nodeType === 1 && !node.matches(SKIPPED)) {
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
# Words of English sentences that Portuguese does not have.
ENGLISH = re.compile(
    r"(?<![\w/-])(the|is|are|was|were|has|have|of|to|and|not|with|from|there|it|its|this)"
    r"(?![\w/-])"
)
# What a column, a log and a user's own code say is theirs.
THEIRS = {
    "age",
    "FutureWarning: 'penalty' is deprecated",
    "score() answered the sample row",
}
MOVING = """() => document.querySelector('#out div > div').shadowRoot.getAnimations()
    .filter((one) => one.playState === 'running'
        && one.effect.getComputedTiming().duration > 10).length"""
# What leaves the panel sideways and no box of its own scrolls; a field's word that has
# no room in it; and a box that is lower than what is in it.
CUT = """() => {
    const found = [];
    const pen = document.createElement('canvas').getContext('2d');
    const { shadowRoot } = document.querySelector('#out div > div');
    const { right } = shadowRoot.querySelector('.cx-frame').getBoundingClientRect();
    const scrolls = (one) => one && (
        ['auto', 'scroll'].includes(getComputedStyle(one).overflowX)
        || scrolls(one.parentElement));
    for (const one of shadowRoot.querySelectorAll('.cx-frame *')) {
        if (!one.checkVisibility({ visibilityProperty: true })) continue;
        const { font, paddingLeft, paddingRight } = getComputedStyle(one);
        pen.font = font;
        const word = pen.measureText(one.placeholder ?? '').width;
        const aside = parseFloat(paddingLeft) + parseFloat(paddingRight);
        const room = one.clientWidth - aside;
        if ((word > room && one.localName === 'input')
            || (one.getBoundingClientRect().right > right && !scrolls(one))
            || (one.scrollHeight > one.clientHeight + 5 && one.clientHeight
                && getComputedStyle(one).overflowY === 'visible'))
            found.push(`${one.localName}.${one.className} ${one.placeholder ?? ''}`);
    }
    return found;
}"""
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


@pytest.mark.parametrize("name", GALLERY)
@pytest.mark.usefixtures("portuguese")
def test_a_panel_in_portuguese(name, show, theme, shot, violations, english, tmp_path):
    make, told = GALLERY[name]
    tab = show(make(tmp_path), theme)
    bring(tab, name)
    expect(tab.get_by_text(told).filter(visible=True).first).to_be_visible()
    assert tab.locator("#out [lang=pt-BR]").count() == 1
    texts = set(tab.evaluate(TEXTS)) - THEIRS
    assert sorted(english & texts) == []
    assert sorted(text for text in texts if ENGLISH.search(text.lower())) == []
    shot(f"{name}-pt-{theme}")
    tab.set_viewport_size({"width": 420, "height": 900})
    assert tab.evaluate(WIDE) <= 420
    assert tab.evaluate(CUT) == []
    shot(f"{name}-pt-narrow-{theme}")


@pytest.mark.parametrize("name", GALLERY)
@pytest.mark.usefixtures("portuguese")
def test_a_panel_in_forced_colours_and_without_motion(
    name, show, shot, violations, tab, tmp_path
):
    make, told = GALLERY[name]
    tab.emulate_media(forced_colors="active", reduced_motion="reduce")
    show(make(tmp_path))
    bring(tab, name)
    expect(tab.get_by_text(told).filter(visible=True).first).to_be_visible()
    assert tab.evaluate(MOVING) == 0
    assert violations() == []
    shot(f"{name}-forced-colours")


@pytest.mark.parametrize("name", GALLERY)
def test_a_panel_with_the_keyboard_alone(name, show, stub, tab, tmp_path):
    make, _ = GALLERY[name]
    show(make(tmp_path))
    bring(tab, name)
    tab.get_by_role("button").first.wait_for()
    tab.wait_for_timeout(300)
    names, bare = walk(tab)
    assert bare == []
    assert len(names) > 2
    assert tab.evaluate(MISSED) == []
    lost = []
    for _ in names:
        tab.keyboard.press("Shift+Tab")
        at = tab.evaluate(FOCUSED)
        told_again(tab, stub)
        # What is told anew takes the focus from nothing.
        if tab.evaluate(FOCUSED) != at:
            lost.append(at)
    assert lost == []


@pytest.mark.parametrize("name", GALLERY)
def test_hostile_words_are_text_in_a_panel_and_its_twin_and_break_no_layout(
    name, show, tab, shot, tmp_path
):
    panel = HOSTILE[name](tmp_path)
    show(panel)
    tab.locator(".cx-title").first.wait_for()
    bring(tab, name)
    tab.wait_for_timeout(300)
    for width in (1000, 420):
        tab.set_viewport_size({"width": width, "height": 900})
        assert tab.evaluate(WIDE) <= width
        assert tab.evaluate(CUT) == []
        shot(f"{name}-hostile-{width}")
    assert tab.locator("#out img").count() == 0
    assert tab.evaluate("window.bad") is None
    # A text of 10,000 letters is cut, or scrolls in a box of its own.
    assert tab.evaluate("document.documentElement.scrollHeight") < 6000
    card = panel.card()
    for text in (card.text, str(card.html or "")):
        assert not set(text) & {"\0", "\x1b"}
    assert "<img" not in str(card.html or "")


@pytest.mark.parametrize("name", GALLERY)
@pytest.mark.usefixtures("stub")
def test_nothing_of_the_user_becomes_widget_state(name, tmp_path):
    panel = HOSTILE[name](tmp_path)
    state = panel.get_state()
    ours = {key for key in state if key.startswith(("_cx", "_esm")) or key[0] != "_"}
    # Which panel, which twin and which language; the rest is every widget's own.
    assert ours == {"_esm", "_cx_twin", "_cx_lang", "layout", "tabbable", "tooltip"}
    assert TAG not in repr(state)
    panel.close()
