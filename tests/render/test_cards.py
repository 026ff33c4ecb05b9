"""The static twins: complete, harmless and small, with and without styles."""

from __future__ import annotations

import re
import shlex
from html.parser import HTMLParser

import pytest

from codex_jupyter.protocol.openapi import model_document
from codex_jupyter.render.cards import api_card, status_card

HASH = "M" + "0" * 63
STEPS = ("Ready", "Resolve", "Install", "Start", "Test", "Deployed")


def status(**changed):
    steps = [
        {"name": name, "progress": "done", "seconds": None, "note": ""}
        for name in STEPS
    ]
    steps[2]["seconds"] = 1.24
    return {
        "name": "credit-score",
        "group": "demo",
        "state": "Deployed",
        "line": "Deployed in 1.2 s.",
        "reason": "",
        "detail": "",
        "steps": steps,
        "hash": HASH,
        "python": "3.11",
        "updated": 1_760_000_000.0,
        "rows": [{"time": "10:00:01", "level": "Warning", "text": "be careful"}],
    } | changed


def document(sample=None, answer=None, name="credit-score"):
    return model_document(
        name=name,
        group="demo",
        model=HASH,
        sample=sample or {"age": 41},
        answer=answer,
        server="http://127.0.0.1:4321/api",
    )


class Reader(HTMLParser):
    """The text of a card and the elements and attributes it is made of."""

    def __init__(self, html):
        super().__init__()
        self.text, self.tags, self.attributes, self.open = "", set(), [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.add(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data + "\n"


def test_a_status_card_tells_all_of_it_in_words():
    card = status_card(status())
    for words in (card.text, Reader(card.html).text):
        for word in ("credit-score", "demo", "Deployed", "Install", "1.2 s", "3.11"):
            assert word in words
    assert "be careful" in Reader(card.html).text


def test_a_failure_stands_in_both_forms_with_its_detail():
    card = status_card(
        status(state="Failed", reason="KeyError: 'age'", detail="Traceback: ...")
    )
    for words in (card.text, Reader(card.html).text):
        assert words.index("KeyError: 'age'") < words.index("Traceback: ...")


def test_an_api_card_tells_operations_sample_answer_and_curl():
    card = api_card(document({"age": 41}, {"score": 0.82}))
    for words in (card.text, Reader(card.html).text):
        for word in ("POST", f"/model/sync/run/demo/{HASH}", "GET", "age", "0.82"):
            assert word in words


def test_the_curl_line_survives_quotes_in_the_sample():
    sample = {"name": "O'Neill", "note": 'say "hi" $HOME `ls`'}
    curl = api_card(document(sample)).text.split("With curl:\n")[1]
    words = shlex.split(curl.replace("\\\n", " "))
    assert words[words.index("-d") + 1] == (
        '{"Input": {"name": "O\'Neill", "note": "say \\"hi\\" $HOME `ls`"}}'
    )
    assert "$MLOPS_GROUP_TOKEN" in curl


@pytest.mark.parametrize(
    "html",
    [
        status_card(status()).html,
        status_card(status(reason="bad", detail="worse")).html,
        api_card(document()).html,
    ],
)
def test_nothing_in_a_card_is_stripped_or_fetched(html):
    reader = Reader(html)
    assert reader.tags.isdisjoint({"script", "style", "link", "img", "iframe", "a"})
    assert {name for name, _ in reader.attributes} <= {"style", "scope", "dir"}
    assert "url(" not in html
    assert "var(" not in html


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\x1b[31m\u202eevil",
    "x" * 20_000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_and_the_card_stays_small(text):
    rows = [{"time": text, "level": text, "text": text}] * 8
    cards = [
        status_card(status(name=text, group=text, reason=text, detail=text)),
        status_card(status(rows=rows, line=text, state=text)),
        api_card(document({text: text}, {text: text}, name=text)),
    ]
    for card in cards:
        reader = Reader(card.html)
        assert reader.tags.isdisjoint({"script", "img"})
        assert "\x1b" not in card.html
        assert "\x1b" not in card.text
        assert len(card.html) < 8 * 1024


def test_a_card_has_no_colour_that_only_one_background_bears():
    plain = re.findall(r"(?<!-)color:(#\w+)", status_card(status()).html)
    for colour in plain:
        light = _luminance(colour)
        assert (light + 0.05) / 0.05 >= 3
        assert 1.05 / (light + 0.05) >= 3


def _luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_an_asynchronous_or_empty_document_is_shown_as_far_as_it_goes():
    found = document()
    for methods in found["paths"].values():
        for operation in methods.values():
            operation.pop("requestBody", None)
    card = api_card(found)
    assert "GET" in card.text
    assert "curl" not in card.text
