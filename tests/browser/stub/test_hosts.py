"""Panels in pages like those of VS Code and of the classic notebook: colours, keys."""

from __future__ import annotations

import pytest
from gallery_kit import GALLERY
from host_kit import CLASSIC, THEMES, VOILA, VSCODE, dress, saved
from playwright.sync_api import expect
from states_kit import KERNEL, case_of

pytestmark = pytest.mark.browser

SILENT = "The kernel does not answer. It is busy with a cell"
GROUNDS = """() => {
    const out = document.getElementById('out');
    const host = out.querySelector('[data-cx-theme]');
    return [out, host.shadowRoot.querySelector('.cx-frame')]
       .map((one) => getComputedStyle(one).backgroundColor);
}"""
HEARD = """() => {
    window.keys = [];
    window.addEventListener('keydown', (event) => keys.push(event.key));
}"""
NOTHING = "rgba(0, 0, 0, 0)"


def in_rgb(colour):
    """`#1f1f1f` as a browser tells it."""
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"


def test_a_panel_has_the_colours_of_vs_code_and_no_white_below(
    show, tab, shot, violations, tmp_path
):
    tab.add_init_script(VSCODE)
    show(case_of("deploy", tmp_path).panel)
    expect(tab.get_by_role("button", name="Deploy", exact=True)).to_be_visible()
    for kind, colours in THEMES.items():
        dress(tab, kind)
        theme = "light" if kind.endswith("light") else "dark"
        expect(tab.locator(f"[data-cx-theme={theme}]")).to_be_attached()
        ground = in_rgb(colours["editor-background"])
        assert tab.evaluate(GROUNDS) == [NOTHING, ground], kind
        assert violations() == [], kind
        shot(f"host-{kind}")


def test_a_light_page_on_a_dark_system_has_light_panels(
    show, tab, shot, violations, tmp_path
):
    tab.add_init_script(CLASSIC)
    show(case_of("models", tmp_path).panel, "dark")
    expect(tab.locator("[data-cx-theme=light]")).to_be_attached()
    assert tab.evaluate(GROUNDS)[1] == in_rgb("#ffffff")
    assert violations() == []
    shot("host-classic-dark-system")


def test_what_is_typed_in_a_panel_is_no_command_of_the_page(show, tab, tmp_path):
    make, _ = GALLERY["playground"]
    show(make(tmp_path))
    tab.evaluate(HEARD)
    # The focus moves inside the panel, so that the page sees none of it.
    tab.get_by_role("button", name="Reset").focus()
    tab.keyboard.press("Enter")
    tab.get_by_role("tab", name="JSON").first.click()
    tab.get_by_role("textbox").first.focus()
    for key in ("d", "d", "Delete", "ArrowDown", "Shift+Enter"):
        tab.keyboard.press(key)
    assert set(tab.evaluate("keys")) <= {"Shift"}
    # The page's own: shortcuts with Ctrl, and the way out.
    for key in ("Control+s", "Escape"):
        tab.keyboard.press(key)
    assert {"s", "Escape"} <= set(tab.evaluate("keys"))


def test_in_vs_code_a_kernel_is_asked_though_the_page_has_a_copy_of_it(
    show, stub, tab, tmp_path
):
    tab.clock.install()
    tab.add_init_script(VSCODE)
    tab.add_init_script(KERNEL)
    show(case_of("models", tmp_path).panel)
    tab.get_by_role("table").first.wait_for()
    stub.alive = False
    tab.clock.run_for(16_000)
    tab.mouse.move(0, 0)
    tab.locator(".cx-frame").hover()
    tab.clock.run_for(2500)
    expect(tab.locator(".cx-banner").first).to_contain_text(SILENT)
    # A restart is the one thing that the copy hears of.
    tab.evaluate("kernel.disposed.emit()")
    expect(tab.locator(".cx-banner").first).to_contain_text("was restarted")


@pytest.mark.parametrize("twin", [True, False])
def test_a_page_saved_with_its_widgets_shows_the_twin_and_waits_for_nobody(
    twin, show, tab, tmp_path
):
    panel = case_of("models", tmp_path).panel
    tab.add_init_script(saved(panel._cx_twin if twin else "other"))
    show(panel, push=False)
    note = tab.get_by_text("This is a saved page, without a kernel")
    expect(note).to_have_count(0 if twin else 1)
    expect(tab.get_by_text("Loading…")).to_have_count(0)
    expect(tab.locator("[class^=cx-twin-]")).to_be_visible()


def test_voila_has_no_cell_to_run_again(show, stub, tab, tmp_path):
    tab.clock.install()
    tab.add_init_script(VOILA)
    tab.add_init_script(KERNEL)
    case = case_of("models", tmp_path)
    show(case.panel)
    tab.get_by_role("table").first.wait_for()
    stub.alive = False
    case.ask(tab)
    tab.clock.run_for(2500)
    banner = tab.locator(".cx-banner").first
    expect(banner).to_contain_text("or it was shut down: then reload this page.")
    tab.evaluate("kernel.statusChanged.emit('dead')")
    expect(banner).to_have_text("The kernel was shut down: reload this page.")
