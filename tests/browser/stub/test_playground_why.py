"""Why an answer came out so, in a browser: words, bars, table, and what goes wrong."""

from __future__ import annotations

import threading

import pytest
from play_kit import OTHER, button, field, opened, richer
from playwright.sync_api import expect
from widget_kit import HASH, explanation, playable

from codex_jupyter.errors import ModelError, PredictionError

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
FOUND = explanation(
    ("age", "41", -0.08),
    ("income", "3200.5", 0.21),
    (HOSTILE, "‮\U0001f600" * 60, 0.02),
    *((f"feature_{at}", str(at), 0.001 * (-1) ** at) for at in range(14)),
    ("nothing", "nan", None),
    base=0.3,
)
LATE = explanation(("late", "1", 0.5))


def asked(tab):
    button(tab, "Predict").click()
    button(tab, "Why this answer?").click()


def test_what_moved_the_answer_is_told_in_words_bars_and_a_table(
    show, theme, shot, violations
):
    panel, _ = opened(why=FOUND)
    tab = show(panel, theme)
    asked(tab)
    words = "income pushed it up most (+0.21), age pushed it down (\N{MINUS SIGN}0.08)"
    expect(tab.locator(".cx-why-words")).to_contain_text(words)
    expect(tab.locator(".cx-why-words")).to_contain_text("base value 0.3 to 0.45.")
    expect(tab.get_by_role("img", name=words)).to_be_visible()
    expect(tab.locator(".cx-bars")).to_contain_text("6 more")
    shot(f"play-why-{theme}")
    tab.get_by_text("As a table").click()
    table = tab.get_by_role("region", name="Contributions as a table")
    expect(table.get_by_role("row")).to_have_count(19)
    expect(table.get_by_role("row", name="nothing")).to_contain_text("no number")
    expect(table.get_by_role("rowheader", name=HOSTILE)).to_be_visible()
    shot(f"play-why-table-{theme}")
    assert violations() == []


def test_explaining_takes_time_is_cancelled_and_asked_again_by_the_keyboard(
    show, theme, shot
):
    hold = threading.Event()
    answers = iter([lambda: hold.wait(90) and LATE, lambda: FOUND])
    panel, model = opened(why=lambda: next(answers)())
    tab = show(panel, theme)
    field(tab, "age").focus()
    tab.keyboard.press("Enter")
    expect(button(tab, "Why this answer?")).to_be_visible()
    button(tab, "Why this answer?").press("Enter")
    expect(tab.get_by_role("tab", name="Why")).to_be_focused()
    expect(tab.get_by_text("Explaining this row")).to_be_visible()
    shot(f"play-why-busy-{theme}")
    button(tab, "Cancel").press("Enter")
    button(tab, "Explain this answer").press("Enter")
    expect(tab.locator(".cx-why-words")).to_contain_text("income pushed it up most")
    expect(tab.get_by_role("region", name="Why credit-score")).to_be_focused()
    assert [one[0] for one in model.asked] == ["explain", "explain"]
    hold.set()
    # A round trip to the kernel: whatever came late is here by now.
    button(tab, "Predict").click()
    expect(button(tab, "Explain this answer")).to_be_visible()
    expect(tab.get_by_text("late pushed it up")).to_have_count(0)


@pytest.mark.parametrize(
    "failure",
    [
        ModelError(
            "The model 'credit-score' has no monitoring.",
            status=409,
            hint="%%codex monitor credit-score --training EXPERIMENT:RUN",
        ),
        PredictionError("get_shap() raised KeyError: 'aged'", detail=HOSTILE),
    ],
    ids=["none", "fails"],
)
def test_what_goes_wrong_is_told_with_the_next_step(
    show, theme, shot, violations, failure, request
):
    panel, model = opened(why=failure)
    tab = show(panel, theme)
    asked(tab)
    block = tab.locator(".cx-why .cx-fault")
    expect(block).to_contain_text(failure.message)
    expect(block).to_contain_text(failure.hint or failure.detail)
    shot(f"play-why-{request.node.callspec.id}-{theme}")
    assert violations() == []
    model.why = FOUND
    button(tab, "Try again").click()
    expect(tab.locator(".cx-why-words")).to_be_visible()


def test_each_of_two_versions_is_explained_and_survives_a_reload(show, theme, shot):
    other = playable(
        model_hash=OTHER, score=richer, why=explanation(("age", "41", 0.0))
    )
    panel, _ = opened(peers=[other], why=FOUND)
    tab = show(panel, theme)
    tab.get_by_label("Compare with").select_option(OTHER)
    asked(tab)
    expect(tab.locator(".cx-why-words")).to_have_count(2)
    expect(tab.locator(".cx-why")).to_contain_text("No input moved this answer.")
    expect(tab.locator(".cx-why")).to_contain_text(f"credit-score ({HASH[:8]})")
    expect(tab.locator(".cx-why")).to_contain_text(f"credit-score ({OTHER[:8]})")
    shot(f"play-why-two-{theme}")
    tab = show(panel, theme)
    tab.get_by_role("tab", name="Why").click()
    expect(tab.locator(".cx-why-words")).to_have_count(2)
