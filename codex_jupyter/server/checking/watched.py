"""A monitoring's two functions on what the model answered to its sample."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codex_jupyter.protocol.checks import Watched
from codex_jupyter.server.clock import now, stamp
from codex_jupyter.server.jsontext import read_json
from codex_jupyter.server.workers import Once

_SEED = 0
_SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Explained:
    """One record.

    Args:
        kind: ``texts``, a request and its answer; or ``files``, the paths of two.
    """

    kind: str
    given: str
    answered: str


async def try_watched(
    once: Once, watched: Watched, record: Explained, home: Path
) -> tuple[str, str]:
    """Let the functions make frames of the record and explain them.

    Args:
        once: a started process of the script, in the mode of monitorings.
        home: a folder to write in.

    Returns:
        What they did, in a sentence, and the first row of the features.

    Raises:
        WorkerFault: one of them failed.
        ValueError: the record could not be used; says why.
    """
    source, out = home / "records.jsonl", str(home / "frames")
    line = {"at": stamp(now()), "input": record.given, "output": record.answered}
    source.write_text(json.dumps(line) + "\n", "ascii")
    told = await _ask(
        once,
        {
            "do": "parse",
            "kind": record.kind,
            "source": str(source),
            "out": out,
            "inputs": watched.inputs,
            "outputs": watched.outputs,
            "sample": _SAMPLE,
            "seed": _SEED,
        },
    )
    if told["bad"]:
        raise ValueError(told["reasons"][0]["text"])
    if not told["rows"]:
        raise ValueError(
            f"{watched.parse}() made no rows of the sample and the answer to it. "
            "Return the features and the outputs, one row each."
        )
    explained = await _ask(
        once,
        {
            "do": "shap",
            "reference": watched.shap,
            "seed": _SEED,
            "sources": [f"{out}.sample"],
            "most": _SAMPLE,
            "columns": told["columns"],
            "inputs": watched.inputs,
            "out": f"{out}.shap",
        },
    )
    rows = "1 row" if told["rows"] == 1 else f"{told['rows']:,} rows"
    sentence = (
        f"{watched.parse}() made {rows} of the sample and the answer to it, and "
        f"{watched.shap}() explained {explained['rows']:,}"
    )
    return sentence, str(told["example"])


async def _ask(once: Once, task: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = read_json(await once.call(json.dumps(task).encode()))
    return told
