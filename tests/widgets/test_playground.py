"""The playground without a page: what it sends, what it asks the model."""

from __future__ import annotations

import json
import threading

import pytest
from widget_kit import HASH, ROW, credit, playable, until

from codex_jupyter.errors import (
    AuthenticationError,
    InputError,
    ModelError,
    PlatformError,
    UnreachableError,
)
from codex_jupyter.magics.command import find
from codex_jupyter.magics.values import object_value
from codex_jupyter.widgets.playground import Playground

OTHER = "M" + "f" * 63


@pytest.fixture
def model():
    return playable()


@pytest.fixture
def panel(model):
    made = Playground(model, peers=lambda: [playable(model_hash=OTHER), model])
    yield made
    made.close()


def ask(panel, kind, request="r", /, **fields):
    """Send a request and wait for its end."""
    panel.comm.say({"kind": kind, "id": request, **fields})
    until(lambda: any(m["id"] == request for m in all_ends(panel)))
    ends = all_ends(panel)
    return next(m for m in ends if m["id"] == request)


def all_ends(panel):
    return [*panel.comm.of("reply"), *panel.comm.of("fault")]


def predict(panel, value, models=(HASH,), request="r"):
    text = value if isinstance(value, str) else json.dumps(value)
    fields = {"input": text, "models": list(models), "script": ""}
    return ask(panel, "predict", request, **fields)


def sweep(panel, request="s", **changed):
    fields = {
        "tag": "t",
        "input": json.dumps(ROW),
        "field": "age",
        "low": 0,
        "high": 100,
        "steps": 5,
        "whole": True,
        "models": [HASH],
        "script": "",
    } | changed
    return ask(panel, "sweep", request, **fields)


def points(panel):
    return [p for part in panel.comm.of("swept") for p in part["points"]]


def test_displaying_pushes_the_module_the_fields_and_the_sample(panel):
    panel._repr_mimebundle_()
    assert [c["kind"] for c, _ in panel.comm.sent] == ["asset", "play"]
    [play] = panel.comm.of("play")
    assert [f["name"] for f in play["fields"]] == list(ROW)
    assert json.loads(play["sample"]) == ROW
    assert (play["name"], play["state"], play["runs"]) == (
        "credit-score",
        "Deployed",
        [],
    )


def test_a_prediction_is_answered_with_its_number_and_told_to_every_view(panel):
    reply = predict(panel, ROW)
    [played] = panel.comm.of("played")
    assert reply["result"] == played["run"]["number"] == 1
    [result] = played["run"]["results"]
    assert json.loads(result["text"]) == credit(ROW)
    assert [o["name"] for o in result["outputs"]] == [
        "probability",
        "label",
        "reasons[0]",
        "reasons[1]",
    ]
    assert result["ms"] >= 0
    kinds = [c["kind"] for c, _ in panel.comm.sent]
    assert kinds.index("ack") < kinds.index("played") < kinds.index("reply")


def test_the_models_failure_is_an_answer_with_its_words_and_not_a_fault(panel):
    reply = predict(panel, {"age": 41})
    assert reply["kind"] == "reply"
    [result] = panel.comm.of("played")[0]["run"]["results"]
    assert result["error"] == "KeyError: 'income'"
    assert "score.py" in result["detail"]
    assert result["outputs"] == []


def test_an_error_that_is_not_ours_is_told_by_its_kind_only(panel, model):
    def broken(row):
        raise RuntimeError("Bearer s3cr3t")

    model.score = broken
    predict(panel, ROW)
    assert "RuntimeError" in panel.comm.of("played")[0]["run"]["results"][0]["error"]
    assert "s3cr3t" not in json.dumps([content for content, _ in panel.comm.sent])


def test_numbers_reach_the_model_as_they_were_typed(panel, model):
    seen = []
    model.score = lambda row: seen.append(row) or {"ok": 1}
    predict(panel, '{"id": 12345678901234567890, "rate": 1.0}')
    [row] = seen
    assert row["id"] == 12345678901234567890
    assert isinstance(row["rate"], float)


def test_a_text_that_looks_like_a_files_name_is_sent_and_not_read(
    panel, model, tmp_path
):
    file = tmp_path / "secret.json"
    file.write_text('{"secret": 1}')
    seen = []
    model.score = lambda row: seen.append(row) or 1
    predict(panel, json.dumps(str(file)))
    assert seen == [str(file)]


@pytest.mark.parametrize(
    "text", ["{", "NaN", "[" * 100_000, '"' + "x" * 2_000_000 + '"']
)
def test_what_is_no_input_is_refused_before_anything_is_asked(panel, text):
    assert predict(panel, text)["kind"] == "fault"
    assert panel.comm.of("played") == []


