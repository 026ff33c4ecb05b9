"""Many executions as one JSON text, as `executions.execution_row` tells each.

Ten thousand dicts and their serialisation take many times as long as this does, most
of it in the garbage collector, which looks at every dict and never at a text. For the
same reason there are few calls in the loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from json.encoder import encode_basestring_ascii as quoted
from typing import Any


def listing(count: int, rows: Sequence[Sequence[Any]]) -> bytes:
    """The answer that tells of executions; ``Sha256`` of inputs is left to describe.

    Args:
        count: how many there are in all.
        rows: as the store's ``executions.listed`` gives them, its columns in order.
    """
    null, made = "null", []
    for (
        number,
        state,
        message,
        requested,
        started,
        finished,
        input_name,
        input_size,
        input_rows,
        input_dataset,
        output_name,
        output_size,
        output_dataset,
    ) in rows:
        given = result = took = null
        if input_name is not None:
            given = (
                f'{{"Name":{quoted(input_name)},'
                f'"Size":{null if input_size is None else input_size},'
                f'"Rows":{null if input_rows is None else input_rows},'
                f'"DatasetHash":{quoted(input_dataset) if input_dataset else null}}}'
            )
        if output_name is not None:
            result = (
                f'{{"Name":{quoted(output_name)},'
                f'"Size":{null if output_size is None else output_size}}}'
            )
        if started and finished:
            took = _milliseconds(started, finished)
        made.append(
            f'{{"ExecutionId":{number},"ExecutionState":"{state}",'
            f'"Message":{null if message is None else quoted(message)},'
            f'"RequestedAt":{_time(requested)},"RunAt":{_time(started or requested)},'
            f'"FinishedAt":{_time(finished) if finished else null},'
            f'"TimeElapsed":{took},"InputFile":{given},"OutputFile":{result},'
            f'"DatasetHash":{quoted(output_dataset) if output_dataset else null}}}'
        )
    results = ",".join(made).encode("ascii")
    return b'{"Count":%d,"Results":[%s]}' % (count, results)


def _time(text: str) -> str:
    """A time as `clock.stamp` tells it, of the text that the database makes of it."""
    return f'"{text[:10]}T{text[11:].removesuffix(".000000")}+00:00"'


def _milliseconds(begun: str, ended: str) -> str:
    first, last = datetime.fromisoformat(begun), datetime.fromisoformat(ended)
    return str(round((last - first).total_seconds() * 1000))
