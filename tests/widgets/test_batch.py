"""The playground's batch tab and its comparison with the notebook's own function."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from widget_kit import HASH, playable, until

from codex_jupyter.errors import InputError, PredictionError
from codex_jupyter.widgets.batch import Tables
from codex_jupyter.widgets.kernel_model import LOCAL, KernelModel
from codex_jupyter.widgets.playground import Playground

ROWS = pd.DataFrame({"x": range(100)}, index=range(1000, 1100))


class RowModel:
    """A model that answers frames as the client does."""

    def __init__(self, fails_at=None):
        self.fails_at = fails_at
        self.frames = []

    def predict(self, data):
        self.frames.append(data)
        if self.fails_at is not None and self.fails_at in data["x"].to_numpy():
            raise PredictionError(f"Row {self.fails_at}: KeyError: 'y'", hint="Look.")
        answers = pd.DataFrame({"double": data["x"] * 2})
        return answers if len(data) > 1 else {"double": int(answers["double"].iloc[0])}


@pytest.fixture
def held():
    return {"rows": ROWS}


@pytest.fixture
def open_panel(held, monkeypatch):
    made = []

    def keep(name, frame):
        if not name.isidentifier():
            raise InputError(f"'{name}' is not the name of a variable.")
        held[name] = frame

    def open_it(model, **more):
        fake = playable()
        monkeypatch.setattr(fake, "predict", model.predict)
        panel = Playground(fake, tables=Tables(lambda: held, keep), **more)
        made.append(panel)
        return panel

    yield open_it
    for panel in made:
        panel.close()


def run(panel, source, keep="predictions"):
    panel.comm.say(
        {
            "kind": "batch",
            "id": "b",
            "tag": "t",
            "source": source,
            "keep": keep,
            "script": "",
        }
    )
    until(lambda: answer(panel, "b"))
    return answer(panel, "b")


def answer(panel, request):
    ends = [*panel.comm.of("reply"), *panel.comm.of("fault")]
    return next((m for m in ends if m["id"] == request), None)


def test_every_row_is_predicted_and_kept_with_its_index(open_panel, held):
    panel = open_panel(RowModel())
    told = run(panel, "rows")["result"]
    assert told.startswith("100 rows in ")
    assert told.endswith("Kept as the variable predictions.")
    expected = pd.DataFrame({"double": ROWS["x"] * 2})
    pd.testing.assert_frame_equal(held["predictions"], expected)
    shares = [(m["done"], m["of"]) for m in panel.comm.of("batched")]
    assert shares == [(0, 100), (32, 100), (64, 100), (96, 100), (100, 100)]
    (first,) = panel.comm.of("preview")
    assert (first["columns"], first["of"]) == (["double"], 100)


def test_a_last_row_alone_is_a_row_like_the_others(open_panel, held):
    held["rows"] = ROWS.iloc[:33]
    run(open_panel(RowModel()), "rows")
    assert held["predictions"]["double"].tolist() == [2 * x for x in range(33)]


def test_a_failing_row_keeps_what_was_answered_before(open_panel, held):
    told = run(open_panel(RowModel(fails_at=70)), "rows")
    assert told["message"].startswith("After 64 of 100 rows: Row 70: KeyError: 'y'")
    assert len(held["predictions"]) == 64


def test_a_file_beside_the_kernel_is_read(open_panel, held, tmp_path):
    ROWS.to_csv(tmp_path / "rows.csv", index=False)
    run(open_panel(RowModel()), str(tmp_path / "rows.csv"))
    assert held["predictions"]["double"].sum() == 9900


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("rowz", "'rowz' is no DataFrame of this notebook and no file beside it."),
        ("../../etc/passwd", "'../../etc/passwd' is no DataFrame of this notebook"),
        ("empty", "'empty' has no rows."),
        ("", "'' is no DataFrame of this notebook"),
    ],
)
def test_rows_that_are_not_there_are_named(open_panel, held, source, said):
    held["empty"] = ROWS.iloc[:0]
    assert run(open_panel(RowModel()), source)["message"].startswith(said)


def test_a_damaged_file_says_so(open_panel, tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and no more")
    told = run(open_panel(RowModel()), str(tmp_path / "a.parquet"))
    assert told["message"].startswith("a.parquet cannot be read: ")


def test_a_name_that_is_none_is_refused(open_panel):
    told = run(open_panel(RowModel()), "rows", keep="no name")
    assert told["message"] == "'no name' is not the name of a variable."


def test_the_list_of_frames_tells_their_sizes(open_panel, held):
    held["other"] = ROWS.iloc[:3]
    panel = open_panel(RowModel())
    panel.comm.say({"kind": "tables", "id": "l"})
    assert answer(panel, "l")["result"] == [
        {"name": "other", "rows": 3, "columns": 1},
        {"name": "rows", "rows": 100, "columns": 1},
    ]


def test_cancelling_ends_the_batch_and_keeps_nothing(open_panel, held):
    panel = open_panel(RowModel())

    class Stopper(RowModel):
        def predict(self, data):
            panel.comm.say({"kind": "cancel", "id": "c", "request": "b"})
            return super().predict(data)

    stopper = Stopper()
    panel._model.predict = stopper.predict
    panel.comm.say(
        {
            "kind": "batch",
            "id": "b",
            "tag": "t",
            "source": "rows",
            "keep": "",
            "script": "",
        }
    )
    until(lambda: answer(panel, "c"))
    until(lambda: panel.comm.of("preview"))
    assert len(stopper.frames) == 1
    assert "predictions" not in held


def test_the_notebooks_function_answers_beside_the_model(open_panel):
    def call(text):
        return {"double": np.int64(3 * json.loads(text)["x"])}

    kernel = KernelModel("score() of this notebook", "demo", call)
    panel = open_panel(RowModel(), kernel=kernel)
    panel._model.predict = lambda data: {"double": 2 * json.loads(data)["x"]}
    panel.comm.say(
        {
            "kind": "predict",
            "id": "p",
            "input": '{"x": 5}',
            "models": [HASH, LOCAL],
            "script": "",
        }
    )
    until(lambda: answer(panel, "p"))
    (played,) = panel.comm.of("played")
    shown = [(r["name"], json.loads(r["text"])) for r in played["run"]["results"]]
    assert shown == [
        ("credit-score", {"double": 10}),
        ("score() of this notebook", {"double": 15}),
    ]


def test_a_function_that_raises_is_told_with_its_own_words():
    def call(text):
        raise KeyError("income")

    with pytest.raises(PredictionError, match="raised KeyError: 'income'"):
        KernelModel("score()", "demo", call).predict("{}")


def test_the_notebooks_function_is_offered_first(open_panel):
    kernel = KernelModel("score() of this notebook", "demo", len)
    panel = open_panel(RowModel(), kernel=kernel, peers=list)
    panel.comm.say({"kind": "peers", "id": "q"})
    until(lambda: answer(panel, "q"))
    (offered,) = answer(panel, "q")["result"]
    assert offered == {
        "hash": "kernel",
        "name": "score() of this notebook",
        "group": "demo",
    }
