from __future__ import annotations

import importlib.metadata
import pickle
import sys

import cloudpickle
import joblib
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from codex_jupyter.errors import InputError
from codex_jupyter.magics import pickled, requirements


def pin(name):
    return f"{name}=={importlib.metadata.version(name)}"


@pytest.fixture
def pipe():
    model = make_pipeline(StandardScaler(), LogisticRegression())
    return model.fit(np.arange(8.0).reshape(4, 2), [0, 1, 0, 1])


def test_the_pins_are_what_the_script_and_the_model_import(pipe, tmp_path):
    path = tmp_path / "model.pkl"
    pickled.dump("pipe", pipe, path)
    script = "import json, pickle\nimport pandas as pd\nfrom os import path"
    found = requirements.detect(script, pickled.modules(path), [])
    assert found.pins == [pin("numpy"), pin("pandas"), pin("scikit-learn")]
    assert found.text == "".join(f"{p}\n" for p in found.pins)
    assert found.notices == []


@pytest.mark.parametrize("protocol", [0, 2, 3, 4, 5])
def test_the_modules_of_a_pickle_are_read_in_every_protocol(pipe, tmp_path, protocol):
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(pipe, protocol=protocol))
    tops = {module.partition(".")[0] for module in pickled.modules(path)}
    assert {"sklearn", "numpy"} <= tops


def test_the_modules_that_a_function_by_value_uses_are_found(tmp_path):
    names = {}
    exec("import pandas as pd\ndef f(x): return pd.DataFrame(x)", names)
    names["f"].__module__ = "__main__"
    path = tmp_path / "model.pkl"
    path.write_bytes(cloudpickle.dumps(names["f"]))
    assert {"pandas", "cloudpickle.cloudpickle"} <= pickled.modules(path)


def test_joblib_files_and_files_that_are_no_pickles_give_what_can_be_read(
    pipe, tmp_path
):
    path = tmp_path / "model.joblib"
    joblib.dump(pipe, path)
    assert any(m.startswith("sklearn") for m in pickled.modules(path))
    for content in (b"", b"tree\nversion=v4\n", b"\x80\x05\x8c", bytes(range(256))):
        path.write_bytes(content)
        assert isinstance(pickled.modules(path), set)


def test_a_pickle_is_never_executed_by_reading_it(tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "pwned"), "w"))

    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(Evil()))
    assert ("io", "open") in pickled.references(path)
    assert not (tmp_path / "pwned").exists()


def test_a_class_of_the_notebook_travels_inside_the_pickle(notebook, tmp_path):
    notebook.run("class Mine:\n    def predict(self, x): return x\nmodel = Mine()")
    path = tmp_path / "model.pkl"
    pickled.dump("model", notebook.names["model"], path)
    assert "__main__" not in {module for module, _ in pickled.references(path)}


def test_a_model_that_cannot_be_pickled_says_why(tmp_path):
    with pytest.raises(InputError, match="f cannot be pickled: TypeError") as caught:
        pickled.dump("f", (x for x in ()), tmp_path / "model.pkl")
    assert "--model FILE" in caught.value.hint


def test_a_module_that_is_not_installed_is_named_unless_it_is_optional():
    with pytest.raises(InputError) as caught:
        requirements.detect("import no_such_thing", [], [])
    assert "no_such_thing: not installed" in caught.value.detail
    assert "--requirements" in caught.value.hint
    script = "try:\n    import no_such_thing\nexcept ImportError:\n    pass"
    assert requirements.detect(script, [], []).pins == []


def test_a_file_of_the_user_must_be_passed_along_and_its_imports_count(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "my_helpers.py").write_text("import numpy")
    (tmp_path / "my_package").mkdir()
    (tmp_path / "my_package" / "__init__.py").write_text("")
    with pytest.raises(InputError) as caught:
        requirements.detect("import my_helpers, my_package", [], [])
    assert "my_helpers: a file of yours; add --extra my_helpers.py" in (
        caught.value.detail
    )
    assert "my_package: a folder of yours" in caught.value.detail
    found = requirements.detect("import my_helpers", [], [tmp_path / "my_helpers.py"])
    assert found.pins == [pin("numpy")]


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Puts a distribution with one module on the path, as an installer would."""

    def install(name, version, direct_url=None):
        info = tmp_path / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        (info / "top_level.txt").write_text(f"{name}\n")
        if direct_url:
            (info / "direct_url.json").write_text(direct_url)
        (tmp_path / f"{name}.py").write_text("")

    monkeypatch.syspath_prepend(tmp_path)
    return install


def test_a_local_build_is_pinned_to_its_public_version_and_told(installed):
    installed("tensorthing", "2.1.0+cu118")
    found = requirements.detect("import tensorthing", [], [])
    assert found.pins == ["tensorthing==2.1.0"]
    assert "2.1.0+cu118 is a local build" in found.notices[0]


def test_an_editable_install_is_pinned_and_told(installed):
    installed("ourlib", "0.3", '{"url": "file:///src", "dir_info": {"editable": true}}')
    found = requirements.detect("import ourlib", [], [])
    assert found.pins == ["ourlib==0.3"]
    assert "not installed from a package index" in found.notices[0]


@pytest.mark.parametrize(
    ("text", "pins"),
    [
        ("a==1,b", ["a==1", "b"]),
        (" a==1 , b>=2,<3\nc ", ["a==1", "b>=2,<3", "c"]),
        ("a[x,y]==1", ["a[x,y]==1"]),
    ],
)
def test_typed_requirements_are_one_a_line(text, pins):
    assert requirements.given(text).pins == pins


def test_no_requirement_at_all_is_an_error():
    with pytest.raises(InputError):
        requirements.given(" , ")


def test_the_standard_library_is_never_pinned():
    every = "\n".join(f"import {name}" for name in sys.stdlib_module_names)
    assert requirements.detect(every, [], []).pins == []
