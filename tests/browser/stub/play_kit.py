"""Opening a playground in the stub page, and finding its parts."""

from __future__ import annotations

from widget_kit import credit, playable

from codex_jupyter.widgets.playground import Playground

OTHER = "M" + "f" * 63


def richer(row):
    made = credit(row)
    return made | {"probability": min(1, round(made["probability"] * 1.1, 6))}


def opened(peers=(), **fields):
    model = playable(**fields)
    return Playground(model, peers=lambda: list(peers)), model


def field(tab, name):
    return tab.get_by_label(name, exact=True)


def button(tab, name):
    return tab.get_by_role("button", name=name, exact=True)


def value(tab, name):
    return tab.get_by_role("row", name=name).get_by_role("cell").first


def choose(tab, name, place=0):
    tab.get_by_role("tab", name=name, exact=True).nth(place).click()


def raw(tab):
    return tab.get_by_label("Input as JSON")
