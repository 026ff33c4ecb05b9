"""Loads of unchanged files: cheap as the documentation writes them, never stale."""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import time

import pytest

# Every unpickling of this object leaves a line in a file, and so can be counted.
COUNTED = """
import json, os, pickle

class Counted:
    def __init__(self, value):
        self.value = value
    def __setstate__(self, state):
        self.__dict__.update(state)
        with open("loads", "a") as file:
            file.write("loaded\\n")

def loads():
    with open("loads") as file:
        return len(file.readlines())
"""

LOADERS = {
    "pickle": "pickle.load(open(path, 'rb'))",
    "loads": "pickle.loads(open(path, 'rb').read())",
    "cloudpickle": "__import__('cloudpickle').load(open(path, 'rb'))",
    "joblib": "__import__('joblib').load(path)",
    "joblib file": "__import__('joblib').load(open(path, 'rb'))",
    "pandas": "__import__('pandas').read_pickle(path)",
}


def write_model(folder, value, name="model.pkl"):
    """A pickle of Counted(value), large enough and old enough to be kept."""
    folder.mkdir(exist_ok=True)

    fill = "x" * 5000
    # By hand, because the class exists in the script only: Counted.__new__ and state.
    state = pickle.dumps({"value": value, "fill": fill}, protocol=2)[2:-1]
    raw = b"\x80\x02c__main__\nCounted\n)\x81" + state + b"b."
    path = folder / name
    path.write_bytes(raw)
    settle(path)


def settle(path):
    """Wait until the file's time stamps are old enough to be trusted."""
    while time.time_ns() - path.stat().st_ctime_ns < 150_000_000:
        time.sleep(0.01)


@pytest.mark.parametrize("loader", LOADERS.values(), ids=LOADERS)
def test_an_unchanged_file_is_loaded_once(ask, tmp_path, loader):
    write_model(tmp_path / "model", 5)
    source = f"""{COUNTED}
def score(data, base_path):
    path = base_path + "/model.pkl"
    return [{loader}.value, loads()]
"""
    assert ask(source, "1", "2", "3") == ["[5, 1]"] * 3


def test_opting_out_loads_every_time(ask, tmp_path):
    write_model(tmp_path / "model", 5)
    source = f"""{COUNTED}
def score(data, base_path):
    with open(base_path + "/model.pkl", "rb") as file:
        return [pickle.load(file).value, loads()]
"""
    answers = ask(source, "1", "2", memoise=False)
    assert answers == ["[5, 1]", "[5, 2]"]


@pytest.mark.parametrize("loader", LOADERS.values(), ids=LOADERS)
def test_a_changed_file_is_loaded_anew(serving, tmp_path, loader):
    write_model(tmp_path / "model", 5)
    source = f"""{COUNTED}
def score(data, base_path):
    path = base_path + "/model.pkl"
    return {loader}.value
"""

    async def main():
        async with serving(source) as worker:
            path = tmp_path / "model" / "model.pkl"
            stat = path.stat()
            seen = [await worker.call(b"1"), await worker.call(b"1")]
            # The same length and the same time of change: the hardest case.
            write_model(tmp_path / "model", 6)
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
            assert path.stat().st_size == stat.st_size
            seen += [await worker.call(b"1"), await worker.call(b"1")]
            return seen

    assert asyncio.run(main()) == [b"5", b"5", b"6", b"6"]


def test_two_objects_in_one_file_are_kept_apart(ask, tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    path = folder / "model.pkl"
    path.write_bytes(pickle.dumps("first") + pickle.dumps("second") + b"rest")
    settle(path)
    source = """
        import pickle
        def score(data, base_path):
            with open(base_path + "/model.pkl", "rb") as file:
                first, second = pickle.load(file), pickle.load(file)
                return [first, second, file.read().decode()]
    """
    assert [json.loads(a) for a in ask(source, "1", "2")] == [
        ["first", "second", "rest"]
    ] * 2


def test_what_a_script_changes_in_a_loaded_container_stays_its_own(ask, tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    path = folder / "model.pkl"
    path.write_bytes(pickle.dumps({"model": {"steps": [1]}, "columns": ["a"]}))
    settle(path)
    source = """
        import pickle
        def score(data, base_path):
            bundle = pickle.load(open(base_path + "/model.pkl", "rb"))
            bundle["columns"].append("b")
            bundle["model"].pop("steps")
            return bundle["columns"]
    """
    assert [json.loads(a) for a in ask(source, "1", "2")] == [["a", "b"]] * 2


def test_a_changed_frame_does_not_reach_the_next_call(ask, tmp_path):
    pandas = pytest.importorskip("pandas")
    folder = tmp_path / "model"
    folder.mkdir()
    pandas.DataFrame({"a": [1]}).to_pickle(folder / "table.pkl")
    settle(folder / "table.pkl")
    source = """
        import pandas as pd
        def score(data, base_path):
            table = pd.read_pickle(base_path + "/table.pkl")
            table["b"] = 1
            table.loc[0, "a"] += 1
            return [int(table["a"][0]), len(table.columns)]
    """
    assert ask(source, "1", "2") == ["[2, 2]"] * 2


def test_files_outside_the_models_folder_are_not_kept(ask, tmp_path):
    write_model(tmp_path / "elsewhere", 5)
    source = f"""{COUNTED}
def score(data, base_path):
    with open({str(tmp_path / "elsewhere" / "model.pkl")!r}, "rb") as file:
        return [pickle.load(file).value, loads()]
"""
    assert ask(source, "1", "2") == ["[5, 1]", "[5, 2]"]


def test_a_load_with_options_is_left_alone(ask, tmp_path):
    write_model(tmp_path / "model", 5)
    source = f"""{COUNTED}
def score(data, base_path):
    with open(base_path + "/model.pkl", "rb") as file:
        return [pickle.load(file, encoding="latin1").value, loads()]
"""
    assert ask(source, "1", "2") == ["[5, 1]", "[5, 2]"]


def test_the_loading_functions_can_still_be_pickled(ask):
    source = """
        import pickle
        def score(data, base_path):
            return pickle.loads(pickle.dumps([pickle.load, pickle.loads])) == [
                pickle.load, pickle.loads
            ]
    """
    assert ask(source, "1") == ["true"]