def test_a_model_that_was_not_offered_cannot_be_asked(panel):
    assert predict(panel, ROW, [OTHER])["kind"] == "fault"
    assert predict(panel, ROW, [], "q")["kind"] == "fault"


def test_two_models_are_asked_the_same(panel):
    peers = ask(panel, "peers", "p")["result"]
    assert [one["hash"] for one in peers] == [OTHER]
    predict(panel, ROW, [HASH, OTHER])
    results = panel.comm.of("played")[0]["run"]["results"]
    assert [one["model"] for one in results] == [HASH, OTHER]


def test_peers_that_cannot_be_asked_are_a_fault(model):
    def away():
        raise UnreachableError("Nothing answers.")

    panel = Playground(model, peers=away)
    assert ask(panel, "peers")["message"] == "Nothing answers."
    panel.close()


def test_a_cancelled_call_is_dropped_and_the_next_one_runs(panel, model):
    held = threading.Event()
    first = threading.Event()

    def slow(row):
        if not first.is_set():
            first.set()
            held.wait(30)
        return {"age": row["age"]}

    model.score = slow
    text = json.dumps(ROW)
    panel.comm.say(
        {"kind": "predict", "id": "1", "input": text, "models": [HASH], "script": ""}
    )
    until(first.is_set)
    ask(panel, "cancel", "c", request="1")
    predict(panel, ROW | {"age": 2}, request="2")
    held.set()
    until(lambda: not [t for t in threading.enumerate() if t.name == "codex-play"])
    runs = [m["run"] for m in panel.comm.of("played")]
    assert [json.loads(run["input"])["age"] for run in runs] == [2]
    assert "1" not in [m["id"] for m in all_ends(panel)]


def test_a_bounded_number_of_calls_runs_at_a_time(panel, model):
    held = threading.Event()
    model.score = lambda row: held.wait(30) and {}
    for number in range(4):
        panel.comm.say(
            {
                "kind": "predict",
                "id": str(number),
                "input": "{}",
                "models": [HASH],
                "script": "",
            }
        )
    assert "running already" in predict(panel, {}, request="more")["message"]
    held.set()
    until(lambda: len(panel.comm.of("reply")) == 4)


def test_the_calls_are_kept_for_a_new_view_and_the_oldest_forgotten(panel):
    for number in range(45):
        predict(panel, ROW | {"age": number}, request=f"r{number}")
    ask(panel, "hello", "h")
    runs = panel.comm.of("play")[-1]["runs"]
    assert [run["number"] for run in runs] == list(range(6, 46))


def test_large_calls_are_kept_within_bounds(panel, model):
    model.score = lambda row: {"ok": True}
    for number in range(6):
        predict(panel, {"x": "y" * 1_000_000}, request=f"r{number}")
    ask(panel, "hello", "h")
    runs = panel.comm.of("play")[-1]["runs"]
    assert sum(len(run["input"]) for run in runs) <= 4 * 1024 * 1024
    assert runs[-1]["number"] == 6


def test_a_long_answer_is_cut_for_the_page(panel, model):
    model.score = lambda row: {"rows": list(range(50_000)), "text": "x" * 5000}
    predict(panel, ROW)
    [result] = panel.comm.of("played")[0]["run"]["results"]
    assert "characters more" in result["text"]
    assert len(result["outputs"]) == 200


def test_a_sweep_tells_each_point_and_ends(panel):
    assert sweep(panel)["result"] == 5
    found = sorted(points(panel), key=lambda p: p["at"])
    assert [p["value"] for p in found] == ["0", "25", "50", "75", "100"]
    expected = [
        credit(ROW | {"age": age})["probability"] for age in (0, 25, 50, 75, 100)
    ]
    assert [p["outputs"][0]["number"] for p in found] == expected


def test_a_sweep_of_real_numbers_has_exact_ends_and_short_values_between(panel):
    sweep(panel, field="ratio", low=0.1, high=0.7, steps=4, whole=False)
    assert sorted(p["number"] for p in points(panel)) == [0.1, 0.3, 0.5, 0.7]


def test_a_sweep_of_whole_numbers_asks_none_twice(panel):
    assert sweep(panel, low=0, high=3, steps=50)["result"] == 4


def test_a_sweep_of_two_models_has_a_line_for_each(panel):
    ask(panel, "peers", "p")
    sweep(panel, models=[HASH, OTHER])
    assert {(p["at"], p["who"]) for p in points(panel)} == {
        (at, who) for at in range(5) for who in range(2)
    }
    assert panel.comm.of("swept")[-1]["of"] == 10


def test_a_value_that_the_model_fails_on_is_a_point_with_its_error(panel, model):
    def moody(row):
        return credit(row if row["age"] < 60 else {})

    model.score = moody
    sweep(panel)
    errors = {p["value"]: p["error"] for p in points(panel)}
    assert errors["75"] == "KeyError: 'income'"
    assert errors["25"] == ""


