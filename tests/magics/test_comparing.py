"""The notebook's function beside a deployed model, and its frames in a panel."""

from __future__ import annotations

import gc
import json
import pickle
from pathlib import Path

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from codex_jupyter.errors import InputError, PredictionError
from codex_jupyter.magics.comparing import LocalCall, kernel_model, tables


def score(data, base_path):
    with Path(base_path, "model.pkl").open("rb") as file:
        factor = pickle.load(file)
    return json.dumps({"scaled": json.loads(data)["x"] * factor})


def test_the_function_finds_the_variable_as_its_model_file():
    names = {"score": score, "pipe": 7}
    model = kernel_model("score", "$pipe", "demo", names)
    assert model.predict('{"x": 3}') == {"scaled": 21}
    assert model.name == "score() of this notebook"


def test_without_its_model_the_functions_own_error_is_told():
    model = kernel_model("score", None, "demo", {"score": score})
    with pytest.raises(PredictionError, match=r"FileNotFoundError"):
        model.predict('{"x": 3}')


def test_the_folder_of_the_function_goes_with_it():
    call = LocalCall("score", "pipe", {"score": score, "pipe": 1})
    folder = call._folder
    assert (folder / "model.pkl").is_file()
    del call
    gc.collect()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("scores", "There is no variable named scores in this notebook."),
        ("pipe", "pipe is no function; its type is int."),
    ],
)
def test_what_is_no_function_is_named(function, said):
    with pytest.raises(InputError) as caught:
        kernel_model(function, "pipe", "demo", {"score": score, "pipe": 1})
    assert caught.value.message == said


def test_a_panel_sees_frames_only_and_keeps_under_names_only():
    shell = InteractiveShell.instance()
    shell.user_ns |= {"X_frame": pd.DataFrame({"a": [1]}), "_hidden": pd.DataFrame()}
    held = tables(shell)
    assert "X_frame" in held.all()
    assert "_hidden" not in held.all()
    assert "get_ipython" not in held.all()
    held.keep("kept_frame", pd.DataFrame({"b": [2]}))
    assert shell.user_ns["kept_frame"]["b"].tolist() == [2]
    with pytest.raises(InputError, match="is not the name of a variable"):
        held.keep("os.environ", pd.DataFrame())
