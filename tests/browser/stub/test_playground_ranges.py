"""Ranges and choices that a platform learned, in a browser."""

from __future__ import annotations

import pytest
from play_kit import button, choose, field, opened, raw, value
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"


def learned(name, kind, source="records", count=1204, **told):
    return {"Name": name, "Kind": kind, "Source": source, "Count": count} | told


LEARNED = [
    learned("age", "number", Low=18, High=93, Quantiles=[21, 30, 41, 55, 68]),
    learned(
        "income",
        "number",
        "training",
        48000,
        Low=100.5,
        High=3000,
        Quantiles=[200, 500, 900, 1500, 2500],
    ),
    learned("city", "choice", Choices=["Recife", "São Luís", HOSTILE]),
    learned("since", "date", Low="2020-01-01", High="2021-01-31"),
]


def note(tab, name):
    """What is said below a field, as a screen reader finds it."""
    return tab.locator(f"#{field(tab, name).get_attribute('aria-describedby')}")


def test_ranges_have_their_source_and_what_is_beyond_is_told_and_sent(
    show, theme, shot, violations
):
    seen = []
    panel, _ = opened(learned=LEARNED, score=lambda row: seen.append(row) or 1)
    tab = show(panel, theme)
    expect(note(tab, "age")).to_have_text("18 to 93, mostly 21 to 68")
    expect(tab.locator(".cx-slider").first).to_have_attribute("min", "18")
    expect(note(tab, "income")).to_have_text("above 3000, the highest in training")
    last = "after 2021-01-31, the last in production"
    expect(note(tab, "since")).to_have_text(last)
    expect(tab.locator(".cx-sources")).to_have_text(
        "Ranges are from values seen in the newest 1,204 production records and the "
        "training (48,000 rows); 1 guessed from the sample."
    )
    shot(f"play-ranges-{theme}")
    assert violations() == []
    field(tab, "age").fill("130")
    expect(note(tab, "age")).to_contain_text("above 93, the highest in production")
    expect(field(tab, "age")).to_have_attribute("aria-invalid", "false")
    button(tab, "Predict").click()
    expect(value(tab, "answer")).to_have_text("1")
    assert seen[0]["age"] == 130
    field(tab, "age").fill("41")
    expect(note(tab, "age")).to_have_text("18 to 93, mostly 21 to 68")


def test_choices_are_a_list_with_another_one_to_type(show, theme, shot, violations):
    seen = []
    panel, _ = opened(learned=LEARNED, score=lambda row: seen.append(row["city"]) or 1)
    tab = show(panel, theme)
    # The sample's own city was never seen.
    other = tab.get_by_label("city, other", exact=True)
    expect(other).to_have_value("Natal")
    expect(note(tab, "city")).to_contain_text("not among those in production")
    shot(f"play-choices-{theme}")
    assert violations() == []
    field(tab, "city").select_option(HOSTILE)
    expect(other).to_be_hidden()
    button(tab, "Predict").click()
    expect(value(tab, "answer")).to_have_text("1")
    field(tab, "city").select_option("other…")
    expect(other).to_be_focused()
    other.fill("Belém")
    other.press("Enter")
    expect(button(tab, "Predict")).to_have_attribute("aria-busy", "false")
    assert seen == [HOSTILE, "Belém"]
    choose(tab, "JSON")
    raw(tab).fill('{"city": null}')
    choose(tab, "Form")
    expect(field(tab, "city")).to_have_value("null")


def test_a_platform_that_tells_nothing_leaves_guesses_that_are_named(show):
    panel, _ = opened()
    tab = show(panel)
    expect(tab.get_by_text("Ranges are guesses from the sample.")).to_be_visible()
    choose(tab, "JSON")
    expect(tab.get_by_text("Ranges are guesses")).to_be_hidden()