@pytest.mark.parametrize(
    "error", [UnreachableError("Nothing answers."), AuthenticationError("Refused.")]
)
def test_what_every_call_would_meet_ends_the_sweep(panel, model, error):
    asked = []

    def away(row):
        asked.append(row)
        raise error

    model.score = away
    assert sweep(panel, steps=200)["message"] == error.message
    assert len(asked) <= 8


def test_a_cancelled_sweep_stops_asking(panel, model):
    asked = []
    held = threading.Event()

    def slow(row):
        asked.append(row)
        held.wait(30)
        return {"x": 1}

    model.score = slow
    panel.comm.say(
        {
            "kind": "sweep", "id": "s", "tag": "t", "input": json.dumps(ROW),
            "field": "age", "low": 0, "high": 200, "steps": 200, "whole": True,
            "models": [HASH], "script": "",
        }
    )  # fmt: skip
    until(lambda: len(asked) == 4)
    ask(panel, "cancel", "c", request="s")
    held.set()
    until(lambda: not [t for t in threading.enumerate() if t.name == "codex-sweep"])
    assert len(asked) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": 1},
        {"steps": 201},
        {"low": 5, "high": 5},
        {"field": "nope"},
        {"input": "[1]"},
        {"models": ["M0"]},
    ],
)
def test_what_is_no_sweep_is_refused(panel, wrong):
    assert sweep(panel, **wrong)["kind"] == "fault"
    assert points(panel) == []


def test_many_points_make_few_messages(panel):
    sweep(panel, high=1000, steps=200)
    assert len(points(panel)) == 200
    assert len(panel.comm.of("swept")) < 60


@pytest.mark.parametrize("language", ["curl", "python", "javascript"])
def test_code_is_made_from_the_present_input_and_holds_no_token(panel, language):
    row = json.dumps({"age": 77, "note": "it's"})
    code = ask(panel, "snippet", language=language, input=row, script="")["result"]
    assert "77" in code
    assert HASH in code
    assert "MLOPS_GROUP_TOKEN" in code


@pytest.mark.parametrize(
    "value",
    [
        ROW,
        {"a": 'it\'s "quoted" \\ {x} $y --group z ; # ?', "b c": [None, 1e-9]},
        {"é": "مرحبا\n🤖"},
        [1, "two words"],
        "two words",
        12345678901234567890,
    ],
)
def test_the_magic_line_means_the_same_input(value):
    panel = Playground(playable(), called="credit score 2")
    text = json.dumps(value)
    line = ask(panel, "snippet", language="magic", input=text, script="")["result"]
    panel.close()
    assert "\n" not in line
    command = find("predict")
    given = command.parser().parse(line.removeprefix("%codex predict "))
    assert given.name == "credit score 2"
    assert given.group == "demo"
    assert object_value(given.input, {}) == value


def test_an_asynchronous_model_says_what_to_type_instead():
    with pytest.raises(InputError, match="asynchronous") as caught:
        Playground(playable(operation="Async"))
    assert "%codex predict credit-score" in caught.value.hint


def test_a_platform_without_a_document_still_has_the_form(model, monkeypatch):
    def none():
        raise PlatformError("No document.", status=404)

    monkeypatch.setattr(model, "openapi", none)
    panel = Playground(model)
    panel.push()
    assert len(panel.comm.of("play")[0]["fields"]) == len(ROW)
    panel.close()


def test_a_model_that_is_gone_is_told_in_the_state(panel, model):
    def gone(row):
        model.status = "Disabled"
        raise ModelError("The model is disabled.", status=409)

    model.score = gone
    predict(panel, ROW)
    until(lambda: panel.comm.of("play"))
    assert panel.comm.of("play")[-1]["state"] == "Disabled"


def test_the_twin_has_the_last_request_its_answer_and_the_fields(panel):
    before = panel.card()
    assert "No request was made yet." in before.text
    predict(panel, ROW | {"age": 66})
    predict(panel, ROW | {"city": "<b>Olinda</b>"}, request="q")
    text, html = panel.card().text, panel.card().html
    for shown in ("probability", "since", "Olinda"):
        assert shown in text
        assert shown in html
    assert "66" not in text
    assert "<b>Olinda" not in html


def test_what_is_saved_of_the_widget_itself_holds_nothing_of_the_user(panel):
    predict(panel, ROW | {"city": "user text"})
    saved = json.dumps({key: str(value) for key, value in panel.get_state().items()})
    for word in ("user text", "credit-score", "income"):
        assert word not in saved


def test_the_twin_of_a_wide_model_stays_small():
    panel = Playground(playable({f"feature {n}": "x" * 3000 for n in range(300)}))
    assert len(panel.card().html) < 30_000
    panel.close()
