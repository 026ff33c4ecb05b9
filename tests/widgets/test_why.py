"""Explaining an answer without a page: what is asked, kept and told."""

from __future__ import annotations

import json
import math

import pytest
from widget_kit import HASH, ROW, credit, explanation, playable, until

from codex_jupyter.errors import ModelError, PredictionError
from codex_jupyter.magics.commands.play import _advice
from codex_jupyter.widgets.kernel_model import LOCAL, KernelModel
from codex_jupyter.widgets.playground import Playground
from codex_jupyter.widgets.why import MAX_PARTS, why_of

FAILED = "get_shap() returned other columns than it was given: it lacks 'age'."


@pytest.fixture
def model():
    found = explanation(("age", "41", 0.1), ("income", "3200.5", -0.4), base=0.5)
    return playable(why=found)


@pytest.fixture
def panel(model):
    kernel = KernelModel("score()", "demo", lambda text: credit(json.loads(text)))
    made = Playground(
        model, kernel=kernel, advise=lambda error: _advice(error, "m", local=True)
    )
    yield made
    made.close()


def ask(panel, kind, **fields):
    """The end of a request."""
    name = f"{kind}-{len(panel.comm.sent)}"
    panel.comm.say({"kind": kind, "id": name, **fields})

    def ends():
        every = [*panel.comm.of("reply"), *panel.comm.of("fault")]
        return [one for one in every if one["id"] == name]

    until(ends)
    return ends()[0]


def why(panel, number=1, model=HASH):
    return ask(panel, "why", number=number, model=model)


def predicted(panel, *models):
    ask(
        panel,
        "predict",
        input=json.dumps(ROW),
        models=list(models or [HASH]),
        script="",
    )


def test_the_row_and_its_answer_are_explained_and_kept_with_the_call(panel, model):
    predicted(panel)
    assert why(panel)["result"] == {"error": "", "hint": "", "detail": ""}
    assert model.asked == [("explain", ROW, credit(ROW))]
    run = panel.comm.of("played")[-1]["run"]
    assert run["number"] == 1
    found = run["results"][0]["why"]
    assert [(p["name"], p["value"], p["number"]) for p in found["parts"]] == [
        ("income", "3200.5", -0.4),
        ("age", "41", 0.1),
    ]
    assert (found["function"], found["base"], found["left"]) == ("get_shap()", 0.5, 0)
    panel.comm.sent.clear()
    panel.push()
    assert panel.comm.of("play")[0]["runs"] == [run]
    html = panel.card().html
    assert "Why, by get_shap(), from the base value 0.5" in html
    assert "income 3200.5: -0.4" in str(panel.card())


def test_a_failing_function_is_told_with_what_to_do(panel, model):
    model.why = PredictionError(FAILED, detail="line 7 of parse.py")
    predicted(panel)
    made = why(panel)["result"]
    assert made["error"] == FAILED
    assert "return pd.DataFrame(values, columns=data.columns)" in made["hint"]
    assert made["detail"] == "line 7 of parse.py"
    assert panel.comm.of("played")[-1]["run"]["results"][0]["why"] is None


def test_the_platforms_own_hint_stays(panel, model):
    model.why = ModelError("no monitoring", status=409, hint="%%codex monitor m …")
    predicted(panel)
    assert why(panel)["result"]["hint"] == "%%codex monitor m …"


def test_what_cannot_be_explained_is_refused(panel, model):
    assert why(panel)["message"] == "This call is not kept any more."
    model.score = lambda row: {"text": "x" * 200_000}
    predicted(panel, HASH, LOCAL)
    assert "too long to be explained" in why(panel)["message"]
    assert "score() has no get_shap()" in why(panel, model=LOCAL)["message"]
    assert why(panel, model="M" * 64)["kind"] == "fault"
    model.score = lambda row: credit({})
    predicted(panel)
    assert "no answer" in why(panel, 2)["message"]
    assert model.asked == []


def test_hostile_and_missing_numbers_fit_the_message():
    found = why_of(
        explanation(
            ("<b>", "‮\U0001f600", None),
            ("nan", "", math.nan),
            ("inf", "", math.inf),
            ("text", "", "12"),
            ("true", "", True),
            ("huge", "", 1e305),
            ("small", "", -1e-9),
            base=math.nan,
        )
    )
    assert found["base"] is None
    assert [p["number"] for p in found["parts"]] == [-1e-9, *[None] * 6]
    assert found["parts"][1]["name"] == "<b>"


def test_a_thousand_inputs_are_told_by_the_largest_and_the_rest():
    rows = [(f"c{at}", "", float(at)) for at in range(1000)]
    found = why_of(explanation(*rows))
    assert len(found["parts"]) == MAX_PARTS
    assert found["parts"][0]["name"] == "c999"
    assert found["left"] == 1000 - MAX_PARTS
    assert found["rest"] == sum(range(1000 - MAX_PARTS))
