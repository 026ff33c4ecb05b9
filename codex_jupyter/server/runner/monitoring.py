"""Monitoring in the user's environment: records become frames, frames explanations.

A call says what to do as JSON:

``parse``  makes frames of the records of a chunk: ``kind`` tells what they are.
           ``texts`` and ``files`` are JSON lines of ``{"at", "input", "output"}``, the
           texts of one request and its answer or the paths of two files; ``table`` is
           the path of one table, of which `build_df` gets the inputs and the outputs.
           Writes ``<out>.inputs`` and ``<out>.outputs`` as packed tables, and a sample
           of the whole inputs for ``shap`` as ``<out>.sample``. A record that cannot
           be used is counted, with its reason.
``shap``   explains the samples of all chunks, or a frame that came as JSON, and writes
           a packed table.
``one``    explains one prediction: ``input`` and ``output`` are its texts.

A sample is a pickle: this process wrote it, and only a process of the same script and
environment reads it.
"""

from __future__ import annotations

import difflib
import gc
import json
import re
from typing import Any, Callable, Dict, Iterator, List, Tuple

from .explaining import explain_one, explain_sample
from .faults import Fault
from .script import Script
from .tables import joined, read_table, write_table

# The frames of a chunk are many objects that stay. With the usual number the collector
# looks at them again and again, for a quarter of the time that parsing takes.
_OBJECTS_BETWEEN_COLLECTIONS = 50_000
_REASONS = 5
_SHOWN = 200
_PLACE = re.compile(r'File "([^"]+)", line (\d+)')


def monitoring(script: Script, payload: bytes) -> tuple[bytes, bool]:
    """Do what the call says.

    Raises:
        Fault: the user's functions failed, or gave something else than they should.
    """
    asked = json.loads(payload)
    told = {"parse": _parse, "shap": explain_sample, "one": _one}[asked["do"]](
        script, asked
    )
    return json.dumps(told).encode(), False


def _parse(script: Script, asked: Dict[str, Any]) -> Dict[str, Any]:
    bad: List[Dict[str, str]] = []
    inputs: List[Any] = []
    outputs: List[Any] = []
    count = failed = 0
    usual = gc.get_threshold()
    if usual[0]:
        gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *usual[1:])
    for at, shown, call in _calls(script, asked):
        count += 1
        try:
            pair = call()
            features, answers = _pair(script, pair)
        except Fault as fault:
            failed += 1
            if len(bad) < _REASONS:
                bad.append({"at": at, "text": _placed(script, fault), "record": shown})
            continue
        inputs.append(features)
        outputs.append(answers)
    gc.set_threshold(*usual)
    told: Dict[str, Any] = {
        "records": count,
        "bad": failed,
        "reasons": bad,
        "rows": 0,
        "columns": [],
    }
    if inputs:
        told.update(_write(script, asked, inputs, outputs))
    return told


def _calls(
    script: Script, asked: Dict[str, Any]
) -> Iterator[Tuple[str, str, Callable[[], Any]]]:
    """Of each record when it was, how it is shown, and what makes frames of it."""
    name = script.reference
    if asked["kind"] == "table":
        yield "", "", lambda: script.call(name, *_sides(asked))
        return
    with open(asked["source"], encoding="utf-8") as file:
        for line in file:
            one = json.loads(line)
            given = one["input"], one["output"]
            shown = given[0]
            if asked["kind"] == "files":
                shown = given[0].rpartition("/")[2]
            yield (
                one["at"],
                shown[:_SHOWN],
                lambda given=given: script.call(name, *given),
            )


def _sides(asked: Dict[str, Any]) -> Tuple[Any, Any]:
    """The inputs and the outputs within one table."""
    frame = read_table(asked["source"])
    frame.columns = [str(column) for column in frame.columns]
    answers = [name for name in asked["outputs"] if name in frame.columns]
    if not answers:
        return frame, frame.copy()
    return frame.drop(columns=answers), frame[answers].copy()


def _pair(script: Script, value: Any) -> Tuple[Any, Any]:
    name = script.reference
    if isinstance(value, (tuple, list)) and len(value) == 2:
        first, second = value
        if _is_frame(first) and _is_frame(second):
            return first, second
        kinds = "a %s and a %s" % (type(first).__name__, type(second).__name__)
    elif isinstance(value, (tuple, list)):
        kinds = "%d values" % len(value)
    elif _is_frame(value):
        kinds = "one DataFrame"
    else:
        kinds = "a %s" % type(value).__name__
    raise Fault(
        "%s() returned %s. Return two DataFrames: the features and the outputs."
        % (name, kinds)
    )


def _is_frame(value: Any) -> bool:
    return hasattr(type(value), "columns") and hasattr(type(value), "iloc")


def _write(
    script: Script, asked: Dict[str, Any], inputs: List[Any], outputs: List[Any]
) -> Dict[str, Any]:
    name = script.reference + "()"
    features = joined(inputs, name + " returned as features")
    answers = joined(outputs, name + " returned as outputs")
    _need(name, "features", features, asked["inputs"], "InputCols")
    _need(name, "outputs", answers, asked["outputs"], "OutputCols")
    try:
        write_table(features[asked["inputs"]], asked["out"] + ".inputs")
        write_table(answers[asked["outputs"]], asked["out"] + ".outputs")
    except Exception as error:  # noqa: BLE001 - cells of the user's may raise anything
        raise script.fault("Keeping what %s returned" % name, error) from None
    size = min(asked["sample"], len(features))
    if size:
        sample = features.sample(n=size, random_state=asked["seed"])
        sample.to_pickle(asked["out"] + ".sample", compression=None)
    return {
        "rows": len(features),
        "columns": list(features.columns),
        "example": _example(features, asked["inputs"]),
    }


def _example(features: Any, names: List[str]) -> str:
    row = features[names].iloc[:1].to_dict("records")
    return str(row[0])[:_SHOWN] if row else ""


def _need(name: str, which: str, frame: Any, wanted: List[str], key: str) -> None:
    known = list(frame.columns)
    lacking = [one for one in wanted if one not in known]
    if not lacking:
        return
    near = difflib.get_close_matches(lacking[0], known, 1)
    has = ", ".join(known[:12]) or "none"
    hint = "Did you mean '%s'?" % near[0] if near else "They have: %s." % has
    raise Fault(
        "%s returned %s without the column %s, which %s names. %s"
        % (name, which, ", ".join("'%s'" % one for one in lacking[:10]), key, hint)
    )


def _one(script: Script, asked: Dict[str, Any]) -> Dict[str, Any]:
    name = script.reference
    pair = script.call(name, asked["input"], asked["output"])
    features = joined([_pair(script, pair)[0]], name + "() returned as features")
    if not len(features):
        raise Fault("%s() made no row of this record. Return its features." % name)
    _need(name + "()", "features", features, asked["inputs"], "InputCols")
    return explain_one(script, asked, features)


def _placed(script: Script, fault: Fault) -> str:
    """The fault's sentence with the line of the script that it came from."""
    places = _PLACE.findall(fault.detail or script.place(fault.message))
    # Frames of packages have a path; those of the script its bare name.
    found = [one for one in places if "/" not in one[0]]
    if not found:
        return fault.message
    return "%s (line %s of %s)" % (fault.message, found[-1][1], found[-1][0])
